"""The words of `./dev`: setup run demo check test bench docs client words shots release
manage.

Standard library alone: this runs before anything is installed.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from commonward.config.serving import WORK, become_demo, demo_workers
from house import installing, postgres, releasing
from house.client import write as write_client
from house.installing import PYTHON, ROOT, VENV, Failed
from house.serving import serve

USAGE = "Usage: ./dev WORD [ARGUMENT …]"


def setup(arguments: list[str]) -> int:
    """bring everything the project needs into this folder (.tools, .venv)"""
    installing.install()
    installing.ask_for_postgres()
    installing.ask_for_chromium()
    installing.ask_for_java()
    print("setup: done", flush=True)
    return 0


def run(arguments: list[str]) -> int:
    """migrate, serve on 127.0.0.1:8000 (arguments go to granian), tick clocks and send mails"""
    installing.install()
    steps = _prepared()
    if steps.failed:
        return steps.close()
    return serve(arguments, beside=[_manage(*one) for one in WORK])


def demo(arguments: list[str]) -> int:
    """start a living district and serve it (--headless: replay, print the table and end)"""
    installing.install()
    headless = "--headless" in arguments
    if not {"DATABASE_URL", "COMMONWARD_VAR"} & set(os.environ):
        # Neither may touch the installation's own data; a replay begins with an empty database.
        folder = ROOT / "var" / ("replay" if headless else "demo")
        if headless:
            shutil.rmtree(folder, ignore_errors=True)
        os.environ["COMMONWARD_VAR"] = str(folder)
    if headless:
        steps = Steps()
        steps.take("migrate", _manage("migrate", "--verbosity", "0"))
        return steps.close() if steps.failed else _call(_manage("demo", *arguments))
    become_demo(arguments)
    steps = Steps()
    steps.take("the district and its month of history", _manage("living", "make"))
    if steps.failed:
        return steps.close()
    return serve(arguments, beside=[_manage(*one) for one in demo_workers()])


def check(arguments: list[str]) -> int:
    """the quick checks: style, types, imports, Django's checks, migrations; or: check security"""
    installing.install()
    if arguments[:1] == ["security"]:
        installing.install_security()
        return _call([str(PYTHON), "-m", "house.security", *arguments[1:]])
    steps = Steps()
    _static_checks(steps)
    steps.take("Django's system checks", _manage("check", "--fail-level", "WARNING"))
    steps.take("migrations in step", _manage("makemigrations", "--check", "--dry-run"))
    return steps.close()


def test(arguments: list[str]) -> int:
    """every check and every test, on SQLite and on PostgreSQL; or: test PATH … [--postgres], test faults [NAME …]"""
    installing.install()
    if arguments[:1] == ["faults"]:
        return _call([str(PYTHON), "-m", "faults", *arguments[1:]])
    if arguments:
        return _call([*_pytest(), *map(_test_path, arguments)])
    installing.ask_for_postgres()
    installing.ask_for_chromium()
    installing.ask_for_java()
    steps = Steps()
    _static_checks(steps)
    # Whoever is done takes over from whoever is not: browsers would keep one busy for minutes.
    workers = ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "worksteal"]
    embedded = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    steps.take("tests on SQLite", [*_pytest(), *workers], embedded)
    if "DATABASE_URL" in os.environ or postgres.binaries() is not None:
        # What a browser shows, `core` reckons and everybody may read at every address does not
        # depend on the database, and the rules of the house ask none; minutes do.
        once = (
            "browser",
            "core",
            "rights",
            "architecture",
            "house",
            "doors/test_confidentiality.py",
        )
        without = [f"--ignore=tests/{one}" for one in once]
        steps.take(
            "tests on PostgreSQL (without those that ask no database; of the pages every fourth)",
            [*_pytest(), *workers, "--postgres", "--fewer-pages", *without],
        )
    else:
        steps.skip(
            "tests on PostgreSQL",
            "no server binaries were found and DATABASE_URL is not given",
            wrong=_truth("CI"),
        )
    return steps.close()


def bench(arguments: list[str]) -> int:
    """measure; one table, with the budget beside each figure (arguments go to `bench`)"""
    installing.install()
    return _call([str(PYTHON), "-m", "bench", *arguments])


def docs(arguments: list[str]) -> int:
    """make the pages of reference from the code, then build the documentation into site/"""
    installing.install()
    made = _call([str(PYTHON), "-m", "house.reference"])
    if made:
        return made
    return _call([str(VENV / "bin" / "mkdocs"), "build", "--strict", *arguments])


def client(arguments: list[str]) -> int:
    """make the Python client from the API's document (--check: only compare)"""
    different = write_client(check="--check" in arguments)
    for name in different:
        print(f"client: {name} {'differs' if '--check' in arguments else 'is made anew'}")
    return 1 if different and "--check" in arguments else 0


