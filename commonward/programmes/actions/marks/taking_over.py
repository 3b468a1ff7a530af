"""Take over marks that were given, refused or contested before this system had them, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from commonward.areas.models import Area
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.marks import contesting
from commonward.programmes.actions.marks.deciding import begin
from commonward.programmes.actions.marks.frame import note, opened, said, step
from commonward.programmes.actions.marks.nominating import Bearer, nominate, show
from commonward.programmes.models import Mark, MarkCheck
from commonward.programmes.queries.marks import checks_of, read_kind

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as the paper before had it: the value as told and how many answers lie under it."""

    value: float
    under: int | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the paper before says of one mark. `unmet` are numbers of criteria.

    `days` are the first and last day where they are others than from the decision on. An `appeal`
    is what the office wrote, `verdict` what was answered and `upheld` how.
    """

    kind: str
    bearer: Bearer
    office: int
    checker: int
    at: datetime
    shown: Sequence[str]
    why: str
    why_en: str
    found: str
    unmet: Sequence[int] = ()
    figures: Sequence[Figure] = ()
    days: tuple[date, date] | None = None
    appeal: str = ""
    verdict: str = ""
    verdict_en: str = ""
    upheld: bool | None = None


def take_over(given: Earlier) -> Mark:
    """Write one down with all its steps: given where nothing is unmet, else refused.

    Raises Missing, Invalid, Refusal.
    """
    if given.checker == given.office:
        raise Invalid(N_("Choose a team that is not the office itself."), field="team")
    with transaction.atomic():
        at = given.at
        found = nominate(given.kind, given.bearer, given.office, SYSTEM, at)
        number = found.case.number
        sorts = [one.kind for one in read_kind(found.version).criteria]
        words = iter(given.shown)
        for place, sort in enumerate(sorts, 1):
            if sort == "evidence":
                show(number, place, next(words), SYSTEM, at + _HOUR)
        found, at = opened(number, SYSTEM, at + 24 * _HOUR, "nominated")
        found.checker_id = given.checker
        found.save(update_fields=["checker"])
        step(found, "send", SYSTEM, at)
        at += 72 * _HOUR
        _checked(found, given, at)
        step(found, "look", SYSTEM, at)
        step(found, "put", SYSTEM, at + _HOUR)
        at += 72 * _HOUR
        good = not given.unmet
        step(found, "give" if good else "refuse", SYSTEM, at, {"reason": given.why})
        found.decision, found.decided_at = "given" if good else "refused", at
        found.why, found.why_en = said("why", given.why), said("why_en", given.why_en)
        if good:
            begin(found, at)
            if given.days is not None:
                found.valid_from, found.valid_until = given.days
        found.save()
        note(found, "taken_over", SYSTEM, at)
        if given.appeal:
            contesting.appeal(number, given.appeal, SYSTEM, at + 48 * _HOUR)
        if given.upheld is not None:
            contesting.decide_appeal(
                number, given.verdict, SYSTEM, at + 96 * _HOUR, upheld=given.upheld,
                reason_en=given.verdict_en,
            )  # fmt: skip
    return found


def area_of(code: str) -> int:
    """The id of the area with this code, for a table that names codes. Raises Invalid."""
    found = Area.objects.filter(code=code, valid_until=None).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid(N_("There is no area {code}."), code=code, field="area")
    return found


def _checked(found: Mark, given: Earlier, at: datetime) -> None:
    criteria = read_kind(found.version).criteria
    figures = iter(given.figures)
    rows = checks_of(found)
    for row in rows:
        criterion = criteria[row.number - 1]
        row.met, row.checked_at = row.number not in given.unmet, at
        if criterion.kind == "figure":
            told = next(figures)
            row.value, row.under = told.value, told.under
            continue
        row.team_id, row.note = given.checker, said("found", given.found)
        lines = len(criterion.items)
        row.ticked = list(range(1, lines + 1 if row.met else lines))
    MarkCheck.objects.bulk_update(
        rows, ["met", "checked_at", "value", "under", "team", "note", "ticked"]
    )
