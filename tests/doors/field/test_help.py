"""A call for help from a phone in the street: taken once, told when it was late, and only by posts
that take calls."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.people.models import Account
from commonward.response.models import Incident
from commonward.response.queries.incidents import calls_of, place_of
from tests.district import small_district
from tests.help import Help, urgent_help

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def aid(db: None) -> Help:
    """Urgent help in the district of two days ago."""
    return urgent_help(small_district(timezone.now() - timedelta(days=2)), on_duty=False)


def phone(login: str) -> Client:
    """A signed-in phone."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(login=login), BACKEND)
    return client


def send(client: Client, **item: Any) -> tuple[int, dict[str, Any]]:
    """One thing out of the outbox; the status and what was answered."""
    work = client.get("/field/work.json").json()
    given = {"account": work.get("account"), "key": str(uuid.uuid4()), "kind": "help", **item}
    answer = client.post("/field/send/", {"item": json.dumps(given)})
    return answer.status_code, answer.json()


def test_help_sent_three_times_is_one_incident_with_what_to_do_until_it_comes(aid: Help) -> None:
    lat, lon = aid.here.inside()
    client, key = phone("grid_worker"), str(uuid.uuid4())
    told = {"card": "fire", "words": "Smoke from the kiosk", "callback": "13912345678",
            "address": "South lane 4", "lat": lat, "lon": lon, "key": key}  # fmt: skip
    answers = [send(client, **told) for _ in range(3)]
    made = Incident.objects.select_related("case").get()
    assert {status for status, _ in answers} == {200}
    assert {one["number"] for _, one in answers} == {made.case.number}
    assert "Go out, close doors" in answers[0][1]["say"]
    assert (made.source, made.case.stage, made.case.public) == ("field", "located", False)
    [call] = calls_of(made)
    assert (call.words, call.callback, place_of(made)) == ("Smoke from the kiosk", "13912345678", "South lane 4")  # fmt: skip


def test_what_waited_for_a_network_says_so(aid: Help) -> None:
    then = (timezone.now() - timedelta(minutes=5)).isoformat()
    send(phone("grid_worker"), card="medical", words="He fell", address="Market", done_at=then)
    [call] = calls_of(Incident.objects.select_related("case").get())
    assert call.words.startswith("He fell\n(Noted on the spot")


def test_only_posts_that_take_calls_are_offered_it_and_may_send_it(aid: Help) -> None:
    kinds = [one["code"] for one in phone("grid_worker").get("/field/work.json").json()["help"]]
    assert {"fire", "welfare"} <= set(kinds) and "assembly" not in kinds
    handler = phone("handler")
    assert handler.get("/field/work.json").json()["help"] == []
    status, told = send(handler, card="fire", address="Market")
    assert status == 403 and "for the centre and for grid workers" in told["words"]
    for card in ("assembly", "no-such"):
        assert send(phone("grid_worker"), card=card, address="Market")[0] == 400
    assert not Incident.objects.exists()


def test_a_site_without_urgent_help_offers_none(db: None) -> None:
    small_district(timezone.now())
    assert phone("grid_worker").get("/field/work.json").json()["help"] == []
