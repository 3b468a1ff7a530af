"""What a side needs is asked once, sealed, used by the search for a time and by the papers."""

from datetime import date, timedelta

import pytest

from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import party
from commonward.disputes import actions as disputes
from commonward.disputes.actions import sessions
from commonward.disputes.actions.interpreting import put_service, service_for
from commonward.disputes.actions.mediators import Profile, put_mediator
from commonward.disputes.actions.needs import Needs, say_needs
from commonward.disputes.actions.performing import claim
from commonward.disputes.actions.sessions import Plan
from commonward.disputes.actions.visiting import Found, visit
from commonward.disputes.models import Side, Visit
from commonward.disputes.queries.file_facts import file_of
from commonward.disputes.queries.needs import needs_for
from commonward.disputes.queries.sessions import common_times, language_needed
from tests.chosen import Choosing, appointed, choosing
from tests.disputes.test_performing import in_force
from tests.district import ZONE
from tests.talks import Talks

HOUR = timedelta(hours=1)


@pytest.fixture
def case(talks: Talks) -> Choosing:
    """A dispute with an appointed mediator who has disclosed."""
    made = choosing(talks)
    appointed(made)
    return made


def test_the_first_common_time_is_one_at_which_both_sides_can_come(case: Choosing) -> None:
    free = common_times(case.dispute, HOUR, case.at(60), most=1)[0]
    say_needs(case.number, "a", Needs(hours=("tue-am", "thu-pm")), case.first, case.at(61))
    say_needs(case.number, "b", Needs(hours=("thu-pm", "wed-am")), case.second, case.at(62))
    first = common_times(case.dispute, HOUR, case.at(60), most=1)[0]
    local = first.start.astimezone(ZONE)
    assert first.start > free.start and (local.weekday(), local.hour >= 12) == (3, True)
    away = (local.date(),)
    say_needs(case.number, "a", Needs(hours=("thu-pm",), away=away), case.first, case.at(63))
    later = common_times(case.dispute, HOUR, case.at(60), most=1)[0].start.astimezone(ZONE)
    assert later.date() == local.date() + timedelta(days=7)


def test_an_evening_is_found_only_where_the_mediator_offers_evenings(case: Choosing) -> None:
    evening = Needs(hours=("tue-eve",))
    say_needs(case.number, "b", evening, case.second, case.at(61))
    assert common_times(case.dispute, HOUR, case.at(62)) == []
    profile = Profile(("zh-Hans",), hours=("tue-eve", "wed-eve"))
    put_mediator(case.talks.coordinator, case.account("mediator"), profile, case.at(63))
    found = common_times(case.dispute, HOUR, case.at(64), most=1)[0].start.astimezone(ZONE)
    assert (found.weekday(), found.hour) == (1, 18)


def test_each_side_says_its_own_and_reads_nothing_of_the_others(case: Choosing) -> None:
    say_needs(case.number, "a", Needs(wants="Take the wall down."), case.first, case.at(61))
    with pytest.raises((Forbidden, Missing)):
        say_needs(case.number, "a", Needs(wants="x"), case.second, case.at(62))
    assert set(needs_for(case.dispute, case.second)) == {"b"}
    assert needs_for(case.dispute, case.first)["a"].wants == "Take the wall down."
    assert needs_for(case.dispute, case.talks.coordinator)["a"].wants
    assert b"wall" not in bytes(Side.objects.get(letter="a").needs or b"")
    supporter = disputes.put_on_side(
        case.number, "a", "supporter", {"name": "孙大圣"}, case.first, case.at(63)
    )
    with pytest.raises(Forbidden):
        say_needs(case.number, "a", Needs(wants="x"), party(supporter.pk), case.at(64))


