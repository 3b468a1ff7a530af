"""The explorer on the portal: anonymous, one question a page, hard gates, a letter kept nowhere."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonward.core.disputes import place_cell
from commonward.core.explorer import Gated, Outcome, ask, shipped, shipped_text
from commonward.disputes.actions.exploring import adopt_explorer
from commonward.disputes.actions.setting_up import set_up
from commonward.disputes.models import Dispute
from tests.doors.portal.conftest import Page, Resident

WALL = "/disputes/?a=no.home.neighbours.no.talked"


def pressed(resident: Resident, page: Page, text: str) -> Page:
    """Follow the link that holds this text."""
    for href, words in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', page.html, re.DOTALL):
        if text in html.unescape(re.sub(r"<[^>]+>", " ", words)):
            path, _, query = html.unescape(href).partition("?")
            return resident.open(path + (f"?{query}" if query else ""))
    raise AssertionError(f"no link “{text}” on {page.path}: {page.text}")


def test_it_is_two_steps_from_the_home_page_to_the_first_answer(resident: Resident) -> None:
    page = pressed(resident, resident.open("/"), "A dispute with somebody")
    assert page.path == "/disputes/" and page.heading == "Is anybody in danger?"


def test_a_quarrel_about_a_wall_leads_to_mediation_by_links_alone(resident: Resident) -> None:
    page = resident.open("/disputes/")
    for answer, heading in (
        ("No", "What is it about?"),
        ("Family, neighbours, the home", "Between whom, or about what?"),
        ("Between neighbours", "Does one of these make it pressing?"),
        ("None of these", "What has been tried so far?"),
        ("We talked, without result", "Your ways on"),
    ):
        page = pressed(resident, page, answer)
        assert page.heading == heading
    assert "1. People’s mediation" in page.text
    assert "It is free. People’s Mediation Law, art. 4" in page.text
    assert pressed(resident, page, "Back").heading == "What has been tried so far?"
    assert pressed(resident, page, "Start again").heading == "Is anybody in danger?"


def test_the_button_carries_kind_and_facts_into_registration(resident: Resident) -> None:
    page = resident.open("/disputes/?a=no.work.wages.many.talked")
    page = pressed(resident, page, "Ask for mediation")
    assert page.path.startswith("/disputes/register/?") and page.status == 200
    assert "kind=migrant_wages" in page.path and "fact_households=10" in page.path
    assert '<option value="migrant_wages" selected>' in page.html


def test_danger_shows_the_numbers_first_and_no_way_on(resident: Resident) -> None:
    page = resident.open("/disputes/?a=now")
    assert page.heading == "First: help for those in danger"
    for number in ("110", "119", "120"):
        assert f'href="tel:{number}"' in page.html.split("<main", 1)[0]
    assert "Ask for mediation" not in page.html


@pytest.mark.parametrize("gate", sorted(shipped().gates))
def test_each_gate_stops_and_names_its_rule_and_whom_to_call(
    resident: Resident, chinese: Resident, gate: str
) -> None:
    ways = {
        "danger": "now",
        "violence": "violence",
        "status": "no.home.family.status",
        "title": "no.home.housing.owner",
        "medical_elsewhere": "no.harm.medical.yes",
        "land_ownership": "no.land.land.owner",
        "collective_land": "no.land.expropriation.collective",
    }
    step = ask(shipped(), ways[gate].split("."))
    assert isinstance(step, Gated) and step.gate.code == gate
    for who, text in ((resident, step.gate.title.en), (chinese, step.gate.title.zh)):
        page = who.open(f"/disputes/?a={ways[gate]}")
        assert page.heading == text
        source = step.gate.source.en if who is resident else step.gate.source.zh
        assert source in html.unescape(page.text)
        assert all(
            (c.title.en if who is resident else c.title.zh) in page.text for c in step.contacts
        )
        assert "/disputes/register/" not in page.html


def test_it_is_complete_in_chinese(chinese: Resident) -> None:
    page = chinese.open(WALL)
    step = ask(shipped(), ["no", "home", "neighbours", "no", "talked"])
    assert isinstance(step, Outcome)
    for route in step.routes:
        assert route.title.zh in page.text and route.what.zh in page.text


def test_the_language_is_changed_without_losing_the_answers(resident: Resident) -> None:
    page = resident.open("/disputes/?a=no.home")
    assert "/disputes/?a=no.home&amp;lang=zh-hans" not in page.html
    assert 'href="?a=no.home&amp;lang=zh-hans"' in page.html
    page = resident.open("/disputes/", a="no.home", lang="zh-hans")
    assert page.path == "/disputes/?a=no.home" and "邻居之间" in page.text


@pytest.mark.parametrize(
    "given", ["no.nowhere", "now.no", "x" * 2000, ".", "no..home", "无", "%00"]
)
def test_answers_that_nobody_offered_begin_again_in_words(resident: Resident, given: str) -> None:
    page = resident.open("/disputes/", a=given)
    assert page.status == 422 and page.heading == "Is anybody in danger?"
    assert "Please check" in page.text


def test_nothing_is_kept_and_nobody_is_known(resident: Resident) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = resident.open(WALL)
    assert not [q["sql"] for q in asked if not q["sql"].startswith("SELECT")]
    assert not resident.client.cookies.get("sessionid")
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_the_first_page_may_be_found_by_anybody(resident: Resident) -> None:
    assert "X-Robots-Tag" not in resident.open("/disputes/").headers


def test_a_letter_is_filled_and_kept_nowhere(resident: Resident) -> None:
    page = pressed(resident, resident.open(WALL), "Write the letter")
    assert page.heading == "Letter to a neighbour"
    path = page.path
    filled = {"happened": "The wall <b>takes</b> {by} our light.\nSince May.", "sender": "N. N."}
    with CaptureQueriesContext(connection) as asked:
        page = resident.send(page, path, **filled)
    assert page.status == 200
    assert not [q["sql"] for q in asked if not q["sql"].startswith("SELECT")]
    assert "The wall &lt;b&gt;takes&lt;/b&gt; {by} our light." in page.html
    assert "________" in page.text and page.headers["Cache-Control"] == "no-store"
    assert page.fields["sender"] == "N. N."
    assert pressed(resident, page, "Back to the ways").heading == "Your ways on"


def test_danger_in_a_letter_is_seen_at_once(resident: Resident) -> None:
    page = resident.open("/disputes/letter/neighbours/")
    page = resident.send(page, page.path, happened="He has a knife and said so")
    assert "This sounds dangerous" in page.text and 'href="tel:110"' in page.html


def test_there_is_no_other_letter(resident: Resident) -> None:
    assert resident.open("/disputes/letter/nothing/").status == 404


def test_what_a_site_adopts_is_what_is_asked(resident: Resident) -> None:
    edited = shipped_text().replace("Is anybody in danger?", "Is everybody safe where you are?")
    adopt_explorer(edited, at=timezone.now() - timedelta(minutes=1))
    assert resident.open("/disputes/").heading == "Is everybody safe where you are?"


def test_what_was_answered_is_graded_at_registration(resident: Resident) -> None:
    set_up(timezone.now() - timedelta(days=1))
    page = resident.open("/disputes/?a=no.work.wages.many.talked")
    page = pressed(resident, page, "Ask for mediation")
    told = {"kind": "migrant_wages", "words": "拖欠工资", "name": "N", "fact_livelihood": "1"}
    page = resident.send(page, "/disputes/register/", **told)
    assert page.status == 200, page.text
    made = Dispute.objects.select_related("case").get()
    assert made.kind == "migrant_wages"
    assert made.facts == {"households": 10, "livelihood": True}
    assert made.case.grade == "red"


def test_a_number_that_is_none_is_refused_in_words(resident: Resident) -> None:
    set_up(timezone.now() - timedelta(days=1))
    page = resident.open("/disputes/register/?kind=other")
    page = resident.send(page, page.path, words="x", name="N", fact_households="many")
    assert page.status == 422 and "“many” is no number" in page.text
    assert not Dispute.objects.exists()


def test_a_place_set_at_registration_is_kept_as_a_coarse_cell_alone(resident: Resident) -> None:
    set_up(timezone.now() - timedelta(days=1))
    page = resident.open("/disputes/register/?kind=neighbours")
    told = {"kind": "neighbours", "words": "A wall", "name": "N", "lat": "27.805", "lon": "113.105"}
    page = resident.send(page, "/disputes/register/", **told)
    assert page.status == 200, page.text
    made = Dispute.objects.select_related("case").get()
    assert made.place_cell == place_cell(27.805, 113.105)
    assert made.case.area_path and made.case.lat is None
