"""Every address of urgent help at the desk × every standing person, against the table below.

An address without a row fails, and so does a row without an address. Who coordinates sees an
incident; who took its call, leaders and administrators do not: for them the page is refused.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from commonward.doors.desk.live_map_urls import live_map_patterns
from commonward.doors.desk.response_urls import response_patterns
from commonward.doors.desk.sending_urls import sending_patterns
from tests.district import ACCOUNTS
from tests.doors.desk.conftest import Office
from tests.help import Help, urgent_help

HELPERS = ("response_coordinator", "fire-1", "police-1", "other_centre")
PEOPLE = (*ACCOUNTS, *HELPERS, "nobody")
CALLS = (
    "response_coordinator", "intake_officer", "duty_chief", "dispatcher", "grid_worker",
    "second_grid_worker",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """Who is let in; to `unseen` people the thing asked for does not exist."""

    let_in: tuple[str, ...]
    given: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    unseen: tuple[str, ...] = ()

    def expected(self, login: str) -> str:
        """What this person meets: "in", "refused", "missing" or "sign in"."""
        if login == "nobody":
            return "sign in"
        if login in self.unseen:
            return "missing"
        return "in" if login in self.let_in else "refused"


COORDINATES = ("response_coordinator",)
UNITS = ("fire-1", "police-1")
PARTNERS = ("other_centre",)
ROWS: dict[str, Row] = {
    "incidents": Row(COORDINATES),
    "incident_map": Row(COORDINATES),
    "incident_map_now": Row(COORDINATES),
    "incident_map_reach": Row(COORDINATES),
    "incidents_together": Row(COORDINATES),
    "incident_call": Row(CALLS),
    "unit_own": Row(UNITS),
    "duty": Row(COORDINATES),
    "unit_position": Row(UNITS, method="post"),
    "centre_box": Row(("other_centre",)),
    "centre_package": Row((), {"number": "0000000000"}, unseen=PARTNERS),
    "payments": Row(COORDINATES),
    "payment_new": Row(CALLS),
    "payment_box": Row(("other_centre",)),
    "payment": Row((), {"number": "{number}"}, unseen=COORDINATES),  # an incident is none
    "payment_support": Row((), {"number": "{number}"}, unseen=COORDINATES),
    "payment_letter": Row((), {"number": "{number}", "letter": "bank"}, unseen=COORDINATES),
    "admin_banks": Row(("administrator",)),
    "incident": Row(COORDINATES, {"number": "{number}"}),
    "incident_assembly": Row(COORDINATES, {"number": "{number}"}),
    "incident_report": Row(COORDINATES, {"number": "{number}"}),
    "admin_units": Row(("administrator",)),
    "admin_unit": Row(("administrator",), {"code": "fire-1"}),
    "admin_cards": Row(("administrator",)),
    "admin_sending": Row(("administrator",)),
}


@pytest.fixture
def aid(office: Office) -> Help:
    """Urgent help in the district of the office."""
    return urgent_help(office.district)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    patterns = [*response_patterns, *live_map_patterns, *sending_patterns]
    assert all(isinstance(entry, URLPattern) for entry in patterns)
    assert sorted(ROWS) == sorted(str(entry.name) for entry in patterns)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_only_those_in_the_table_are_let_in(office: Office, aid: Help, name: str) -> None:
    number = aid.ordered("fire").incident.case.number
    row = ROWS[name]
    path = reverse(
        f"desk:{name}", kwargs={k: v.format(number=number) for k, v in row.given.items()}
    )
    met = {}
    for login in PEOPLE:
        client = Client()
        if login != "nobody":
            client.force_login(*office.key_of(login))
        met[login] = _met(client.post(path) if row.method == "post" else client.get(path))
    assert met == {login: row.expected(login) for login in PEOPLE}


def test_a_unit_that_was_sent_reads_nothing_of_the_case_elsewhere(
    office: Office, aid: Help
) -> None:
    number = aid.ordered("fire").incident.case.number
    client = Client()
    client.force_login(*office.key_of("fire-1"))
    assert client.get(reverse("desk:case", args=[number])).status_code == 404
    assert number.encode() not in client.get(reverse("desk:queue")).content


def _met(answer: Any) -> str:
    if answer.status_code in (301, 302, 303):
        to = answer.headers["Location"]
        return "sign in" if to.startswith(reverse("account_login")) else "in"
    return {403: "refused", 404: "missing"}.get(answer.status_code, "in")
