"""A payment is stopped: the banks are asked at once, answer, and no account number is left."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from commonward.cases.actions import Said, act, open_case
from commonward.cases.models import Case, CaseKey, Event
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.response.actions.asking import (
    bank_acknowledges,
    bank_answers,
    bank_called,
    tick_banks,
)
from commonward.response.actions.bank_ends import set_bank_end
from commonward.response.actions.paying import (
    GOAL_SECONDS,
    Payment,
    Transfer,
    add_transfer,
    ask_bank,
    close_payment,
    tell_payment,
)
from commonward.response.actions.setting_up import PAYMENT
from commonward.response.models import BankRequest, PaymentStop
from commonward.response.queries.payments import (
    asked_of,
    own_side,
    payment_figures,
    payments,
    said_by_bank,
    told_of,
)
from tests.district import SINCE
from tests.help import Help, staff_of

FROM, TO, ELSEWHERE = "6222020200011112220", "6217000011112222333", "6228480402564890018"
GOAL = timedelta(seconds=GOAL_SECONDS)


def told(*transfers: Transfer) -> Payment:
    """What whoever was deceived says; one transfer to the town's bank unless said otherwise."""
    given = transfers or (
        Transfer(amount="3.8万", from_bank="Another", from_account=FROM, to_bank="Town Bank",
                 to_account=TO, paid_at="half"),
    )  # fmt: skip
    return Payment(given, words="A voice like my grandson's.", callback="13912345678")


def taken(aid: Help, given: Payment | None = None, key: str = "") -> PaymentStop:
    """The same, told to a call-taker."""
    return tell_payment(given or told(), aid.at, aid.here.intake_officer, key=key)


def second_bank(aid: Help) -> tuple[int, Actor]:
    """One more partner bank, and who works there."""
    team = people.add_team(
        SYSTEM, "farm-bank", "农商银行", at=SINCE, kind="bank", name_en="Farm Bank"
    )
    return team.pk, staff_of("farm_teller", "partner", team.pk, aid.at)


def test_a_bank_that_is_named_is_asked_in_the_same_moment_and_once(aid: Help) -> None:
    made, again = taken(aid, key="k" * 20), taken(aid, key="k" * 20)
    assert made.pk == again.pk and PaymentStop.objects.count() == 1
    case = Case.objects.get(pk=made.pk)
    assert (case.stage, made.asked_at) == ("asked", aid.at)
    assert case.due_at is not None and (case.due_at - aid.at).total_seconds() == 60
    asked = BankRequest.objects.get()
    assert (asked.bank_id, asked.sides) == (aid.bank_team, [[0, "to"]])
    assert made.facts is not None and TO.encode() not in bytes(made.facts)


def test_the_bank_reads_acknowledges_and_answers_within_three_minutes(aid: Help) -> None:
    taken(aid)
    (asked,) = asked_of(aid.teller, aid.later(20), door="desk")
    assert [one["account"] for one in own_side(asked)] == [TO]
    assert own_side(asked)[0]["amount_yuan"] == "38000.00"
    for _twice in range(2):
        bank_acknowledges(asked.key, aid.teller, aid.later(30))
        bank_answers(asked.key, "stopped", aid.teller, aid.later(100))
    with pytest.raises(Refusal, match="answered already"):
        bank_answers(asked.key, "too_late", aid.teller, aid.later(110))
    found = PaymentStop.objects.get()
    assert (found.acknowledged_at, found.confirmed_at) == (aid.later(30), aid.later(100))
    verbs = Event.objects.filter(case=found.pk).order_by("id").values_list("verb", flat=True)
    assert [v for v in verbs if v not in ("opened", "shredded")] == [
        "ask", "bank_asked", "bank_has_it", "acknowledge", "bank_answered", "confirm",
    ]  # fmt: skip


