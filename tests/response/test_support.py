"""Whoever was deceived is helped afterwards: with their word, and as long as they want it."""

from datetime import timedelta

import pytest

from commonward.cases.actions.forgetting import forget
from commonward.cases.models import Case, CaseKey, Event
from commonward.core.procedures import parse, shipped
from commonward.core.procedures.check import check
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.urgent.support import offer, read_offer
from commonward.response.actions.paying import Payment, Transfer, close_payment, tell_payment
from commonward.response.actions.supporting import open_support, support_step
from commonward.response.actions.ticking import forget_response
from commonward.response.models import PaymentStop, Support, SupportNote
from commonward.response.queries.supporting import support_for, support_of
from tests.help import Help

STEPS = ("contact", "offer", "call_week", "call_month", "close_helped")


def stopped(aid: Help, *, agreed: bool = True, callback: str = "13912345678") -> str:
    """The number of a payment stop that was told by telephone."""
    given = Payment(callback=callback, words="my grandson's voice", support=agreed)
    return tell_payment(given, aid.at, aid.here.intake_officer).case.number


def test_the_procedure_makes_sense() -> None:
    procedure = parse(shipped("support"))
    assert check(procedure) == []
    assert procedure.room == "response" and procedure.keep_years == 0


def test_without_the_victims_word_no_support_case_is_opened(aid: Help) -> None:
    number = stopped(aid, agreed=False)
    with pytest.raises(Invalid, match="Without the word"):
        open_support(number, aid.coordinator, aid.later(60))
    assert not Support.objects.exists()
    made = open_support(number, aid.coordinator, aid.later(60), by_phone=True)
    assert (made.consent, made.consented_at, made.relatives) == ("phone", aid.later(60), False)
    again = open_support(number, aid.coordinator, aid.later(90), by_phone=True)
    assert again.pk == made.pk and Support.objects.count() == 1


def test_their_tick_on_the_portal_is_a_word_and_dates_from_then(aid: Help) -> None:
    made = open_support(stopped(aid), aid.coordinator, aid.later(900))
    assert (made.consent, made.consented_at) == ("portal", aid.at)
    stop = PaymentStop.objects.get()
    assert support_of(stop) == made
    told = Payment((Transfer(to_account="6217000011112222333"),), support=True)
    number = tell_payment(told, aid.at, aid.here.intake_officer).case.number
    with pytest.raises(Invalid, match="number to call"):
        open_support(number, aid.coordinator, aid.later(901))


def test_help_is_offered_and_called_back_after_a_week_and_a_month(aid: Help) -> None:
    number = open_support(
        stopped(aid), aid.coordinator, aid.later(60), suits="mornings"
    ).case.number
    for day, verb in zip((0, 0, 7, 30, 30), STEPS, strict=True):
        at = aid.later(120) + timedelta(days=day)
        support_step(number, verb, aid.coordinator, at, words=f"{verb} said",
                     offered=["police", "talk"] if verb == "offer" else [])  # fmt: skip
        case = Case.objects.get(number=number)
        if verb == "offer":
            assert case.due_at is not None and (case.due_at - at).days == 7
        if verb == "call_week":
            assert case.due_at is not None and (case.due_at - at).days == 23
    found = support_for(number, aid.coordinator, aid.later(200), door="desk")
    assert (found.callback, found.suits) == ("13912345678", "mornings")
    assert found.support.offered == ["police", "talk"]
    assert [words for _at, _verb, words in found.notes] == [f"{verb} said" for verb in STEPS]
    assert Case.objects.get(number=number).outcome == "answered"


def test_relatives_are_told_only_with_a_word_of_their_own(aid: Help) -> None:
    number = open_support(stopped(aid), aid.coordinator, aid.later(60)).case.number
    support_step(number, "contact", aid.coordinator, aid.later(70))
    with pytest.raises(Refusal, match="Relatives"):
        support_step(number, "offer", aid.coordinator, aid.later(80), offered=["relatives"])
    support_step(number, "offer", aid.coordinator, aid.later(80), offered=["relatives"],
                 relatives=True)  # fmt: skip
    assert Support.objects.get().relatives is True


def test_it_ends_at_their_word_in_every_stage(aid: Help) -> None:
    for steps in range(5):
        number = open_support(stopped(aid), aid.coordinator, aid.later(60)).case.number
        for verb in STEPS[:steps]:
            support_step(number, verb, aid.coordinator, aid.later(70))
        support_step(number, "withdraw", aid.coordinator, aid.later(80))
        assert Case.objects.get(number=number).outcome == "withdrawn"


def test_nobody_else_opens_sees_or_moves_it(aid: Help) -> None:
    stop = stopped(aid)
    number = open_support(stop, aid.coordinator, aid.later(60)).case.number
    for who in (aid.here.intake_officer, aid.here.leader, aid.teller, aid.crews["police-1"]):
        with pytest.raises((Missing, Forbidden)):
            support_for(number, who, aid.later(70), door="desk")
        with pytest.raises((Missing, Forbidden)):
            support_step(number, "contact", who, aid.later(70))
        with pytest.raises((Missing, Forbidden)):
            open_support(stop, who, aid.later(70), by_phone=True)
    with pytest.raises(Invalid):
        support_step(number, "fire", aid.coordinator, aid.later(70))


def test_the_night_after_the_closing_nothing_that_was_said_is_left(aid: Help) -> None:
    stop = stopped(aid)
    number = open_support(stop, aid.coordinator, aid.later(60)).case.number
    close_payment(stop, aid.coordinator, aid.later(65), reason="No bank was known.")
    for verb in STEPS:
        support_step(number, verb, aid.coordinator, aid.later(100), words="they weep at night")
    raw = [bytes(note.words or b"") for note in SupportNote.objects.all()]
    assert raw and not any(b"weep" in one for one in raw)
    assert not any("weep" in str(event.data) for event in Event.objects.all())
    night = aid.later(100) + timedelta(days=1)
    forget(night)
    forget_response(night)
    assert CaseKey.objects.get(case__number=number).wrapped is None
    assert set(SupportNote.objects.values_list("words", flat=True)) == {None}
    kept = Support.objects.get()
    assert (kept.facts, kept.offered) == (None, [])
    found = support_for(number, aid.coordinator, night, door="desk")
    assert (found.callback, found.suits) == ("", "")


def test_every_help_has_its_letter_in_both_languages_and_no_name_in_it() -> None:
    found = offer()
    assert set(found.aids) == {"police", "bank", "debt", "talk", "relatives"}
    for letter in found.letters.values():
        for language in ("zh-hans", "en"):
            words = letter.filled(language, "7K2M9QXB4T")
            assert "7K2M9QXB4T" in words and "{" not in words
    with pytest.raises(Missing):
        found.letter("nobody")
    with pytest.raises(Invalid):
        read_offer("[[help]]\ncode = 'x'")
