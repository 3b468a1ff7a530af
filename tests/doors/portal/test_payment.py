"""Whoever was deceived has the banks asked by one page, and sees on another what each did."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from commonward.cases.models import Case, Report
from commonward.doors.portal.views import payment as view
from commonward.response.actions.asking import bank_answers
from commonward.response.actions.paying import close_payment
from commonward.response.models import BankRequest, PaymentStop
from commonward.response.queries.payments import told_of
from tests.district import small_district
from tests.help import Help, urgent_help

TO, FROM = "6217000011112222333", "6222020200011112220"


@pytest.fixture
def aid(db: None) -> Help:
    """Urgent help in the small district."""
    return urgent_help(small_district(timezone.now()), on_duty=False)


def asked(**given: Any) -> Any:
    """The form, filled and sent by a browser without an account; and the page that follows."""
    client = Client(headers={"accept-language": "en"})
    shown = client.get("/stop-payment/").content.decode()
    key = re.search(r'name="sending" value="([0-9a-f]{40})"', shown)
    assert key
    given = {name.replace("__", "-"): value for name, value in given.items()}
    return client.post("/stop-payment/", {"sending": key.group(1), **given}, follow=True)


def test_the_banks_that_are_named_are_asked_at_once_and_the_page_tells_what_each_did(
    aid: Help,
) -> None:
    told = asked(to_bank__0="Town Bank", to_account__0=TO, amount__0="三万八", paid_at__0="half")
    made = PaymentStop.objects.select_related("case").get()
    assert made.case.stage == "asked" and made.asked_at is not None
    page = told.content.decode()
    assert made.case.number in page and "It has been asked." in page and "110" in page
    assert TO not in page and told["Cache-Control"] == "no-store"
    request = BankRequest.objects.get()
    bank_answers(request.key, "stopped", aid.teller, timezone.now())
    path = told.redirect_chain[-1][0]
    again = Client(headers={"accept-language": "en"}).get(path).content.decode()
    assert "It stopped the payment." in again
    close_payment(made.case.number, aid.coordinator, timezone.now())
    closed = Client(headers={"accept-language": "en"}).get(path).content.decode()
    assert "were destroyed" in closed


def test_several_transfers_go_in_one_report_each_to_its_own_bank(aid: Help) -> None:
    asked(
        callback="139", to_bank__0="Town Bank", to_account__0=TO, amount__0="100",
        from_bank__1="town-bank", from_account__1=FROM, amount__1="2万",
    )  # fmt: skip
    assert BankRequest.objects.get().sides == [[0, "to"], [1, "from"]]
    assert len(told_of(PaymentStop.objects.select_related("case").get())["transfers"]) == 2


def test_a_telephone_number_alone_is_enough_and_a_wrong_digit_holds_nothing_up(aid: Help) -> None:
    page = asked(callback="13912345678").content.decode()
    assert "We call you at once" in page
    told = asked(to_bank__0="Town Bank", to_account__0=TO[:-1] + "4", amount__0="a lot")
    assert told.status_code == 200 and "One digit may be wrong" in told.content.decode()
    assert BankRequest.objects.count() == 1


def test_with_neither_account_nor_number_it_asks_and_nothing_is_lost(aid: Help) -> None:
    told = asked(amount__0="38000")
    assert told.status_code == 422 and 'value="38000"' in told.content.decode()
    assert not PaymentStop.objects.exists()


def test_only_banks_are_offered_and_asked_never_another_office(aid: Help) -> None:
    page = Client(headers={"accept-language": "en"}).get("/stop-payment/").content.decode()
    assert "Town Bank" in page and "Next district" not in page
    asked(to_bank__0="next-centre", to_account__0=TO)
    assert not BankRequest.objects.exists()


def test_sent_twice_it_is_one_report_with_one_receipt(aid: Help) -> None:
    given = {"sending": "b" * 40, "to_bank-0": "Town Bank", "to_account-0": TO}
    paths = {Client().post("/stop-payment/", given)["Location"] for _twice in range(2)}
    assert paths == {f"/stop-payment/{'b' * 40}/"}
    assert PaymentStop.objects.count() == BankRequest.objects.count() == 1


def test_a_receipt_opens_with_its_own_address_only(aid: Help) -> None:
    asked(callback="139")
    for key in ("c" * 40, "x", "0", str(PaymentStop.objects.get().receipt)):
        assert Client().get(f"/stop-payment/{key}/").status_code == 404
    case = Case.objects.get()
    assert Client().get(f"/cases/{case.number}/").status_code == 404
    assert Report.objects.get().words == ""


def test_help_afterwards_is_asked_for_by_a_tick_that_is_not_set_before(aid: Help) -> None:
    page = Client(headers={"accept-language": "en"}).get("/stop-payment/").content.decode()
    tick = re.search(r'<input[^>]*name="support"[^>]*>', page)
    assert tick and "checked" not in tick.group(0)
    asked(callback="139")
    assert told_of(PaymentStop.objects.select_related("case").get())["support"] is False


def test_an_error_report_shows_no_account(aid: Help, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: Any, **_given: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(view, "tell_payment", breaks)
    request = RequestFactory().post(
        "/stop-payment/", {"sending": "d" * 40, "to_account-0": TO, "callback": "13912345678"}
    )
    request.session = {}  # type: ignore[assignment]
    try:
        view.stop_payment(request)
    except RuntimeError as error:
        trace = error.__traceback__
        reporter = ExceptionReporter(request, RuntimeError, error, trace)
    assert isinstance(reporter.filter, SafeExceptionReporterFilter) and not settings.DEBUG
    told = reporter.get_traceback_text()
    assert TO not in told and "13912345678" not in told


def test_the_pages_ask_few_questions_of_the_database(
    aid: Help, django_assert_max_num_queries: Any
) -> None:
    told = asked(to_bank__0="Town Bank", to_account__0=TO)
    path = told.redirect_chain[-1][0]
    client = Client()
    client.get(path)
    with django_assert_max_num_queries(8):
        client.get(path)
    with django_assert_max_num_queries(8):
        client.get("/stop-payment/")
    assert connection.vendor in ("sqlite", "postgresql")
