"""Every address of mediation at the desk × every standing person, against the table below.

An address without a row fails, and so does a row without an address. To the posts of mediation a
dispute that is not theirs does not exist (404); everybody else is refused (403).
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from commonward.doors.desk.dispute_urls import dispute_patterns
from tests.district import ACCOUNTS
from tests.doors.desk.conftest import Office
from tests.talks import MEDIATION, Talks, mediation

PEOPLE = (*ACCOUNTS, *MEDIATION, "nobody")
POSTS = tuple(MEDIATION)
OFFICE = (
    "intake_officer", "grid_worker", "second_grid_worker", "handler", "second_handler",
    "street_handler", "duty_chief",
)  # fmt: skip
NOT_THEIRS = ("second_mediator", "panelist", "clerk", "legal_aid")
"""Posts of mediation whose team does not have the dispute below: talks at the southern street."""
NUMBER = "{number}"


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


OWN = ("coordinator", "mediator")
ROWS: dict[str, Row] = {
    "disputes": Row(POSTS),
    "explorer": Row((*OFFICE, "coordinator", "mediator", "second_mediator")),
    "explorer_letter": Row(
        (*OFFICE, "coordinator", "mediator", "second_mediator"), {"letter": "general"}
    ),
    "dispute_places": Row(("coordinator",)),
    "dispute_new": Row((*OFFICE, "coordinator", "mediator", "second_mediator")),
    "dispute": Row(OWN, {"number": NUMBER}, unseen=NOT_THEIRS),
    "dispute_step": Row(OWN, {"number": NUMBER, "verb": "appraise"}, unseen=NOT_THEIRS),
    "dispute_forms": Row((*POSTS, *OFFICE)),
    "dispute_form": Row((*POSTS, *OFFICE), {"code": "consent"}),
    "dispute_papers": Row(OWN, {"number": NUMBER}, unseen=NOT_THEIRS),
    "dispute_paper": Row(
        ("mediator",), {"number": NUMBER, "code": "rights", "which": "0"}, unseen=NOT_THEIRS
    ),
    "dispute_scan": Row((), {"number": NUMBER, "paper": "1"}, unseen=POSTS),
    "dispute_figures": Row(
        ("coordinator", "mediator", "second_mediator", "leader", "administrator")
    ),
    "dispute_return": Row(("coordinator",)),
    "dispute_telling": Row(("coordinator", "mediator", "second_mediator")),
    "disputes_owed": Row(("coordinator", "mediator", "second_mediator")),
    "dispute_grade": Row(OWN, {"number": NUMBER}, unseen=("second_mediator",)),
    "dispute_terms": Row(OWN, {"number": NUMBER}, unseen=("second_mediator",)),
    "dispute_mediators": Row(("coordinator",)),
    "dispute_mediator": Row((), {"account": "0"}, unseen=("coordinator",)),
    "dispute_own": Row((), unseen=("mediator", "second_mediator", "panelist")),
    "dispute_review": Row(("coordinator",)),
    "dispute_mediation": Row(OWN, {"number": NUMBER}, unseen=("second_mediator",)),
    "dispute_sessions": Row(OWN, {"number": NUMBER}, unseen=("second_mediator", "panelist")),
    "dispute_record": Row(
        (), {"number": NUMBER, "session": "0"}, unseen=(*OWN, "second_mediator", "panelist")
    ),
    "dispute_caucus": Row(("mediator",), {"number": NUMBER}, unseen=("second_mediator",)),
    "dispute_sides": Row(OWN, {"number": NUMBER}, unseen=("second_mediator",)),
    "dispute_needs": Row(OWN, {"number": NUMBER, "letter": "b"}, unseen=("second_mediator",)),
    "dispute_agreement": Row(("mediator",), {"number": NUMBER}, unseen=NOT_THEIRS),
    "dispute_agreement_check": Row(
        ("mediator",), {"number": NUMBER}, method="post", unseen=("second_mediator", "panelist")
    ),
    "dispute_inquiries": Row(
        ("mediator",), {"number": NUMBER}, unseen=("second_mediator", "panelist")
    ),
    "dispute_handovers": Row(OWN, {"number": NUMBER}, unseen=("second_mediator",)),
    "handover_box": Row(("clerk", "legal_aid")),
    "handover_package": Row((), {"number": "NONE"}, unseen=("clerk", "legal_aid")),
    "dispute_performance": Row((), {"number": NUMBER}, unseen=(*OWN, "second_mediator")),
    "dispute_offers": Row(("mediator",), {"number": NUMBER}, unseen=NOT_THEIRS),
}


@pytest.fixture
def talks(office: Office) -> Talks:
    """Mediation in the district of the office."""
    return mediation(office.district)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert all(isinstance(entry, URLPattern) for entry in dispute_patterns)
    assert sorted(ROWS) == sorted(str(entry.name) for entry in dispute_patterns)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_only_those_in_the_table_are_let_in(office: Office, talks: Talks, name: str) -> None:
    number, *_ = talks.talking("street")
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


def _met(answer: Any) -> str:
    if answer.status_code in (301, 302, 303):
        to = answer.headers["Location"]
        return "sign in" if to.startswith(reverse("account_login")) else "in"
    return {403: "refused", 404: "missing"}.get(answer.status_code, "in")
