"""The answers that a person and their teams keep (本部门维护的答复), with what each needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.cases.queries.answers import AnswerLine, both
from commonward.cases.queries.texts import may_edit, require_staff
from commonward.core.rights import Actor

REMINDED = timedelta(days=14)
"""So long before an answer ends its owner is reminded."""
SOURCE_OLD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer and what it needs: expired, ending, check, returned, source, language."""

    line: AnswerLine
    needs: tuple[str, ...]


def keeps(actor: Actor, line: AnswerLine) -> bool:
    """Whether it is this person's own, or one of their teams'."""
    return (actor.account is not None and line.owner == actor.account) or line.team in actor.teams


def kept_answers(actor: Actor, at: datetime) -> tuple[Kept, ...]:
    """The answers this person and their teams keep, those that need something first; no query
    while nothing changed. Raises Forbidden."""
    require_staff(actor)
    base = both().office
    found = [
        Kept(line, needs_of(line, base.groups[line.group], at))
        for line in base.lines
        if line.active and keeps(actor, line)
    ]
    return tuple(sorted(found, key=lambda one: (not one.needs, one.line.question)))


def needs_of(line: AnswerLine, group: tuple[AnswerLine, ...], at: datetime) -> tuple[str, ...]:
    """What an answer needs now, the most pressing first."""
    told = {
        "expired": not line.valid(at),
        "ending": line.valid(at) and ends_soon(line, at),
        "returned": bool(line.returned),
        "check": line.waits,
        "source": not any(s.checked and at.date() - s.checked < SOURCE_OLD for s in line.sources),
        "language": all(
            one.language == line.language for one in group if one.area == line.area and one.active
        ),
    }
    return tuple(name for name, needed in told.items() if needed)


def ends_soon(line: AnswerLine, at: datetime) -> bool:
    """Whether it will expire within the time of reminding."""
    return line.valid_until is not None and line.valid_until - at <= REMINDED


def to_check(actor: Actor, at: datetime) -> tuple[AnswerLine, ...]:
    """What waits for this person to check it: written by somebody else, the oldest first."""
    require_staff(actor)
    waiting = [
        line
        for line in both().office.lines
        if line.waits
        and line.by != actor.account
        and (keeps(actor, line) or may_edit(actor, "edit_answers", line.category))
    ]
    return tuple(sorted(waiting, key=lambda line: (line.at, line.id)))


def reminders(actor: Actor, at: datetime) -> Mapping[str, int]:
    """How many answers want something of this person, by what: for the first page of the desk."""
    kept = kept_answers(actor, at)
    return {
        "expired": sum("expired" in one.needs for one in kept),
        "ending": sum("ending" in one.needs for one in kept),
        "returned": sum("returned" in one.needs for one in kept),
        "check": len(to_check(actor, at)),
    }
