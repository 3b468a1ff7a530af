"""A bank's computer is asked within seconds: signed, once in effect, and what it says is believed
only where it is an answer."""

import base64
import logging
import os
import signal
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from commonward.cases.models import Event
from commonward.core.hooking import signature
from commonward.core.refusals import Forbidden, Invalid
from commonward.core.rights import SYSTEM
from commonward.core.urgent.banking import is_signed, read_answer, says
from commonward.doors.demo import helping
from commonward.doors.demo.bank import Bank, bank
from commonward.doors.demo.management.commands import demo_bank
from commonward.doors.webhook.banks import Asked, Asker
from commonward.people import actions as people
from commonward.people.models import Change
from commonward.response.actions import asking
from commonward.response.actions.bank_ends import new_bank_secret, set_bank_end, try_bank
from commonward.response.actions.paying import Payment, Transfer, close_payment, tell_payment
from commonward.response.models import BankEnd, BankRequest, PaymentStop
from tests.district import small_district
from tests.help import Help, urgent_help

FROM, TO = "6222020200011112220", "6217000011112222333"


@pytest.fixture
def aid(db: None, settings: Any) -> Help:
    """Urgent help now, on a site that may call this machine."""
    settings.HOOKS_PRIVATE = True
    return urgent_help(small_district(timezone.now()), on_duty=False)


@pytest.fixture
def town(aid: Help) -> Iterator[Bank]:
    """The town's bank with its computer."""
    with bank() as made:
        made.secret = named(aid, aid.bank_team, made.address)
        yield made


def named(aid: Help, team: int, address: str) -> bytes:
    """A bank's address is set; the key that its secret stands for."""
    _end, secret = set_bank_end(
        team, address=address, hotline="95500", silent_seconds=20, at=timezone.now(),
        actor=aid.here.administrator,
    )  # fmt: skip
    return base64.b64decode(secret.removeprefix("whsec_"))


def told(aid: Help, to_bank: str = "Town Bank") -> BankRequest:
    """Somebody was deceived; the request to that bank."""
    given = Payment((Transfer("3.8万", "Elsewhere", FROM, to_bank, TO, "half"),), "my words", "139")
    made = tell_payment(given, timezone.now(), aid.here.intake_officer)
    return made.requests.get()


def passed(after: float = 0) -> Asked:
    """One pass of the worker, so many seconds from now, which waits for every answer."""
    asker = Asker()
    try:
        return asker.pass_once(lambda: timezone.now() + timedelta(seconds=after), patient=True)
    finally:
        asker.close()


def again(request: BankRequest) -> BankRequest:
    """The request, read again."""
    return BankRequest.objects.select_related("stop__case").get(pk=request.pk)


