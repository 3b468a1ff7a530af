"""A partner office over the API: hands over once, reads the outcome, answers what lies with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.confirmation import CHECKS
from commonward.core.rights import SYSTEM
from commonward.disputes.actions.handing import prepare_confirmation, send_confirmation
from commonward.disputes.models import Dispute
from commonward.people import actions as people
from tests.disputes.test_performing import in_force
from tests.district import SINCE, small_district
from tests.talks import Talks, mediation

TOLD = {
    "team": "police", "reference": "2026-7", "source": "police", "kind": "neighbours",
    "words": "两户因院墙争吵", "applicant": [{"name": "钱多多"}],
}  # fmt: skip


@pytest.fixture
def talks(db: None) -> Talks:
    """Mediation in the district of two days ago, so that an agreement is in force by now."""
    return mediation(small_district(timezone.now() - timedelta(days=2)))


def key_of(account: int) -> str:
    return people.issue_key(SYSTEM, f"key {account}", ["api"], at=SINCE, account=account)[1]


def call(key: str, method: str, path: str, body: Any = None) -> Any:
    client = Client(headers={"Authorization": f"Bearer {key}"})
    return getattr(client, method)(f"/api/v1{path}", body, content_type="application/json")


def test_the_police_hand_over_and_get_the_same_receipt_again(talks: Talks) -> None:
    team = people.add_team(SYSTEM, "police", "派出所", at=SINCE, kind="partner").pk
    account = people.add_account(SYSTEM, "police", "Police", at=SINCE).pk
    people.grant(SYSTEM, account, "partner", at=SINCE)
    people.join_team(SYSTEM, account, team, at=SINCE)
    key = key_of(account)
    first = call(key, "post", "/handovers", TOLD)
    assert first.status_code == 201, first.content
    again = call(key, "post", "/handovers", TOLD)
    assert again.json()["number"] == first.json()["number"] and Dispute.objects.count() == 1
    listed = call(key, "get", "/handovers").json()
    assert [one["reference"] for one in listed] == ["2026-7"]
    assert "院墙" not in str(listed) and "钱多多" not in str(listed)
    assert call(key, "get", f"/cases/{Dispute.objects.get().case.number}").status_code == 404
    other = key_of(talks.accounts["clerk"])
    assert call(other, "post", "/handovers", {**TOLD, "reference": "8"}).status_code == 403
    assert call(other, "get", "/handovers").json() == []


def test_the_court_reads_the_package_and_rules(talks: Talks) -> None:
    number, *_ = in_force(talks)
    court = talks.teams["court"]
    prepare_confirmation(
        number, court, dict.fromkeys(CHECKS, True), talks.mediator, talks.later(80)
    )
    made = send_confirmation(number, talks.mediator, talks.later(81))
    key = key_of(talks.accounts["clerk"])
    waiting = call(key, "get", "/handovers?waiting=true").json()
    assert [one["number"] for one in waiting] == [made.number]
    pdf = call(key, "get", f"/handovers/{made.number}/package")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    path = f"/handovers/{made.number}"
    got = call(key, "post", f"{path}/receipt", {"reference": "(2026)司调1号"}).json()
    assert (got["state"], got["reference"]) == ("received", "(2026)司调1号")
    assert call(key, "post", f"{path}/answer", {"answer": "fine"}).status_code == 422
    assert (
        call(key, "post", f"{path}/answer", {"answer": "confirmed"}).json()["state"] == "answered"
    )
    aid = key_of(talks.accounts["legal_aid"])
    assert call(aid, "get", f"{path}/package").status_code == 404
