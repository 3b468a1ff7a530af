"""An incident goes to the next centre and comes from it, seen through the pages of both sides."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commonward.people.models import AccessRecord
from commonward.response.models import Assignment, CentreHandOver, Incident
from commonward.response.queries.incidents import calls_of, place_of
from tests.doors.desk.conftest import Colleague, Office
from tests.doors.desk.test_response import aid as aid
from tests.doors.desk.test_response import sent
from tests.help import Help

BOX = "/desk/response/centres/"


def handed(office: Office, aid: Help) -> tuple[str, str]:
    """An incident with seven units out, handed to the next centre; its page and the number."""
    here = f"/desk/response/incidents/{sent(office, aid)}/"
    desk = Colleague("response_coordinator")
    form = next(f for f in desk.open(here).forms if ("do", "hand") in f.buttons)
    desk.post(
        here, {**form.fields, "team": "next-centre", "reason": "Beyond the river", "do": "hand"}
    )
    return here, CentreHandOver.objects.get().number


def file_of(office: Office, number: str, who: str = "other_centre") -> Any:
    """The answer to asking for the file of a hand-over."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(*office.key_of(who))
    return client.get(f"{BOX}{number}.json")


def test_the_next_centre_reads_it_takes_a_file_and_gives_its_receipt(
    office: Office, aid: Help
) -> None:
    here, number = handed(office, aid)
    other = Colleague("other_centre")
    box = other.open(BOX)
    assert (
        "Come to the square" in box.text and "13912345678" in box.text and "Town square" in box.text
    )
    made = file_of(office, number)
    told = json.loads(made.content)
    assert (told["number"], told["package"]["reason"]) == (number, "Beyond the river")
    assert "no-store" in made["Cache-Control"] and f"{number}.json" in made["Content-Disposition"]
    assert AccessRecord.objects.filter(what="incident handed over").count() == 1
    waits = Colleague("response_coordinator").open(here).text
    assert f"Handed to Next district · {number} · sent, no receipt yet" in waits
    assert not Assignment.objects.filter(step="free").exists()
    other.send(box, BOX, do="receive", reference="N-77")
    page = Colleague("response_coordinator").open(here).text
    assert "received · their number N-77" in page
    assert Assignment.objects.filter(freed_why="handed_on").count() == 7


def test_given_back_it_is_ours_again_and_its_words_are_not_read_there_any_more(
    office: Office, aid: Help
) -> None:
    here, number = handed(office, aid)
    other = Colleague("other_centre")
    box = other.send(other.open(BOX), BOX, do="return")
    assert "Given back." in box.text and "Come to the square" not in box.text
    assert file_of(office, number).status_code == 404
    page = Colleague("response_coordinator").open(here).text
    assert "given back" in page and "Ordered" in page


def test_nobody_but_that_centre_takes_the_file(office: Office, aid: Help) -> None:
    _here, number = handed(office, aid)
    assert file_of(office, number, "teller").status_code == 404
    for who in ("response_coordinator", "duty_chief", "fire-1"):
        assert file_of(office, number, who).status_code == 403, who
    assert file_of(office, "0000000000").status_code == 404


def test_an_incident_comes_from_another_centre_with_its_file_once(
    office: Office, aid: Help
) -> None:
    _here, number = handed(office, aid)
    content = file_of(office, number).content
    other = Colleague("other_centre")
    form = next(f for f in other.open(BOX).forms if ("do", "file") in f.buttons)

    def given(written: bytes) -> Any:
        upload = SimpleUploadedFile("hand-over.json", written, "application/json")
        return other.post(BOX, {**form.fields, "file": upload, "do": "file"})

    wrong = given(content.replace(b"Town square", b"Town sphere"))
    assert wrong.status == 422 and "its checksum does not fit" in wrong.text
    for _twice in range(2):
        assert "Taken over; the receipt is" in given(content).text
    taken = CentreHandOver.objects.get(direction="in")
    incident = Incident.objects.select_related("case").get(pk=taken.incident_id)
    assert (incident.source, incident.kind, place_of(incident)) == (
        "centre",
        "assembly",
        "Town square",
    )
    [call] = calls_of(incident)
    assert call.words == "Beyond the river\nCome to the square" and call.callback == "13912345678"
    page = Colleague("response_coordinator").open(
        f"/desk/response/incidents/{incident.case.number}/"
    )
    assert f"Taken over from Next district · {taken.number}" in page.text
    assert "Beyond the river" in page.text
