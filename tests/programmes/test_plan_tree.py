"""The tree of a plan: a fixed number of queries, progress by weight, what is not known told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.programmes.models import Target
from commonward.programmes.queries.plan_tree import tree_of
from tests.programmes.plan_office import ESTATES, IN_TIME, LAMPS, Office, plan_office

TODAY = date(2026, 3, 2)


@pytest.fixture
def office(db: None) -> Office:
    more = [replace(LAMPS, target_no=2 + n, target=f"路灯{n}", target_en="") for n in range(40)]
    return plan_office(lines=(ESTATES, LAMPS, IN_TIME, *more))


def test_the_tree_is_read_in_as_many_queries_for_forty_targets_as_for_two(office: Office) -> None:
    with CaptureQueriesContext(
        connection,
    ) as many:
        tree = tree_of(office.plan, TODAY)
    assert len(tree.leaves) == 43
    Target.objects.filter(number__gt=1).update(dropped="Not needed.")
    with CaptureQueriesContext(connection) as few:
        tree_of(office.plan, TODAY)
    assert len(many) == len(few) <= 4


def test_progress_weighs_tasks_and_tells_what_is_missing(office: Office) -> None:
    Target.objects.filter(number__gt=1).update(dropped="Not needed.")
    Target.objects.filter(pk=office.target(ESTATES)).update(value=Decimal(6), value_on=TODAY)
    tree = tree_of(office.plan, TODAY)
    first = tree.groups[0]
    # Half of the task that weighs two; the lamps, which weigh one, are not known.
    assert (first.progress.low, first.progress.high) == (Fraction(1, 3), Fraction(2, 3))
    assert (first.progress.told, first.progress.missing) == (1, 1)
    assert tree.states == {"on_course": 1, "unknown": 2}
    assert not tree.progress.whole
