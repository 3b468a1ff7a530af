"""Two who coordinate, two pages, a unit that leaves: at the same moment each thing happens once.

Each thread has a connection of its own and all start together at a barrier.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from commonward.cases.models import Event
from commonward.core.refusals import Refusal
from commonward.response.actions.ordering import answer, give_order
from commonward.response.actions.units import go_off_duty, go_on_duty, set_unit
from commonward.response.models import Assignment, Duty, Order
from tests.at_once import together
from tests.district import small_district
from tests.help import Help, urgent_help
from tests.response.test_unit_areas import facts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def aid(transactional_db: None) -> Help:
    """Urgent help, committed, so that every connection sees it."""
    return urgent_help(small_district())


def refused_or_done(*jobs: Callable[[], Any]) -> list[Any]:
    """Do all at once: results, and nothing raised but refusals."""
    results = together(jobs)
    assert [r for r in results if isinstance(r, Exception) and not isinstance(r, Refusal)] == []
    return results


def refused(results: Sequence[Any]) -> list[Refusal]:
    """The refusals among the results."""
    return [r for r in results if isinstance(r, Refusal)]


def test_of_two_orders_for_one_unit_one_succeeds_and_the_other_is_told_who_has_it(
    aid: Help,
) -> None:
    police = aid.units["police-1"].pk
    for n in range(5):
        numbers = [aid.call("other").case.number for _twice in range(2)]
        orders = [
            partial(give_order, number, [police], aid.coordinator, aid.later(9), key=f"{number} order")
            for number in numbers
        ]  # fmt: skip
        results = refused_or_done(*orders)
        [loser] = refused(results)
        [winner] = [r for r in results if isinstance(r, Order)]
        assert loser.code == "held"
        assert f"police-1 号 ({winner.incident.case.number}, Response Coordinator" in str(loser)
        held = Assignment.objects.get(unit=police, step="sent")
        assert held.order_id == winner.pk and Assignment.objects.count() == n + 1
        Assignment.objects.filter(pk=held.pk).update(
            step="free", freed_at=aid.later(20), freed_why="done"
        )


def test_two_orders_crosswise_over_the_same_units_do_not_wait_for_each_other(aid: Help) -> None:
    aid.ordered(drill=True)
    wanted = [aid.units[code].pk for code in ("police-1", "fire-1")]
    numbers = [aid.call("other").case.number for _twice in range(2)]
    results = refused_or_done(
        *(
            partial(give_order, number, units, aid.coordinator, aid.later(30), key=f"{number} order")
            for number, units in zip(numbers, (wanted, wanted[::-1]), strict=True)
        )
    )  # fmt: skip
    assert len(refused(results)) == 1
    freed = Assignment.objects.filter(freed_why="real_call")
    assert freed.count() == 2 and Assignment.objects.filter(order__drill=False).count() == 2


def test_the_same_order_sent_from_two_tabs_is_given_once(aid: Help) -> None:
    number = aid.call("other").case.number
    give = partial(
        give_order, number, [aid.units["police-1"].pk], aid.coordinator, aid.later(9), key="k" * 16
    )
    first, second = refused_or_done(give, give)
    assert first.pk == second.pk and Assignment.objects.count() == 1


def test_answered_from_two_pages_at_once_it_is_stamped_once(aid: Help) -> None:
    order = aid.ordered()
    mine = aid.sent(order, "fire-1").pk
    said = [
        partial(answer, mine, "acknowledged", who, aid.later(30))
        for who in (aid.crews["fire-1"], aid.crews["fire-1"], aid.coordinator)
    ]
    assert refused(refused_or_done(*said)) == []
    told = Event.objects.filter(case=order.incident_id, verb="unit_acknowledged")
    assert told.count() == 1 and aid.sent(order, "fire-1").step == "acknowledged"


def test_a_unit_that_leaves_while_it_is_ordered_is_either_sent_or_gone(aid: Help) -> None:
    police, crew = aid.units["police-1"], aid.crews["police-1"]
    for n in range(4):
        number = aid.call("other").case.number
        results = refused_or_done(
            partial(give_order, number, [police.pk], aid.coordinator, aid.later(9), key=f"{number} order"),
            partial(go_off_duty, "police-1", crew, aid.later(9)),
        )  # fmt: skip
        [no] = refused(results)
        on = Duty.objects.filter(unit=police, off_at=None).exists()
        held = Assignment.objects.filter(unit=police, step="sent")
        assert (no.code, on, held.count()) in (("off_duty", False, 0), ("held", True, 1))
        held.update(step="free", freed_at=aid.later(20), freed_why="done")
        if not on:
            go_on_duty("police-1", aid.later(3600 + n), crew, aid.later(10 + n))


def test_two_with_one_radio_name_do_not_both_come_on_duty(aid: Help) -> None:
    for code in ("fire-1", "police-1"):
        go_off_duty(code, aid.crews[code], aid.at)
    set_unit(replace(facts(aid.units["fire-1"]), radio_name="police-1 号"), at=aid.at)
    results = refused_or_done(
        *(
            partial(go_on_duty, code, aid.later(3600), aid.crews[code], aid.later(10))
            for code in ("fire-1", "police-1")
        )
    )
    [no] = refused(results)
    assert no.code == "radio_name"
    assert Duty.objects.filter(radio_name="police-1 号", off_at=None).count() == 1
