"""Whoever made a report takes along all that is kept of it, and nothing of anybody else."""

import io
import json
import zipfile
from typing import Any

from django.utils import timezone

from commonward.cases.access import access_case
from commonward.cases.actions.joining import join
from commonward.cases.actions.receipts import code_of
from commonward.cases.actions.subscribing import subscribe, token_of
from commonward.cases.queries.copied import NOT_OPENED, copy_of
from commonward.core.consents import NEWS, newest, words_of
from commonward.people.models import Account
from tests.district import District
from tests.doors.portal.conftest import Resident, last_report
from tests.doors.portal.test_reporting import photo


def packed(resident: Resident, key: str) -> dict[str, bytes]:
    answer = resident.client.get(f"/my/{key}/copy.zip", headers={"accept-language": "en"})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def with_code(resident: Resident, key: str) -> str:
    """The ticket that number and code give."""
    given = {"number": last_report().number, "code": code_of(key)}
    entered = resident.client.post("/follow/", resident.open("/follow/").fields | given)
    return str(entered["Location"].split("/")[-2])


def test_a_copy_holds_what_was_told_and_details_for_number_and_code_alone(
    resident: Resident, district: District
) -> None:
    other = district.report(words="Told by somebody else", contact={"phone": "13911112222"})
    key, _page = resident.reported(phone="13900001111")
    mine = last_report()
    wanted = subscribe(mine.pk, "qian@example.org", "en", mine.received_at, own=True)
    assert wanted is not None
    mail = f"/mail/{token_of(wanted.pk)}/"
    sent = resident.client.post(mail, resident.open(mail).fields | {"wish": "confirm"})
    assert sent.status_code == 200

    told = packed(resident, key)
    by_link = json.loads(told["report.json"])
    assert by_link["report"]["number"] == mine.number
    assert by_link["report"]["words"] in told["report.html"].decode()
    assert by_link["report"]["contact"] == NOT_OPENED
    assert by_link["steps"] and by_link["messages"]
    assert "13900001111" not in str(told) and "qian@" not in str(told)
    assert b"number and code" in told["report.html"]
    assert f"/my/{key}/kept/" in resident.open(f"/my/{key}/").links
    assert f"/my/{key}/copy.zip" in resident.open(f"/my/{key}/kept/").links

    by_code = packed(resident, with_code(resident, key))
    opened: dict[str, Any] = json.loads(by_code["report.json"])
    assert opened["report"]["contact"] == {"phone": "13900001111"}
    news = opened["news"][0]
    assert news["address"] == "qian@example.org" and news["agreed_at"]
    # To what somebody agreed is known word by word.
    assert news["version"] == newest(NEWS) and news["words"] == words_of(NEWS, newest(NEWS))
    for word in (b"13900001111", b"qian@example.org"):
        assert word in by_code["report.html"]
    assert other.number not in str(by_code) and "13911112222" not in str(by_code)


def test_a_joined_report_takes_along_its_own_words_and_names_nobody(
    resident: Resident, district: District
) -> None:
    first = district.report(words="The first hand told this", contact={"phone": "13911112222"})
    district.act(first, "add_words", district.holder(first), 1, words="The first hand added this")
    key, _page = resident.reported(phone="13900001111")
    mine = last_report()
    join(mine.case.number, first.case.number, "One heap.", district.dispatcher, timezone.now())
    access_case(mine.case.number, district.dispatcher, timezone.now(), door="desk")
    told = packed(resident, with_code(resident, key))
    (look,) = json.loads(told["report.json"])["looks"]
    assert (look["what"], look["door"]) == ("read", "desk")
    whole = told["report.html"].decode() + told["report.json"].decode()
    assert mine.words in told["report.html"].decode()
    assert "first hand" not in whole and "13911112222" not in whole
    names = Account.objects.values_list("name", flat=True)
    assert len(names) > 5 and [name for name in names if name in whole] == []


def test_the_photos_that_were_sent_are_in_it(
    resident: Resident, district: District, media: object
) -> None:
    sent = resident.send(resident.told(), photos=photo())
    told = packed(resident, sent.path.split("/")[2])
    named = json.loads(told["report.json"])["photos"]
    assert [one["file"] for one in named] == [n for n in told if n.startswith("photos/")] != []
    assert told[named[0]["file"]][:2] == b"\xff\xd8"


def test_a_wrong_link_opens_no_copy(resident: Resident) -> None:
    assert resident.client.get("/my/nothing-of-anybody/copy.zip").status_code == 404


def test_a_copy_asks_little(district: District, django_assert_max_num_queries: Any) -> None:
    report = district.report(contact={"phone": "13911112222"})
    # On PostgreSQL one more, which sets up the reading.
    with django_assert_max_num_queries(12):
        copy_of(report.pk, details=True)
