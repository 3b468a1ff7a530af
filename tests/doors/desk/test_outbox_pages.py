"""The outbox at the desk: what waits and why, what was not delivered, and the words of messages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.actions import channel_rules, delivering
from commonward.cases.actions.subscribing import confirm, prefer, subscribe, token_of, unsubscribe
from commonward.cases.models import ChannelRule, Delivery, LetterText, Subscription
from commonward.cases.queries.outbox import facts_of, held_until
from commonward.doors.outbox.channels import channels
from tests.doors.desk.conftest import Office
from tests.doors.desk.test_admin_people import do

OUTBOX = "/desk/admin/outbox/"
STEP = "/desk/admin/letters/step/long/"


@pytest.fixture
def told(office: Office, settings: Any) -> Subscription:
    """Somebody who is told of a report, and the first two steps of it owed."""
    settings.MAIL, settings.MAIL_FROM = True, "Commonward <reports@example.org>"
    at = timezone.now()
    report = office.district.report()
    made = subscribe(report.pk, "alice@example.org", "en", at, own=True)
    assert made is not None
    question = delivering.lease(at)
    assert question is not None
    delivering.taken(question, at)
    confirm(token_of(made.pk), at)
    office.district.act(report, "accept", office.district.intake_officer, 10)
    office.district.act(report, "file", office.district.duty_chief, 20)
    assert delivering.prepare(at) == 2
    return made


def test_what_was_not_delivered_stands_with_its_reason_and_goes_again(
    office: Office, told: Subscription
) -> None:
    me, at = office.administrator, timezone.now()
    first = delivering.lease(at)
    assert first is not None
    delivering.put_off(first, at + delivering.GIVE_UP_AFTER + timedelta(hours=1), "SMTP 452")
    page = me.open(OUTBOX)
    assert "SMTP 452" in page.text
    assert told.report.number in page.text
    assert "alice" not in page.text and "example.org" not in page.text
    do(me, page, "again")
    dead = Delivery.objects.get(pk=first)
    assert (dead.state, dead.attempts, dead.turn) == ("waiting", 0, False), "behind the next one"
    assert "SMTP 452" not in me.open(OUTBOX).text


def test_all_of_a_channel_go_again_but_those_whose_reader_is_gone(
    office: Office, told: Subscription
) -> None:
    me, at = office.administrator, timezone.now()
    first = delivering.lease(at)
    assert first is not None
    delivering.put_off(first, at + delivering.GIVE_UP_AFTER + timedelta(hours=1), "SMTP 452")
    page = me.open(f"{OUTBOX}?list=dead&channel=mail")
    do(me, page, "all")
    assert Delivery.objects.get(pk=first).state == "waiting"
    Delivery.objects.filter(pk=first).update(state="failed", next_at=None, ended_at=at, turn=True)
    unsubscribe(token_of(told.pk), at)
    page = me.open(f"{OUTBOX}?list=dead&channel=mail")
    assert "its address was forgotten" in page.text
    do(me, page, "all")
    assert Delivery.objects.get(pk=first).state == "failed"


def test_it_is_told_why_each_waits(office: Office, told: Subscription) -> None:
    me, at = office.administrator, timezone.now()
    page = me.open(f"{OUTBOX}?list=waiting")
    assert "it is due and goes out with the next pass" in page.text
    assert "it waits for its turn" in page.text
    first = delivering.lease(at)
    assert first is not None
    for why, words in (("quiet", "quiet hours"), ("limit", "as many as allowed")):
        Delivery.objects.filter(pk=first).update(attempts=1)
        delivering.wait_until(first, at + timedelta(hours=3), why)
        assert words in me.open(f"{OUTBOX}?list=waiting").text
    channel_rules.provider_down("mail", at, "ConnectionRefusedError")
    page = me.open(OUTBOX)
    assert "its provider does not answer" in page.text
    do(me, page, "now")
    assert ChannelRule.objects.get(channel="mail").down_until is None


def test_what_is_due_for_long_is_marked(office: Office, told: Subscription) -> None:
    me = office.administrator
    assert "does the worker run?" not in me.open(OUTBOX).text
    Delivery.objects.filter(turn=True, state="waiting").update(
        next_at=timezone.now() - timedelta(hours=2)
    )
    assert "does the worker run?" in me.open(OUTBOX).text


def test_quiet_hours_and_limits_hold_but_not_for_what_presses(
    office: Office, told: Subscription
) -> None:
    at = (timezone.now() + timedelta(days=2)).replace(hour=15, minute=30)  # 23:30 in Shanghai
    (owed,) = Delivery.objects.filter(state="waiting", turn=True)
    facts = facts_of([owed.pk])[owed.pk]
    rule = ChannelRule(channel="mail", quiet_from=22 * 60, quiet_until=7 * 60)
    assert held_until(rule, facts, at, rings=False) is None
    until, why = held_until(rule, facts, at, rings=True) or (None, "")
    assert (until, why) == (at.replace(hour=23, minute=0, second=0, microsecond=0), "quiet")
    prefer(told.pk, news="all", language="en", quiet_from=22 * 60, quiet_until=6 * 60)
    own = facts_of([owed.pk])[owed.pk]
    until, _why = held_until(ChannelRule(channel="mail"), own, at, rings=False) or (None, "")
    assert until is not None and until.hour == 22
    told.report.case.grade = "urgent"
    told.report.case.save(update_fields=["grade"])
    pressing = facts_of([owed.pk])[owed.pk]
    assert held_until(rule, pressing, at, rings=True) is None
    prefer(told.pk, news="all", language="en")
    delivering.taken(owed.pk, at - timedelta(hours=1))
    assert held_until(ChannelRule(channel="mail", per_day=2), facts, at, rings=True) is None
    assert held_until(ChannelRule(channel="mail", per_day=1), facts, at, rings=True) == (
        at + timedelta(hours=23), "limit",
    )  # fmt: skip


def test_the_rules_of_a_channel_are_set_on_the_page(office: Office, told: Subscription) -> None:
    me = office.administrator
    do(me, me.open(OUTBOX), "rule", channel="mail", per_second="5", per_day="20")
    rule = ChannelRule.objects.get(channel="mail")
    assert (rule.per_second, rule.per_day) == (5.0, 20)
    assert set(channels()) >= {"mail"}


def test_words_are_changed_tried_refused_and_put_back(office: Office) -> None:
    me = office.administrator
    writes = Client(headers={"accept-language": "en"})
    writes.force_login(*office.key_of("administrator"))
    assert "Words of messages" in me.open("/desk/admin/letters/").text
    page = me.open(STEP)
    assert "GK-2026-000123" in page.text
    refused = writes.post(STEP, {
        "do": "save", "language": "en", "number": "0", "title": "x", "body": "Dear {name} {link}",
    })  # fmt: skip
    assert refused.status_code == 422
    assert "{has}" in refused.content.decode()
    assert not LetterText.objects.exists()
    sent = {"do": "save", "language": "en", "number": "0", "title": "News of {number}",
            "body": "<b>Look</b>: {heading}\n{link}"}  # fmt: skip
    assert writes.post(STEP, sent).status_code == 302
    page = me.open(STEP)
    assert "version 1" in page.text
    assert "<b>Look</b>" not in page.html
    stale = writes.post(STEP, sent)
    assert stale.status_code == 422 and LetterText.objects.count() == 1
    reset = {"do": "reset", "language": "en", "number": "1"}
    assert writes.post(STEP, reset).status_code == 302
    assert "version" not in me.open(STEP).text.split("English")[1].split("Title")[0]
    assert LetterText.objects.count() == 2


def test_no_such_text_is_missing(office: Office) -> None:
    me = office.administrator
    assert me.client.get("/desk/admin/letters/verb:fly/long/").status_code == 404
    assert me.client.get("/desk/admin/letters/step/middle/").status_code == 404
