"""An agreement is carried out: paid in parts, confirmed by the other side, late found once."""

from datetime import timedelta
from typing import Any

import pytest

from commonward.cases.models import Event
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.disputes.actions.agreements import (
    bring_into_force,
    draft_agreement,
    propose_agreement,
    record_signature,
)
from commonward.disputes.actions.performing import answer_claim, claim, tick_performing
from commonward.disputes.actions.visiting import visit
from commonward.disputes.models import Claim, DisputeClock, Obligation, Visit
from tests.talks import Talks


def in_force(talks: Talks) -> tuple[str, Actor, Actor]:
    """Number and parties of a dispute in whose agreement side B pays 3,000 yuan in two parts."""
    number, first, second = talks.talking()
    days = [(talks.at + timedelta(days=n)).date().isoformat() for n in (30, 60)]
    both = {"proof": "银行转账凭证 the bank's receipt", "if_not": "对方可以依法起诉"}
    clause: dict[str, Any] = {
        "act": "pay", "who": ["b"], "to": ["a"], "fen": 300_000, "what": "plants 花木",
        "how": "bank transfer", "instalments": [[days[0], 100_000], [days[1], 200_000]], **both,
    }  # fmt: skip
    draft_agreement(number, {"facts": "乙方砌墙。", "clauses": [clause]}, talks.mediator,
                    talks.later(50))  # fmt: skip
    made = propose_agreement(number, talks.mediator, talks.later(55))
    for letter in "ab":
        record_signature(number, letter, made.digest, talks.mediator, talks.later(60))
    bring_into_force(number, made.digest, talks.mediator, talks.later(70), seal_set=True)
    return number, first, second


def test_the_account_opens_with_each_instalment_a_visit_and_the_courts_thirty_days(
    talks: Talks,
) -> None:
    number, *_ = in_force(talks)
    rows = Obligation.objects.order_by("number")
    assert [(o.fen, o.debtor, o.creditor) for o in rows] == [
        (100_000, "b", "a"),
        (200_000, "b", "a"),
    ]
    last = rows[1].due
    assert last is not None and Visit.objects.get().due == last + timedelta(days=7)
    clock = DisputeClock.objects.get(rule="confirmation", dispute__case__number=number)
    assert clock.ended_at is None


def test_paid_and_confirmed_in_parts_it_is_performed(talks: Talks) -> None:
    number, first, second = in_force(talks)
    one = claim(number, 1, second, talks.later(100), yuan="400", words="the first part")
    assert Obligation.objects.get(number=1).done_at is None
    answer_claim(number, one.pk, True, first, talks.later(110))
    claim(number, 1, first, talks.later(120), yuan="600")
    assert Obligation.objects.get(number=1).done_at is not None
    two = claim(number, 2, second, talks.later(130))
    assert two.fen == 200_000 and talks.dispute(number).case.stage == "perform"
    answer_claim(number, two.pk, True, first, talks.later(140))
    assert talks.dispute(number).case.stage == "follow"
    with pytest.raises(Refusal, match="done"):
        claim(number, 2, second, talks.later(150))


def test_nobody_confirms_for_the_other_side_and_nobody_answers_twice(talks: Talks) -> None:
    number, first, second = in_force(talks)
    said = claim(number, 1, second, talks.later(100))
    with pytest.raises(Forbidden):
        answer_claim(number, said.pk, True, second, talks.later(110))
    with pytest.raises(Forbidden):
        answer_claim(number, said.pk, True, talks.mediator, talks.later(110))
    answer_claim(number, said.pk, False, first, talks.later(110))
    with pytest.raises(Refusal, match="answered"):
        answer_claim(number, said.pk, True, first, talks.later(120))
    assert Obligation.objects.get(number=1).done_at is None
    other = talks.talking(at=talks.later(2))
    with pytest.raises((Missing, Forbidden)):
        answer_claim(number, said.pk, True, other[1], talks.later(130))


@pytest.mark.parametrize("yuan", ["-1", "1.234", "abc", "1e9"])
def test_what_is_no_amount_is_refused_and_nothing_is_kept(talks: Talks, yuan: str) -> None:
    number, _, second = in_force(talks)
    with pytest.raises(Invalid) as why:
        claim(number, 1, second, talks.later(100), yuan=yuan)
    assert why.value.field == "yuan" and not Claim.objects.exists()


def test_it_is_reminded_of_before_and_found_late_once_with_two_years_for_the_court(
    talks: Talks,
) -> None:
    number, *_ = in_force(talks)
    day = talks.at + timedelta(days=28)
    assert tick_performing(day) == (1, 0)
    assert tick_performing(day) == (0, 0)
    late = talks.at + timedelta(days=32)
    assert tick_performing(late) == (0, 1)
    assert tick_performing(late) == (0, 0)
    assert Event.objects.filter(verb="performance_late", case__number=number).count() == 1
    clock = DisputeClock.objects.get(rule="enforcement")
    last = Obligation.objects.get(number=2).due
    assert clock.due_at is not None and last is not None
    assert clock.due_at.year == last.year + 2
    assert set(Visit.objects.values_list("because", flat=True)) == {"carried_out", "late"}


def test_what_waits_for_the_other_sides_word_is_never_late(talks: Talks) -> None:
    number, _, second = in_force(talks)
    claim(number, 1, second, talks.later(100))
    assert tick_performing(talks.at + timedelta(days=40)) == (0, 0)


def test_a_visit_is_noted_by_those_who_mediate(talks: Talks) -> None:
    number, first, _ = in_force(talks)
    owed = Visit.objects.get()
    with pytest.raises(Forbidden):
        visit(number, owed.pk, "kept", "", first, talks.later(200))
    with pytest.raises(Invalid):
        visit(number, owed.pk, "great", "", talks.mediator, talks.later(200))
    visit(number, owed.pk, "in_part", "half of it", talks.mediator, talks.later(200))
    assert Visit.objects.get().result == "in_part"
    with pytest.raises(Missing):
        visit(number, owed.pk, "kept", "", talks.mediator, talks.later(210))
