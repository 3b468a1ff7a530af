"""Reviews of access: what is asked of whom, and what came of it. Only grants, never what was done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.people.models import Change, Membership, Review, ReviewLine, Team
from commonward.people.queries.actors import valid_at

REASONS: Mapping[str, bool] = {
    "needed": True,
    "at_times": True,
    "moved": False,
    "left": False,
    "not_needed": False,
    "mistake": False,
}
"""Why a grant is kept (True) or ended (False): a list, so that nothing is written about anybody."""
LOOKED_BACK = timedelta(days=365)
ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """A review with how far it is."""

    review: Review
    lines: int
    kept: int
    ended: int

    @property
    def open(self) -> int:
        """Grants that nobody has decided about."""
        return self.lines - self.kept - self.ended


def reviews() -> list[ReviewShown]:
    """Every review, the newest first (2 queries)."""
    rows = list(Review.objects.select_related("team").order_by("-pk")[:ON_A_PAGE])
    return _shown(rows)


def review(pk: int) -> ReviewShown:
    """One review (2 queries). Raises Missing."""
    found = Review.objects.select_related("team").filter(pk=pk).first()
    if found is None:
        raise Missing(N_("There is no such review."), field="review")
    return _shown([found])[0]


def _shown(rows: Sequence[Review]) -> list[ReviewShown]:
    counts: Counter[tuple[int, bool | None]] = Counter()
    for review, kept, count in (
        ReviewLine.objects.filter(review__in=rows)
        .values_list("review_id", "kept")
        .annotate(count=Count("id"))
        .order_by()
    ):
        counts[review, kept] = count
    return [
        ReviewShown(
            one,
            sum(counts[one.pk, kept] for kept in (True, False, None)),
            counts[one.pk, True],
            counts[one.pk, False],
        )
        for one in rows
    ]


def lines_of(review: int, *, after: int = 0, most: int = ON_A_PAGE) -> list[ReviewLine]:
    """The lines of a review by id (1 query)."""
    return list(
        ReviewLine.objects.filter(review_id=review, pk__gt=after)
        .select_related("grant__account", "decided_by")
        .order_by("pk")[:most]
    )


def to_decide(actor: Actor, at: datetime, *, after: int = 0) -> list[ReviewLine]:
    """What this person is asked about now, of all reviews (at most 4 queries)."""
    rows = (
        ReviewLine.objects.filter(
            review__closed_at=None, review__due__gt=at, kept=None, pk__gt=after
        )
        .exclude(grant__account_id=actor.account or 0)
        .select_related("review", "grant__account")
        .order_by("pk")
    )
    if not _administers(actor):
        inside = Membership.objects.filter(valid_at(at), team__in=_led(actor))
        rows = rows.filter(grant__account__in=inside.values("account_id"))
    return list(rows[:ON_A_PAGE])


def decides(actor: Actor, lines: Iterable[ReviewLine], at: datetime) -> bool:
    """Whether this person decides about all of these: who leads a team of the holder, or
    administers; never about the own."""
    holders = {line.grant.account_id for line in lines}
    if actor.account is None or actor.account in holders:
        return False
    if _administers(actor):
        return True
    inside = Membership.objects.filter(
        valid_at(at), team__in=_led(actor), account__in=holders
    ).values_list("account_id", flat=True)
    return holders <= set(inside)


def _administers(actor: Actor) -> bool:
    return any(
        right.role == "administrator"
        and not right.area
        and not right.categories
        and (not right.verbs or "begin_review" in right.verbs)
        for right in actor.rights
    )


def _led(actor: Actor) -> list[int]:
    """The teams that this person leads: with the post of a leader, the own and those below them."""
    if not any(right.role == "leader" for right in actor.rights):
        return []
    below = Team.objects.filter(Q(pk__in=actor.teams) | Q(line__in=actor.teams))
    return list(below.values_list("pk", flat=True))


def administered(at: datetime) -> dict[tuple[int, str], str]:
    """The month of each administrator's last act on record, within a year (1 query)."""
    rows = (
        Change.objects.filter(at__gt=at - LOOKED_BACK, by__isnull=False)
        .values_list("by_id")
        .annotate(last=Max("at"))
        .order_by()
    )
    return {(by, "administrator"): f"{last:%Y-%m}" for by, last in rows}


def teams_named(lines: Sequence[ReviewLine], at: datetime) -> dict[int, list[tuple[str, str]]]:
    """The teams of the holders, by account: name and English name (1 query)."""
    found: dict[int, list[tuple[str, str]]] = {}
    for account, *names in (
        Membership.objects.filter(
            valid_at(at), account__in={line.grant.account_id for line in lines}
        )
        .order_by("team__name")
        .values_list("account_id", "team__name", "team__name_en")
    ):
        found.setdefault(account, []).append((names[0], names[1]))
    return found
