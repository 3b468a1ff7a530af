"""Take over months of a plan that were reviewed before this system had them (历史月份)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from commonward.cases.models import Case, Event, Report
from commonward.cases.queries.reference import book
from commonward.core.numbers import new_numbers
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.core.targets.course import planned
from commonward.core.targets.table_cells import PLACES
from commonward.programmes.access_plans import REVIEW, require_keeper
from commonward.programmes.actions.planning import PROCEDURE
from commonward.programmes.actions.reviewing import month_end, score_line, shapes_of
from commonward.programmes.models import MonthlyReview, Plan, ReviewLine, Target, TargetTeam

SOURCE = "earlier-reviews"
_STEPS = ("begin_check", "reckon", "notify", "end_review")


@dataclass(frozen=True, slots=True)
class PastLine:
    """What was reported and found of one target; None where nothing was reported."""

    own: Decimal | None
    found: Decimal | None = None
    words: str = ""
    check_words: str = ""


def take_over_month(
    plan: Plan, month: date, lines: Mapping[int, PastLine], steps: Mapping[str, datetime],
    actor: Actor = SYSTEM, *, notice: str = "",
) -> MonthlyReview:  # fmt: skip
    """Write a month that has ended, with each step's moment; scored by the formula in force.

    `steps` names the moment of "opened" and of each step to the end. Raises Forbidden, Invalid.
    """
    refuse_onlooker(actor)
    require_keeper(actor, plan)
    if set(steps) != {"opened", *_STEPS}:
        raise Invalid(
            N_("Give the moment of each step, from its opening to its end."), field="steps"
        )
    known = book()
    version, procedure = known.procedure_in_force(PROCEDURE)
    last = month_end(month)
    with transaction.atomic():
        there = MonthlyReview.objects.filter(plan=plan, month=month).first()
        if there is not None:
            return there
        case = _case(plan, month, version, known.category(REVIEW).id, steps)
        stages = [procedure.start, *(procedure.verbs[verb].to for verb in _STEPS)]
        _events(case, stages, steps)
        review = MonthlyReview.objects.create(
            case=case, plan=plan, month=month, notice=notice, notified_at=steps["notify"]
        )
        targets = list(Target.objects.filter(pk__in=lines, plan=plan))
        shapes = shapes_of(targets)
        parts = {
            (target, part): team
            for target, team, part in TargetTeam.objects.filter(target__plan=plan).values_list(
                "target_id", "team_id", "part"
            )
        }
        made, moved = [], []
        for one in targets:
            given = lines[one.pk]
            owed = planned(shapes[one.pk], last)
            line = ReviewLine(
                review=review, target=one, words=given.words, check_words=given.check_words,
                owed=(Decimal(owed.numerator) / Decimal(owed.denominator)).quantize(PLACES),
            )  # fmt: skip
            if given.own is not None:
                line.own, line.by_team_id = given.own, parts.get((one.pk, "owner"))
                line.reported_at = steps["begin_check"] - timedelta(hours=5)
                line.counted = given.own if given.found is None else given.found
                line.verdict = "confirmed" if given.found is None else "corrected"
                line.checker_team_id = parts.get((one.pk, "checker"))
                line.checked_at = steps["reckon"] - timedelta(hours=5)
            score_line(line, shapes[one.pk], last)
            made.append(line)
            if line.counted is not None and (one.value_on is None or one.value_on <= last):
                one.value, one.value_on = line.counted, last
                moved.append(one)
        ReviewLine.objects.bulk_create(made, batch_size=500)
        Target.objects.bulk_update(moved, ["value", "value_on"], batch_size=200)
    return review


def take_over_reports(
    review: MonthlyReview, lines: Mapping[int, PastLine], at: datetime, actor: Actor = SYSTEM
) -> int:
    """What was reported elsewhere for a month that is open here; checks follow here."""
    refuse_onlooker(actor)
    require_keeper(actor, review.plan)
    owners = dict(
        TargetTeam.objects.filter(target__in=list(lines), part="owner").values_list(
            "target_id", "team_id"
        )
    )
    rows = list(ReviewLine.objects.filter(review=review, target__in=list(lines), own=None))
    for line in rows:
        given = lines[line.target_id]
        line.own, line.words, line.by_team_id = given.own, given.words, owners.get(line.target_id)
        line.reported_at = at if given.own is not None else None
    ReviewLine.objects.bulk_update(rows, ["own", "words", "by_team", "reported_at"], batch_size=200)
    return len(rows)


def _case(
    plan: Plan, month: date, version: int, category: int, steps: Mapping[str, datetime]
) -> Case:
    number = new_numbers(1)[0]
    ended = steps["end_review"]
    area = plan.area
    case = Case.objects.create(
        number=number, procedure_id=version, stage="ended", is_open=False, version=len(_STEPS) + 1,
        category_id=category, grade="ordinary", area=area, area_path=area.path if area else "",
        opened_at=steps["opened"], stage_since=ended, changed_at=ended, closed_at=ended,
        outcome="answered", source=SOURCE, source_ref=f"{plan.code} {month:%Y-%m}", public=False,
    )  # fmt: skip
    Report.objects.create(
        number=number, case=case, channel="import", received_at=steps["opened"], answered_at=ended,
        public=False,
    )  # fmt: skip
    return case


def _events(case: Case, stages: list[str], steps: Mapping[str, datetime]) -> None:
    now = datetime.now(UTC)
    first = Event(
        case=case, at=steps["opened"], written_at=now, verb="opened", to_stage=stages[0],
        role="programme_officer", data={"channel": "import"},
    )  # fmt: skip
    rest = [
        Event(
            case=case, at=steps[verb], written_at=now, verb=verb, from_stage=before, to_stage=after,
            role="programme_officer",
        )
        for verb, before, after in zip(_STEPS, stages[:-1], stages[1:], strict=True)
    ]  # fmt: skip
    Event.objects.bulk_create([first, *rest])