def test_a_bank_never_sees_the_accounts_of_another_bank(aid: Help) -> None:
    _team, farmer = second_bank(aid)
    taken(
        aid,
        told(
            Transfer("1000", "城市银行", FROM, "Farm Bank", TO),
            Transfer("2000", "Somewhere", ELSEWHERE, "farm-bank", "1357924680135"),
        ),
    )
    (town,), (farm,) = (asked_of(who, aid.later(5), door="desk") for who in (aid.teller, farmer))
    assert {one["account"] for one in own_side(town)} == {FROM}
    assert {one["account"] for one in own_side(farm)} == {TO, "1357924680135"}
    for other, who in ((farm, aid.teller), (town, farmer)):
        with pytest.raises(Missing):
            bank_acknowledges(other.key, who, aid.later(6))


def test_the_case_moves_with_the_last_bank_and_puts_the_answers_together(aid: Help) -> None:
    _team, farmer = second_bank(aid)
    taken(aid, told(Transfer("1000", "城市银行", FROM, "Farm Bank", TO)))
    (town,), (farm,) = (asked_of(who, aid.later(5), door="desk") for who in (aid.teller, farmer))
    bank_answers(town.key, "stopped", aid.teller, aid.later(10))
    assert Case.objects.get(pk=town.stop_id).stage == "asked"
    bank_answers(farm.key, "refused", farmer, aid.later(40), reason="Paid out in cash.")
    found = PaymentStop.objects.get()
    assert (found.answer, found.confirmed_at) == ("in_part", aid.later(40))
    assert Case.objects.get(pk=found.pk).stage == "confirmed"


def test_a_refusal_needs_a_reason_which_is_sealed(aid: Help) -> None:
    taken(aid)
    (asked,) = asked_of(aid.teller, aid.later(5), door="desk")
    with pytest.raises(Invalid, match="why it is refused"):
        bank_answers(asked.key, "refused", aid.teller, aid.later(6))
    bank_answers(asked.key, "refused", aid.teller, aid.later(6), reason="Owner is Li Lei.")
    kept = BankRequest.objects.select_related("stop__case").get()
    assert said_by_bank(kept)["reason"] == "Owner is Li Lei."
    assert kept.words is not None and b"Li Lei" not in bytes(kept.words)
    assert not any("Li Lei" in str(e.data) for e in Event.objects.all())


def test_what_the_victim_adds_when_called_back_asks_its_bank_too(aid: Help) -> None:
    made = taken(aid, told(Transfer("500", from_bank="Unknown", from_account=FROM)))
    number = made.case.number
    assert not BankRequest.objects.exists() and Case.objects.get().stage == "told"
    add_transfer(
        number, Transfer(to_bank="Town Bank", to_account=TO), aid.coordinator, aid.later(9)
    )
    add_transfer(number, Transfer(to_bank="Town Bank", to_account=ELSEWHERE), aid.coordinator, aid.later(12))  # fmt: skip
    assert [one.sides for one in BankRequest.objects.order_by("id")] == [[[1, "to"]], [[2, "to"]]]
    with pytest.raises(Missing):
        add_transfer(number, Transfer(to_account=TO), aid.here.intake_officer, aid.later(13))


def test_a_bank_asked_by_hand_is_asked_about_its_accounts_alone_and_once(aid: Help) -> None:
    made = taken(aid, told(Transfer("500", "Unknown", FROM, "Nobody knows", TO)))
    number, later = made.case.number, aid.later
    with pytest.raises(Invalid, match="which of the accounts"):
        ask_bank(number, aid.bank_team, aid.coordinator, later(10))
    with pytest.raises(Invalid, match="which of the accounts"):
        ask_bank(number, aid.bank_team, aid.coordinator, later(10), sides=[(1, "to")])
    ask_bank(number, aid.bank_team, aid.coordinator, later(10), sides=[(0, "to")])
    with pytest.raises(Refusal, match="about this account already"):
        ask_bank(number, aid.bank_team, aid.coordinator, later(15), sides=[(0, "to")])
    (asked,) = asked_of(aid.teller, later(20), door="desk")
    assert [one["account"] for one in own_side(asked)] == [TO]


