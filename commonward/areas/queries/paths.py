"""From an area's code to its paths, so that a subtree can be asked for by a prefix."""

from collections.abc import Mapping

from commonward.areas.models import Area
from commonward.people.queries import InMemory
from commonward.people.queries import revisions as read_revisions

_paths: InMemory[dict[str, tuple[str, ...]]] = InMemory("areas", dict)


def paths_of(code: str, revisions: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """Every path that an area of this code has had ("/43/4302/430211/"), ended ones too.

    A case keeps the path it was filed under, so all of them lie in the area. Read once for each
    state of the tree (at most 1 query); empty for an unknown code.
    """
    known = _paths.at(read_revisions() if revisions is None else revisions)
    if code not in known:
        found = Area.objects.filter(code=code).order_by("path").values_list("path", flat=True)
        known[code] = tuple(found.distinct())
    return known[code]
