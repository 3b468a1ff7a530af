"""The month's review (月月考): opened, reported, checked by others, scored, notified, ended."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonward.cases.actions import Said, act, open_case
from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case
from commonward.core.indicators.windows import window
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.targets import course, scoring
from commonward.core.targets.table_cells import PLACES, amount
from commonward.insight.queries.measuring import book_in_force, figures_of
from commonward.programmes.access_plans import (
    REVIEW,
    WORKS,
    parts_of,
    require_keeper,
    works_for,
)
from commonward.programmes.actions.council_rules import file_under
from commonward.programmes.models import Milestone, MonthlyReview, Plan, ReviewLine, Target
from commonward.programmes.queries.plan_lines import plain

ROOM = "programmes"
LONGEST_WORDS = 2_000
_PER = {"min": 60, "minutes": 60, "分钟": 60, "h": 3600, "hours": 3600, "小时": 3600,
        "days": 86_400, "天": 86_400}  # fmt: skip
"""What an indicator's seconds are told in."""


def month_end(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def shapes_of(targets: Iterable[Target]) -> dict[int, course.Shape]:
    """What is wanted of each of these targets, for reckoning (1 query)."""
    rows = list(targets)
    marks: dict[int, list[course.Milestone]] = defaultdict(list)
    plans = {one.plan_id for one in rows}
    found = Milestone.objects.filter(target__plan__in=plans).order_by("due")
    for target, due, value in found.values_list("target_id", "due", "value"):
        marks[target].append(course.Milestone(due, value))
    return {
        one.pk: course.Shape(
            one.direction, one.baseline, one.wanted, one.begins, one.due, marks[one.pk]
        )
        for one in rows
    }


def open_review(plan: Plan, month: date, actor: Actor, at: datetime) -> MonthlyReview:
    """Open the review of a month that is over, with a line for each target that runs in it.

    Targets with an indicator get their value at once, from the record of cases. Opened again
    nothing is added. Raises Forbidden, Refusal (too early, not in force).
    """
    refuse_onlooker(actor)
    require_keeper(actor, plan)
    month = month.replace(day=1)
    last = month_end(month)
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("area").get(pk=plan.pk)
        known = MonthlyReview.objects.select_related("case").filter(plan=plan, month=month).first()
        if known is not None:
            return known
        if plan.state != "in_force":
            raise Refusal(N_("Only a plan in force is reviewed."), code="stage")
        if timezone.localdate(at) <= last or last < plan.begins or month > plan.ends:
            raise Refusal(N_("The month is not over, or lies outside the plan."), code="early")
        targets = [
            one
            for one in Target.objects.filter(plan=plan, dropped="", begins__lte=last)
            if not _finished(one, month)
        ]
        values = values_by_indicator({t.formula for t in targets if t.formula}, month, at)
        report = open_case(
            REVIEW, Said(channel="counter"), at, actor=actor, origin="grid", public=False, room=ROOM
        )
        if plan.area is not None:
            # Whoever keeps the programmes of this area moves its months; a case of no place is the
            # whole site's.
            file_under(report.case, plan.area)
        review = MonthlyReview.objects.create(case=report.case, plan=plan, month=month)
        shapes = shapes_of(targets)
        ReviewLine.objects.bulk_create(
            _line(review, one, shapes[one.pk], last, values, at) for one in targets
        )
    return review


def _finished(target: Target, month: date) -> bool:
    """Reached and its day past before the month began: there is nothing left to report."""
    if target.value is None or target.due >= month or target.direction == course.BELOW:
        return target.due < month and target.value is not None and target.direction == course.BELOW
    shape = course.Shape(
        target.direction, target.baseline, target.wanted, target.begins, target.due
    )
    return course.share(shape, target.value) == 1


def _line(
    review: MonthlyReview, target: Target, shape: course.Shape, last: date,
    values: Mapping[str, tuple[Decimal, str] | None], at: datetime,
) -> ReviewLine:  # fmt: skip
    owed = course.planned(shape, last)
    line = ReviewLine(
        review=review,
        target=target,
        owed=(Decimal(owed.numerator) / Decimal(owed.denominator)).quantize(PLACES),
    )
    _fill(line, values, at)
    return line


def _fill(line: ReviewLine, values: Mapping[str, tuple[Decimal, str] | None], at: datetime) -> None:
    target = line.target
    found = values.get(target.formula) if target.formula else None
    if found is not None:
        line.own = line.counted = in_unit(found[0], found[1], target.unit_en or target.unit)
        line.verdict, line.reported_at, line.checked_at = "confirmed", at, at


def values_by_indicator(
    names: Iterable[str], month: date, at: datetime
) -> dict[str, tuple[Decimal, str] | None]:
    """Each indicator's value of a month with its unit; None where it has nothing to stand on."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    book = book_in_force(at)
    known = [name for name in wanted if name in book.indicators]
    span = window("month", month, settings.SITE_ZONE)
    found: dict[str, tuple[Decimal, str] | None] = dict.fromkeys(wanted)
    try:
        told = figures_of(known, [span], at=at, book=book)[span].get((), {}) if known else {}
    except Refusal:
        # The figures are being prepared: they are asked for again when the reporting ends.
        return found
    for name in known:
        figure = told.get(name)
        if figure is not None and figure.value is not None:
            found[name] = (Decimal(repr(float(figure.value))), str(book.indicators[name].unit))
    return found


def in_unit(value: Decimal, unit: str, wanted: str) -> Decimal:
    """A share as percent, seconds as minutes, hours or days, where the target is told so."""
    if unit.endswith("share") and wanted in ("%", "％"):
        value *= 100
    elif unit.endswith("seconds") and wanted in _PER:
        value /= _PER[wanted]
    return value.quantize(PLACES)


def report_line(
    number: str, target: int, value: str, words: str, actor: Actor, at: datetime
) -> ReviewLine:
    """The owner's word for the month (自报): the value reached, and what there is to say.

    A target with an indicator takes words only. Raises Forbidden for other teams, Refusal outside
    the stage, Invalid.
    """
    with transaction.atomic():
        case, line = line_of(number, target, actor, "reporting")
        parts = parts_of(target)
        team = works_for(actor, parts["owner"], line.review.plan, "report_target")
        if team is None:
            raise Forbidden(N_("Only the team that owns the target reports it."))
        check_words(words)
        if line.target.formula:
            if value.strip():
                raise Invalid(
                    N_("This value comes from the record of cases; you can only comment on it."),
                    field="value",
                )
        else:
            line.own = amount(value, "value")
        at = in_order(case, at)
        line.words, line.by_id, line.by_team_id, line.reported_at = (
            words.strip(), actor.account, team, at,
        )  # fmt: skip
        line.save(update_fields=["own", "words", "by", "by_team", "reported_at"])
        note(case, "target_reported", line, actor, at, team)
    return line


def check_line(
    number: str, target: int, verdict: str, value: str, words: str, actor: Actor, at: datetime
) -> ReviewLine:
    """Another team's look at it (核验): confirmed, corrected with a value, or refused with words.

    Raises Forbidden for the owner's and the partners' people, whatever other team they are in, and
    for whoever reported.
    """
    with transaction.atomic():
        case, line = line_of(number, target, actor, "checking")
        parts = parts_of(target)
        team = works_for(actor, parts["checker"], line.review.plan, "check_target")
        if team is None or line.target.formula:
            raise Forbidden(N_("Only the team that was named for it checks this target."))
        if actor.teams & (parts["owner"] | parts["partner"]) or actor.account == line.by_id:
            raise Forbidden(N_("Nobody checks their own target."))
        check_words(words)
        if line.own is None:
            raise Refusal(N_("Nothing was reported, so there is nothing to check."), code="stage")
        if verdict not in ("confirmed", "corrected", "refused"):
            raise Invalid(N_("Choose one of the list."), field="verdict")
        if verdict != "confirmed" and not words.strip():
            raise Invalid(N_("Say why."), field="words")
        line.counted = None
        if verdict != "refused":
            line.counted = amount(value, "value") if verdict == "corrected" else line.own
        at = in_order(case, at)
        line.verdict, line.check_words = verdict, words.strip()
        line.checker_id, line.checker_team_id, line.checked_at = actor.account, team, at
        line.save(update_fields=["verdict", "counted", "check_words", "checker", "checker_team",
                                 "checked_at"])  # fmt: skip
        note(case, "target_checked", line, actor, at, team)
    return line


def begin_check(number: str, actor: Actor, at: datetime, *, version: int | None = None) -> Case:
    """End the reporting; what was not reported stays unreported and is told so.

    An indicator that had no figure when the review was opened is asked once more.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        case = act(number, "begin_check", actor, at, {}, version=version, room=ROOM)
        review = _review(case)
        lines = list(
            ReviewLine.objects.filter(review=review, counted=None)
            .exclude(target__formula="")
            .select_related("target")
        )
        values = values_by_indicator({one.target.formula for one in lines}, review.month, at)
        for line in lines:
            _fill(line, values, at)
        ReviewLine.objects.bulk_update(
            lines, ["own", "counted", "verdict", "reported_at", "checked_at"], batch_size=200
        )
    return case


def reckon(number: str, actor: Actor, at: datetime, *, version: int | None = None) -> Case:
    """Score every line by the formula in force, and carry the checked values to the targets.

    What was reported but not checked keeps the review from being scored. Raises Refusal.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        case = act(number, "reckon", actor, at, {}, version=version, room=ROOM)
        review = _review(case)
        lines = list(ReviewLine.objects.filter(review=review).select_related("target"))
        open_ = sum(line.own is not None and not line.verdict for line in lines)
        if open_:
            raise Refusal(
                N_("{count} reported values were not checked yet."), count=open_, code="waits"
            )
        shapes = shapes_of(line.target for line in lines)
        last = month_end(review.month)
        for line in lines:
            score_line(line, shapes[line.target_id], last)
        ReviewLine.objects.bulk_update(lines, ["score", "why", "formula"], batch_size=500)
        carry(lines, last)
    return case


def score_line(line: ReviewLine, shape: course.Shape, last: date) -> None:
    """Put the score and its reason on a line; nothing is saved."""
    found = scoring.score(shape, line.counted, last, refused=line.verdict == "refused")
    line.score, line.why, line.formula = found.points, found.why, scoring.FORMULA


def carry(lines: Iterable[ReviewLine], last: date) -> None:
    """The newest checked value of each target."""
    moved = []
    for line in lines:
        target = line.target
        if line.counted is not None and (target.value_on is None or target.value_on <= last):
            target.value, target.value_on = line.counted, last
            moved.append(target)
    Target.objects.bulk_update(moved, ["value", "value_on"], batch_size=500)


def notify(
    number: str, words: str, actor: Actor, at: datetime, *, version: int | None = None
) -> Case:
    """Give notice of the scores (通报) with some words of the office."""
    refuse_onlooker(actor)
    check_words(words)
    with transaction.atomic():
        case = act(number, "notify", actor, at, {}, version=version, room=ROOM)
        MonthlyReview.objects.filter(pk=case.pk).update(notice=words.strip(), notified_at=at)
    return case


def end_review(number: str, actor: Actor, at: datetime, *, version: int | None = None) -> Case:
    """End the month; an appeal that nobody decided keeps it open. Raises Refusal."""
    refuse_onlooker(actor)
    with transaction.atomic():
        case = act(number, "end_review", actor, at, {}, version=version, room=ROOM)
        waiting = ReviewLine.objects.filter(
            review_id=case.pk, appealed_at__isnull=False, decided_at=None
        ).count()
        if waiting:
            raise Refusal(N_("{count} appeals were not decided yet."), count=waiting, code="waits")
    return case


def _review(case: Case) -> MonthlyReview:
    found = MonthlyReview.objects.select_related("plan__area").filter(pk=case.pk).first()
    if found is None:
        raise Missing(N_("There is no review {number}."), number=case.number)
    return found


def line_of(number: str, target: int, actor: Actor, stage: str) -> tuple[Case, ReviewLine]:
    """The locked case and its line, in the stage in which this is done."""
    refuse_onlooker(actor)
    case = locked(number)
    review = _review(case)
    if case.stage != stage:
        raise Refusal(N_("The review is at another stage now."), code="stage")
    line = ReviewLine.objects.select_related("target").filter(review=review, target=target).first()
    if line is None:
        raise Missing(N_("This target is not in this month's review."))
    line.review = review
    return case, line


def note(
    case: Case, verb: str, line: ReviewLine, actor: Actor, at: datetime, team: int | None
) -> None:
    """Record on the month's case what was done with a line."""
    touch(case, at)
    value = line.counted if verb != "target_reported" else line.own
    role = next((right.role for right in actor.rights if right.role in WORKS), actor.role)
    data = {"target": line.target_id, "value": None if value is None else f"{plain(value):f}"}
    if verb == "target_checked":
        data["verdict"] = line.verdict
    record(case, verb, at, actor, role=role, team=team, data=data)


def check_words(words: str) -> None:
    """Raises Invalid for what is no text of bearable length."""
    if len(words) > LONGEST_WORDS or "\x00" in words:
        raise Invalid(N_("At most {most} characters are taken."), most=LONGEST_WORDS, field="words")
