"""Danger in an ordinary call: what was typed goes on to the form of urgent help, nothing is filed;
the ordinary matter is filed and linked afterwards."""

import re

import pytest

from commonward.cases.models import Case
from commonward.response.models import Call, Incident, Link
from commonward.response.queries.incidents import calls_of, place_of
from tests.district import RUBBISH
from tests.doors.desk.conftest import Colleague, Office
from tests.help import Help, urgent_help

INTAKE, CALL = "/desk/intake/", "/desk/response/call/"


@pytest.fixture
def aid(office: Office) -> Help:
    """Urgent help in the district of the office."""
    return urgent_help(office.district)


def typed(aid: Help, words: str) -> dict[str, str]:
    """What an intake officer has typed so far."""
    lat, lon = aid.here.inside()
    return {
        "words": words, "address": "South lane 4", "phone": "13912345678", "channel": "counter",
        "lat": str(lat), "lon": str(lon), "category": RUBBISH,
    }  # fmt: skip


def begun(
    aid: Help, words: str, who: str = "intake_officer"
) -> tuple[Colleague, dict[str, list[str]]]:
    """The form of urgent help as it opens from the ordinary one."""
    desk = Colleague(who)
    form = desk.open(INTAKE).form(INTAKE)
    assert ("do", "begin") in form.buttons
    page = desk.post(CALL, {**form.fields, **typed(aid, words), "do": "begin"})
    assert page.status == 200
    return desk, page.form(CALL).fields


def test_danger_takes_what_was_typed_to_the_form_of_urgent_help_and_files_nothing(
    office: Office, aid: Help
) -> None:
    desk, fields = begun(aid, "楼道着火了")
    assert (fields["kind"], fields["words"], fields["place"]) == (
        ["fire"],
        ["楼道着火了"],
        ["South lane 4"],
    )
    assert fields["callback"] == ["13912345678"] and fields["source"] == ["desk"]
    assert not Case.objects.exists()
    told = desk.post(CALL, {**fields, "q_inside": "yes", "do": "take"})
    incident = Incident.objects.select_related("case").get()
    assert f"Taken as {incident.case.number}" in told.text
    assert (incident.case.grade, incident.source) == ("critical", "desk")
    [call] = calls_of(incident)
    assert (call.words, call.callback, place_of(incident)) == ("楼道着火了", "13912345678", "South lane 4")  # fmt: skip
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("他要跳楼", "welfare"),
        ("有人昏迷", "medical"),
        ("两个人打架", "quarrel"),
        ("路灯", "other"),
    ],
)
def test_the_card_that_the_words_call_for_is_chosen_and_can_be_changed(
    office: Office, aid: Help, words: str, kind: str
) -> None:
    desk, fields = begun(aid, words, "duty_chief")
    assert fields["kind"] == [kind]
    again = desk.post(CALL, {**fields, "kind": "fire", "q_inside": "yes", "do": "kind"})
    kept = again.form(CALL).fields
    assert kept["kind"] == ["fire"] and kept["words"] == [words] and kept["q_inside"] == ["yes"]


def test_danger_words_offer_the_form_at_once(office: Office, aid: Help) -> None:
    desk = Colleague("intake_officer")
    form = desk.open(INTAKE).form(INTAKE)
    beside = desk.post(f"{INTAKE}beside/", {**form.fields, **typed(aid, "房子着火")})
    assert "These words mean danger" in beside.text and f'formaction="{CALL}"' in beside.html
    calm = desk.post(f"{INTAKE}beside/", {**form.fields, **typed(aid, "路灯不亮")})
    assert f'formaction="{CALL}"' not in calm.html


def test_the_ordinary_matter_is_filed_and_linked_afterwards(office: Office, aid: Help) -> None:
    desk, fields = begun(aid, "着火")
    told = desk.post(CALL, {**fields, "do": "take"})
    incident = Incident.objects.select_related("case").get()
    way = next(link for link in told.links if "incident=" in link)
    form = desk.open(way).form(INTAKE)
    assert form.fields["incident"] == [incident.case.number]
    filed = desk.post(INTAKE, {**form.fields, **typed(aid, "The rubbish burnt."), "go": "file"})
    assert "Linked to incident" in filed.text
    case = Case.objects.exclude(pk=incident.pk).get()
    assert list(Link.objects.values_list("incident", "number")) == [(incident.pk, case.number)]
    assert desk.open(f"/desk/response/incidents/{incident.case.number}/").status == 403
    shown = Colleague("response_coordinator").open(
        f"/desk/response/incidents/{incident.case.number}/"
    )
    assert case.number in shown.text


def test_a_wrong_number_of_an_incident_loses_no_case(office: Office, aid: Help) -> None:
    desk = Colleague("intake_officer")
    form = desk.open(f"{INTAKE}?incident=0000000000").form(INTAKE)
    filed = desk.post(INTAKE, {**form.fields, **typed(aid, "Rubbish."), "go": "file"})
    assert "no incident 0000000000" in filed.text and Case.objects.count() == 1
    assert not Link.objects.exists()


def test_a_second_call_near_there_keeps_the_answers_that_were_given(
    office: Office, aid: Help
) -> None:
    aid.call("fire", at=office.district.at)
    desk, fields = begun(aid, "着火")
    asked = desk.post(CALL, {**fields, "q_inside": "yes", "do": "take"})
    if asked.status == 422:
        assert asked.form(CALL).fields["q_inside"] == ["yes"]
    assert re.search("same|Taken as", asked.text) and Call.objects.count() >= 1


def test_a_site_without_urgent_help_keeps_the_ordinary_form(office: Office) -> None:
    form = Colleague("intake_officer").open(INTAKE).form(INTAKE)
    assert ("do", "begin") not in form.buttons and ("go", "danger-119") in form.buttons


def test_what_told_of_danger_goes_on_from_its_case_to_the_form_of_urgent_help(aid: Help) -> None:
    case = aid.here.report(words="楼道着火了，快来人", address="South lane 4").case
    desk = Colleague("intake_officer")
    page = desk.open(f"/desk/cases/{case.number}/")
    form = page.form(CALL)
    assert form.fields["words"] == ["楼道着火了，快来人"]
    begun_from = desk.post(CALL, {**form.fields, "do": "begin"})
    fields = begun_from.form(CALL).fields
    assert fields["words"] == ["楼道着火了，快来人"] and fields["place"] == ["South lane 4"]
    assert float(fields["lat"][0]) == case.lat
