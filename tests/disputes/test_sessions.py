"""Sessions: the first common time, no overlap, adjourned and held; seven parts, sealed."""

from datetime import timedelta

import pytest

from commonward.cases.models import Event
from commonward.core.meetings import feed
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.disputes.actions import appointing, mediators, sessions
from commonward.disputes.actions.sessions import PARTS, Plan
from commonward.disputes.actions.ticking import tick_disputes
from commonward.disputes.models import BusyTime, Session
from commonward.disputes.queries.sessions import (
    ahead_of,
    common_times,
    feed_entries,
    sessions_of,
)
from tests.chosen import Choosing, appointed, choosing
from tests.talks import Talks

HOUR = timedelta(hours=1)
WORDS = {part: f"Written under {part}." for part in PARTS}


@pytest.fixture
def case(talks: Talks) -> Choosing:
    """A dispute with an appointed mediator who has disclosed."""
    made = choosing(talks)
    appointed(made)
    return made


def planned(case: Choosing, hours: float = 30, **more: object) -> Session:
    """A session of an hour, so many hours after the district's moment."""
    start = case.at(60 * hours)
    plan = Plan(start, start + HOUR, **more)  # type: ignore[arg-type]
    return sessions.plan(case.number, plan, case.talks.mediator, case.at(60))


def test_the_first_common_time_lies_in_office_hours_and_outside_what_is_taken(
    case: Choosing,
) -> None:
    first, second = common_times(case.dispute, HOUR, case.at(60), most=2)
    room = mediators.put_venue(case.talks.coordinator, "Room 1", case.at(60))
    with_room = common_times(case.dispute, HOUR, case.at(60), most=1)[0]
    assert (with_room.start, with_room.room) == (first.start, str(room.pk))
    BusyTime.objects.create(mediator_id=case.account("mediator"), start=first.start, end=first.end)
    assert common_times(case.dispute, HOUR, case.at(60), most=1)[0].start == second.start
    plan = Plan(second.start, second.end, venue=room.pk)
    sessions.plan(case.number, plan, case.talks.mediator, case.at(61))
    assert common_times(case.dispute, HOUR, case.at(60), most=1)[0].start >= second.end


def test_neither_the_mediator_nor_a_room_is_in_two_sessions_at_once(case: Choosing) -> None:
    first = planned(case)
    with pytest.raises(Refusal, match="another session"):
        planned(case, 30.5)
    sessions.cancel_session(case.number, first.pk, case.talks.mediator, case.at(62))
    again = planned(case, 30.5)
    moved = sessions.move_session(
        case.number, again.pk, Plan(again.start, again.end + HOUR), case.talks.mediator, case.at(63)
    )
    assert moved.sequence == 1


def test_a_session_needs_a_disclosure_and_a_time_ahead(case: Choosing, talks: Talks) -> None:
    for plan in (
        Plan(case.at(10), case.at(70)),
        Plan(case.at(100), case.at(100)),
        Plan(case.at(100), case.at(100) + 13 * HOUR),
        Plan(case.at(100), case.at(160), video="http://plain.example"),
        Plan(case.at(100), case.at(160), place="x" * 301),
    ):
        with pytest.raises(Invalid):
            sessions.plan(case.number, plan, talks.mediator, case.at(60))
    for actor in (case.first, talks.second_mediator, talks.here.leader, talks.here.administrator):
        with pytest.raises((Forbidden, Missing)):
            sessions.plan(case.number, Plan(case.at(100), case.at(160)), actor, case.at(60))


def test_without_a_disclosure_no_session_is_planned(talks: Talks) -> None:
    case = choosing(talks)
    appointing.propose(case.number, talks.coordinator, case.at(40))
    appointing.answer_conflict(case.number, False, talks.mediator, case.at(40))
    appointing.appoint(case.number, case.account("mediator"), talks.coordinator, case.at(40))
    with pytest.raises(Refusal, match="disclosure"):
        planned(case)