def words(arguments: list[str]) -> int:
    """collect the texts for the translators, keep what is translated, compile"""
    installing.install()
    return _call([str(PYTHON), "-m", "house.translating"])


def shots(arguments: list[str]) -> int:
    """pictures of every page at three widths in both languages; or: shots guides (a demo's address)"""
    installing.install()
    return _call([str(PYTHON), "-m", "house.shooting", *arguments])


def release(arguments: list[str]) -> int:
    """wheel and source package, built twice and compared, parts list, sums (--try, --unreleased)"""
    return releasing.main(arguments)


def manage(arguments: list[str]) -> int:
    """pass a command on to Django and to Commonward's own commands"""
    installing.install()
    return _call(_manage(*arguments))


WORDS: dict[str, Callable[[list[str]], int]] = {
    word.__name__: word
    for word in (
        setup,
        run,
        demo,
        check,
        test,
        bench,
        docs,
        client,
        words,
        shots,
        release,
        manage,
    )  # fmt: skip
}


class Steps:
    """Steps taken one after the other, each told when it starts, all summed up at the end."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self._told: list[str] = []

    def take(
        self, name: str, command: list[str], environment: dict[str, str] | None = None
    ) -> None:
        """Run one step; a failure is remembered and does not stop the following ones."""
        print(f"\n── {name}", flush=True)
        began = time.monotonic()
        code = _call(command, environment)
        seconds = time.monotonic() - began
        if code:
            self.failed.append(name)
        self._told.append(f"{'FAILED ' if code else 'ok     '} {name} ({seconds:.0f} s)")

    def skip(self, name: str, reason: str, *, wrong: bool) -> None:
        """Say aloud that a step was left out; `wrong` counts it as a failure."""
        print(f"\n── {name}\nSKIPPED: {reason}", flush=True)
        if wrong:
            self.failed.append(name)
        self._told.append(f"{'FAILED ' if wrong else 'SKIPPED'} {name}: {reason}")

    def close(self) -> int:
        """Print the summary; the exit code is 1 when any step failed."""
        print("\n── summary", *self._told, sep="\n", flush=True)
        if self.failed:
            print(f"FAILED: {', '.join(self.failed)}", flush=True)
            return 1
        print("All steps passed.", flush=True)
        return 0


def _prepared() -> Steps:
    """The database and the static files made ready for serving."""
    steps = Steps()
    steps.take("migrate", _manage("migrate", "--verbosity", "0"))
    steps.take("collect static files", _manage("collectstatic", "--noinput", "--verbosity", "0"))
    # Without any static file the folder is not made, and whitenoise would warn.
    Path(ROOT, os.environ.get("COMMONWARD_VAR", "var"), "static").mkdir(exist_ok=True)
    return steps


def _static_checks(steps: Steps) -> None:
    tools = VENV / "bin"
    short = ["--output-format", "concise", "."]
    steps.take("ruff: rules", [str(tools / "ruff"), "check", *short])
    steps.take("ruff: format", [str(tools / "ruff"), "format", "--check", *short])
    steps.take("mypy --strict", [str(tools / "mypy")])
    steps.take("import contracts", [str(tools / "lint-imports")])


def _pytest() -> list[str]:
    return [str(PYTHON), "-m", "pytest"]


def _test_path(argument: str) -> str:
    """`core/…` means `tests/core/…`; options and true paths stay as they are."""
    path = argument.partition("::")[0]
    if not argument.startswith("-") and not Path(path).exists() and Path("tests", path).exists():
        return f"tests/{argument}"
    return argument


def _manage(*arguments: str) -> list[str]:
    return [str(PYTHON), "manage.py", *arguments]


def _truth(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _call(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Run in the project's folder; the signals that end us end the program, in its own way.

    Ctrl-C reaches it from the terminal itself; SIGTERM is passed on.
    """
    child = subprocess.Popen(command, cwd=ROOT, env=environment)
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
    try:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                return child.wait()
    finally:
        signal.signal(signal.SIGTERM, before)


def main(arguments: list[str]) -> int:
    """Do the word asked for; the exit code is 0 only when all of it worked."""
    if not arguments or arguments[0] not in WORDS:
        print(USAGE, "", sep="\n")
        for name, word in WORDS.items():
            print(f"  {name:<8} {word.__doc__}")
        return 0 if arguments in ([], ["help"], ["-h"], ["--help"]) else 2
    try:
        return WORDS[arguments[0]](arguments[1:])
    except Failed as failure:
        print(f"dev {arguments[0]}: {failure}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
