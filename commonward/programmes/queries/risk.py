"""Reviews of risk as the offices read them, and who may write in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from commonward.areas.queries import calendar, calendar_name_for
from commonward.cases.access import seen_by, visible_case
from commonward.cases.models import Case
from commonward.core.calendars import Limit, Unit
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.core.risk.terms import Terms
from commonward.programmes.models import RiskCondition, RiskQuestion, RiskReview, RiskTerms

CATEGORY = "P-risk"
"""The category under which a review is filed."""
KEEPS = ("programme_officer", "leader")
"""Who keeps the reviews of their area; a handler writes in those of their own team."""
OPEN_TO_WORDS = ("announced", "hearing")
"""The stages in which anybody can ask and object."""
MOST = 200


def terms() -> Terms:
    """The days in force; the product's proposal where the site wrote none."""
    found = RiskTerms.objects.order_by("-number").first()
    return Terms.from_data(found.data) if found is not None else Terms()


def terms_number() -> int:
    """The number of the version in force, 0 for the product's proposal."""
    return RiskTerms.objects.order_by("-number").values_list("number", flat=True).first() or 0


def due_after(case: Case, days: int, at: datetime) -> datetime:
    """The end of so many working days after the day of `at`, by the calendar of the place."""
    limit = Limit(days, Unit.WORK_DAY, whole_days=True)
    known = calendar(calendar_name_for(case.area_path))
    return known.after(Unit.WORK_DAY, known.begins(limit, at), limit.seconds)


def keeps(case: Case, actor: Actor) -> bool:
    """Whether this person may write in this review."""
    if actor.role == "system" or actor.roles_for(KEEPS, "see", case.area_path, CATEGORY):
        return True
    handles = actor.roles_for(("handler",), "see", case.area_path, CATEGORY)
    return bool(handles) and case.team_id in actor.teams


def review_of(number: str, actor: Actor) -> RiskReview:
    """The review with this case's number, if this person may see it. Raises Missing."""
    case = visible_case(number, actor)
    found = RiskReview.objects.select_related("office").filter(pk=case.pk).first()
    if found is None:
        raise Missing(N_("There is no review {number}, or none that you may see."), number=number)
    found.case = case
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A review in the list: what is next due, and how many answers are owed and late."""

    review: RiskReview
    owed: int
    late: int
    next_due: datetime | None


def reviews_for(actor: Actor, at: datetime, *, ended: bool = False) -> Sequence[Line]:
    """The reviews that this person may see, those in work or those that ended, newest first."""
    rows = (
        RiskReview.objects.filter(case__in=Case.objects.filter(seen_by(actor)))
        .filter(case__is_open=not ended)
        .select_related("case", "office")
        .defer("facts", "facts_en", "why", "why_en")
        .annotate(
            owed=Count("questions", filter=Q(questions__answered_at=None)),
            late=Count(
                "questions", filter=Q(questions__answered_at=None, questions__due_at__lt=at)
            ),
            answer_due=Min("questions__due_at", filter=Q(questions__answered_at=None)),
        )
        .order_by("-drafted_at", "-pk")[:MOST]
    )
    dues = dict(
        RiskCondition.objects.filter(review__in=[r.pk for r in rows], done_at=None)
        .values_list("review")
        .annotate(Min("due_at"))
    )
    return [
        Line(
            row,
            row.owed,
            row.late,
            min(
                (d for d in (row.answer_due, dues.get(row.pk), row.case.due_at) if d is not None),
                default=None,
            ),
        )
        for row in rows
    ]


def answers_owed(actor: Actor) -> Sequence[RiskQuestion]:
    """The questions that wait for an answer of this person's teams, the next due first."""
    rows = RiskQuestion.objects.filter(
        answered_at=None, review__case__is_open=True, review__case__team__in=actor.teams
    )
    return list(rows.select_related("review__case").order_by("due_at", "pk")[:MOST])


def conditions_for(actor: Actor) -> Sequence[RiskCondition]:
    """The open conditions of this person's teams, the next due first."""
    rows = RiskCondition.objects.filter(team__in=actor.teams, checked_at=None)
    return list(rows.select_related("review__case", "team").order_by("due_at", "pk")[:MOST])