def test_a_request_reaches_the_bank_signed_and_its_answer_ends_the_loop(
    aid: Help, town: Bank
) -> None:
    asked = told(aid)
    assert town.got == [], "never in the request that tells it"
    assert passed().heard == 1
    found = again(asked)
    assert (found.answer, found.way, found.stop.case.stage) == ("stopped", "push", "confirmed")
    assert None not in (found.sent_at, found.acknowledged_at, found.answered_at)
    (got,) = town.got
    assert got["request"] == asked.key == town.headers[0]["idempotency-key"]
    (transfer,) = got["transfers"]
    assert (transfer["side"], transfer["account"], transfer["amount_yuan"]) == (
        "to",
        TO,
        "38000.00",
    )
    assert datetime.fromisoformat(transfer["paid_about"]).utcoffset() is not None
    assert got["answer_to"].endswith(f"/api/v1/payment-stops/{asked.key}/answer")
    sent = str(got)
    assert FROM not in sent and "my words" not in sent and "139" not in sent.replace(asked.key, "")
    assert passed(60).called == 0 and town.effects == 1


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        ("lies", "no answer: request"), ("down", "HTTP 503"), ("wrong_signature", "not signed"),
        ("unsigned", "not signed"), ("another_request", "no answer: request"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_no_acknowledgement_and_is_asked_again(
    aid: Help, town: Bank, way: str, fault: str
) -> None:
    town.way = way
    asked = told(aid)
    assert (passed().heard, passed(1).called) == (0, 0), "it waits its pause"
    found = again(asked)
    assert (found.acknowledged_at, found.answer, found.fault) == (None, "", fault)
    assert found.sent_at is not None
    assert passed(25).silent == 1, "a person is told"
    town.way = "confirms"
    assert passed(60).heard == 1
    assert again(asked).answer == "stopped"
    assert town.effects == 1, "whatever it said before, the money is stopped once"
    assert len({got["request"] for got in town.got}) == 1


def test_a_bank_that_is_away_is_asked_again_with_growing_pauses(aid: Help) -> None:
    with bank() as gone:
        key = named(aid, aid.bank_team, gone.address)
    assert key
    asked = told(aid)
    gaps = []
    after = 0.0
    for _each in range(5):
        assert passed(after).called == 1
        waits = again(asked).next_at
        assert waits is not None
        gaps.append(round((waits - timezone.now()).total_seconds() - after))
        after += gaps[-1] + 1
    assert gaps == sorted(gaps) and gaps[0] <= 2 < gaps[-1] <= 30
    assert again(asked).fault == "ConnectionRefusedError"
    assert passed(asking.GIVE_UP_AFTER.total_seconds() + 60).called == 1
    assert again(asked).next_at is None, "a person has had it for an hour"


def test_a_silent_bank_holds_no_other_bank_up(aid: Help, town: Bank) -> None:
    from_people = people_bank(aid)
    town.way = "silent"
    with bank() as farm:
        farm.secret = named(aid, from_people, farm.address)
        told(aid)
        other = told(aid, "Farm Bank")
        asker = Asker()
        done = asker.pass_once(timezone.now, patient=False)
        assert done.called == 2
        answered = threading.Event()
        for _each in range(500):
            asker.pass_once(timezone.now, patient=False)
            if again(other).answer:
                answered.set()
                break
            threading.Event().wait(0.02)
        assert answered.is_set() and farm.effects == 1
        town.release.set()
        asker.close()


def people_bank(aid: Help) -> int:
    """One more bank."""
    made = people.add_team(
        SYSTEM, "farm-bank", "农商银行", at=aid.at, kind="bank", name_en="Farm Bank"
    )
    return made.pk


def test_a_slow_bank_that_acknowledges_is_asked_again_and_answering_twice_changes_nothing(
    aid: Help, town: Bank
) -> None:
    town.way, town.slow = "acknowledges", 0.2
    asked = told(aid)
    passed()
    found = again(asked)
    assert found.acknowledged_at is not None and found.answer == ""
    town.way = "in_part"
    passed(31)
    first = again(asked)
    assert first.answer == "in_part"
    BankRequest.objects.filter(pk=asked.pk).update(attempts=0)
    says_again = says("confirmed", "in_part")
    asking.pushed(asked.pk, says_again, timezone.now() + timedelta(seconds=40))
    assert again(asked).answered_at == first.answered_at
    with pytest.raises(Exception, match="answered already"):
        asking.pushed(asked.pk, says("confirmed", "too_late"), timezone.now())
    verbs = list(Event.objects.filter(case=asked.stop_id).values_list("verb", flat=True))
    assert verbs.count("bank_has_it") == verbs.count("bank_answered") == 1


def test_a_bank_may_refuse_with_its_reason(aid: Help, town: Bank) -> None:
    town.way = "refuses"
    asked = told(aid)
    passed()
    assert (again(asked).answer, again(asked).stop.answer) == ("refused", "refused")


def test_whoever_dies_between_the_call_and_the_keeping_asks_again_and_the_effect_is_once(
    aid: Help, town: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = told(aid)

    def dies(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(asking, "reached", dies)
        with pytest.raises(KeyboardInterrupt):
            passed()
    assert passed(1).called == 0, "it is leased"
    assert passed(asking.LEASE.total_seconds() + 5).heard == 1
    assert (len(town.got), town.effects) == (2, 1)
    assert again(asked).answer == "stopped"


def test_two_workers_never_ask_for_the_same_request_at_once(aid: Help, town: Bank) -> None:
    told(aid)
    first = asking.lease(timezone.now() + timedelta(seconds=1))
    assert first is not None
    assert asking.lease(timezone.now() + timedelta(seconds=2)) is None


def test_what_is_closed_or_answered_by_phone_is_sent_no_more(aid: Help, town: Bank) -> None:
    asked = told(aid)
    close_payment(asked.stop.case.number, aid.coordinator, timezone.now(), reason="A mistake.")
    assert passed(5).called == 0
    assert town.got == []


def test_only_https_outside_our_own_network_is_ever_called(
    aid: Help, town: Bank, settings: Any
) -> None:
    settings.HOOKS_PRIVATE = False
    for address in ("http://bank.example.org/stop", "https://127.0.0.1/stop", "https://10.0.0.8/x",
                    "https://[::1]/", "https://user:pw@bank.example.org/"):  # fmt: skip
        with pytest.raises(Invalid):
            named(aid, aid.bank_team, address)
    asked = told(aid)
    passed()
    assert again(asked).fault == "Invalid" and town.got == []


def test_the_secret_is_sealed_renewed_and_both_are_for_administrators(
    aid: Help, town: Bank
) -> None:
    end = BankEnd.objects.get()
    assert end.secret is not None and town.secret not in bytes(end.secret)
    before = town.secret
    renewed = new_bank_secret(aid.bank_team, at=timezone.now(), actor=aid.here.administrator)
    told(aid)
    passed()
    assert (town.refused, town.effects) == (1, 0), "the old one signs nothing more"
    town.secret = base64.b64decode(renewed.removeprefix("whsec_"))
    assert town.secret != before
    assert passed(10).heard == 1
    for who in (aid.coordinator, aid.teller, aid.here.leader):
        with pytest.raises(Forbidden):
            set_bank_end(aid.bank_team, address="", hotline="", silent_seconds=30,
                         at=timezone.now(), actor=who)  # fmt: skip
        with pytest.raises(Forbidden):
            new_bank_secret(aid.bank_team, at=timezone.now(), actor=who)
    with pytest.raises(Invalid, match="bank from the list"):
        named(aid, aid.centre_team, "")
    assert set(Change.objects.filter(about="town-bank").values_list("verb", flat=True)) >= {
        "set_bank_end", "new_bank_secret",
    }  # fmt: skip


def test_a_trial_names_no_case_and_says_what_came_of_it(aid: Help, town: Bank) -> None:
    for way, said in (("confirms", "ok"), ("lies", "no answer: request")):
        town.way = way
        try_bank(aid.bank_team, at=timezone.now(), actor=aid.here.administrator)
        passed()
        assert BankEnd.objects.get().trial_said == said
    assert [got["type"] for got in town.got] == ["payment.stop.test"] * 2
    assert town.effects == 0 and not PaymentStop.objects.exists()


def test_no_account_is_written_to_a_log_or_a_fault(
    aid: Help, town: Bank, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: Any, **_given: Any) -> None:
        raise RuntimeError(TO)

    told(aid)
    with caplog.at_level(logging.DEBUG):
        monkeypatch.setattr("commonward.doors.webhook.banks.exchange", breaks)
        passed()
    assert BankRequest.objects.get().fault == "RuntimeError"
    assert TO not in caplog.text and FROM not in caplog.text


def test_the_worker_is_a_command(aid: Help, town: Bank, capsys: pytest.CaptureFixture[str]) -> None:
    told(aid)
    call_command("ask_banks")
    assert town.effects == 1


def test_a_signature_is_ours_only_over_these_bytes_and_from_now() -> None:
    key, body, now = b"k" * 32, b'{"a":1}', 1_700_000_000
    right = signature(key, "id", now, body)
    assert is_signed(key, "id", str(now), body, f"v1,other {right}", now + 299)
    for given in (
        (key, "id", str(now), body + b" ", right, now), (key, "other", str(now), body, right, now),
        (b"x" * 32, "id", str(now), body, right, now), (key, "id", str(now), body, right, now + 301),
        (key, "id", "soon", body, right, now), (key, "id", str(now), body, "", now),
        (key, "id", str(now), body, right.replace("v1,", "v2,"), now),
    ):  # fmt: skip
        assert not is_signed(*given)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"OK", b"[]", b'{"request":"r"}', b'{"request":"r","state":"done"}',
        b'{"request":"r","state":"confirmed"}', b'{"request":"r","state":"refused"}',
        b'{"request":"r","state":"confirmed","result":"stopped","reason":5}', b"[" * 9000,
    ],
)  # fmt: skip
def test_only_the_three_answers_of_the_protocol_are_read(body: bytes) -> None:
    with pytest.raises(Invalid):
        read_answer(body, "r")


def test_the_demonstration_s_bank_agrees_on_a_secret_and_answers_in_two_steps(
    aid: Help, town: Bank
) -> None:
    people.add_team(SYSTEM, helping.BANK, "示范银行", at=aid.at, kind="bank")
    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    try:
        call_command(demo_bank.Command())
    finally:
        timer.join()
        for number, handler in before.items():
            signal.signal(number, handler)
    end = BankEnd.objects.exclude(bank=aid.bank_team).get()
    assert end.address.startswith("http://127.0.0.1:") and end.secret is not None
    town.way = "in_two_steps"
    asked = told(aid)
    passed()
    assert (again(asked).answer, again(asked).acknowledged_at is not None) == ("", True)
    passed(asking.ASK_AGAIN.total_seconds() + 1)
    assert (again(asked).answer, town.effects) == ("stopped", 1)
