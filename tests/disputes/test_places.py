"""Places where disputes come again: for coordinators, from five up, by place and never by person."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.core.disputes import place_cell
from commonward.core.rights import SYSTEM
from commonward.disputes.models import Dispute
from commonward.disputes.queries.places import counted_until, recurring_places
from commonward.people import actions as people
from commonward.people.queries import actor_for
from tests.district import COMMUNITIES, STREETS
from tests.talks import Talks


def at_wall(talks: Talks, count: int, **more: Any) -> None:
    """So many disputes at the wall in the middle of the first grid."""
    for _ in range(count):
        talks.registered(**more)


def next_month(talks: Talks) -> datetime:
    return talks.at + timedelta(days=32)


def test_five_unsettled_at_one_wall_are_told_to_the_coordinator(talks: Talks) -> None:
    at_wall(talks, 6)
    (found,) = recurring_places(talks.coordinator, next_month(talks))
    lat, lon = talks.here.inside()
    assert found.lat is not None and found.lon is not None
    assert place_cell(found.lat, found.lon) == place_cell(lat, lon)
    assert (found.kind, found.at_least) == ("neighbours", 5)
    assert [area.code for area in found.areas][-1] == talks.here.grid(0, 0)


def test_four_are_told_to_nobody(talks: Talks) -> None:
    at_wall(talks, 4)
    assert recurring_places(talks.coordinator, next_month(talks)) == []


def test_nobody_but_a_coordinator_is_told(talks: Talks) -> None:
    at_wall(talks, 5)
    for actor in (talks.mediator, talks.panelist, talks.clerk, talks.here.leader,
                  talks.here.administrator, talks.here.duty_chief, SYSTEM):  # fmt: skip
        assert not recurring_places(actor, next_month(talks))


def test_what_came_this_month_is_told_when_it_is_over(talks: Talks) -> None:
    """Else one look before and one after a registration would tell which one came."""
    at_wall(talks, 5)
    assert recurring_places(talks.coordinator, talks.at + timedelta(days=1)) == []
    assert counted_until(next_month(talks)) > talks.at


def test_after_a_year_it_is_told_no_more(talks: Talks) -> None:
    at_wall(talks, 5)
    assert recurring_places(talks.coordinator, talks.at + timedelta(days=400)) == []


def test_what_was_settled_and_performed_is_not_counted(talks: Talks) -> None:
    at_wall(talks, 6)
    done = Dispute.objects.values_list("pk", flat=True)[:2]
    Dispute.objects.filter(pk__in=list(done)).update(result="settled_performed", ended_at=talks.at)
    assert recurring_places(talks.coordinator, next_month(talks)) == []
    Dispute.objects.update(result="not_settled", ended_at=talks.at)
    assert recurring_places(talks.coordinator, next_month(talks))[0].at_least == 5


def coordinator_of(talks: Talks, login: str, area: str) -> Any:
    account = people.add_account(SYSTEM, login, login, at=talks.at).pk
    path = "/".join(["", *[area[:n] for n in (6, 9, 12, 15) if n <= len(area)], ""])
    people.grant(SYSTEM, account, "coordinator", at=talks.at, area_path=path)
    return actor_for(account, talks.at)


def test_two_coordinators_together_learn_no_more_than_one_of_both(talks: Talks) -> None:
    """The attack by differencing: figures of a part are not taken from the figure of the whole."""
    for column, count in ((0, 5), (1, 3), (2, 3)):
        lat, lon = talks.here.inside(0, column)
        at_wall(talks, count, lat=lat, lon=lon)
    at = next_month(talks)
    whole = recurring_places(talks.coordinator, at)
    street = recurring_places(coordinator_of(talks, "of_street", STREETS[0]), at)
    community = recurring_places(coordinator_of(talks, "of_community", COMMUNITIES[0]), at)
    grid = recurring_places(coordinator_of(talks, "of_grid", talks.here.grid(0, 1)), at)
    assert [(one.areas[-1].code, one.at_least) for one in whole] == [
        (COMMUNITIES[0], 5),
        (talks.here.grid(0, 0), 5),
    ]
    assert street == whole and community == whole
    assert grid == []


def test_all_areas_are_read_at_once(talks: Talks, django_assert_max_num_queries: Any) -> None:
    for column in range(3):
        lat, lon = talks.here.inside(1, column)
        at_wall(talks, 5, lat=lat, lon=lon)
    with django_assert_max_num_queries(2):
        assert len(recurring_places(talks.coordinator, next_month(talks))) == 3


def test_the_query_names_no_table_of_people(talks: Talks) -> None:
    at_wall(talks, 5)
    with CaptureQueriesContext(connection) as asked:
        recurring_places(talks.coordinator, next_month(talks))
    assert not any("disputes_party" in q["sql"] or "disputes_side" in q["sql"] for q in asked)


@pytest.mark.parametrize("field", ["details", "words", 'place"'])
def test_nothing_sealed_is_read(talks: Talks, field: str) -> None:
    at_wall(talks, 5)
    with CaptureQueriesContext(connection) as asked:
        recurring_places(talks.coordinator, next_month(talks))
    assert not any(f'"{field}' in q["sql"] for q in asked)
