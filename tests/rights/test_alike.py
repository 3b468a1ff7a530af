"""What is not yours and what is not there are told alike: same status, same bytes, same work.

No clock is read. What an answer costs is what it asks of the database, and that is compared.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.rights.asking import Asking, plain, quiet
from tests.rights.calling import Keys, call
from tests.rights.checking import Check, of_another_kind
from tests.rights.people import Person, everybody
from tests.rights.table import Row, Thing, also_shown, expected, rows, sees
from tests.rights.things import Things
from tests.rights.town import Town

DESK, OPERATIONS = rows("desk"), rows("api")
MORE = 2
"""Questions that one of the two answers may ask more than the other: of what is there it is asked
where it lies, by the areas as they stand now, and whether one's team has a part in it."""


@dataclass(frozen=True)
class Told:
    """What somebody was told, without what is drawn for each answer, and at what cost."""

    status: int
    page: bytes
    asked: int


def pairs(given: Mapping[str, Row], things: Things, method: str) -> Iterator[tuple[Check, Check]]:
    """Of each address that names an object: two not shown to somebody, and one that is not there."""
    for row in given.values():
        if not row.of or row.may(method) is None:
            continue
        tried = [thing for thing in things.tried(row) if thing is not None]
        absent = next(thing for thing in tried if not thing.there)
        strange = [(t, _stranger(row, method, t, absent)) for t in tried if t.there]
        for thing, who in [(t, who) for t, who in strange if who is not None][:2]:
            yield Check(row, method, who, thing), Check(row, method, who, absent)


def _stranger(row: Row, method: str, thing: Thing, absent: Thing) -> Person | None:
    """Somebody to whom the address opens and neither of the two is shown; of those who come near most."""
    found = [
        person
        for person in everybody()
        if expected(row, person, method, thing) == "missing"
        and expected(row, person, method, absent) == "missing"
        and not sees(person, thing, also_shown(row, thing))
        and not of_another_kind(row, person, thing)
    ]
    near = [p for p in found if p.login.endswith(("-other-team", "-south", "-north"))]
    return next(iter(near or found), None)


@pytest.mark.parametrize("method", ["get", "post"])
def test_at_the_desk_what_is_not_yours_is_told_like_what_is_not_there(
    asking: Asking, things: Things, method: str
) -> None:
    def ask(check: Check) -> Any:
        path = reverse(f"desk:{check.row.name}", kwargs=things.given(check.row, check.thing))
        sent = things.sent(check.row) if method == "post" else {}
        return asking.ask(check.person.login, path, method, sent)

    compared = compare(pairs(DESK, things, method), ask, things)
    assert different(compared) == []
    assert len(compared) > 50, len(compared)


def test_by_the_api_what_is_not_yours_is_told_like_what_is_not_there(
    town: Town, things: Things
) -> None:
    keys = Keys(town)

    def ask(check: Check) -> Any:
        return call(town, things, check, keys.of(check.person.login))

    compared = compare(pairs(OPERATIONS, things, "get"), ask, things)
    assert different(compared) == []
    assert len(compared) > 40, len(compared)


def compare(
    given: Iterator[tuple[Check, Check]], ask: Callable[[Check], Any], things: Things
) -> list[tuple[Check, Told, Told]]:
    """What each of the two is told; what a process keeps of an asker is kept by a question before."""

    def told(check: Check, names: set[str]) -> Told:
        with CaptureQueriesContext(connection) as asked:
            answer = ask(check)
        return Told(answer.status_code, plain(answer, *names), len(asked))

    compared, known = [], set[Person]()
    with quiet():
        for here, absent in given:
            names = {one for c in (here, absent) for one in things.given(c.row, c.thing).values()}
            if here.person not in known:
                told(absent, names)
                known.add(here.person)
            compared.append((here, told(here, names), told(absent, names)))
    return compared


def different(compared: list[tuple[Check, Told, Told]]) -> list[str]:
    """Those told otherwise, and in what."""
    wrong = []
    for check, here, absent in compared:
        if here.status != absent.status:
            wrong.append(f"{check}: {here.status}, of nothing {absent.status}")
        elif here.page != absent.page:
            wrong.append(f"{check}: other words")
        elif abs(here.asked - absent.asked) > MORE:
            wrong.append(f"{check}: {here.asked} questions, of nothing {absent.asked}")
    return wrong
