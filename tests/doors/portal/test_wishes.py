"""What a reporter wants to hear of, by which way, in which language and when: behind their own link."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions.asking import ask_reporter
from commonward.cases.actions.subscribing import confirm, subscribe, token_of, unsubscribe
from commonward.cases.models import Delivery, Subscription
from commonward.cases.queries.letters import steps_to_tell
from commonward.core.channels import Channel, Message, Sent
from commonward.core.refusals import Invalid
from commonward.doors.outbox import channels as found
from commonward.doors.outbox.asking import MOST_A_DAY, ask
from tests.district import District
from tests.doors.portal.conftest import Resident, last_report


def _loft(address: str) -> str:
    if not address.isdecimal():
        raise Invalid("A loft is a number.", field="address")
    return address


def _send(message: Message) -> Sent:
    return Sent(message.key)


LOFT = Channel("pigeon", "Pigeon", "Number of the loft", check=_loft, send=_send,
               ready=lambda: True, kind="tel", longest=200, rings=True)  # fmt: skip


@pytest.fixture
def ways(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that tells by mail and by pigeon."""
    settings.MAIL, settings.MAIL_FROM = True, "reports@example.org"
    there = {**found.channels(), "pigeon": LOFT}

    def both() -> dict[str, Channel]:
        return there

    both.cache_clear = found.channels.cache_clear  # type: ignore[attr-defined]  # as the real one
    monkeypatch.setattr(found, "channels", both)
    monkeypatch.setattr("commonward.doors.portal.views.mail.channels", both)


def test_another_channel_is_asked_for_checked_and_confirmed_by_itself(
    resident: Resident, ways: None
) -> None:
    key, _receipt = resident.reported()
    where = f"/my/{key}/mail/"
    page = resident.open(where, channel="pigeon")
    assert "Number of the loft" in page.text
    refused = resident.send(page, where, channel="pigeon", address="abc")
    assert "A loft is a number." in refused.text
    said = resident.send(page, where, channel="pigeon", address="4711")
    assert said.heading == "A question is on its way to you"
    made, owed = Subscription.objects.get(), Delivery.objects.get()
    assert (made.channel, owed.channel, owed.lane) == ("pigeon", "pigeon", f"s{made.pk}")
    assert b"4711" not in bytes(made.address or b"")
    told = resident.open(where)
    assert "not confirmed yet" in told.text and "4711" not in told.text


def test_a_channel_that_is_not_offered_cannot_be_asked_for(resident: Resident, ways: None) -> None:
    key, _receipt = resident.reported()
    page = resident.open(f"/my/{key}/mail/")
    resident.send(page, f"/my/{key}/mail/", channel="telex", address="alice@example.org")
    assert Subscription.objects.get().channel == "mail"


def test_wishes_are_kept_and_wrong_ones_are_refused_in_words(
    resident: Resident, ways: None
) -> None:
    resident.reported()
    made = subscribe(last_report().pk, "alice@example.org", "en", timezone.now(), own=True)
    assert made is not None
    confirm(token_of(made.pk), timezone.now())
    where = f"/mail/{token_of(made.pk)}/"
    page = resident.open(where)
    wishes = {"wish": "prefer", "news": "end", "language": "zh-hans", "quiet_from": "22:00",
              "quiet_until": "06:30"}  # fmt: skip
    assert "Your wishes are kept." in resident.send(page, where, **wishes).text
    made.refresh_from_db()
    assert (made.news, made.language) == ("end", "zh-hans")
    assert (made.quiet_from, made.quiet_until) == (22 * 60, 6 * 60 + 30)
    for wrong, words in (
        ({"quiet_until": ""}, "need a beginning and an end"),
        ({"quiet_from": "99:99"}, "looks like 22:30"),
        ({"news": "gossip"}, "Choose which news"),
    ):
        assert words in resident.send(page, where, **(wishes | wrong)).text
    made.refresh_from_db()
    assert made.quiet_until == 6 * 60 + 30


def test_only_what_is_wanted_is_told(resident: Resident, district: District, ways: None) -> None:
    resident.reported()
    report = last_report()
    at = timezone.now()
    made = subscribe(report.pk, "alice@example.org", "en", at, own=True)
    assert made is not None
    confirm(token_of(made.pk), at)
    district.act(report, "accept", district.intake_officer, 10)
    ask_reporter(report.case.number, "Which gate?", district.intake_officer, at)
    every = [step.verb for step in steps_to_tell(made, at)]
    made.news = "asked"
    assert [step.verb for step in steps_to_tell(made, at)] == ["ask_reporter"]
    made.news = "end"
    assert steps_to_tell(made, at) == []
    assert {"accept", "ask_reporter"} <= set(every)


def test_nobody_can_have_another_written_to_all_day(resident: Resident, ways: None) -> None:
    resident.reported()
    report, at = last_report(), timezone.now()
    asked = 0
    for _report in range(MOST_A_DAY + 3):
        made = ask(report.pk, "pigeon", "4711", "en", at, own=True)
        if made is not None:
            asked += 1
            unsubscribe(token_of(made.pk), at)  # as the same address on one report after another
    assert asked == MOST_A_DAY
    assert ask(report.pk, "pigeon", "4712", "en", at, own=True) is not None
    tomorrow = at + timedelta(days=1)
    assert ask(report.pk, "pigeon", "4711", "en", tomorrow, own=True) is not None
