"""A resident who cannot speak sends for help."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.models import Case, Report
from commonward.response.actions.sealing import unseal
from commonward.response.models import Call, Incident
from tests.district import small_district
from tests.help import Help, urgent_help


@pytest.fixture
def aid(db: None) -> Help:
    """Urgent help in the small district."""
    return urgent_help(small_district(timezone.now()), on_duty=False)


def asked(path: str, **given: Any) -> Any:
    """The form of a page, filled and sent by a browser without an account."""
    client = Client(headers={"accept-language": "en"})
    key = re.search(r'name="sending" value="([0-9a-f]{40})"', client.get(path).content.decode())
    assert key
    return client.post(path, {"sending": key.group(1), **given})


def test_whoever_cannot_speak_sends_for_help_and_gets_a_number(aid: Help) -> None:
    lat, lon = aid.here.inside()
    told = asked("/help/", kind="fire", place="South lane 4", lat=lat, lon=lon, callback="139")
    made = Incident.objects.select_related("case").get()
    assert told.status_code == 200 and made.case.number in told.content.decode()
    assert "Go out, close doors behind you" in told.content.decode()
    assert (made.source, made.case.stage, made.case.public) == ("portal", "located", False)
    call = Call.objects.get()
    assert unseal(made.case, call.callback, f"call {call.pk} callback") == "139"


def test_without_a_point_the_incident_waits_to_be_located(aid: Help) -> None:
    asked("/help/", kind="medical", place="Somewhere at the market")
    assert Incident.objects.get().case.stage == "call"


def test_help_is_sent_for_although_nothing_was_chosen_and_never_as_the_first_of_the_list(
    aid: Help,
) -> None:
    page = Client().get("/help/").content.decode()
    first = page[page.index('name="kind"') :].partition("</option>")[0]
    assert 'value=""' in first
    asked("/help/", kind="", place="South lane 4")
    assert Incident.objects.latest("pk").kind == "other"
    asked("/help/", kind="", place="South lane 4", words="楼道着火了")
    assert Incident.objects.latest("pk").kind == "fire"


def test_sent_twice_help_is_sent_for_once(aid: Help) -> None:
    given = {"sending": "a" * 40, "kind": "fire", "place": "South lane 4"}
    for _twice in range(2):
        assert Client().post("/help/", given).status_code == 200
    assert Incident.objects.count() == 1 and Call.objects.count() == 1


def test_nobody_follows_an_incident_from_outside(aid: Help) -> None:
    asked("/help/", kind="fire", place="South lane 4")
    case = Case.objects.get()
    assert Client().get(f"/cases/{case.number}/").status_code == 404
    assert Report.objects.get().words == ""


def test_the_first_question_leads_there(aid: Help) -> None:
    first = Client().get("/report/").content.decode()
    assert 'href="/help/"' in first and 'href="/stop-payment/"' in first


def test_the_first_page_says_where_whoever_cannot_speak_sends_for_help(aid: Help) -> None:
    first = Client(headers={"accept-language": "en"}).get("/").content.decode()
    assert "cannot speak or call" in first and 'href="/help/"' in first


def test_what_sounds_dangerous_leads_to_help_on_the_page_and_while_it_is_typed(aid: Help) -> None:
    resident = Client(headers={"accept-language": "en"})
    first = resident.get("/report/").content.decode()
    typed = first[first.index('id="danger"') :]
    assert 'href="/help/"' in typed[: typed.index("</div>")]
    state = re.search(r'name="state" value="([^"]+)"', first)
    assert state
    told = {"state": state.group(1), "step": "words", "go": "next"}
    calm = resident.post("/report/", {**told, "words": "A lamp is out"}).content.decode()
    assert "/help/" not in calm
    warned = resident.post("/report/", {**told, "words": "楼道着火了"}).content.decode()
    assert 'role="alert"' in warned and 'href="/help/"' in warned


def test_a_site_without_urgent_help_has_neither_page(db: None) -> None:
    small_district(timezone.now())
    for path in ("/", "/report/"):
        assert "/help/" not in Client().get(path).content.decode()
    for path in ("/help/", "/stop-payment/"):
        assert Client().get(path).status_code == 404