@pytest.mark.parametrize(
    "wrong",
    [
        Needs(wants="x" * 2001),
        Needs(hours=("someday",)),
        Needs(away=tuple(date(2026, 4, 1) + timedelta(days=n) for n in range(41))),
        Needs(language="x" * 11),
        Needs(interpreter=True),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_changes(case: Choosing, wrong: Needs) -> None:
    with pytest.raises(Invalid):
        say_needs(case.number, "b", wrong, case.second, case.at(61))
    assert Side.objects.get(letter="b").needs is None


def test_a_time_needs_an_interpreter_of_the_language_who_is_free(case: Choosing) -> None:
    say_needs(case.number, "b", Needs(language="ug", interpreter=True), case.second, case.at(61))
    assert language_needed(case.dispute) == "ug"
    free = common_times(case.dispute, HOUR, case.at(62), language="ug", most=1)[0]
    assert free.interpreter == "", "without a list nothing is looked for"
    coordinator = case.talks.coordinator
    one = put_service(coordinator, "民族语言翻译中心", ["ug", "bo"], case.at(62))
    put_service(coordinator, "手语协会", ["csl"], case.at(62))
    first = common_times(case.dispute, HOUR, case.at(62), language="ug", most=1)[0]
    assert (first.start, first.interpreter) == (free.start, str(one.pk))
    given = Plan(first.start, first.end, language="ug", interpreting=one.pk, interpreter="阿依古丽")
    made = sessions.plan(case.number, given, case.talks.mediator, case.at(63))
    assert made.interpreting_id == one.pk and "阿依古丽".encode() not in bytes(made.details or b"")
    next_one = common_times(case.dispute, HOUR, case.at(62), language="ug", most=1)[0]
    assert next_one.start >= first.end


def test_a_service_sends_no_more_interpreters_than_it_has(talks: Talks, case: Choosing) -> None:
    service = put_service(talks.coordinator, "翻译中心", ["ug"], case.at(60))
    start = case.at(60 * 30)
    plan = Plan(start, start + HOUR, language="ug", interpreting=service.pk)
    sessions.plan(case.number, plan, talks.mediator, case.at(61))
    with pytest.raises(Refusal, match="another session"):
        sessions.plan(case.number, plan, talks.mediator, case.at(62))
    with pytest.raises(Invalid, match="does not interpret"):
        late = Plan(start + 2 * HOUR, start + 3 * HOUR, language="bo", interpreting=service.pk)
        sessions.plan(case.number, late, talks.mediator, case.at(62))
    with pytest.raises(Refusal, match="nobody free"):
        service_for(service.pk, "ug", start, start + HOUR, None)
    put_service(talks.coordinator, "翻译中心", ["ug"], case.at(63), at_once=2, service=service.pk)
    assert service_for(service.pk, "ug", start, start + HOUR, None) == service
    with pytest.raises(Forbidden):
        put_service(talks.mediator, "x", ["ug"], case.at(64))


def test_what_is_asked_for_and_who_acts_stand_on_that_sides_papers_alone(talks: Talks) -> None:
    made = talks.registered(wants="Three hundred yuan and light.")
    first, second = talks.applicant(made), talks.other(made)
    disputes.put_on_side(
        made.number, "a", "representative",
        {"name": "李律师", "relation": "律师", "powers": "代为参加调解、签署协议"}, first, talks.later(30),
    )  # fmt: skip
    dispute = talks.dispute(made.number)
    own = file_of(dispute, first, "zh").sides[0]
    assert own.wants == "Three hundred yuan and light."
    assert own.agent is not None
    assert (own.agent.relation, own.agent.powers) == ("律师", "代为参加调解、签署协议")
    assert file_of(dispute, second, "zh").sides[0].wants == ""
    assert file_of(dispute, talks.coordinator, "zh").sides[0].wants != ""


def test_what_a_visit_found_stands_on_its_record(talks: Talks) -> None:
    number, first, second = in_force(talks)
    claim(number, 1, second, talks.later(100))
    owed = Visit.objects.get()
    told = Found("fairly", later_suit=False, risk_left=True, measures="Look again in May.")
    with pytest.raises(Invalid):
        visit(number, owed.pk, "kept", "", talks.mediator, talks.later(110), Found("very"))
    visit(number, owed.pk, "kept", "Both talk again.", talks.mediator, talks.later(110), told)
    owed.refresh_from_db()
    assert b"May" not in bytes(owed.found or b"")
    (shown,) = file_of(talks.dispute(number), talks.mediator, "zh").visits
    assert (shown.satisfied, shown.later_suit, shown.risk_left, shown.measures) == (
        "fairly", False, True, "Look again in May.",
    )  # fmt: skip
