"""Bring a table of answers in (知识库导入): looked at first, then written whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from commonward.cases.actions.answers import add_answer, change_answer
from commonward.cases.queries.answers import AnswerLine, all_answers
from commonward.cases.queries.texts import require_editor
from commonward.core.knowledge.sheet import Fault, Line
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.models import Team


@dataclass(frozen=True, slots=True)
class Brought:
    """What a table does: the questions that are new or changed, how many stay, what is wrong."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    faults: tuple[Fault, ...]


def import_answers(actor: Actor, lines: Sequence[Line], at: datetime, *, look: bool) -> Brought:
    """Write the lines, or only `look` at what they would do. Raises Forbidden.

    Where one is faulty nothing is written. A changed public answer waits to be checked again.
    """
    refuse_onlooker(actor)
    require_editor(actor, "edit_answers", "")
    teams = dict(Team.objects.filter(active=True).values_list("code", "pk"))
    codes = {pk: code for code, pk in teams.items()}
    there = {line.id: line for line in all_answers(actor, at)}
    new, changed, same, faults = [], [], 0, []
    by_row: dict[int, int] = {}
    with transaction.atomic():
        for line in lines:
            try:
                with transaction.atomic():
                    before = _before(line, there)
                    if before is None:
                        by_row[line.row] = _added(actor, line, at, teams, by_row)
                        new.append(line.question)
                    elif line_of(before, codes) == _compared(line, before):
                        same += 1
                    else:
                        _changed(actor, line, before, at, teams)
                        changed.append(line.question)
            except Refusal as refusal:
                faults.append(Fault(line.row, refusal))
        if look or faults:
            transaction.set_rollback(True)
    return Brought(tuple(new), tuple(changed), same, tuple(faults))


def line_of(answer: AnswerLine, codes: dict[int, str]) -> Line:
    """An answer as a line of the table; `codes` are the teams' by their ids."""
    return Line(
        answer.id, answer.group if answer.group != answer.id else None, None, answer.area,
        answer.language, answer.category, answer.question, answer.words, answer.keywords,
        answer.sources, _last_day(answer.valid_until), answer.public,
        codes.get(answer.team or 0, ""),
    )  # fmt: skip


def end_of(day: date | None) -> datetime | None:
    """The moment at which a last day is over, in the site's zone."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _last_day(until: datetime | None) -> date | None:
    return None if until is None else (timezone.localtime(until) - timedelta(seconds=1)).date()


def _before(line: Line, there: dict[int, AnswerLine]) -> AnswerLine | None:
    if line.id is None:
        return None
    if line.id not in there:
        raise Missing(N_("There is no such answer."), field="id")
    return there[line.id]


def _compared(line: Line, before: AnswerLine) -> Line:
    """Where an answer belongs is not changed by a table."""
    kept = line_of(before, {})
    return Line(
        line.id, kept.of, None, kept.area, kept.language, kept.category,
        " ".join(line.question.split()), line.answer, line.keywords, line.sources,
        line.valid_until, line.public, line.team,
    )  # fmt: skip


def _team(line: Line, teams: dict[str, int]) -> int | None:
    if line.team and line.team not in teams:
        raise Invalid(N_("There is no team with the code “{code}”."), code=line.team[:40], field="team")  # fmt: skip
    return teams.get(line.team)


def _added(
    actor: Actor, line: Line, at: datetime, teams: dict[str, int], by_row: dict[int, int]
) -> int:
    of = line.of
    if line.of_row is not None:
        if line.of_row not in by_row:
            raise Invalid(N_("Row {row} is no new answer above this one."), row=line.of_row, field="of")  # fmt: skip
        of = by_row[line.of_row]
    made = add_answer(
        actor, line.question, line.answer, at, language=line.language, category=line.category,
        keywords=line.keywords, sources=line.sources, valid_until=end_of(line.valid_until),
        public=line.public, of=of, area=line.area, team=_team(line, teams),
    )  # fmt: skip
    return made.pk


def _changed(
    actor: Actor, line: Line, before: AnswerLine, at: datetime, teams: dict[str, int]
) -> None:
    change_answer(
        actor, before.id, line.question, line.answer, at, version=before.version,
        keywords=line.keywords, sources=line.sources, valid_until=end_of(line.valid_until),
        public=line.public, team=_team(line, teams),
    )  # fmt: skip
