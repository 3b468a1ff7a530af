"""What the filters offer to choose from; made once for each language and state of the site."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.queries.board import stages_of
from commonward.cases.queries.reference import book
from commonward.core.rights import APART
from commonward.doors.desk.naming import written
from commonward.doors.desk.rows import GRADE_WORDS, ORIGIN_WORDS
from commonward.doors.look.showing import language, named, said
from commonward.people.queries.names import teams_to_choose

Choice = tuple[str, str]
"""What is sent, and what is read."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of each filter; grids' teams are left out of `teams` and named by their code."""

    stages: tuple[Choice, ...]
    grades: tuple[Choice, ...]
    origins: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    teams: tuple[Choice, ...]
    areas: tuple[Choice, ...]
    lists: SafeString
    """The three long ones as lists of suggestions, ready to be written."""


_lock = Lock()
_kept: dict[str, tuple[Mapping[str, int], Choices]] = {}


def choices(marks: Mapping[str, int]) -> Choices:
    """The choices in the reader's language (no query while nothing was changed)."""
    reader = language()
    kept = _kept.get(reader)
    if kept is not None and kept[0] == marks:
        return kept[1]
    made = _made(marks)
    with _lock:
        _kept[reader] = (dict(marks), made)
    return made


def _made(marks: Mapping[str, int]) -> Choices:
    known = book(marks)
    # Disputes are not in these lists: what only they have is not offered either.
    followed = {c.procedure for c in known.categories.values() if not c.code.startswith(APART)}
    procedures = [p for p in known.procedures.values() if p.name in followed]
    procedures.sort(key=lambda p: -len(p.stages))  # the longest one's order and names lead
    stages = {name: said(title) for name, title in stages_of(known).items()}
    for stage in (s for p in procedures for s in p.stages.values() if s.ends):
        stages.setdefault(stage.name, said(stage.title))
    grades = list(dict.fromkeys(grade for p in procedures for grade in p.grades))
    categories = sorted(
        (c for c in known.categories.values() if not c.code.startswith(APART)),
        key=lambda c: c.code,
    )
    teams = tuple(
        (t.code, named(t.name, t.name_en))
        for t in teams_to_choose(marks).values()
        if t.kind != "grid"
    )
    areas = tuple((p.code, named(p.name, p.name_en)) for p in areas_to_choose(marks))
    codes = tuple((c.code, named(c.name, c.name_en)) for c in categories if c.active)

    def long(given: tuple[Choice, ...]) -> list[Choice]:
        return [(code, written(code, name)) for code, name in given]

    return Choices(
        stages=tuple(stages.items()),
        grades=tuple((grade, str(GRADE_WORDS.get(grade, grade))) for grade in grades),
        origins=tuple((origin, str(words)) for origin, words in ORIGIN_WORDS.items()),
        categories=codes,
        teams=teams,
        areas=areas,
        lists=render_to_string(
            "desk/parts/datalists.html",
            {"categories": long(codes), "teams": long(teams), "areas": long(areas)},
        ),
    )
