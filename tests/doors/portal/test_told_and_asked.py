"""News by e-mail, questions of the office, news of an area, and the bound on sendings."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.areas.actions import import_calendar, publish_news
from commonward.cases import actions as cases
from commonward.cases.actions.allowing import mark_of, spend
from commonward.cases.actions.asking import ask_reporter
from commonward.cases.actions.subscribing import token_of
from commonward.cases.models import Allowance, Delivery, Report, Subscription
from commonward.cases.queries.asked import questions_of
from commonward.core.danger import numbers_to_call
from commonward.core.refusals import Refusal
from tests.district import LAMP, RUBBISH, District
from tests.doors.portal.conftest import Resident, last_report

NOW = timezone.now


@pytest.fixture
def mail(settings: Any) -> None:
    """A site that can send mails."""
    settings.MAIL, settings.MAIL_FROM = True, "reports@example.org"


def test_mails_are_offered_only_where_they_can_be_sent(
    resident: Resident, district: District, settings: Any
) -> None:
    key, receipt = resident.reported()
    assert "Tell me by e-mail" not in receipt.text
    assert resident.open(f"/my/{key}/mail/").status == 404
    settings.MAIL = True
    for path in (f"/my/{key}/", f"/my/{key}/receipt/", f"/cases/{last_report().number}/"):
        assert "Tell me by e-mail" in resident.open(path).text


def test_asking_for_mails_keeps_a_sealed_address_and_owes_one_question(
    resident: Resident, mail: None
) -> None:
    key, _ = resident.reported()
    page = resident.open(f"/my/{key}/mail/")
    said = resident.send(page, f"/my/{key}/mail/", address="alice@example.org")
    assert said.heading == "Please look into your mail"
    made = Subscription.objects.get()
    assert (made.own, made.language, made.confirmed_at) == (True, "en", None)
    assert Delivery.objects.get().event is None
    again = resident.send(page, f"/my/{key}/mail/", address="ALICE@example.org")
    assert again.heading == said.heading, "nobody learns whether it was there"
    assert Subscription.objects.count() == 1


def test_a_public_report_can_be_followed_by_others_and_a_quiet_one_not(
    resident: Resident, mail: None
) -> None:
    resident.reported()
    number = last_report().number
    page = resident.open(f"/cases/{number}/mail/")
    resident.send(page, f"/cases/{number}/mail/", address="bob@example.org")
    assert not Subscription.objects.get().own
    Report.objects.update(public=False)
    assert resident.open(f"/cases/{number}/mail/").status == 404


def test_opening_a_mail_s_page_does_nothing_and_pressing_does(
    resident: Resident, mail: None
) -> None:
    key, _ = resident.reported()
    resident.send(
        resident.open(f"/my/{key}/mail/"), f"/my/{key}/mail/", address="alice@example.org"
    )
    made = Subscription.objects.get()
    path = f"/mail/{token_of(made.pk)}/"
    page = resident.open(path)
    made.refresh_from_db()
    assert page.heading == "Do you want to be told by e-mail?"
    assert made.confirmed_at is None
    assert resident.send(page, path, wish="confirm").heading == "You are told by e-mail"
    assert resident.send(page, path, wish="stop").heading == "No more mails"
    made.refresh_from_db()
    assert made.address is None
    assert resident.open(f"/mail/{made.pk}-{'0' * 32}/").status == 404


def test_a_mail_program_ends_the_mails_with_one_post_of_its_own(
    resident: Resident, mail: None
) -> None:
    key, _ = resident.reported()
    resident.send(
        resident.open(f"/my/{key}/mail/"), f"/my/{key}/mail/", address="alice@example.org"
    )
    made = Subscription.objects.get()
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(f"/mail/{token_of(made.pk)}/stop/").status_code == 302
    made.refresh_from_db()
    assert made.ended_at is None, "programs look at links before people do"
    answer = strict.post(f"/mail/{token_of(made.pk)}/stop/", {"List-Unsubscribe": "One-Click"})
    made.refresh_from_db()
    assert answer.status_code == 200
    assert made.ended_because == "asked"


def test_an_office_s_question_stands_on_top_and_is_answered_there(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    number = last_report().case.number
    asked = ask_reporter(number, "Which <b>gate</b>?", district.intake_officer, NOW())
    page = resident.open(f"/my/{key}/")
    assert page.text.index("Which <b>gate</b>?") < page.text.index("Exposed rubbish")
    assert "<b>gate" not in page.html
    path = f"/my/{key}/answer/{asked.pk}/"
    empty = resident.send(resident.open(path), path, words="  ")
    assert "Please say it in a few words." in empty.text
    done = resident.send(resident.open(path), path, words="The east one.\r\nRing me.")
    assert "Thank you. The office can read your answer now." in done.text
    (kept,) = questions_of(last_report().case_id)
    assert kept.answer == "The east one.\nRing me."
    again = resident.open(path)
    assert again.path == f"/my/{key}/"


def test_a_question_to_another_cannot_be_opened(resident: Resident, district: District) -> None:
    mine, _ = resident.reported()
    resident.reported(words="Another heap")
    asked = ask_reporter(last_report().case.number, "?", district.intake_officer, NOW())
    assert "/answer/" not in resident.open(f"/my/{mine}/answer/{asked.pk}/").path


def test_a_mail_s_link_fills_in_the_number_and_never_the_code(resident: Resident) -> None:
    page = resident.open("/follow/", number='AB"C', code="SECRET")
    assert page.fields["number"] == 'AB"C'
    assert page.fields["code"] == ""


def test_what_is_near_is_told_for_a_position_that_is_still_typed(
    resident: Resident, district: District
) -> None:
    district.report(LAMP, "The lamp at the corner", at=NOW())
    page = resident.told(until="where", category=LAMP)
    near = resident.send(page, "/report/near/", lat="27.805", lon="113.105")
    assert "The lamp at the corner" in near.text
    assert "<main" not in near.html, "a part of a page"
    assert resident.send(page, "/report/near/", lat="27.825", lon="113.125").text == ""
    assert resident.send(page, "/report/near/", lat="north", lon="").text == ""


def test_the_words_of_danger_are_those_of_the_server(resident: Resident) -> None:
    lists = json.loads(resident.open("/report/danger.json").html)
    harmless = re.compile("|".join(lists.pop("harmless")))
    assert harmless.sub("", "消防通道被占") == "被占", "the browser leaves out what the server does"
    assert set(lists) == {"110", "119", "120"}
    for number, words in lists.items():
        assert all(number in numbers_to_call(word) for word in words)


def test_a_conditional_question_is_asked_only_where_it_is_led_to(
    resident: Resident, district: District
) -> None:
    cases.set_category(
        RUBBISH, "暴露垃圾", name_en="Exposed rubbish", parent="03",
        questions=[
            {"code": "KIND", "datatype": "singlevaluelist", "required": True, "order": 1,
             "prompt_en": "What is it?",
             "values": [{"key": "soft", "name": "软"}, {"key": "rubble", "name": "石"}]},
            {"code": "TONS", "datatype": "number", "required": True, "order": 2,
             "prompt_en": "How many tons?", "when": {"question": "KIND", "is": ["rubble"]}},
            {"code": "SINCE", "datatype": "date", "order": 3, "prompt_en": "Since which day?"},
        ],
    )  # fmt: skip
    page = resident.told(until="ask-KIND")
    hard = resident.send(page, answer="rubble")
    assert hard.heading == "How many tons?"
    soft = resident.send(page, answer="soft")
    assert soft.heading == "Since which day?"
    assert "Please write a day" in resident.send(soft, answer="yesterday").text
    check = resident.send(resident.send(soft, answer="2026-01-31"))
    resident.send(check)
    assert last_report().answers == {"KIND": "soft", "SINCE": "2026-01-31"}


def test_an_area_s_page_tells_news_in_the_reader_s_language(
    resident: Resident, chinese: Resident, district: District
) -> None:
    publish_news(
        district.duty_chief, "430298", "prevention", "防溺水", "看好孩子。<script>",
        since=NOW(), until=NOW() + timedelta(days=1), at=NOW(),
        title_en="Water", words_en="Mind the children.",
    )  # fmt: skip
    assert "To prevent harm" in resident.open("/areas/430298/").text
    assert "Mind the children." in resident.open(f"/areas/{district.grid(0, 0)}/").text
    page = chinese.open("/areas/430298/")
    assert "看好孩子。<script>" in page.text
    assert "看好孩子。<script>" not in page.html


def test_a_holiday_of_this_week_is_named_among_the_opening_hours(
    resident: Resident, district: District
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    year = {
        "year": tomorrow.year, "papers": [],
        "days": [{"name": "试验节", "date": tomorrow.isoformat(), "isOffDay": True}],
    }  # fmt: skip
    import_calendar([(f"{tomorrow.year}.json", json.dumps(year).encode())], at=NOW())
    page = resident.open("/areas/430298/")
    assert "public holiday" in page.text
    assert "· today" in page.text


def test_one_network_sends_much_and_then_waits_and_loses_no_word(
    resident: Resident, settings: Any
) -> None:
    settings.SENDINGS_AN_HOUR = 2
    resident.reported()
    resident.reported(words="Another heap")
    page = resident.send(resident.told(words="A third heap, at the school"))
    assert "Very much came from your network" in page.text
    assert "please send it again in 30 minutes" in page.text
    assert "by telephone or at the counter" in page.text
    assert "A third heap, at the school" in page.text
    assert Report.objects.filter(words__contains="third").count() == 0


def test_sent_twice_a_report_is_counted_once(resident: Resident, settings: Any) -> None:
    settings.SENDINGS_AN_HOUR = 1
    page = resident.told()
    assert "/receipt/" in resident.send(page).path
    assert "/receipt/" in resident.send(page).path


def test_another_network_is_not_held_up_and_the_hour_fills_again(db: None) -> None:
    at = NOW()
    spend("192.0.2.1", at, 1)
    with pytest.raises(Refusal):
        spend("192.0.2.1", at, 1)
    spend("192.0.2.2", at, 1)
    spend("192.0.2.1", at.replace(hour=0) + timedelta(days=1, hours=2), 1)


def test_of_a_network_only_a_hash_of_the_day_is_kept_and_that_till_the_next(db: None) -> None:
    at = NOW()
    spend("192.0.2.1", at, 5)
    kept = Allowance.objects.get()
    assert "192.0.2.1" not in kept.mark
    assert mark_of("192.0.2.1", at) == kept.mark
    assert mark_of("192.0.2.1", at + timedelta(days=1)) != kept.mark
    spend("192.0.2.9", at + timedelta(days=1), 5)
    assert Allowance.objects.get().mark != kept.mark


def test_one_connection_has_many_addresses_of_the_new_kind(db: None) -> None:
    at = NOW()
    assert mark_of("2001:db8:1:2::1", at) == mark_of("2001:db8:1:2:ffff::9", at)
    assert mark_of("2001:db8:1:3::1", at) != mark_of("2001:db8:1:2::1", at)
    assert mark_of("::ffff:192.0.2.1", at) == mark_of("192.0.2.1", at)


def test_what_a_sender_claims_of_its_network_is_not_believed(
    resident: Resident, settings: Any
) -> None:
    settings.SENDINGS_AN_HOUR = 1
    resident.client.defaults["HTTP_X_FORWARDED_FOR"] = "192.0.2.1"
    resident.reported()
    resident.client.defaults["HTTP_X_FORWARDED_FOR"] = "192.0.2.2"
    assert "Very much came" in resident.send(resident.told(words="Again")).text
    settings.PROXIES = 1
    resident.client.defaults["HTTP_X_FORWARDED_FOR"] = "198.51.100.7, 192.0.2.3"
    assert "/receipt/" in resident.send(resident.told(words="Behind our own proxy")).path
