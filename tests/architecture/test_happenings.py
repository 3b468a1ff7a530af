"""Whatever a room records on a case has words on its timeline: no page shows a key of the code."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from commonward.doors.desk import wording
from commonward.doors.desk.happenings import HAPPENINGS
from commonward.doors.desk.views.response.wording import HAPPENED

ROOT = Path(__file__).resolve().parents[2] / "commonward"
BEFORE = {"risk": "risk_", "pledges": "alliance_", "marks": "mark_", "drills": "drill_"}
"""What the `note` of a folder of programmes puts before each verb."""
ELSEWHERE = ("programmes/actions/surveys", "programmes/actions/proposing.py:_note")
"""Notes that are no events of a case: changes of the administration, a proposal's public lines."""
FRAMES = tuple(f"programmes/actions/{folder}/frame.py" for folder in BEFORE)
"""Where those `note` stand themselves."""


def recorded() -> Iterator[tuple[str, str]]:
    """Every verb that the code of a room spells out, and where; one with a gap ends in `*`."""
    for room in ("cases", "disputes", "response", "programmes"):
        for path in sorted((ROOT / room).rglob("*.py")):
            where = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                called = node.func if isinstance(node, ast.Call) else None
                if not isinstance(called, ast.Name) or called.id not in ("record", "note", "_note"):
                    continue
                if f"{where}:{called.id}".startswith(ELSEWHERE + FRAMES) or len(node.args) < 2:  # type: ignore[attr-defined] # a call, by `called`
                    continue
                before = BEFORE.get(path.parent.name, "") if called.id == "note" else ""
                for verb in spelt(node.args[1]):  # type: ignore[attr-defined] # see above
                    yield before + verb, where


def spelt(node: ast.expr) -> Iterator[str]:
    """The words that an expression can be: a text, one of two, or a text with a gap."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from spelt(node.body)
        yield from spelt(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value) + "*"


def told() -> set[str]:
    """What has words: the three tables, and the steps of every procedure."""
    steps = set()
    for path in (ROOT / "core/procedures").glob("*.toml"):
        steps |= {one["name"] for one in tomllib.loads(path.read_text("utf-8"))["verbs"]}
    return steps | set(wording._HAPPENED) | set(HAPPENINGS) | set(HAPPENED)


def test_every_event_that_a_room_records_has_words() -> None:
    known = told()
    bare = {
        (verb, where)
        for verb, where in recorded()
        if not (
            any(one.startswith(verb[:-1]) for one in known) if verb.endswith("*") else verb in known
        )
    }
    assert not bare, f"give these words in commonward/doors/desk/happenings.py: {sorted(bare)}"


def test_no_event_has_words_that_nothing_records() -> None:
    made = {verb for verb, _where in recorded()}
    gaps = tuple(verb[:-1] for verb in made if verb.endswith("*"))
    assert not {one for one in HAPPENINGS if one not in made and not one.startswith(gaps)}


@pytest.mark.parametrize("verb", ["risk_answered", "alliance_minutes", "duty_soon"])
def test_the_reader_finds_what_is_recorded(verb: str) -> None:
    """Otherwise the guard would pass by finding nothing."""
    assert any(one.rstrip("*") in (verb, "alliance_duty_") for one, _where in recorded())
