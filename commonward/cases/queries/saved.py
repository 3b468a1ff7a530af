"""The views that somebody may open: their own, and those shared with their teams."""

from dataclasses import dataclass

from django.db.models import Q

from commonward.cases.models import SavedView
from commonward.core.rights import Actor


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A saved view: its name, its list's query, whether it is the asker's, and the team's name."""

    id: int
    name: str
    query: str
    mine: bool
    owner: str
    team: str
    team_en: str


def views_for(actor: Actor) -> tuple[ViewLine, ...]:
    """Own views first, then those of the teams, each by name (1 query)."""
    if actor.account is None:
        return ()
    rows = (
        SavedView.objects.filter(Q(owner_id=actor.account) | Q(team_id__in=actor.teams))
        .order_by("name", "id")
        .values_list(
            "id", "name", "query", "owner_id", "owner__name", "team__name", "team__name_en"
        )
    )
    found = [
        ViewLine(pk, name, query, owner == actor.account, by, team or "", team_en or "")
        for pk, name, query, owner, by, team, team_en in rows
    ]
    return tuple(sorted(found, key=lambda view: not view.mine))
