"""Categories, areas and teams as people write them in a filter: chosen, named, or by their code."""

from collections.abc import Iterable, Mapping

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import APART
from commonward.doors.look.showing import named
from commonward.people.queries.names import teams_to_choose

KINDS: Mapping[str, str] = {
    "category": "category",
    "area": "area",
    "team": "team",
    "handling_team": "team",
}
"""By the name of a field, what is chosen in it."""
BETWEEN = " · "
_MOST_TOLD = 5

Known = Iterable[tuple[str, str, str]]
"""Code, name, English name."""


def written(code: str, name: str) -> str:
    """How a choice stands in its field: the name for people, the code for what is like it."""
    return f"{name}{BETWEEN}{code}"


def code_of(field: str, text: str, marks: Mapping[str, int]) -> str:
    """The code that was meant: a choice of the list, a code (or its beginning), or a name.

    A part of a name is enough where only one has it. Raises Invalid where several or none do.
    """
    known = {code: (name, english) for code, name, english in _known(KINDS[field], marks)}
    last = text.rpartition(BETWEEN.strip())[2].strip()
    for code in (text, last):
        if code in known:
            return code
    if text.isascii() and text.isdecimal():
        return text
    wanted = text.casefold()
    names = {code: tuple(n.casefold() for n in both) for code, both in known.items()}
    meant = [code for code, both in names.items() if wanted in both]
    meant = meant or [c for c, both in names.items() if any(wanted in name for name in both)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        told = [written(code, named(*known[code])) for code in meant[:_MOST_TOLD]]
        raise Invalid(
            N_("Several are called “{given}”: {names}. Choose one of them."),
            field=field,
            given=text,
            names=", ".join(told) + (" …" if len(meant) > _MOST_TOLD else ""),
        )
    if text.isascii() and text.isalnum():
        return text  # a code that is in no list: of a grid, or the beginning of several
    raise Invalid(N_("Nothing here is called “{given}”."), field=field, given=text)


def shown_as(field: str, code: str, marks: Mapping[str, int]) -> str:
    """A code as it stands in its field; itself where no list has it."""
    for one, name, english in _known(KINDS[field], marks):
        if one == code:
            return written(code, named(name, english))
    return code


def _known(kind: str, marks: Mapping[str, int]) -> Known:
    if kind == "category":
        return (
            (c.code, c.name, c.name_en)
            for c in book(marks).categories.values()
            if c.active and not c.code.startswith(APART)
        )
    if kind == "area":
        return ((p.code, p.name, p.name_en) for p in areas_to_choose(marks))
    return ((t.code, t.name, t.name_en) for t in teams_to_choose(marks).values())
