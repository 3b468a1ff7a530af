"""Every object of the town as the table reckons with it: where it lies and whose it is."""

from collections.abc import Mapping

from commonward.cases.models import Task
from commonward.people.models import Team
from tests.district import DISTRICT, STREETS
from tests.rights.table import Row, Thing
from tests.rights.town import Town

OF_CASES: Mapping[str, str] = {
    "south": "case",
    "north": "case",
    "dispute": "dispute",
    "incident": "incident",
    "payment": "payment",
    "proposal": "proposal",
    "mark": "mark",
    "risk": "risk",
    "vote": "vote",
}
"""Case of the town → its kind."""
TRIED: Mapping[str, tuple[str, ...]] = {
    "case": ("south", "north", "dispute", "incident", "proposal", "no-case"),
    "dispute": ("dispute", "south", "incident", "no-case"),
    "incident": ("incident", "south", "payment", "no-case"),
    "payment": ("payment", "incident", "no-case"),
    "proposal": ("proposal", "south", "mark", "no-case"),
    "mark": ("mark", "south", "proposal", "no-case"),
    "risk": ("risk", "south", "mark", "no-case"),
    "vote": ("vote", "south", "proposal", "no-case"),
}
"""What is put where an address names a case of a kind: its own, others', and one that is not there."""
_SOUTH = f"/{DISTRICT}/{STREETS[0]}/"
_BESIDE: Mapping[str, tuple[str, str, str]] = {
    # kind: what is named, where it lies, whose it is
    "council": ("{council}", f"{_SOUTH}430298001001/", ""),
    "consultation": ("{consultation}", f"{_SOUTH}430298001001/", ""),
    "plan": ("{plan}", "", "roads lamps street chiefs"),
    "place": ("{place}", f"{_SOUTH}430298001001/430298001001001/", "grids-south"),
    "campaign": ("{campaign}", f"/{DISTRICT}/", "grids-south grids-north"),
    "team_day": ("grids-south", f"{_SOUTH}430298001001/430298001001001/", "grids-south"),
    "alliance": ("{alliance}", _SOUTH, "roads lamps"),
    "drill": ("{drill}", _SOUTH, "roads lamps"),
    "survey": ("{survey}", f"/{DISTRICT}/", ""),
    "pledge_unit": ("{unit}", "", ""),
    "course": ("grid-law", "", ""),
    "mark_kind": ("five-star-room", "", ""),
    "checklist": ("shop", "", ""),
    "sitting": ("{sitting}", "", ""),
    "staff": ("{staff}", "", ""),
    "cover": ("{cover}", f"/{DISTRICT}/{STREETS[1]}/", ""),
    "account": ("{account}", "", ""),
    "team": ("{street}", "", ""),
    "area": (DISTRICT, "", ""),
    "category": ("0102", "", ""),
    "hook": ("{hook}", "", ""),
    "unit_of_help": ("fire-1", "", ""),
    "exchange": ("{exchange}", "", ""),
    "text": ("{text}", "", ""),
    "answer": ("{answer}", "", ""),
    "task": ("{task}", f"/{DISTRICT}/{STREETS[1]}/", "lamps roads"),
    "approval": ("{approval}", f"{_SOUTH}430298001001/", "street"),
}
_NUMBERED = (
    "task",
    "approval",
    "account",
    "team",
    "hook",
    "text",
    "answer",
    "pledge_unit",
    "sitting",
)
"""Kinds that addresses name by a number."""


class Things:
    """All of them, by kind, with what stands for each in an address."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._names = {**town.named, "account": str(town.accounts["handler-south"])}
        self._cases = {name: self._case(name) for name in OF_CASES}

    def case(self, name: str) -> Thing:
        """The case of this name."""
        return self._cases[name]

    def tried(self, row: Row) -> tuple[Thing | None, ...]:
        """What is put into this address: one that it is for, others, and one that is not there."""
        if not row.of:
            return (None,)
        if row.of in TRIED:
            return tuple(
                self._cases[name] if name in self._cases else Thing(name, row.of, there=False)
                for name in TRIED[row.of]
            )
        _, path, teams = _BESIDE[row.of]
        there = Thing(row.of, row.of, path, "", frozenset(teams.split()))
        return there, Thing(f"no-{row.of}", row.of, there=False)

    def given(self, row: Row, thing: Thing | None) -> dict[str, str]:
        """What stands in the address for it."""
        own = "" if thing is None else self._own(row, thing)
        return {k: own if v == "{}" else v.format(**self._names) for k, v in row.given.items()}

    def sent(self, row: Row) -> dict[str, str]:
        """What a form sent there holds."""
        return {name: value.format(**self._names) for name, value in row.sent.items()}

    def _own(self, row: Row, thing: Thing) -> str:
        if thing.name in self._cases:
            return self._town.named[thing.name]
        if thing.there:
            return _BESIDE[thing.of][0].format(**self._names)
        if thing.name == "no-case":
            return "0000000000"
        return "1000000" if row.of in _NUMBERED else "none"

    def _case(self, name: str) -> Thing:
        found = self._town.cases[name]
        codes = dict(Team.objects.values_list("id", "code"))
        asked = Task.objects.filter(case=found).values_list("team_id", flat=True)
        teams = {found.team_id, found.handling_team_id, *asked}
        return Thing(
            name, OF_CASES[name], found.area_path, found.category.code,
            frozenset(codes[one] for one in teams if one),
        )  # fmt: skip
