"""The locked libraries by pip-audit: which of them have published faults.

A service that cannot be reached answers pip-audit as if no such package existed, and that reads
like "nothing found". So one old release with known faults is asked about first: a service that
knows nothing of these is not the service, and the part says that nobody was asked.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from house.installing import ROOT
from house.security.told import Part

PROBE = "django==3.2"
"""A release with faults that everybody knows of."""


def read(pip_audit: Path, uv: Path) -> Part:
    """Ask for each library of the lock file, every group and extra."""
    part = Part("libraries (pip-audit over uv.lock)")
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder, "probe.txt")
        probe.write_text(f"{PROBE}\n", encoding="utf-8")
        answers = _ask(pip_audit, probe)
        if answers is None or not any(one.get("vulns") for one in answers):
            part.not_asked = f"the vulnerability service knows no fault of {PROBE}: not reached"
            return part
        locked = Path(folder, "locked.txt")
        subprocess.run(
            [
                str(uv), "export", "--frozen", "--quiet", "--all-groups", "--all-extras",
                "--no-emit-project", "--format", "requirements.txt", "-o", str(locked),
            ],
            cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        answers = _ask(pip_audit, locked)
    if answers is None:
        part.not_asked = "the vulnerability service stopped answering"
        return part
    return judge(answers, part)


def judge(answers: list[dict[str, Any]], part: Part) -> Part:
    """Each fault is a finding; a library that could not be asked about is one too."""
    for one in answers:
        if reason := one.get("skip_reason"):
            part.find("not asked", one["name"], reason)
        for fault in one.get("vulns", ()):
            mended = ", ".join(fault["fix_versions"]) or "no release"
            place = f"{one['name']} {one['version']}"
            part.find(fault["id"], place, f"mended in {mended}")
    part.looked = f"{len(answers)} libraries"
    return part


def _ask(pip_audit: Path, requirements: Path) -> list[dict[str, Any]] | None:
    """Its answer, or None when it told none."""
    told = subprocess.run(
        [
            str(pip_audit), "-r", str(requirements), "--no-deps", "--disable-pip",
            "--progress-spinner", "off", "--timeout", "20", "-f", "json",
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        answers: list[dict[str, Any]] = json.loads(told.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return answers
