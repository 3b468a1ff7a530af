"""Pages made of the code: settings, commands, posts, procedures, events, numbers of the machine, API.

`./dev docs` writes docs/reference/*.md; a test compares them. A page is a function without
arguments that gives Markdown; Django must be set up before (`python -m house.reference` does it).
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from house.reference import api, commands, metrics, procedures, roles, settings

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings.page,
    "commands.md": commands.page,
    "roles.md": roles.page,
    "procedures.md": procedures.page,
    "events.md": procedures.events,
    "metrics.md": metrics.page,
    "api.md": api.page,
}


def write() -> list[str]:
    """Write every page; the names of those that were not yet as the code says."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    different = []
    for name, page in PAGES.items():
        path, told = FOLDER / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != told:
            path.write_text(told, encoding="utf-8")
            different.append(name)
    return different