def test_a_silent_bank_is_given_to_a_person_once_who_notes_what_it_said(aid: Help) -> None:
    made = taken(aid)
    set_bank_end(aid.bank_team, address="", hotline="95500", silent_seconds=20, at=aid.at,
                 actor=aid.here.administrator)  # fmt: skip
    assert tick_banks(aid.later(19), GOAL) == 0
    assert [tick_banks(aid.later(at), GOAL) for at in (20, 25)] == [1, 0]
    asked = BankRequest.objects.get()
    number = made.case.number
    with pytest.raises(Invalid, match="no name"):
        bank_called(number, asked.pk, "stopped", "", aid.coordinator, aid.later(60))
    with pytest.raises(Missing):
        bank_called(number, asked.pk, "", "duty desk", aid.here.intake_officer, aid.later(60))
    bank_called(number, asked.pk, "", "duty desk, fraud", aid.coordinator, aid.later(60))
    bank_called(number, asked.pk, "stopped", "duty desk, fraud", aid.coordinator, aid.later(80))
    asked.refresh_from_db()
    assert (asked.called_at, asked.answered_at, asked.way) == (
        aid.later(60),
        aid.later(80),
        "phone",
    )
    assert said_by_bank(asked)["function"] == "duty desk, fraud"
    silent = Event.objects.filter(verb="bank_silent")
    assert [e.data for e in silent] == [{"bank": "town-bank"}]


def test_a_bank_that_has_it_and_does_not_answer_is_silent_after_three_minutes(aid: Help) -> None:
    taken(aid)
    (asked,) = asked_of(aid.teller, aid.later(5), door="desk")
    bank_acknowledges(asked.key, aid.teller, aid.later(10))
    assert [tick_banks(aid.later(at), GOAL) for at in (100, 179, 180)] == [0, 0, 1]


def test_the_figure_counts_every_stop_that_was_told(aid: Help) -> None:
    answers = (100, 170, 400, None)
    for after in answers:
        made = taken(aid)
        if after is not None:
            bank_answers(made.requests.get().key, "stopped", aid.teller, aid.later(after))
    close_payment(taken(aid).case.number, aid.coordinator, aid.later(30), reason="Cash.")
    found = payment_figures(aid.coordinator, aid.later(500), GOAL)
    assert (found.told, found.in_time, found.late, found.open) == (5, 2, 3, 0)
    assert (found.answered, found.median_seconds) == (3, 170)
    assert payment_figures(aid.here.leader, aid.later(500), GOAL).told == 0


def test_with_the_closing_no_account_number_is_left_in_the_whole_store(aid: Help) -> None:
    made = taken(aid)
    number = made.case.number
    kept, kept_words = made.facts, b""
    (asked,) = asked_of(aid.teller, aid.later(5), door="desk")
    bank_answers(asked.key, "in_part", aid.teller, aid.later(100), reason=f"{TO} was half empty")
    kept_words = bytes(BankRequest.objects.get().words or b"")
    assert _planted() == []
    close_payment(number, aid.coordinator, aid.later(200))
    found = PaymentStop.objects.select_related("case").get()
    assert found.facts is None and CaseKey.objects.get(case=found.pk).wrapped is None
    found.facts = kept  # as from a backup
    assert told_of(found)["transfers"] == []
    request = BankRequest.objects.select_related("stop__case").get()
    assert request.words is None
    request.words = kept_words
    assert said_by_bank(request) == {}
    assert found.case.outcome == "frozen"
    assert not asked_of(aid.teller, aid.later(210), door="desk")
    with pytest.raises(Missing):
        bank_answers(asked.key, "in_part", aid.teller, aid.later(220))
    assert _planted() == []


