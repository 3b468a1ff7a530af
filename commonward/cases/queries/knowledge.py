"""What residents read of the knowledge base: the checked versions that are still valid (公开知识库)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from commonward.areas.queries.paths import paths_of
from commonward.cases.queries.answers import AnswerLine, Base, both, nearest
from commonward.core.knowledge.differing import Difference, differences
from commonward.people.queries import revisions

MOST_SHORT = 3
_SHORT = 160
_LONGEST_ASKED = 200


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How it is in another area ("": everywhere else); `differ` is empty where it cannot be
    compared, because it is in another language."""

    line: AnswerLine
    differ: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as one resident reads it: for their area, in their language where there is one."""

    line: AnswerLine
    other_language: bool
    """There is none in the language that was asked for."""
    languages: tuple[AnswerLine, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, slots=True)
class Short:
    """An answer in a few words, for a conversation, and the address of the whole."""

    id: int
    question: str
    words: str
    language: str
    address: str


def public_answers(
    area: str, language: str, at: datetime, *, marks: Mapping[str, int] | None = None
) -> tuple[Told, ...]:
    """Each answer once, as it holds in this area ("" for none), by kind and question."""
    base, path = both(marks).residents, path_of(area, marks)
    told = [_told(base, group, path, language, at) for group in base.groups]
    return tuple(
        sorted((one for one in told if one), key=lambda one: (one.line.category, one.line.question))
    )


def public_matching(
    words: str, area: str, language: str, at: datetime, *, most: int = 20,
    marks: Mapping[str, int] | None = None,
) -> tuple[Told, ...]:  # fmt: skip
    """The public answers that fit what somebody asks, the best first, each with what matched.

    A question in either language finds an answer in both: the one that is told is in `language`.
    """
    base, path = both(marks).residents, path_of(area, marks)
    found: dict[int, Told] = {}
    for one in base.index.find(
        words[:_LONGEST_ASKED], 4 * most, lambda place: base.lines[place].valid(at)
    ):
        group = base.lines[one.place].group
        if group in found:
            continue
        told = _told(base, group, path, language, at)
        if told is not None:
            found[group] = replace(told, line=replace(told.line, because=one.because))
        if len(found) >= most:
            break
    return tuple(found.values())


def public_answer(
    answer: int, area: str, language: str, at: datetime, *, marks: Mapping[str, int] | None = None
) -> Told | None:
    """One answer for everybody: the variant of its number, or the one that holds in `area`.

    None where residents do not read it, or not any more.
    """
    base = both(marks).residents
    line = base.by_id.get(answer)
    if line is None or not line.valid(at):
        return None
    valid = _valid(base, line.group, at)
    if area:
        chosen = nearest(valid, path_of(area, marks), language) or line
    else:
        same = [one for one in valid if one.area == line.area]
        chosen = next((one for one in same if one.language == language), line)
    return Told(
        chosen,
        chosen.language != language,
        tuple(one for one in valid if one.area == chosen.area and one.id != chosen.id),
        _elsewhere(valid, chosen),
    )


def expired(answer: int, at: datetime) -> bool:
    """Whether residents read this answer until its last day was over."""
    line = both().residents.by_id.get(answer)
    return line is not None and not line.valid(at)


def areas_told_apart(at: datetime, marks: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """The codes of the areas that have an answer of their own."""
    lines = both(marks).residents.lines
    return tuple(sorted({line.area for line in lines if line.area and line.valid(at)}))


def answering(
    words: str, area: str, language: str, at: datetime, *, most: int = MOST_SHORT
) -> tuple[Short, ...]:
    """A few short answers to what somebody asks, with the addresses of the whole ones (智能问答).

    For doors that talk: it reads only, keeps nothing of what was asked, and says nothing rather
    than something that hardly fits. `area` is a code or "", `language` "zh-hans" or "en".
    """
    return tuple(
        Short(
            one.line.id, one.line.question, _shortened(one.line.words), one.line.language,
            f"/answers/{one.line.id}/",
        )
        for one in public_matching(words, area, language, at, most=most)
    )  # fmt: skip


def path_of(area: str, marks: Mapping[str, int] | None = None) -> str:
    """The newest path of an area's code; "" for none."""
    paths = paths_of(area, revisions() if marks is None else marks) if area else ()
    return paths[-1] if paths else ""


def _told(base: Base, group: int, path: str, language: str, at: datetime) -> Told | None:
    valid = _valid(base, group, at)
    chosen = nearest(valid, path, language)
    if chosen is None:
        # All of them are for other areas: it is told for which, on the page.
        chosen = next(
            (one for one in valid if one.language == language), valid[0] if valid else None
        )
    return None if chosen is None else Told(chosen, chosen.language != language)


def _valid(base: Base, group: int, at: datetime) -> list[AnswerLine]:
    return [line for line in base.groups[group] if line.valid(at)]


def _elsewhere(valid: Sequence[AnswerLine], chosen: AnswerLine) -> tuple[Elsewhere, ...]:
    found = []
    for area in dict.fromkeys(line.area for line in valid if line.area != chosen.area):
        of = [line for line in valid if line.area == area]
        line = next((one for one in of if one.language == chosen.language), of[0])
        same = line.language == chosen.language
        found.append(Elsewhere(line, differences(chosen.words, line.words) if same else ()))
    return tuple(found)


def _shortened(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 1].rstrip()}…"
