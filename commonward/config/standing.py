"""`commonward run` and `commonward demo`: a whole site or a whole demonstration, in one command.

This is what whoever installed the package alone has (`pipx run commonward demo`); in a folder of
the project `./dev run` and `./dev demo` do the same with the locked environment.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from commonward.config import serving

ROOT = Path(__file__).resolve().parent.parent.parent


def run(arguments: list[str]) -> int:
    """Migrate, serve on 127.0.0.1:8000 (arguments go to granian), and do all work beside it."""
    for command in (("migrate", "--verbosity", "0"), ("collectstatic", "--noinput", "-v", "0")):
        if code := _call(command):
            return code
    return serving.serve(arguments, beside=[_manage(*one) for one in serving.WORK])


def demo(arguments: list[str]) -> int:
    """Make the living district once, in a folder of its own, and serve it."""
    if not {"DATABASE_URL", "COMMONWARD_VAR"} & set(os.environ):
        # It may not touch the installation's own data.
        os.environ["COMMONWARD_VAR"] = str(serving.own_folder(ROOT, "demo"))
    serving.become_demo(arguments)
    if code := _call(("living", "make")):
        return code
    return serving.serve(arguments, beside=[_manage(*one) for one in serving.demo_workers()])


def _manage(*words: str) -> list[str]:
    return [sys.executable, "-m", "commonward.config.cli", *words]


def _call(words: Sequence[str]) -> int:
    return subprocess.run(_manage(*words), check=False).returncode  # noqa: S603 (our own command)
