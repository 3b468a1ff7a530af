"""The words of ./dev say what failed, and fail when something did."""

import subprocess
import sys
from pathlib import Path

import pytest

from house.__main__ import WORDS, Steps, main
from house.serving import together

ROOT = Path(__file__).resolve().parents[2]
WORKS = [sys.executable, "-c", ""]
FAILS = [sys.executable, "-c", "raise SystemExit(3)"]


def test_a_failed_step_is_named_and_the_following_steps_are_still_taken(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    steps = Steps()
    steps.take("first", FAILS)
    steps.take("second", [sys.executable, "-c", f"open({str(tmp_path / 'done')!r}, 'w')"])
    assert steps.close() == 1
    assert "FAILED: first\n" in capfd.readouterr().out
    assert (tmp_path / "done").exists()


def test_steps_that_all_work_end_well(capfd: pytest.CaptureFixture[str]) -> None:
    steps = Steps()
    steps.take("only", WORKS)
    assert steps.close() == 0
    assert "All steps passed." in capfd.readouterr().out


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_served_together_ends_together_when_one_of_them_ends(place: int) -> None:
    waits = [sys.executable, "-c", "import time; time.sleep(600)"]
    commands = [waits, waits]
    commands[place] = FAILS
    assert together(commands) == 3


def test_what_somebody_else_killed_is_begun_again(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    once = (
        f"import os, pathlib; seen = pathlib.Path({str(killed)!r})\n"
        "if seen.exists(): raise SystemExit(5)\n"
        "seen.touch(); os.kill(os.getpid(), 9)"
    )
    assert together([[sys.executable, "-c", once]], stood=0) == 5
    killed.unlink()
    assert together([[sys.executable, "-c", once]], stood=60) == -9


def test_what_is_served_together_ends_when_it_is_told_to(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    waits = [sys.executable, "-c", f"open({str(begun)!r}, 'w'); import time; time.sleep(600)"]
    serving = subprocess.Popen(
        [sys.executable, "-c", f"from house.serving import together; together([{waits!r}] * 2)"],
        cwd=ROOT,
    )
    while not begun.exists():
        assert serving.poll() is None
    serving.terminate()
    assert serving.wait(60) == 0


@pytest.mark.parametrize(("wrong", "code"), [(True, 1), (False, 0)])
def test_a_skip_is_said_aloud_and_counts_as_failure_where_it_must_not_happen(
    capfd: pytest.CaptureFixture[str], wrong: bool, code: int
) -> None:
    steps = Steps()
    steps.skip("tests on PostgreSQL", "no server", wrong=wrong)
    assert steps.close() == code
    assert "SKIPPED: no server" in capfd.readouterr().out


def test_an_unknown_word_is_refused_with_the_list_of_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["dance"]) == 2
    told = capsys.readouterr().out
    assert all(f"  {word} " in told for word in WORDS)


def test_an_unfit_interpreter_is_refused_by_name() -> None:
    told = subprocess.run(
        [str(ROOT / "dev"), "setup"],
        env={"COMMONWARD_PYTHON": "/nowhere/python9", "PATH": "/usr/bin:/bin", "HOME": "/"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "COMMONWARD_PYTHON=/nowhere/python9 is not a Python" in told.stderr


def test_what_runs_before_anything_is_installed_needs_the_standard_library_alone() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            "import sys; sys.path.insert(0, '.'); import runpy;"
            "sys.argv = ['house', 'help']; runpy.run_module('house', run_name='__main__')",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
