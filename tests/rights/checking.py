"""Which person asks for which address with which object: the checks that the tests make."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.rights.people import Person, everybody
from tests.rights.table import Row, Thing, sees
from tests.rights.things import Things


@dataclass(frozen=True)
class Check:
    """One question: may this person do this there, with this in the address?"""

    row: Row
    method: str
    person: Person
    thing: Thing | None

    def __str__(self) -> str:
        named = "" if self.thing is None else f" {self.thing.name}"
        return f"{self.row.name} {self.method} {self.person.login}{named}"


def all_checks(rows: Mapping[str, Row], things: Things) -> Iterator[Check]:
    """Every address × every person × everything that is put into it."""
    for row in rows.values():
        for thing in things.tried(row):
            for person in everybody():
                if not of_another_kind(row, person, thing):
                    yield Check(row, "get", person, thing)


def of_another_kind(row: Row, person: Person, thing: Thing | None) -> bool:
    """Whether they see it, but it is not what the address is for: a page may say so as it likes."""
    return thing is not None and thing.there and thing.of != row.of and sees(person, thing)


def told(wrong: list[str]) -> str:
    """The differences as a failing test tells them."""
    return "\n".join((f"{len(wrong)} differ from tests/rights/table:", *wrong[:40]))


def held_against(
    checks: Iterator[Check], met: Callable[[Check], Any], expected: Callable[[Check], str]
) -> tuple[int, list[str]]:
    """How many were asked, and what was met otherwise than the table says."""
    count, wrong = 0, []
    for check in checks:
        count += 1
        found, right = met(check), expected(check)
        if found != right:
            wrong.append(f"{check}: {found}, not {right}")
    return count, wrong
