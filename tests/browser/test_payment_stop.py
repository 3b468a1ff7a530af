"""A payment is stopped in browsers: told on a telephone, pushed to the bank's computer, confirmed
while the page is open; a silent bank is called; whoever was deceived is helped afterwards."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.doors.demo.bank import Bank, bank
from commonward.doors.webhook.banks import Asker
from commonward.response.actions.bank_ends import set_bank_end
from commonward.response.actions.paying import Payment, Transfer, tell_payment
from commonward.response.actions.supporting import open_support
from commonward.response.models import BankRequest, PaymentStop
from tests.browser.conftest import WIDTHS
from tests.browser.test_portal import LANGUAGES, Say
from tests.district import District
from tests.help import Help, urgent_help

FROM, TO = "6222020200011112220", "6217000011112222333"
LIST = "/desk/response/payments/"


@pytest.fixture
def aid(district: District) -> Help:
    """Urgent help in the district."""
    return urgent_help(district, on_duty=False)


@pytest.fixture
def town(aid: Help, settings: Any) -> Iterator[Bank]:
    """The town's bank with a computer on this machine."""
    settings.HOOKS_PRIVATE = True
    with bank() as made:
        _end, secret = set_bank_end(
            aid.bank_team, address=made.address, hotline="95500", silent_seconds=20,
            at=timezone.now(), actor=aid.here.administrator,
        )  # fmt: skip
        made.secret = base64.b64decode(secret.removeprefix("whsec_"))
        yield made


def worker() -> None:
    """One pass of the worker, as it runs beside the site."""
    asker = Asker()
    try:
        asker.pass_once(timezone.now, patient=True)
    finally:
        asker.close()


def test_from_the_first_words_to_the_bank_s_answer_and_the_destroyed_key(
    aid: Help, town: Bank, window: Callable[..., Any]
) -> None:
    with window("en-GB", 320) as phone, window("en-GB", 1280) as desk:
        desk.sign_in("response_coordinator")
        desk.open(LIST)
        phone.open("/stop-payment/")
        assert phone.page.get_by_role("link", name="Call 110").is_visible()
        for name, words in (("callback", "13912345678"), ("amount-0", "3.8万"),
                            ("to_bank-0", "Town Bank"), ("to_account-0", TO[:-1] + "4")):  # fmt: skip
            phone.page.fill(f"[name={name}]", words)
        phone.page.press("[name=to_account-0]", "Tab")
        phone.page.select_option("[name=paid_at-0]", "half")
        phone.page.get_by_text("One digit may be wrong").wait_for()
        phone.page.fill("[name=to_account-0]", TO)
        phone.page.check("[name=support]")
        phone.press("Stop it now")
        phone.page.get_by_text("It has been asked.").wait_for()
        phone.sound("payment-receipt-asked")
        number = PaymentStop.objects.select_related("case").get().case.number
        desk.page.get_by_text(number).first.wait_for()
        town.way = "acknowledges"
        worker()
        phone.page.get_by_text("It has the request").wait_for()
        desk.open(f"{LIST}{number}/")
        assert desk.page.locator("[data-run]").count() == 1
        town.way = "confirms"
        BankRequest.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        worker()
        phone.page.get_by_text("It stopped the payment.").wait_for()
        desk.page.get_by_text("by its computer").wait_for()
        phone.sound("payment-receipt-stopped")
        desk.sound("payment-stopped")
        assert (town.effects, len(town.got)) == (1, 2)
        assert PaymentStop.objects.get().answer == "stopped"
        desk.press("Open the support case")
        assert "Agreed to" in desk.text
        desk.open(f"{LIST}{number}/")
        desk.press("Close, and destroy the key")
        assert "can be read any more" in desk.text
        assert TO not in desk.page.content()
        phone.page.get_by_text("were destroyed").wait_for()


def test_a_silent_bank_is_called_by_a_person_who_notes_what_it_says(
    aid: Help, town: Bank, window: Callable[..., Any]
) -> None:
    town.way = "lies"
    given = Payment((Transfer("500", to_bank="Town Bank", to_account=TO),))
    tell_payment(given, timezone.now() - timedelta(seconds=25), aid.here.intake_officer)
    worker()
    with window("en-GB", 320) as desk, window("en-GB", 768) as teller:
        desk.sign_in("response_coordinator")
        desk.open(LIST)
        assert "A bank is silent: call it now" in desk.text and "95500" in desk.text
        desk.sound("payments-silent")
        teller.sign_in("teller")
        teller.open(reverse("desk:payment_box"))
        assert "the centre is calling you" in teller.text
        teller.sound("payment-box-silent")
        desk.page.locator(".call-banks a[href*='#bank-']").click()
        desk.page.wait_for_load_state()
        desk.page.fill("[name=function]", "duty desk, fraud")
        desk.page.select_option("select[name=answer]", "in_part")
        desk.press("Note it")
        assert "duty desk, fraud" in desk.text and "Stopped in part" in desk.text
    assert BankRequest.objects.get().way == "phone"


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_pages_of_a_payment_stop_are_sound(
    aid: Help, town: Bank, window: Callable[..., Any], language: str
) -> None:
    say = Say(language)
    assert say.language == LANGUAGES[language]
    given = Payment(
        (Transfer("三万八", "城市银行", FROM, "Elsewhere", TO, "half"),
         Transfer("2000", "Elsewhere", "6228480402564890019", "", "", "hour")),
        words="A voice like my grandson's. 声音像我孙子。", callback="13912345678", support=True,
    )  # fmt: skip
    now = timezone.now()
    key = "e" * 40
    made = tell_payment(given, now - timedelta(seconds=70), key=key, channel="portal")
    number = made.case.number
    support = open_support(number, aid.coordinator, now).case.number
    with window(language, WIDTHS) as w:
        w.open("/stop-payment/")
        w.page.locator("details.more summary").first.click()
        w.sound("payment-form")
        w.open(f"/stop-payment/{key}/")
        w.sound("payment-receipt")
        w.sign_in("response_coordinator")
        for name, path in (
            ("list", LIST), ("new", reverse("desk:payment_new")), ("one", f"{LIST}{number}/"),
            ("support", reverse("desk:payment_support", args=[support])),
            ("letter", reverse("desk:payment_letter", args=[support, "bank"])),
        ):  # fmt: skip
            w.open(path)
            w.sound(f"payment-{name}")
        w.sign_in("teller")
        w.open(reverse("desk:payment_box"))
        w.sound("payment-box")
        # Who takes calls, and a bank's people, find their page by the ways of every page.
        for login, page in (("teller", "payment_box"), ("intake_officer", "payment_new")):
            w.sign_in(login)
            w.open(reverse("desk:home"))
            assert w.page.locator(f"nav a[href='{reverse(f'desk:{page}')}']").count() == 1
        w.sound("payment-ways")
        w.sign_in("administrator")
        w.open(reverse("desk:admin_banks"))
        w.sound("payment-banks")


def test_the_whole_form_works_without_javascript(
    aid: Help, town: Bank, window: Callable[..., Any]
) -> None:
    with window("en-GB", 320, script=False) as phone:
        phone.open("/stop-payment/")
        phone.page.fill("[name=to_bank-0]", "Town Bank")
        phone.page.fill("[name=to_account-0]", TO)
        phone.press("Stop it now")
        assert "It has been asked." in phone.text
        worker()
        phone.press("Look again")
        assert "It stopped the payment." in phone.text
