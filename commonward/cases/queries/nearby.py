"""Cases that are perhaps the same problem: candidates by place, kind, time; weighed by the model."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commonward.cases.access import seen_by
from commonward.cases.models import Case
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.lists import planned
from commonward.cases.queries.reference import book
from commonward.cases.queries.same_weights import weighing
from commonward.cases.queries.searched import at_place
from commonward.core.finding import grams, hidden
from commonward.core.geo import metres_between, metres_per_degree
from commonward.core.rights import APART, Actor
from commonward.core.triage.same import Told, alike
from commonward.people.queries import revisions as read_revisions

MOST = 20
_LOOKED_AT = 500
"""Of cases in the square around a place, the newest; one spot has never that many problems."""
ANY_KIND_METRES = 150
_MOST_WEIGHED = 60
CLOSED_LATELY = timedelta(days=14)
_LONGEST = timedelta(days=120)
_HOUR = 3600
_STRETCHES = 4


@dataclass(frozen=True, slots=True)
class Similar:
    """A case near by, and how far away it is.

    `probability` that it is the same problem, `because` (names of features, core.triage.same),
    `shared` stretches of its words and the `row` that was compared stand where it was weighed;
    None where it was only near. `proposed`: it is the likeliest, and as likely as the site asks.
    """

    line: CaseLine
    metres: float
    probability: float | None = None
    because: tuple[str, ...] = field(default=())
    shared: tuple[str, ...] = field(default=())
    row: Mapping[str, float] | None = None
    proposed: bool = False

    @property
    def percent(self) -> int:
        """Its probability in whole per cent; what is not sure is never told as sure."""
        return min(max(round(100 * (self.probability or 0)), 1), 99)


def similar(
    actor: Actor,
    category: str,
    lat: float,
    lon: float,
    at: datetime,
    marks: Mapping[str, int] | None = None,
) -> tuple[Similar, ...]:
    """The open cases of this category (疑似重复) within its `near_metres` and opened within its
    `near_hours`, nearest first, at most 20; only those that the actor may see. Raises Invalid
    for an unknown category.
    """
    marks = read_revisions() if marks is None else marks
    facts = book(marks).category(category)
    high, wide = _square(lat, facts.near_metres)
    with planned():
        near = (
            Case.objects.filter(seen_by(actor, marks))
            .filter(
                category_id=facts.id,
                is_open=True,
                opened_at__gte=at - timedelta(hours=facts.near_hours),
                opened_at__lte=at,
                lat__range=(lat - high, lat + high),
                lon__range=(lon - wide, lon + wide),
            )
            .order_by("-opened_at", "-id")
            .values_list("pk", "lat", "lon")[:_LOOKED_AT]
        )
        away = {
            pk: metres_between(lat, lon, y, x)
            for pk, y, x in near
            if y is not None and x is not None
        }
    nearest = sorted((m, pk) for pk, m in away.items() if m <= facts.near_metres)[:MOST]
    shown = lines([pk for _, pk in nearest], at, marks)
    return tuple(Similar(line, away[line.id]) for line in shown)


def _square(lat: float, metres: float) -> tuple[float, float]:
    """Half the height and width, in degrees, of the square around a circle."""
    per_lon, per_lat = metres_per_degree(lat)
    return metres / per_lat, metres / max(per_lon, 1e-6)


@dataclass(frozen=True, slots=True)
class Telling:
    """A problem while it is told: its words and address as far as they are known."""

    lat: float
    lon: float
    category: str = ""
    words: str = ""
    address: str = ""


def likely(
    actor: Actor,
    telling: Telling,
    at: datetime,
    *,
    most: int = 5,
    open_only: bool = True,
    besides: Collection[int] = (),
    marks: Mapping[str, int] | None = None,
) -> tuple[Similar, ...]:
    """The cases that are likeliest the same problem, of related kinds too, the best first.

    Looked at are the newest sixty such within 150 m that this person may see, are no dispute and no
    call for help, are open – or ended within the last fortnight, unless `open_only` –, were there
    before `at` and are none of `besides`. The index of places bounds the work, however many cases
    there are. Raises Invalid for an unknown category.
    """
    marks = read_revisions() if marks is None else marks
    known = book(marks)
    if telling.category:
        known.category(telling.category)
    near = at_place(
        actor,
        telling.lat,
        telling.lon,
        at,
        metres=ANY_KIND_METRES,
        days=_LONGEST.days,
        most=_MOST_WEIGHED,
        state="open" if open_only else "all",
        marks=marks,
    )
    rows = [
        one.line
        for one in near
        if not one.line.category.startswith(APART)
        and one.line.opened_at <= at
        and one.line.id not in besides
    ]
    # One that is closed and waits to be rated is still in a stage: nobody can join it.
    closed = _closed(rows)
    rows = [
        one
        for one in rows
        if (one.id not in closed and one.is_open)
        or (not open_only and one.id in closed and at - closed[one.id] <= CLOSED_LATELY)
    ]
    now = Told(
        telling.lat,
        telling.lon,
        at.timestamp() / _HOUR,
        telling.category,
        _family(telling.category),
        _tokens(telling.words),
        telling.address.strip(),
        _tokens(telling.address),
    )
    candidates = [
        Told(
            float(one.lat or 0),
            float(one.lon or 0),
            one.opened_at.timestamp() / _HOUR,
            one.category,
            _family(one.category),
            _tokens(one.summary),
            one.address.strip(),
            _tokens(one.address),
            closed_hours=closed[one.id].timestamp() / _HOUR if one.id in closed else None,
        )
        for one in rows
    ]
    by = weighing(marks)
    return tuple(
        Similar(
            rows[b.index], b.metres, b.probability, b.because, stretches(telling.words, b.shared),
            b.row, place == 0 and by.proposes(b.probability),
        )
        for place, b in enumerate(alike(now, candidates, by.weights, most))
    )  # fmt: skip


def stretches(words: str, shared: Collection[str]) -> tuple[str, ...]:
    """What a text has in common with another, as it stands there: its pairs put together again.

    >>> stretches("小区路灯不亮", {"路灯", "灯不", "不亮"})
    ('路灯不亮',)
    """
    found: list[str] = []
    joins = False
    for token in grams(hidden(words[:600])):
        if token not in shared:
            joins = False
            continue
        if joins and not token.isascii() and found[-1][-1] == token[0]:
            found[-1] += token[1:]
        else:
            found.append(token)
        joins = not token.isascii()
    return tuple(sorted(dict.fromkeys(found), key=lambda one: -len(one))[:_STRETCHES])


def _closed(rows: Sequence[CaseLine]) -> dict[int, datetime]:
    """By case, when those that are ended were (1 query where there are any cases)."""
    if not rows:
        return {}
    found = Case.objects.filter(pk__in=[one.id for one in rows], closed_at__isnull=False)
    ended = found.values_list("id", "closed_at")
    return {case: moment for case, moment in ended if moment is not None}


def _family(code: str) -> str:
    """What related kinds share: the first two characters of their codes (the big class)."""
    return code[:2]


def _tokens(text: str) -> frozenset[str]:
    return frozenset(t for t in grams(hidden(text[:600])) if len(t) > 1)
