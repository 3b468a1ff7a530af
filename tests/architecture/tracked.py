"""The files of the project, as the guard tests walk them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "commonward"

ROOMS = (
    "core",
    "people",
    "areas",
    "cases",
    "disputes",
    "response",
    "insight",
    "programmes",
    "doors",
    "config",
)
"""From the lowest to the highest; `disputes` and `response` are siblings."""
SIBLINGS = frozenset({"disputes", "response"})


@cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the project: tracked, or new and not ignored."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    named = (ROOT / name for name in told.stdout.split("\0") if name)
    return tuple(sorted({path for path in named if path.is_file()}))


def python_files(*folders: Path) -> list[Path]:
    """The project's Python files in these folders (all of them when none is named)."""
    inside = folders or (ROOT,)
    return [
        path
        for path in files()
        if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in inside)
    ]


def room_of(path: Path) -> str:
    """The room a file of the package lies in."""
    return path.relative_to(PACKAGE).parts[0]


def short(path: Path) -> str:
    """The path as the project names it."""
    return path.relative_to(ROOT).as_posix()
