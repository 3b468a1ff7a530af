"""The list of what was forgotten as a file: a line of JSON for each, numbers and moments alone."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from commonward.cases.queries.forgotten import Forgotten


def as_line(one: Forgotten) -> str:
    """One of them as a line."""
    return json.dumps(asdict(one) | {"at": one.at.isoformat()})


def write_lines(file: Path, lines: Iterable[Forgotten]) -> None:
    """All of them into a file of a backup."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{as_line(one)}\n" for one in lines)


def read_lines(file: Path) -> list[Forgotten]:
    """All of them out of such a file. Raises OSError, ValueError, KeyError."""
    found = []
    for text in file.read_text("utf-8").splitlines():
        told = json.loads(text)
        at = datetime.fromisoformat(told["at"])
        found.append(Forgotten(at, str(told["case"]), str(told["report"]), str(told["what"])))
    return found
