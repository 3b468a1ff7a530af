"""Reviews of access: begun by administrators, decided by who leads, closed on their day."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.models import Grant, Membership, Review, ReviewLine
from commonward.people.queries.actors import valid_at
from commonward.people.queries.reviews import REASONS, decides

WARNED_BEFORE = timedelta(days=7)
SHORTEST = timedelta(days=1)
LONGEST = timedelta(days=180)
MONTHS = (0, 6, 12)
_MOST = 50_000
_BATCH = 500
Used = Mapping[tuple[int, str], str]
"""The month in which an account last did a step with a post ("2026-10")."""


@transaction.atomic
def begin_review(
    actor: Actor, due: datetime, *, at: datetime, used: Used, team: int | None = None,
    role: str = "", ends: bool = False, months: int = 0,
) -> Review:  # fmt: skip
    """Ask of every grant that stands whether it is still needed, until `due`.

    `ends`: what nobody confirmed ends by itself. `months`: begin it anew after 6 or 12 of them.
    Raises Forbidden, Missing, Invalid where no grant would be asked about.
    """
    access.require_administrator(actor, "begin_review")
    access.moment(at)
    if not SHORTEST <= access.moment(due) - at <= LONGEST:
        raise Invalid(N_("A review takes 1 to 180 days."), field="due")
    if months not in MONTHS:
        raise Invalid(N_("Choose one of the list."), field="months")
    where = None if team is None else access.active_team(team)
    rows = Grant.objects.filter(valid_at(at), account__is_active=True)
    if where is not None:
        inside = Membership.objects.filter(valid_at(at), team=where).values("account_id")
        rows = rows.filter(account__in=inside)
    if role:
        rows = rows.filter(role=role)
    found = list(rows.order_by("pk").values_list("pk", "account_id", "role")[:_MOST])
    if not found:
        raise Invalid(N_("No grant stands there: nothing is to be reviewed."), field="team")
    made = Review.objects.create(
        begun_by_id=actor.account, begun_at=at, due=due, team=where, role=role, ends=ends,
        months=months, next_at=_later(at, months) if months else None,
    )  # fmt: skip
    ReviewLine.objects.bulk_create(
        [
            ReviewLine(review=made, grant_id=pk, used=used.get((account, of), "")[:7])
            for pk, account, of in found
        ],
        batch_size=_BATCH,
    )
    record_change(actor, "begin_review", str(made.pk), at, {"count": len(found)})
    return made


def _later(at: datetime, months: int) -> datetime:
    return at + timedelta(days=365 if months == 12 else 182)


@transaction.atomic
def decide_line(actor: Actor, line: int, *, reason: str, at: datetime) -> ReviewLine:
    """Keep a grant or end it, as the reason says (`REASONS`); at once, and once.

    For who leads a team of its holder, or administers; nobody decides about the own. Raises
    Forbidden, Missing, Invalid.
    """
    refuse_onlooker(actor)
    found = (
        ReviewLine.objects.select_for_update(of=("self",))
        .select_related("review", "grant__account")
        .filter(pk=line)
        .first()
    )
    if found is None or not decides(actor, [found], access.moment(at)):
        raise Missing(N_("There is no such grant in a review of yours."), field="line")
    if reason not in REASONS:
        raise Invalid(N_("Choose one of the list."), field="reason")
    if found.review.closed_at is not None or at >= found.review.due:
        raise Invalid(N_("This review is closed."), field="line")
    if found.kept is not None:
        raise Invalid(N_("Somebody has decided about this grant already."), field="line")
    kept = REASONS[reason]
    if not kept:
        _end(actor, found.grant, at, reason)
    found.kept, found.reason, found.decided_by_id, found.decided_at = (
        kept, reason, actor.account, at,
    )  # fmt: skip
    found.save(update_fields=["kept", "reason", "decided_by", "decided_at"])
    if kept:
        record_change(
            actor, "confirm_grant", found.grant.account.login, at,
            {"role": found.grant.role, "area": found.grant.area_code},
        )  # fmt: skip
    return found


def _end(actor: Actor, grant: Grant, at: datetime, reason: str) -> None:
    row = access.grant_to_change(grant.pk)
    if row.until is not None and row.until <= at:
        return
    if row.role == "administrator":
        access.require_administrator_left(at, grants=[row.pk])
    row.until = max(at, row.since)
    row.save(update_fields=["until"])
    record_change(
        actor, "revoke", grant.account.login, at,
        {"role": row.role, "area": row.area_code, "why": reason},
    )  # fmt: skip


def tick_reviews(at: datetime) -> tuple[int, int]:
    """Warn a week before, close on the day: how many reviews were warned of, and closed.

    On the day what nobody confirmed ends by itself where the review says so; the last
    administrator does not.
    """
    soon = Review.objects.filter(closed_at=None, warned_at=None, due__lte=at + WARNED_BEFORE)
    warned = sum(_warn(pk, at) for pk in soon.values_list("pk", flat=True))
    over = Review.objects.filter(closed_at=None, due__lte=at).values_list("pk", flat=True)
    return warned, sum(_close(pk, at) for pk in list(over))


@transaction.atomic
def _warn(review: int, at: datetime) -> int:
    found = Review.objects.select_for_update().filter(pk=review, warned_at=None).first()
    if found is None:
        return 0
    found.warned_at = at
    found.save(update_fields=["warned_at"])
    open_ = ReviewLine.objects.filter(review=found, kept=None).count()
    record_change(SYSTEM, "warn_review", str(review), at, {"count": open_})
    return 1


@transaction.atomic
def _close(review: int, at: datetime) -> int:
    found = Review.objects.select_for_update().filter(pk=review, closed_at=None).first()
    if found is None:
        return 0
    left = 0
    for line in ReviewLine.objects.filter(review=found, kept=None).select_related("grant__account"):
        if not found.ends:
            left += 1
            continue
        try:
            _end(SYSTEM, line.grant, at, "nobody")
        except Forbidden:
            left += 1
            continue
        line.kept, line.reason, line.decided_at = False, "nobody", at
        line.save(update_fields=["kept", "reason", "decided_at"])
    # The months have served; what stays says what was decided and nothing of what anybody did.
    ReviewLine.objects.filter(review=found).update(used="")
    found.closed_at = at
    found.save(update_fields=["closed_at"])
    record_change(SYSTEM, "close_review", str(review), at, {"undecided": left})
    return 1


def again(at: datetime) -> list[int]:
    """The reviews of which the next one is to begin now."""
    return list(Review.objects.filter(next_at__lte=at).values_list("pk", flat=True))


@transaction.atomic
def begin_again(review: int, *, at: datetime, used: Used) -> Review | None:
    """Begin the next of a yearly or half-yearly review; None where somebody just did, or where no
    grant stands."""
    found = Review.objects.select_for_update().filter(pk=review, next_at__lte=at).first()
    if found is None:
        return None
    found.next_at = None
    found.save(update_fields=["next_at"])
    try:
        return begin_review(
            SYSTEM, at + (found.due - found.begun_at), at=at, used=used, team=found.team_id,
            role=found.role, ends=found.ends, months=found.months,
        )  # fmt: skip
    except Invalid:
        return None
