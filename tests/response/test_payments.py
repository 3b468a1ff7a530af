"""A payment is stopped: the bank is asked at once, answers, and no account number is left."""

import pytest

from commonward.cases.models import Case, CaseKey, Event
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.response.actions.paying import (
    Payment,
    ask_bank,
    bank_acknowledges,
    bank_answers,
    close_payment,
    tell_payment,
)
from commonward.response.models import PaymentStop
from commonward.response.queries.payments import asked_of, facts_of
from tests.help import Help

TOLD = Payment(
    amount="38000", from_bank="A", from_account="6222020200011112222", to_bank="B",
    to_account="6217000011112222333", words="A voice like my grandson's.",
)  # fmt: skip


def test_with_the_bank_known_it_is_asked_in_the_same_moment(aid: Help) -> None:
    made = tell_payment(TOLD, aid.at, aid.here.intake_officer, bank=aid.bank_team, key="k" * 20)
    again = tell_payment(TOLD, aid.at, aid.here.intake_officer, bank=aid.bank_team, key="k" * 20)
    assert made.pk == again.pk and PaymentStop.objects.count() == 1
    case = Case.objects.get(pk=made.pk)
    assert (case.stage, made.asked_at) == ("asked", aid.at)
    assert case.due_at is not None and (case.due_at - aid.at).total_seconds() == 60
    assert made.facts is not None and b"6217" not in bytes(made.facts)


def test_the_bank_reads_acknowledges_and_answers_within_three_minutes(aid: Help) -> None:
    number = tell_payment(TOLD, aid.at, aid.here.intake_officer, bank=aid.bank_team).case.number
    (asked,) = asked_of(aid.teller, aid.later(20), door="desk")
    assert facts_of(asked)["to_account"] == TOLD.to_account
    for _twice in range(2):
        bank_acknowledges(number, aid.teller, aid.later(30))
        bank_answers(number, "stopped", aid.teller, aid.later(100))
    with pytest.raises(Refusal, match="answered already"):
        bank_answers(number, "too_late", aid.teller, aid.later(110))
    found = PaymentStop.objects.get()
    assert (found.acknowledged_at, found.confirmed_at) == (aid.later(30), aid.later(100))
    verbs = Event.objects.filter(case=found.pk).values_list("verb", flat=True)
    assert [v for v in verbs if v in ("ask", "acknowledge", "confirm")] == ["ask", "acknowledge", "confirm"]  # fmt: skip


def test_with_the_closing_no_account_number_can_be_read(aid: Help) -> None:
    made = tell_payment(TOLD, aid.at, aid.here.intake_officer, bank=aid.bank_team)
    number = made.case.number
    kept = made.facts
    bank_answers(number, "in_part", aid.teller, aid.later(100))
    close_payment(number, aid.coordinator, aid.later(200))
    found = PaymentStop.objects.select_related("case").get()
    assert found.facts is None and CaseKey.objects.get(case=found.pk).wrapped is None
    found.facts = kept  # as from a backup
    assert facts_of(found) == {}
    assert found.case.outcome == "frozen"
    assert not asked_of(aid.teller, aid.later(210), door="desk")
    with pytest.raises(Missing):
        bank_answers(number, "in_part", aid.teller, aid.later(220))


def test_not_stopped_is_closed_with_a_reason_only(aid: Help) -> None:
    number = tell_payment(TOLD, aid.at, aid.here.intake_officer).case.number
    with pytest.raises(Invalid):
        close_payment(number, aid.coordinator, aid.later(60))
    close_payment(number, aid.coordinator, aid.later(60), reason="It was cash.")
    assert Case.objects.get(number=number).outcome == "not_frozen"


def test_only_the_bank_that_was_asked_and_who_coordinates_take_part(aid: Help) -> None:
    number = tell_payment(TOLD, aid.at, aid.here.intake_officer).case.number
    for who in (aid.here.intake_officer, aid.here.leader, aid.crews["police-1"]):
        with pytest.raises(Missing):
            ask_bank(number, aid.bank_team, who, aid.later(10))
    with pytest.raises(Missing):
        bank_acknowledges(number, aid.teller, aid.later(20))
    with pytest.raises(Invalid, match="bank from the list"):
        ask_bank(number, aid.here.teams["roads"], aid.coordinator, aid.later(10))
    with pytest.raises(Invalid, match="bank from the list"):  # a court or a centre is no bank
        ask_bank(number, aid.centre_team, aid.coordinator, aid.later(10))
    ask_bank(number, aid.bank_team, aid.coordinator, aid.later(10))
    with pytest.raises(Refusal, match="asked already"):
        ask_bank(number, aid.bank_team, aid.coordinator, aid.later(15))
    with pytest.raises(Forbidden):
        asked_of(aid.coordinator, aid.later(20), door="desk")


def test_a_report_without_any_account_is_asked_for_one(aid: Help) -> None:
    with pytest.raises(Invalid, match="from which account"):
        tell_payment(Payment(amount="5"), aid.at, aid.here.intake_officer)
    with pytest.raises(Forbidden):
        tell_payment(TOLD, aid.at, aid.here.outsider)
    assert not PaymentStop.objects.exists()
