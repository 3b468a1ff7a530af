"""What somebody of the staff may look at in figures: an area of theirs, its problems, the past.

Disputes and urgent help are left out of every figure here: nobody learns from a sum that there is
one (see `core.rights.APART`). The figures of urgent help are for who coordinates it, apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.areas.queries.names import areas_to_choose
from commonward.areas.queries.tree import Place, area_by_code, children
from commonward.cases.models import Case
from commonward.cases.queries.reference import book
from commonward.core.indicators.facts import LEVELS
from commonward.core.indicators.tallies import Only
from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.core.rights import APART, URGENT, Actor, Right
from commonward.people.queries import revisions

LOOKERS = ("dispatcher", "duty_chief", "leader")
"""Posts that look at figures of areas and teams."""
RESPONDERS = ("response_coordinator",)
"""Posts that look at figures of urgent help."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: an area (None: the whole site) and its categories, as rows are asked for.

    `tops` are the areas this person may choose; () for anywhere. `below` is the level that figures
    are told by, "" for a smallest area; `parts` names the areas of that level.
    """

    place: Place | None
    only: Only
    tops: Sequence[Place]
    below: str
    parts: Sequence[Place]


def scope_of(
    actor: Actor,
    roles: Iterable[str],
    at: datetime,
    *,
    area: str = "",
    category: str = "",
    urgent: bool = False,
) -> Scope:
    """What this person may look at by these posts; `urgent`: urgent help and nothing else. Raises
    Forbidden outside it, Missing for an area that there is not, Invalid for a category without any."""
    wanted = tuple(roles)
    rights = [right for right in actor.rights if right.role in wanted]
    if not rights:
        raise Forbidden(N_("These figures are for other posts."))
    everywhere = any(not right.area for right in rights)
    tops = () if everywhere else tuple(area_by_code(code, at) for code in sorted({r.area for r in rights}))  # fmt: skip
    place: Place | None = None
    if area:
        place = area_by_code(area, at)
    elif tops:
        place = tops[0]
    path = place.path if place is not None else ""
    covering = [r for r in rights if not r.area or f"/{r.area}/" in path]
    if not covering:
        raise Forbidden(N_("This area lies outside your own."))
    only: dict[str, tuple[str | int, ...]] = {
        "category": categories_seen(covering, category, urgent=urgent)
    }
    if place is not None and place.level in LEVELS:
        only[place.level] = (place.code,)
    below, parts = _below(place, at)
    return Scope(place, only, tops, below, parts)


def everything() -> Only:
    """All that is no dispute and no urgent help."""
    return {"category": categories_seen((Right("leader"),), "")}


def categories_seen(
    rights: Sequence[Right], chosen: str, *, urgent: bool = False
) -> tuple[str, ...]:
    """The codes of categories below the chosen one that some right covers; never those apart, or
    of them those of urgent help alone."""
    found = tuple(
        sorted(
            code
            for code in book().codes
            if (code.startswith(URGENT) if urgent else not code.startswith(APART))
            and code.startswith(chosen)
            and any(
                not right.categories or any(code.startswith(c) for c in right.categories)
                for right in rights
            )
        )
    )
    if not found:
        raise Invalid(
            N_("There is no category “{wrong}” here."), wrong=chosen[:40], field="category"
        )
    return found


def _below(place: Place | None, at: datetime) -> tuple[str, Sequence[Place]]:
    """The next level that figures are told by, and the areas of it."""
    known = areas_to_choose(revisions())
    if place is None:
        for level in LEVELS[:2]:
            parts = [one for one in known if one.level == level]
            if len(parts) > 1 or (parts and level == LEVELS[1]):
                return level, parts
        return LEVELS[0], [one for one in known if one.level == LEVELS[0]]
    if place.level == LEVELS[-1]:
        return "", ()
    if place.level not in LEVELS:  # a city or province: its districts
        inside = [one for one in known if f"/{place.code}/" in one.path and one.level == LEVELS[0]]
        return LEVELS[0], inside
    for level in LEVELS[LEVELS.index(place.level) + 1 : -1]:
        inside = [one for one in known if f"/{place.code}/" in one.path and one.level == level]
        if inside:
            return level, inside
    return LEVELS[-1], children(place.code, at)


def first_day() -> datetime | None:
    """When the first case was opened that figures are about: nothing lies before it (1 query).

    Disputes and urgent help do not count: years of them would draw as years without any case.
    """
    known = [pk for code, pk in book().codes.items() if not code.startswith(APART)]
    rows = Case.objects.filter(category_id__in=known).order_by("opened_at")
    return rows.values_list("opened_at", flat=True).first()
