"""The one table of who may see what (`table/*.toml`), read; what it says is reckoned nowhere else.

A line of `[desk]` is an address of the desk, of `[api]` an operation, of `[others]` an address of
another door. `posts` open it at all (403 to any other account), `of` is the kind of object that it
names (404 to whom that is not shown), `get` and `post` are those among them who may do so: "*" all
of them, "-" the address takes no such request.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.rights.people import POSTS, Person

FOLDER = Path(__file__).parent / "table"


@dataclass(frozen=True)
class Row:
    """Who opens an address, what it names, and who of them asks for it and sends to it."""

    name: str
    posts: frozenset[str]
    of: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    get: frozenset[str] | None = frozenset()
    post: frozenset[str] | None = frozenset()
    part: str = ""
    """It names a part that this object alone has, or ("nothing") no object of the town."""
    whole: frozenset[str] = frozenset()
    """The methods for which it is of the whole site: a grant for a part of it is refused."""
    near: bool = False
    """It is opened inside one's grant only, even to whom their team shows it."""
    sent: Mapping[str, str] = field(default_factory=dict)
    """What a form must hold before it is asked whose it is."""
    teams: frozenset[str] = frozenset()
    """Teams to whom this page, and not the whole case, shows the object, too."""

    def opened_alone(self) -> "Row":
        """The same without its steps and parts: who is let in, and who is shown the object."""
        return Row(self.name, self.posts, self.of, self.given, self.posts, self.posts)

    def may(self, method: str) -> frozenset[str] | None:
        """The posts that may; None where the address takes no such request."""
        return self.get if method == "get" else self.post


@dataclass(frozen=True)
class Thing:
    """An object: its kind, where it lies, whose it is, and which posts see it (wholly, of a team)."""

    name: str
    of: str
    path: str = ""
    category: str = ""
    teams: frozenset[str] = frozenset()
    there: bool = True


def rows(door: str) -> Mapping[str, Row]:
    """The table's part for one door."""
    made = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for name, told in tomllib.loads(file.read_text(encoding="utf-8")).get(door, {}).items():
            made[name] = _row(name, told)
    return made


@dataclass(frozen=True)
class Kind:
    """The posts that see an object wherever they stand, and those that see what their team has."""

    everywhere: frozenset[str]
    of_team: frozenset[str]
    narrowed: bool
    team_narrowed: bool


def kinds() -> Mapping[str, Kind]:
    """Who sees each kind of object."""
    told = tomllib.loads((FOLDER / "kinds.toml").read_text(encoding="utf-8"))
    return {
        name: Kind(
            _posts(one.get("everywhere", "")), _posts(one.get("of_team", "")),
            one.get("narrowed", True), one.get("team_narrowed", one.get("narrowed", True)),
        )
        for name, one in told.items()
    }  # fmt: skip


def _posts(given: str) -> frozenset[str]:
    return frozenset(POSTS if given == "*" else given.split())


KINDS = kinds()


def sees(person: Person, thing: Thing, also: frozenset[str] = frozenset()) -> bool:
    """Whether the table shows this thing to this person; `also` to these teams."""
    if not thing.there or not person.post:
        return False
    kind, outside = KINDS[thing.of], _outside(person, thing)
    of_team = person.post in kind.of_team and person.team in thing.teams | also
    if of_team and not (kind.team_narrowed and outside):
        return True
    return person.post in kind.everywhere and not (kind.narrowed and outside)


def expected(row: Row, person: Person, method: str, thing: Thing | None = None) -> str:
    """What this person meets there: "in", "refused", "missing" or "sign in"."""
    may = row.may(method)
    if may is None:
        return "in"
    if not person.signed_in:
        return "sign in"
    if person.post not in row.posts:
        return "refused"
    if thing is not None and not sees(person, thing, also_shown(row, thing)):
        return "missing"
    if person.post not in may or (method in row.whole and person.scope.part):
        return "refused"
    if row.near and thing is not None and _outside(person, thing):
        return "refused"
    has_it = not row.part or (thing is not None and thing.name == row.part)
    return "in" if has_it else "missing"


def also_shown(row: Row, thing: Thing) -> frozenset[str]:
    """The teams to whom this page shows what it is for, and nothing of another kind."""
    return row.teams if thing.of == row.of else frozenset()


def _methods(given: bool | str) -> frozenset[str]:
    return frozenset(("get", "post") if given is True else str(given or "").split())


def _outside(person: Person, thing: Thing) -> bool:
    return bool(person.scope.verbs) or not person.covers(thing.path, thing.category)


def _row(name: str, told: Mapping[str, Any]) -> Row:
    posts = _posts(told.get("posts", "*"))

    def some(given: str) -> frozenset[str] | None:
        return None if given == "-" else posts if given == "*" else _posts(given)

    return Row(
        name, posts, told.get("of", ""), told.get("given", {}), some(told.get("get", "*")),
        some(told.get("post", "-")), told.get("part", ""), _methods(told.get("whole", "")),
        told.get("near", False), told.get("sent", {}), frozenset(told.get("teams", "").split()),
    )  # fmt: skip
