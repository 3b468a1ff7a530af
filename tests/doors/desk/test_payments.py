"""Payment stops at the desk: a silent bank is called, one's own accounts are read, help is opened."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commonward.people.models import Account
from commonward.response.actions.paying import Payment, Transfer, tell_payment
from commonward.response.models import BankEnd, BankRequest, PaymentStop, Support
from tests.doors.desk.conftest import BACKEND, Colleague, Office
from tests.help import Help, urgent_help

LIST, NEW, BOX, BANKS = (
    "/desk/response/payments/", "/desk/response/payments/new/", "/desk/response/payments/box/",
    "/desk/admin/banks/",
)  # fmt: skip
FROM, TO = "6222020200011112220", "6217000011112222333"


@pytest.fixture
def aid(office: Office) -> Help:
    """Urgent help in the district of the office."""
    return urgent_help(office.district, on_duty=False)


def told(aid: Help, ago: int = 0, bank: str = "Town Bank") -> BankRequest:
    """Somebody was deceived so many seconds ago; the bank that has their money."""
    given = Payment((Transfer("3.8万", "Elsewhere", FROM, bank, TO, "half"),), "her words", "139")
    at = timezone.now() - timedelta(seconds=ago)
    return tell_payment(given, at, aid.here.intake_officer).requests.get()


def test_a_call_taker_asks_the_bank_while_the_victim_speaks(aid: Help) -> None:
    desk = Colleague("intake_officer")
    assert NEW in Colleague("duty_chief").open("/desk/intake/").links
    page = desk.open(NEW)
    given = {"do": "tell", "amount-0": "三万八", "to_bank-0": "Town Bank", "to_account-0": TO}
    refused = desk.send(page, NEW, **given)
    assert "ask to speak with them" in refused.text and not PaymentStop.objects.exists()
    taken = desk.send(desk.open(NEW), NEW, own="1", support="1", **given)
    assert "Taken as" in taken.text
    assert BankRequest.objects.get().sides == [[0, "to"]]


def test_a_silent_bank_stands_first_with_its_number_and_is_noted_by_function(aid: Help) -> None:
    asked = told(aid, ago=40)
    BankEnd.objects.create(bank_id=aid.bank_team, hotline="95500")
    desk = Colleague("response_coordinator")
    page = desk.open(LIST)
    assert "A bank is silent: call it now" in page.text and "95500" in page.text
    here = f"{LIST}{asked.stop.case.number}/"
    form = next(f for f in desk.open(here).forms if "function" in f.fields)
    sent = {**form.fields, "do": "called", "answer": "stopped", "function": "duty desk, fraud"}
    noted = desk.post(here, sent)
    assert "duty desk, fraud" in noted.text and "by telephone" in noted.text
    assert BankRequest.objects.get().answer == "stopped"
    assert "A bank is silent" not in desk.open(LIST).text
    assert "Of 1 told, 1 had every bank's answer within three minutes" in desk.open(LIST).text


def test_the_bank_reads_its_own_account_alone_and_answers(aid: Help) -> None:
    asked = told(aid)
    teller = Colleague("teller")
    page = teller.open(BOX)
    assert TO in page.text and "38000.00" in page.text
    half_an_hour = timezone.localtime(asked.stop.told_at - timedelta(minutes=30))
    assert f"{half_an_hour:%H:%M}" in page.text, "when it was paid, about"
    for hidden in (FROM, "Elsewhere", "her words", "139"):
        assert hidden not in page.text.replace(asked.stop.case.number, "").replace(TO, "")
    page = teller.send(page, BOX, do="has", request=asked.key)
    assert "We have it" not in page.text
    form = next(f for f in page.forms if "reference" in f.fields)
    refused = teller.post(BOX, {**form.fields, "answer": "refused"})
    assert "Say why it is refused." in refused.text
    teller.post(BOX, {**form.fields, "answer": "refused", "reason": "Closed account."})
    assert BankRequest.objects.get().answer == "refused"


def test_an_account_at_an_unknown_bank_is_asked_about_by_hand(aid: Help) -> None:
    given = Payment((Transfer("500", "Unknown", FROM),))
    number = tell_payment(given, timezone.now(), aid.here.intake_officer).case.number
    here = f"{LIST}{number}/"
    desk = Colleague("response_coordinator")
    form = next(f for f in desk.open(here).forms if "bank" in f.fields)
    desk.post(here, {**form.fields, "do": "ask", "bank": "town-bank", "sides": ["0-from"]})
    assert BankRequest.objects.get().sides == [[0, "from"]]


def test_support_is_opened_with_consent_and_its_letters_are_printed(aid: Help) -> None:
    asked = told(aid)
    here = f"{LIST}{asked.stop.case.number}/"
    desk = Colleague("response_coordinator")
    form = next(f for f in desk.open(here).forms if "suits" in f.fields)
    refused = desk.post(here, {**form.fields, "do": "support"})
    assert "Without the word" in refused.text and not Support.objects.exists()
    opened = desk.post(here, {**form.fields, "do": "support", "by_phone": "1"})
    made = Support.objects.select_related("case").get()
    assert "Agreed to" in opened.text and "are told nothing" in opened.text
    path = f"/desk/response/support/{made.case.number}/"
    page = desk.open(path)
    form = next(f for f in page.forms if "verb" in f.fields or "words" in f.fields)
    stepped = desk.post(path, {**form.fields, "verb": "contact", "words": "sleeps badly"})
    assert "sleeps badly" in stepped.text
    letter = desk.open(f"{path}bank/")
    assert asked.stop.case.number in letter.text and "139" not in letter.text.replace(asked.stop.case.number, "")  # fmt: skip
    client = Client()
    client.force_login(Account.objects.get(login="response_coordinator"), BACKEND)
    assert client.get(f"{path}nothing/").status_code == 404
    assert made.case.number in desk.open(here).text, "linked both ways"


def test_an_administrator_names_the_address_sees_the_secret_once_and_tries_it(
    aid: Help, settings: object
) -> None:
    desk = Colleague("administrator")
    page = desk.open(BANKS)
    given = {"bank": "town-bank", "hotline": "95500", "silent_seconds": "25"}
    refused = desk.send(page, BANKS, do="keep", address="http://bank.example.org/", **given)
    assert "Only https is called" in refused.text
    kept = desk.send(page, BANKS, do="keep", address="https://bank.example.org/stop", **given)
    assert re.search(r"whsec_\S{40}", kept.text)
    again = desk.open(BANKS)
    assert "whsec_" not in again.text and "bank.example.org" in str(again.forms)
    trial = desk.send(again, BANKS, do="try", bank="town-bank")
    assert "a trial call is on its way" in trial.text
    end = BankEnd.objects.get()
    assert (end.silent_seconds, end.trial_at is not None) == (25, True)


def test_the_pages_ask_few_questions_of_the_database(
    aid: Help, django_assert_max_num_queries: object
) -> None:
    for _each in range(4):
        asked = told(aid, ago=10)
    client = Client()
    client.force_login(Account.objects.get(login="response_coordinator"), BACKEND)
    here = f"{LIST}{asked.stop.case.number}/"
    for path, most in ((LIST, 16), (here, 22)):
        client.get(path)
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            assert client.get(path).status_code == 200
