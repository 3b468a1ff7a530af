"""Visits to read: what a team carries, a day's plan, a place's history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from commonward.core.inspecting.checklist import Item
from commonward.core.procedures.model import Text
from commonward.core.rights import Actor
from commonward.programmes.models import Defect, Place, PlaceAnswer, Visit
from commonward.programmes.queries.inspections.checklists import parsed

MOST_VISITS = 60
"""That a phone carries."""
AHEAD = timedelta(days=1)
MOST_HISTORY = 50


@dataclass(frozen=True, slots=True)
class FieldVisit:
    """A visit as a phone carries it: the place, the items that are asked, what was noted before."""

    visit: Visit
    title: Text
    items: tuple[Item, ...]


def field_visits(actor: Actor, today: date) -> tuple[FieldVisit, ...]:
    """The visits of the worker's teams that are due by tomorrow, late ones first (2 queries)."""
    rows = list(
        Visit.objects.filter(team_id__in=actor.teams, state="planned", on__lte=today + AHEAD)
        .exclude(not_by_id=actor.account)
        .select_related("place", "checklist", "campaign")
        .order_by("on", "turn", "id")[:MOST_VISITS]
    )
    asked: dict[int, set[str]] = defaultdict(set)
    waiting = Defect.objects.filter(
        revisit__in=[one.pk for one in rows if one.kind == "revisit"], state="to_revisit"
    )
    for visit, item in waiting.values_list("revisit_id", "item"):
        asked[visit].add(item)
    found = []
    for one in rows:
        checklist = parsed(one.checklist.text)
        wanted = asked.get(one.pk)
        items = tuple(i for i in checklist.items if wanted is None or i.code in wanted)
        found.append(FieldVisit(one, checklist.title, items))
    return tuple(found)


def day_plan(team: int, on: date) -> list[Visit]:
    """The visits of a team on a day, in their order (1 query)."""
    rows = Visit.objects.filter(team_id=team, on=on).exclude(state="cancelled")
    return list(rows.select_related("place", "campaign", "checklist").order_by("turn", "id"))


def days_with_visits(teams: Iterable[int], campaign: int) -> list[tuple[int, date, int]]:
    """(team, day, visits) of a campaign that are planned still, by team and day."""
    counts: dict[tuple[int, date], int] = defaultdict(int)
    rows = Visit.objects.filter(campaign_id=campaign, team_id__in=list(teams), state="planned")
    for team, on in rows.values_list("team_id", "on"):
        counts[team, on] += 1
    return [(team, on, count) for (team, on), count in sorted(counts.items())]


def visits_of_place(place: Place) -> list[Visit]:
    """Its visits, the newest first."""
    rows = Visit.objects.filter(place=place).exclude(state="cancelled")
    return list(rows.select_related("campaign", "team", "checklist").order_by("-id")[:MOST_HISTORY])


def defects_of_place(place: Place) -> list[Defect]:
    """What was not in order there, the newest first."""
    rows = Defect.objects.filter(visit__place=place)
    return list(
        rows.select_related("case", "visit__checklist", "revisit").order_by("-id")[:MOST_HISTORY]
    )


def item_texts(defects: Sequence[Defect]) -> Mapping[int, Item]:
    """The item of each fault, by the fault's id; its visit's checklist is read with it."""
    return {one.pk: parsed(one.visit.checklist.text).item(one.item) for one in defects}


def answers_of(visits: Iterable[Visit]) -> dict[int, list[PlaceAnswer]]:
    """What places answered, by first visit, in order (1 query)."""
    found: dict[int, list[PlaceAnswer]] = defaultdict(list)
    for one in PlaceAnswer.objects.filter(visit__in=list(visits)).order_by("id"):
        found[one.visit_id].append(one)
    return found
