"""Every address of the desk × every standing person × objects in and out of reach, by the table.

Twice: where rights are decided, all of it (who a view opens to, and to whom the room shows the
case), and over HTTP what `checking.http_checks` draws of it. The views look pages up by the one
and the same decision, so that a person whom the table tells the same as another meets the same;
what remains to be shown over HTTP is that each address asks it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import resolve, reverse

from commonward.cases.access import visible_case
from commonward.core.refusals import Missing
from commonward.core.rights import Actor
from commonward.doors.desk.urls import urlpatterns
from commonward.doors.look.standing import Standing
from commonward.people.queries import actor_for, now
from tests.rights.asking import Asking, met, undrawn
from tests.rights.checking import Check, all_checks, held_against, http_checks, told
from tests.rights.table import Thing, expected, rows
from tests.rights.things import OF_CASES, Things
from tests.rights.town import Town

ROWS = rows("desk")
MOST_IN_ONE, OVER_HTTP = 50_000, 3_000
DISPATCHED = ("programme_survey_numbers",)
"""Addresses whose view asks another one, by method: each of the two says whom it is for."""


def test_every_address_says_who_may_see_it() -> None:
    found = {str(pattern.name) for pattern in urlpatterns}
    assert found - set(ROWS) == set(), "say in tests/rights/table/desk.toml who may see these"
    assert set(ROWS) - found == set(), "these are no addresses"


def test_where_rights_are_decided_everybody_meets_what_the_table_says(
    town: Town, things: Things
) -> None:
    seen: dict[tuple[str, str], bool] = {}
    opens: dict[str, tuple[str, ...]] = {}
    at = now()
    actors = {login: _actor(account, at) for login, account in town.accounts.items()}

    def sees(who: Actor, login: str, name: str) -> bool:
        if (login, name) not in seen:
            try:
                visible_case(town.named.get(name, "0000000000"), who)
                seen[login, name] = True
            except Missing:
                seen[login, name] = False
        return seen[login, name]

    def decided(check: Check) -> str:
        who = actors.get(check.person.login)
        if who is None:
            return "sign in"
        name = check.row.name
        if name not in opens:
            path = reverse(f"desk:{name}", kwargs=things.given(check.row, check.thing))
            opens[name] = _for_staff(resolve(path).func)
        if not who.rights or (opens[name] and not Standing(who, at).holds(opens[name])):
            return "refused"
        named = _of_case(check)
        return "in" if named is None or sees(who, check.person.login, named.name) else "missing"

    def reckoned(check: Check) -> str:
        """What the table says of who is let in and shown the object; steps: over HTTP."""
        return expected(check.row.opened_alone(), check.person, "get", _of_case(check))

    rows_here = {name: row for name, row in ROWS.items() if name not in DISPATCHED}
    count, wrong = held_against(all_checks(rows_here, things), decided, reckoned)
    assert not wrong, told(wrong)
    assert count >= MOST_IN_ONE, count


def test_over_http_everybody_meets_what_the_table_says(asking: Asking, things: Things) -> None:
    def answered(check: Check) -> str:
        path = reverse(f"desk:{check.row.name}", kwargs=things.given(check.row, check.thing))
        sent = things.sent(check.row) if check.method == "post" else {}
        return met(asking.ask(check.person.login, path, check.method, sent))

    with undrawn():
        count, wrong = held_against(
            http_checks(ROWS, things, "get post"),
            answered,
            lambda c: expected(c.row, c.person, c.method, c.thing),
        )
    assert not wrong, told(wrong)
    assert count >= OVER_HTTP, count


def _actor(account: int, at: datetime) -> Actor | None:
    try:
        return actor_for(account, at)
    except Missing:
        return None


def _of_case(check: Check) -> Thing | None:
    named = check.thing
    return named if named and (named.name in OF_CASES or named.name == "no-case") else None


def _for_staff(view: Callable[..., Any]) -> tuple[str, ...]:
    found: Any = view
    while not hasattr(found, "for_staff"):
        found = found.__wrapped__
    return tuple(found.for_staff)
