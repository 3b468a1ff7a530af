"""The teams that work, by name, from memory: for lists of choices on every page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commonward.people.models import Account, Team
from commonward.people.queries.revisions import InMemory


@dataclass(frozen=True, slots=True)
class TeamToChoose:
    """A team as a form offers it."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str


def teams_to_choose(marks: Mapping[str, int]) -> Mapping[str, TeamToChoose]:
    """The active teams by code, ordered by name (no query while `marks` say it is new)."""
    return _teams.at(marks)


def account_names(ids: Iterable[int]) -> dict[int, str]:
    """The names of these members of staff (1 query)."""
    return dict(Account.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _load() -> Mapping[str, TeamToChoose]:
    rows = Team.objects.filter(active=True).order_by("name", "id")
    return {
        row[1]: TeamToChoose(*row)
        for row in rows.values_list("id", "code", "name", "name_en", "kind")
    }


_teams = InMemory("people", _load)
