"""Which person asks for which address with which object: the checks that the tests make.

Where rights are decided everybody is asked about with everything (`all_checks`). Over HTTP a request
costs a thousand times as much, and it need only be shown that each address obeys that decision
(`http_checks`): of those whom the table tells the same of an address one asks with every object,
drawn by the address's name so that over the table everybody comes; and each post to which the
address opens and the object is shown asks for it once, as the step itself may be another post's.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.rights.people import Person, everybody
from tests.rights.table import Row, Thing, expected, sees
from tests.rights.things import Things

BEFORE_ANY_OBJECT = {"sign in", "refused"}
PROVEN_BELOW = ("incident", "proposal")
"""Put into addresses of cases only where rights are decided: another kind's case is another's."""


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


def http_checks(rows: Mapping[str, Row], things: Things, methods: str) -> Iterator[Check]:
    """Every address × who is told something of its own there × what is put into it.

    An address that takes no such request says so to everybody alike, and is asked by nobody.
    """
    for row in rows.values():
        for method in methods.split():
            if row.may(method) is not None:
                yield from _asked(row, method, things)


def of_another_kind(row: Row, person: Person, thing: Thing | None) -> bool:
    """Whether they see it, but it is not what the address is for: a page may say so as it likes."""
    return thing is not None and thing.there and thing.of != row.of and sees(person, thing)


def _asked(row: Row, method: str, things: Things) -> Iterator[Check]:
    tried = tuple(t for t in things.tried(row) if row.of != "case" or _apart(t))
    if method == "post" and len(tried) > 1:
        # A form is sent to the object and to none; to those of others it is asked for by reading.
        tried = tried[0], tried[-1]
    alike: dict[tuple[str, ...], list[Person]] = {}
    for person in everybody():
        told_them = tuple(expected(row, person, method, thing) for thing in tried)
        alike.setdefault(told_them, []).append(person)
    asked = set()
    for answers, people in alike.items():
        person = people[zlib.crc32(f"{row.name} {method}".encode()) % len(people)]
        for thing in tried if set(answers) - BEFORE_ANY_OBJECT else tried[:1]:
            asked.add((person, thing))
    first = tried[0]
    for person in everybody():
        holds = person.post in row.posts and person.login == f"{person.post}-everywhere"
        if holds and method == "get" and (first is None or sees(person, first)):
            asked.add((person, first))
    for person in everybody():
        for thing in tried:
            if (person, thing) in asked and not of_another_kind(row, person, thing):
                yield Check(row, method, person, thing)


def _apart(thing: Thing | None) -> bool:
    return thing is None or thing.name not in PROVEN_BELOW


def _without(check: Check) -> bool:
    """Whether it names a part that is not there: whoever sees the whole may be told either."""
    return bool(check.row.part) and (check.thing is None or check.thing.name != check.row.part)


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
        if found != right and not (_without(check) and {found, right} <= {"missing", "refused"}):
            wrong.append(f"{check}: {found}, not {right}")
    return count, wrong
