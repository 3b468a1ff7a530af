"""A message centre may be away, slow, full, broken or answer twice: nothing is lost, and what it
can tell apart is told once."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions import Said, open_case
from commonward.cases.actions.subscribing import confirm, subscribe, token_of
from commonward.cases.models import Delivery, Report, Subscription
from commonward.core.channels import Later, Message, Refused, Sent
from commonward.core.refusals import Invalid
from commonward.core.sms import pdu
from commonward.doors.outbox.asking import ask
from commonward.doors.outbox.channels import channels
from commonward.doors.outbox.sending import deliver
from commonward.doors.sms.channel import CHANNEL
from commonward.doors.sms.submitting import reference_of
from tests.district import RUBBISH, District
from tests.doors.sms.centre import Centre, receipt

NOW = timezone.now()
LONG = "您的诉求已经办结，如有疑问请在十五日内提出。" * 12


def message(text: str = "Done", key: str = "key-1", to: str = "+8613812345678") -> Message:
    return Message(key, to, "en", "", text, NOW)


def follower(district: District, number: str = "13812345678") -> Subscription:
    """Somebody who asked to be told of a report by text message."""
    said = Said(channel="portal", words="Rubbish", lat=27.805, lon=113.105, language="en")
    report = open_case(RUBBISH, said, district.at, public=True)
    made = ask(report.pk, "sms", number, "en", NOW, own=True)
    assert made is not None
    return made


def test_the_door_is_found_without_being_registered() -> None:
    assert channels()["sms"] is CHANNEL


def test_a_number_that_is_none_is_not_kept(district: District, centre: Centre) -> None:
    with pytest.raises(Invalid) as refused:
        follower(district, "110")
    assert refused.value.field == "address"
    assert not Subscription.objects.exists()


def test_a_site_without_a_provider_offers_none(settings: Any) -> None:
    settings.SMS = ""
    assert not CHANNEL.ready()


def test_a_short_text_goes_out_whole_and_asks_for_a_receipt(centre: Centre) -> None:
    assert CHANNEL.send(message("Costs [5] €")) == Sent("m1")
    CHANNEL.close()
    [sms] = centre.submitted
    assert (sms.destination, sms.destination_ton, sms.source) == ("8613812345678", 1, "10690000")
    assert (sms.coding, sms.registered, sms.esm_class) == (0, 1, 0)
    assert sms.more[pdu.REFERENCE] == reference_of("key-1").to_bytes(2, "big")
    assert centre.shown() == ["Costs [5] €"]
    assert centre.heard == [pdu.BIND_TRANSCEIVER, pdu.SUBMIT_SM, pdu.UNBIND]


def test_a_long_text_is_one_payload(centre: Centre) -> None:
    assert CHANNEL.send(message(LONG)) == Sent("m1")
    [sms] = centre.submitted
    assert (sms.coding, sms.octets) == (8, b"")
    assert centre.shown() == [LONG]


@pytest.mark.parametrize("reference", ["8", "16"])
def test_a_long_text_is_parts_where_the_centre_takes_no_payload(
    centre: Centre, settings: Any, reference: str
) -> None:
    settings.SMS = f"{centre.url}&parts=udh&window=2&reference={reference}"
    assert CHANNEL.send(message(LONG)) == Sent("m4")
    assert len(centre.submitted) == 4
    assert [sms.registered for sms in centre.submitted] == [0, 0, 0, 1]
    assert all(len(sms.octets) <= 140 for sms in centre.submitted)
    assert centre.shown() == [LONG]


def test_parts_that_go_out_twice_are_one_text_on_the_telephone(
    centre: Centre, settings: Any
) -> None:
    settings.SMS = f"{centre.url}&parts=udh"
    centre.moods = ["ok", "ok", "throttled", "ok"]
    with pytest.raises(Later):
        CHANNEL.send(message(LONG))
    CHANNEL.send(message(LONG))
    assert len(centre.submitted) == 7
    assert centre.shown() == [LONG]


@pytest.mark.parametrize(
    ("mood", "provider"),
    [("throttled", True), ("full", True), ("silent", True), ("hangs up", True), ("broken", True),
     ("bomb", True), ("garbled", True)],
)  # fmt: skip
def test_what_the_centre_did_not_say_it_took_is_sent_later(
    centre: Centre, mood: str, provider: bool
) -> None:
    centre.moods = [mood]
    with pytest.raises(Later) as later:
        CHANNEL.send(message())
    assert later.value.provider is provider
    assert "138" not in str(later.value)
    assert CHANNEL.send(message()).provider_id, "the next one begins a good session"
    assert {sms.more[pdu.REFERENCE] for sms in centre.submitted} == {
        reference_of("key-1").to_bytes(2, "big")
    }


def test_a_number_that_is_nobody_s_is_refused_and_the_session_stays(centre: Centre) -> None:
    centre.moods = ["nobody"]
    with pytest.raises(Refused) as refused:
        CHANNEL.send(message())
    assert "138" not in str(refused.value)
    CHANNEL.send(message())
    assert Counter(centre.heard)[pdu.BIND_TRANSCEIVER] == 1


@pytest.mark.parametrize("mood", ["twice", "other", "enquires"])
def test_an_answer_that_comes_twice_or_belongs_to_nothing_confuses_nobody(
    centre: Centre, mood: str
) -> None:
    centre.moods = [mood]
    sent = [CHANNEL.send(message(key=f"key-{n}")).provider_id for n in range(3)]
    assert sent == ["m1", "m2", "m3"]
    assert len(centre.submitted) == 3


def test_a_wrong_password_is_the_provider_s_fault_and_costs_nobody_an_attempt(
    centre: Centre, district: District
) -> None:
    centre.password = "other"
    follower(district)
    follower(district, "13912345678")
    assert deliver(lambda: NOW, channel="sms").unreachable == {"sms"}
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 1]
    assert not centre.submitted


def test_a_centre_that_is_away_loses_nothing(district: District, centre: Centre) -> None:
    follower(district)
    centre.moods = ["hangs up", "throttled", "full"]
    at = NOW
    for _each in range(8):
        deliver(partial(lambda moment: moment, at), channel="sms")
        at += timedelta(hours=1)
    assert Delivery.objects.get().state == "sent"
    assert len(set(centre.shown())) == 1
    assert len(centre.submitted) == 2, "once where it said nothing of it, once where it took it"


def told(at: datetime = NOW) -> Report:
    """One message that the centre has."""
    deliver(lambda: at, channel="sms")
    found = Delivery.objects.get()
    assert found.state == "sent"
    assert found.subscription is not None
    return found.subscription.report


def test_a_receipt_is_noted_and_comes_as_often_as_it_likes(
    centre: Centre, district: District
) -> None:
    follower(district)
    told()
    centre.owed = [receipt("m1"), receipt("m1"), receipt("m1", "ENROUTE")]
    CHANNEL.send(message())
    CHANNEL.close()
    assert Delivery.objects.get().receipt == "delivered"
    assert set(centre.answered) <= {0}


def test_a_late_word_that_nobody_was_reached_is_on_the_list(
    centre: Centre, district: District
) -> None:
    follower(district)
    told()
    centre.owed = [receipt("m1", "UNDELIV", "011")]
    CHANNEL.send(message())
    CHANNEL.close()
    found = Delivery.objects.get()
    assert (found.receipt, found.state, found.fault) == ("undeliverable", "refused", "UNDELIV 011")


def test_a_receipt_before_its_message_is_asked_for_again_and_one_of_nobody_is_let_go(
    centre: Centre, district: District
) -> None:
    centre.owed = [receipt("m1")]
    CHANNEL.send(message())  # its name is m1, and no delivery has it yet
    follower(district)
    Delivery.objects.update(state="sent", next_at=None, ended_at=NOW, provider_id="m1")
    for _each in range(2):
        CHANNEL.send(message())
    assert centre.answered[0] == pdu.LATER
    assert Delivery.objects.get().receipt == "delivered"
    centre.owed = [receipt("of-nobody")]
    for _each in range(14):
        CHANNEL.send(message())
    CHANNEL.close()
    assert centre.answered[-1] == 0
    assert not centre.owed


def test_receipts_that_name_the_message_in_decimal_are_found(
    centre: Centre, district: District, settings: Any
) -> None:
    settings.SMS = f"{centre.url}&ids=decimal"
    follower(district)
    Delivery.objects.update(state="sent", next_at=None, ended_at=NOW, provider_id="1a2b")
    centre.owed = [receipt(str(0x1A2B))]
    CHANNEL.send(message())
    CHANNEL.close()
    assert Delivery.objects.get().receipt == "delivered"


def test_what_follows_goes_out_in_the_reader_s_language_and_can_be_ended(
    centre: Centre, district: District
) -> None:
    one = follower(district)
    told()
    confirm(token_of(one.pk), NOW)
    assert subscribe(one.report_id, "+8613812345678", "en", NOW, own=True, channel="sms") is None
    [text] = centre.shown()
    assert one.report.number in text
    assert f"/mail/{token_of(one.pk)}" in text
