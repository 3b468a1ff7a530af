"""Honest numbers: all registered, each once, and the same from the raw events."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from commonward.core.disputes import KINDS, SOURCES
from commonward.core.outcomes import OUTCOMES, cube
from commonward.core.refusals import Forbidden, Refusal
from commonward.disputes import actions as disputes
from commonward.disputes.access import party_by
from commonward.disputes.actions.holding import say_holds
from commonward.disputes.models import Dispute
from commonward.disputes.queries.figures import ENDS, counted, figures, recounted
from tests.talks import Talks

WALKS: tuple[list[str], ...] = (
    [],
    ["withdraw"],
    ["contact", "hand_on", "end_there"],
    ["contact", "no_answer"],
    ["contact", "refused"],
    ["contact", "both_agree", "to_community", "fail"],
    ["contact", "both_agree", "to_street", "settle", "sign", "not_performed"],
    ["contact", "both_agree", "to_street", "settle", "sign", "performed", "in_part"],
    ["contact", "both_agree", "to_grid", "settle", "sign", "performed", "hold"],
    ["contact", "both_agree", "to_grid", "settle", "sign", "talk_again", "to_street", "fail"],
    ["gate"],
    ["contact", "both_agree", "to_panel"],
)


def walked(talks: Talks, draw: random.Random, at: datetime) -> str:
    """A dispute that goes one of the ways, each step by somebody who may take it."""
    made = disputes.register(
        talks.application(
            kind=draw.choice(list(KINDS)), source=draw.choice(list(SOURCES)), facts={}
        ),
        at,
    )
    for verb in draw.choice(WALKS):
        at += timedelta(minutes=draw.randrange(1, 3000))
        level = verb.removeprefix("to_")
        if verb != level and level != "agree":
            disputes.start_talks(made.number, level, talks.coordinator, at)
            continue
        who = talks.mediator if verb in ("settle", "fail") else talks.coordinator
        given = {"reason": "as it was told"}
        disputes.take_step(made.number, verb, who, at, given)
    return made.number


@pytest.mark.parametrize("seed", range(3))
def test_the_return_equals_a_recount_of_the_raw_events(talks: Talks, seed: int) -> None:
    draw = random.Random(seed)
    numbers = [walked(talks, draw, talks.later(60 * i)) for i in range(40)]
    month, end = talks.at - timedelta(days=1), talks.at + timedelta(days=60)
    for since, until, known in (
        (month, end, end),
        (talks.later(600), talks.later(1500), end),
        (month, end, talks.later(3000)),
    ):
        found = cube(counted(since, until, known))
        assert found == recounted(since, until, known)
        assert (
            sum(found.values())
            == Dispute.objects.filter(registered_at__gte=since, registered_at__lt=until).count()
        )
    assert sum(cube(counted(month, end, end)).values()) == len(numbers)


def test_the_recount_would_notice_a_dispute_that_is_counted_better_than_it_ended(
    talks: Talks,
) -> None:
    draw = random.Random(7)
    for i in range(12):
        walked(talks, draw, talks.later(60 * i))
    end = talks.at + timedelta(days=60)
    failed = Dispute.objects.exclude(result__in=("", "settled_performed")).first()
    assert failed is not None
    Dispute.objects.filter(pk=failed.pk).update(result="settled_performed")
    assert cube(counted(talks.at, end, end)) != recounted(talks.at, end, end)


def test_a_coordinator_sees_the_whole_return_and_it_adds_up(talks: Talks) -> None:
    draw = random.Random(3)
    for i in range(20):
        walked(talks, draw, talks.later(60 * i))
    end = talks.at + timedelta(days=60)
    told = figures(talks.coordinator, talks.at, end, end)
    assert told.whole and told.registered == 20
    assert sum(number for *_, number in told.lines) == 20
    assert told.by_kind.columns == ENDS
    assert set(ENDS) == {*OUTCOMES, "open"}
    assert told.by_kind.column_sums == told.by_source.column_sums
    assert {share.name: share.under for share in told.shares}["settled"] == 20


def test_a_leader_is_told_no_number_below_five_and_no_line(talks: Talks) -> None:
    draw = random.Random(4)
    for i in range(30):
        walked(talks, draw, talks.later(60 * i))
    end = talks.at + timedelta(days=60)
    for who in (talks.here.leader, talks.mediator, talks.here.administrator):
        told = figures(who, talks.at, end, end)
        assert not told.whole and not told.lines
        for table in (told.by_kind, told.by_source):
            numbers = [*table.row_sums, *table.column_sums, table.total]
            numbers += [number for line in table.cells for number in line]
            assert not any(number is not None and 0 < number < 5 for number in numbers)
        for share in told.shares:
            for part in (share.over, share.under, share.under - share.over):
                assert not 0 < part < 5


def test_what_ends_during_a_month_a_leader_is_told_when_it_is_over(talks: Talks) -> None:
    for i in range(6):
        made = disputes.register(talks.application(facts={}), talks.later(i))
        disputes.take_step(
            made.number, "withdraw", talks.coordinator, talks.later(60), {"reason": "r"}
        )
    next_month = (talks.at.replace(day=1) + timedelta(days=45)).replace(day=1)
    during = figures(talks.here.leader, talks.at, next_month, talks.later(120))
    assert during.registered == 0
    after = figures(talks.here.leader, talks.at, next_month, next_month + timedelta(days=3))
    assert after.registered == 6
    assert after.by_source.column_sums[ENDS.index("withdrawn")] == 6
    at_once = figures(talks.coordinator, talks.at, next_month, talks.later(120))
    assert at_once.registered == 6


def test_nobody_else_is_told_any_figure(talks: Talks) -> None:
    here = talks.here
    for who in (here.outsider, here.grid_worker, here.handler, here.dispatcher, here.resident):
        with pytest.raises(Forbidden):
            figures(who, talks.at, talks.later(1), talks.later(2))


def performed(talks: Talks) -> tuple[str, str, str]:
    """Number and both links of a dispute whose agreement has been carried out."""
    made = disputes.register(talks.application(facts={}), talks.at)
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(10))
    other = disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    disputes.answer(made.number, "b", "agreed", party_by(other, talks.at), talks.later(30))
    disputes.start_talks(made.number, "street", talks.coordinator, talks.later(40))
    for after, verb in ((50, "settle"), (60, "sign"), (70, "performed")):
        disputes.take_step(made.number, verb, talks.mediator, talks.later(after))
    return made.number, made.key, other


def test_both_sides_say_that_it_holds_and_only_then_it_closes_by_itself(talks: Talks) -> None:
    number, first, second = performed(talks)
    say_holds(number, True, party_by(first, talks.at), talks.later(80))
    assert talks.dispute(number).case.stage == "follow"
    say_holds(number, True, party_by(second, talks.at), talks.later(90))
    assert talks.dispute(number).result == "settled_performed"
    end = talks.at + timedelta(days=60)
    found = list(counted(talks.at, end, end))
    assert [row.confirmed_by_all for row in found] == [True]


def test_after_a_no_nobody_closes_it_as_performed_and_the_coordinator_is_told(
    talks: Talks,
) -> None:
    number, first, second = performed(talks)
    say_holds(number, True, party_by(first, talks.at), talks.later(80))
    say_holds(number, False, party_by(second, talks.at), talks.later(90))
    with pytest.raises(Refusal, match="cannot be closed as performed"):
        disputes.take_step(number, "hold", talks.mediator, talks.later(95))
    disputes.take_step(number, "not_performed", talks.mediator, talks.later(99), {"reason": "r"})
    assert talks.dispute(number).result == "settled_not_performed"
    end = talks.at + timedelta(days=60)
    assert Counter(row.confirmed_by_all for row in counted(talks.at, end, end)) == {False: 1}


def test_silence_is_neither_a_yes_nor_a_no_and_the_mediators_word_is_told_apart(
    talks: Talks,
) -> None:
    number, first, _ = performed(talks)
    say_holds(number, True, party_by(first, talks.at), talks.later(80))
    disputes.take_step(number, "hold", talks.mediator, talks.at + timedelta(days=89))
    end = talks.at + timedelta(days=120)
    (row,) = counted(talks.at, end, end)
    assert (row.outcome, row.confirmed_by_all) == ("settled_performed", False)


def test_whether_it_holds_is_asked_of_the_sides_and_only_once_it_was_carried_out(
    talks: Talks,
) -> None:
    talking, party, _ = talks.talking()
    with pytest.raises(Refusal, match="once it has been carried out"):
        say_holds(talking, True, party, talks.later(80))
    number, *_ = performed(talks)
    with pytest.raises(Forbidden):
        say_holds(number, True, talks.mediator, talks.later(80))