def _planted() -> list[str]:
    """Every table and column in which a planted number, name or word can be read."""
    needles = (FROM, TO, ELSEWHERE, "13912345678", "grandson", "3.8万")
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    raw = (
                        bytes(value)
                        if isinstance(value, bytes | memoryview)
                        else str(value).encode()
                    )
                    found += [f"{table}: {n}" for n in needles if n.encode() in raw]
    return found


def test_not_stopped_is_closed_with_a_reason_only(aid: Help) -> None:
    number = taken(aid).case.number
    with pytest.raises(Invalid):
        close_payment(number, aid.coordinator, aid.later(60))
    close_payment(number, aid.coordinator, aid.later(60), reason="It was cash.")
    assert Case.objects.get(number=number).outcome == "not_frozen"


def test_only_the_victims_own_words_start_it(aid: Help) -> None:
    with pytest.raises(Forbidden):
        tell_payment(told(), aid.at, SYSTEM)
    for channel in ("api", "email", "open311", "field", "hotline", "counter"):
        with pytest.raises(Forbidden):
            tell_payment(told(), aid.at, aid.here.intake_officer, channel=channel)
    with pytest.raises(Forbidden):
        tell_payment(told(), aid.at, aid.here.intake_officer, channel="portal")
    for who in (aid.here.outsider, aid.teller, aid.here.leader):
        with pytest.raises(Forbidden):
            tell_payment(told(), aid.at, who)
    # Nor does the loop's own way open one, or move one that is there.
    with pytest.raises(Invalid):
        open_case(PAYMENT, Said(channel="api", words="stop it"), aid.at)
    number = taken(aid, told(Transfer("5", from_bank="x", from_account=FROM))).case.number
    with pytest.raises(Refusal):
        act(number, "ask", aid.coordinator, aid.later(5))
    assert BankRequest.objects.count() == 0


def test_no_door_but_the_portal_and_the_call_takers_page_takes_such_a_report() -> None:
    root = Path(__file__).resolve().parents[2] / "commonward"
    users = set()
    for path in root.rglob("*.py"):
        names = {
            n.id if isinstance(n, ast.Name) else n.name
            for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(n, ast.Name | ast.alias)
        }
        if names & {"tell_payment"}:
            users.add(path.relative_to(root).as_posix())
    assert users == {"doors/desk/views/response/payments.py", "doors/portal/views/payment.py"}


def test_only_the_bank_that_was_asked_and_who_coordinates_take_part(aid: Help) -> None:
    made = taken(aid, told(Transfer("5", from_bank="x", from_account=FROM)))
    number, sides = made.case.number, [(0, "from")]
    for who in (aid.here.intake_officer, aid.here.leader, aid.crews["police-1"], aid.teller):
        with pytest.raises(Missing):
            ask_bank(number, aid.bank_team, who, aid.later(10), sides=sides)
    for team in (aid.here.teams["roads"], aid.centre_team):  # a court or a centre is no bank
        with pytest.raises(Invalid, match="bank from the list"):
            ask_bank(number, team, aid.coordinator, aid.later(10), sides=sides)
    ask_bank(number, aid.bank_team, aid.coordinator, aid.later(10), sides=sides)
    key = BankRequest.objects.get().key
    with pytest.raises(Missing):
        bank_answers(key, "stopped", aid.other_centre, aid.later(20))
    with pytest.raises(Forbidden):
        asked_of(aid.coordinator, aid.later(20), door="desk")


def test_a_report_needs_an_account_or_a_number_to_call_back(aid: Help) -> None:
    with pytest.raises(Invalid, match="telephone number"):
        tell_payment(Payment((Transfer(amount="5"),)), aid.at, aid.here.intake_officer)
    assert not PaymentStop.objects.exists()
    made = tell_payment(Payment(callback="139"), aid.at, aid.here.intake_officer)
    assert told_of(made)["callback"] == "139" and made.asked_at is None


def test_the_list_is_read_in_few_queries(aid: Help, django_assert_max_num_queries: object) -> None:
    for _each in range(6):
        taken(aid)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert sum(len(one.requests.all()) for one in payments(aid.coordinator)) == 6