def test_each_session_is_reminded_of_once_a_day_before_and_again_when_it_is_moved(
    case: Choosing,
) -> None:
    made = planned(case)
    early, near = made.start - 25 * HOUR, made.start - 23 * HOUR
    assert sessions.remind_sessions(early) == 0
    assert [sessions.remind_sessions(near) for _ in range(2)] == [1, 0]
    moved = Plan(made.start + 72 * HOUR, made.end + 72 * HOUR)
    sessions.move_session(case.number, made.pk, moved, case.talks.mediator, near)
    assert tick_disputes(near + 72 * HOUR).reminded == 1
    sessions.cancel_session(case.number, made.pk, case.talks.mediator, near + 72 * HOUR)
    assert Event.objects.filter(verb="session_reminded").count() == 2


def test_an_adjourned_session_goes_on_later(case: Choosing) -> None:
    first = planned(case)
    with pytest.raises(Invalid, match="after this session"):
        sessions.adjourn(
            case.number, first.pk, Plan(first.start, first.end), case.talks.mediator, case.at(70)
        )
    later = Plan(first.start + 24 * HOUR, first.end + 24 * HOUR)
    then = sessions.adjourn(case.number, first.pk, later, case.talks.mediator, case.at(70))
    first.refresh_from_db()
    assert (first.state, then.follows_id, then.state) == ("adjourned", first.pk, "planned")


def test_the_record_has_seven_parts_and_names_the_one_that_is_missing(case: Choosing) -> None:
    held = planned(case)
    after = held.end + HOUR
    for part in PARTS:
        with pytest.raises(Invalid) as refused:
            sessions.record_session(
                case.number, held.pk, WORDS | {part: " "}, "ab", case.talks.mediator, after
            )
        assert refused.value.field == part
    with pytest.raises(Invalid, match="not begun"):
        sessions.record_session(
            case.number, held.pk, WORDS, "ab", case.talks.mediator, held.start - HOUR
        )
    kept = sessions.record_session(case.number, held.pk, WORDS, "abz", case.talks.mediator, after)
    assert (kept.state, kept.present) == ("held", "ab")
    assert kept.record is not None and b"Written" not in bytes(kept.record)


def test_the_record_is_read_by_the_sides_and_the_mediator_and_by_no_office(case: Choosing) -> None:
    talks = case.talks
    held = planned(case, place="Tea house", video="https://meet.example/x")
    sessions.record_session(case.number, held.pk, WORDS, "ab", talks.mediator, held.end + HOUR)

    def read(actor: Actor) -> list[dict[str, str]]:
        return [dict(line.record) for line in sessions_of(case.dispute, actor)]

    for actor in (talks.mediator, case.first, case.second):
        assert read(actor) == [WORDS]
        assert sessions_of(case.dispute, actor)[0].details["place"] == "Tea house"
    assert read(talks.coordinator) == [{}]
    for actor in (talks.here.leader, talks.here.administrator, talks.clerk, talks.here.duty_chief):
        assert read(actor) == []


def test_the_feed_names_a_number_and_no_party_and_ends_with_its_key(case: Choosing) -> None:
    held = planned(case, place="South lane 4")
    key = mediators.new_feed(case.talks.mediator, case.at(61))
    entries = feed_entries(key, "Session {number}", case.at(62))
    made = feed(entries, "Sessions", case.at(62)).decode()
    assert f"Session {case.number}" in made and "20" in made
    for private in ("钱多多", "赵小梅", "South lane", "wall"):
        assert private not in made
    assert [one.number for one in ahead_of(case.account("mediator"), case.at(0))] == [case.number]
    mediators.new_feed(case.talks.mediator, case.at(63))
    for wrong in (key, "", "x" * 40):
        with pytest.raises(Missing):
            feed_entries(wrong, "{number}", case.at(64))
    assert held.pk
