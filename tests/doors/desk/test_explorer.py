"""The explorer at the counter: the same answers lead to the same result as on the portal."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonward.core.explorer import Outcome, shipped, ways
from tests.doors.desk.conftest import Office
from tests.talks import Talks, mediation

ALL = list(ways(shipped()))
SOME = [
    *(ALL[n][0] for n in range(0, len(ALL), len(ALL) // 12)),
    *(answers for answers, step in ALL if not isinstance(step, Outcome)),
    *(ALL[-1][0][:n] for n in range(1, len(ALL[-1][0]))),
]
"""Some outcomes, every gate, and the questions on one way."""


def read(page: str) -> tuple[list[str], list[str]]:
    """The headings and the facts of the middle of a page."""
    middle = page.split("<main", 1)[1].split("</main>")[0]
    middle = re.sub(r'<div class="emergency.*?</div>', "", middle, flags=re.DOTALL)
    told = re.findall(r"<(h1|h2|dd|p|li)[^>]*>(.*?)</\1>", middle, re.DOTALL)
    texts = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()) for _, text in told]
    leave = ("Ask for mediation", "Register the dispute", "申请调解", "登记这件纠纷", "")
    return re.findall(r"<h1[^>]*>(.*?)</h1>", middle), [text for text in texts if text not in leave]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_counter_and_portal_show_the_same(office: Office, language: str) -> None:
    counter, resident = Client(), Client()
    counter.force_login(*office.key_of("intake_officer"))
    for client in (counter, resident):
        client.get("/", {"lang": language})
    for answers in SOME:
        given = {"a": ".".join(answers)}
        desk = counter.get("/desk/disputes/explorer/", given)
        portal = resident.get("/disputes/", given)
        assert desk.status_code == portal.status_code == 200
        heading, texts = read(desk.content.decode())
        heading_there, texts_there = read(portal.content.decode())
        assert (heading, texts) == (heading_there, texts_there), answers


def test_the_button_leads_to_registration_with_kind_and_facts(office: Office) -> None:
    client = Client()
    client.force_login(*office.key_of("intake_officer"))
    page = client.get("/desk/disputes/explorer/", {"a": "no.work.wages.many.talked"})
    found = re.search(r'href="(/desk/disputes/new/\?[^"]+)"', page.content.decode())
    assert found is not None
    address = html.unescape(found.group(1))
    assert "kind=migrant_wages" in address and "fact_households=10" in address
    page = client.get(address)
    assert '<option value="migrant_wages" selected>' in page.content.decode()
    assert (
        'name="fact_households" inputmode="numeric" maxlength="12" autocomplete="off" value="10"'
        in page.content.decode()
    )


def test_nothing_of_a_walk_is_kept(office: Office) -> None:
    client = Client()
    client.force_login(*office.key_of("intake_officer"))
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/disputes/explorer/", {"a": "no.home.family.unsafe"})
        client.post("/desk/disputes/explorer/neighbours/", {"happened": "A knife; 持刀"})
    assert not [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_letter_is_printed_for_somebody_at_the_counter(office: Office) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(*office.key_of("intake_officer"))
    page = client.post("/desk/disputes/explorer/neighbours/", {"happened": "She has a knife"})
    text = page.content.decode()
    assert "She has a knife" in text and "This sounds dangerous" in text
    assert client.get("/desk/disputes/explorer/nothing/").status_code == 404


@pytest.fixture
def talks(office: Office) -> Talks:
    """Mediation in the district of the office."""
    return mediation(office.district)


def test_the_coordinator_reads_places_in_words(office: Office, talks: Talks) -> None:
    for _ in range(6):
        talks.registered(at=talks.at.replace(day=1) - timedelta(days=3))
    client = Client(headers={"accept-language": "en"})
    client.force_login(*office.key_of("coordinator"))
    text = client.get("/desk/disputes/places/").content.decode()
    assert "5 or more" in text and "Neighbours" in text and "27.80" in text
    assert "6" not in re.findall(r"<td>(\d+)", text)
