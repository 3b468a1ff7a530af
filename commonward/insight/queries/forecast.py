"""The newest forecast of volumes, for those who lead, plan and staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from commonward.areas.queries.paths import paths_of
from commonward.cases.queries.arrivals import TOGETHER
from commonward.core.forecast.outlook import Outlook, Sum
from commonward.core.forecast.staffing import Terms
from commonward.core.refusals import N_, Forbidden
from commonward.core.rights import Actor, Right
from commonward.insight.models import Forecast, StaffingTerms

SEES = ("leader", "duty_chief", "planner", "administrator")
"""Posts that see what is expected; a grant for one area or some categories sees those alone."""


@dataclass(frozen=True)
class Kept:
    """A forecast with the moment it was made at and how many cases it learnt from."""

    made_at: datetime
    cases: int
    outlook: Outlook


def newest() -> Kept | None:
    """The newest forecast (1 query); None where none was made yet."""
    row = Forecast.objects.order_by("-made_at", "-id").first()
    return None if row is None else Kept(row.made_at, row.cases, _unpacked(bytes(row.data)))


@lru_cache(maxsize=2)
def _unpacked(data: bytes) -> Outlook:
    # Known by its bytes, not by its row: a database that was put back has other rows.
    return Outlook.unpacked(data)


def terms() -> Terms:
    """What the hotline is staffed for: the site's own, else the national standard's (1 query)."""
    row = StaffingTerms.objects.filter(pk=1).first()
    return Terms() if row is None else Terms(row.handling, row.answer, row.percent, row.calls)


def may_see(right: Right) -> bool:
    """Whether a grant opens forecasts."""
    return right.role in SEES


def areas_of(actor: Actor) -> tuple[str, ...]:
    """The areas whose forecasts this person sees; ("",) is everywhere."""
    found = {right.area for right in actor.rights if may_see(right)}
    return ("",) if "" in found else tuple(sorted(found))


def picked(
    kept: Kept, area: str, category: str, actor: Actor, marks: Mapping[str, int] | None = None
) -> Sum:
    """The forecast of an area ("" everywhere) and a category or part ("" all), for this person.

    Raises Forbidden outside of their grants, Invalid where too few are expected.
    """
    rights = [right for right in actor.rights if may_see(right)]
    paths = paths_of(area, marks) if area else ("",)
    # An empty code prefix covers what is granted for all categories alone.
    wanted = [r for r in rights if any(r.covers(path, category) for path in paths)]
    if not wanted:
        raise Forbidden(N_("This forecast is for those who lead or plan there."))
    if not area and not category:
        return kept.outlook.chosen()
    inside = (lambda path: f"/{area}/" in path) if area else None
    return kept.outlook.chosen(
        inside,
        lambda code, part: code != TOGETHER and (code.startswith(category) or part == category),
    )
