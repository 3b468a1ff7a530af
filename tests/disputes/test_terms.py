"""Clocks of law in a dispute: started by what happens, warned of, never missed in silence."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from commonward.areas.models import CalendarYear
from commonward.cases.models import Event
from commonward.core.refusals import Missing, Refusal
from commonward.core.rights import SYSTEM
from commonward.disputes import actions as disputes
from commonward.disputes.access import dispute_for
from commonward.disputes.actions import terms
from commonward.disputes.models import Dispute, DisputeClock
from commonward.disputes.queries.terms import owed, rules_to_start, terms_of_dispute
from commonward.people.actions import raise_revision
from tests.talks import Talks


def clock(number: str, rule: str) -> DisputeClock:
    return DisputeClock.objects.get(dispute__case__number=number, rule=rule)


def verbs(number: str) -> list[str]:
    rows = Event.objects.filter(case__number=number, verb__startswith="term_").order_by("pk")
    return list(rows.values_list("verb", flat=True))


@transaction.atomic
def started(talks: Talks, rule: str, *, after: float = 50, **more: Any) -> tuple[str, Dispute]:
    """A dispute in which the clock of a rule begins, `after` minutes from the start."""
    number, *_ = talks.talking(**more)
    dispute = talks.dispute(number)
    terms.start_term(dispute, rule, talks.later(after), talks.later(after), talks.coordinator)
    return number, dispute


def test_the_time_for_talks_begins_when_both_sides_agree_and_names_its_law(talks: Talks) -> None:
    number, *_ = talks.talking()
    found = clock(number, "mediation")
    assert found.citation == "《人民调解工作若干规定》第33条"
    assert found.events == [int(talks.later(30).timestamp())]
    assert found.due_at is not None
    assert timedelta(days=27) < found.due_at - talks.at < timedelta(days=33)
    assert verbs(number) == ["term_started"]


@pytest.mark.parametrize(
    ("track", "facts", "running"),
    [
        ("labour", {}, {"mediation"}),
        ("court", {}, {"court_acceptance", "mediation_before_filing"}),
        ("court", {"court_filed": True}, {"court_acceptance", "mediation_after_filing"}),
        (
            "court",
            {"court_filed": True, "court_summary": True},
            {"court_acceptance", "mediation_after_filing_summary"},
        ),
        ("general", {}, set()),
        ("medical", {}, set()),
    ],
)
def test_what_begins_with_the_registration_depends_on_the_track(
    talks: Talks, track: str, facts: dict[str, bool | int], running: set[str]
) -> None:
    made = talks.registered(track=track, facts=facts)
    rows = DisputeClock.objects.filter(dispute__case__number=made.number, ended_at=None)
    assert set(rows.values_list("rule", flat=True)) == running


def test_the_first_contact_meets_the_courts_three_days(talks: Talks) -> None:
    made = talks.registered(track="court")
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(20))
    found = clock(made.number, "court_acceptance")
    assert found.met_at == found.ended_at == talks.later(20)
    assert verbs(made.number)[-1] == "term_met"


def test_an_appraisal_stops_the_clock_of_a_medical_dispute_and_of_no_other(talks: Talks) -> None:
    moved = {}
    for track in ("medical", "general"):
        number, *_ = talks.talking("street", track=track, kind="medical")
        before = clock(number, "mediation").last_day
        disputes.take_step(
            number, "appraise", talks.mediator, talks.later(60), {"reason": "an opinion"}
        )
        if track == "medical":
            assert clock(number, "mediation").due_at is None
        disputes.take_step(number, "resume", talks.mediator, talks.later(60 + 14 * 1440))
        after = clock(number, "mediation").last_day
        assert before is not None and after is not None
        moved[track] = (after - before).days
    assert moved["medical"] >= 14
    assert moved["general"] == 0


def test_nothing_runs_out_in_silence(talks: Talks) -> None:
    number, _ = started(talks, "confirmation")
    due = clock(number, "confirmation").due_at
    assert due is not None
    assert terms.tick_terms(talks.at + timedelta(days=20)).warned == 0
    warned = terms.tick_terms(talks.at + timedelta(days=26))
    assert warned.warned == 2  # the talks' own month too
    assert terms.tick_terms(talks.at + timedelta(days=26)).warned == 0
    listed = owed(talks.coordinator, talks.at + timedelta(days=26)).terms
    assert {line.name for line in listed} == {"confirmation", "mediation"}
    assert terms.tick_terms(due - timedelta(seconds=1)).overdue == 0
    terms.tick_terms(due)
    found = clock(number, "confirmation")
    assert found.overdue_at == due
    assert found.next_at is None
    assert verbs(number).count("term_overdue") == 1
    assert terms.tick_terms(due + timedelta(days=9)).overdue == 1  # the talks' own month
    assert terms.tick_terms(due + timedelta(days=9)).overdue == 0
    states = {line.name: line.state for line in owed(talks.coordinator, due).terms}
    assert states["confirmation"] == "overdue"


def test_a_tick_that_comes_late_marks_it_overdue_at_once(talks: Talks) -> None:
    number, _ = started(talks, "confirmation")
    terms.tick_terms(talks.at + timedelta(days=90))
    assert clock(number, "confirmation").overdue_at == talks.at + timedelta(days=90)


def test_one_broken_clock_stops_no_other_and_stays_on_the_list(talks: Talks) -> None:
    broken, _ = started(talks, "confirmation")
    sound, _ = started(talks, "confirmation")
    DisputeClock.objects.filter(dispute__case__number=broken, rule="confirmation").update(
        rule="no_such_rule", provisional=True
    )
    at = talks.at + timedelta(days=40)
    done = terms.tick_terms(at)
    assert done.failed >= 1
    assert clock(sound, "confirmation").overdue_at == at
    row = DisputeClock.objects.filter(dispute__case__number=broken, failures__gt=0).first()
    assert row is not None and row.next_at is not None and row.next_at > at
    assert broken in {line.number for line in owed(talks.coordinator, at).terms}


def test_it_is_met_in_time_or_late_and_both_are_said(talks: Talks) -> None:
    number, dispute = started(talks, "confirmation")
    due = clock(number, "confirmation").due_at
    assert due is not None
    with transaction.atomic():
        assert terms.meet_term(dispute, "confirmation", due, talks.coordinator) is True
        assert terms.meet_term(dispute, "confirmation", due, talks.coordinator) is None
    late, other = started(talks, "confirmation")
    with transaction.atomic():
        after = due + timedelta(days=1)
        assert terms.meet_term(other, "confirmation", after, talks.coordinator) is False
    assert clock(late, "confirmation").met_at is None
    assert verbs(late)[-1] == "term_late"
    assert terms.tick_terms(due + timedelta(days=30)).overdue <= 2


def test_the_end_of_the_dispute_ends_the_offices_clocks_and_not_those_of_the_sides(
    talks: Talks,
) -> None:
    number, _ = started(talks, "review_request")
    disputes.take_step(number, "fail", talks.mediator, talks.later(90), {"reason": "no way"})
    assert clock(number, "mediation").met_at == talks.later(90)
    still = clock(number, "review_request")
    assert still.ended_at is None
    assert still.due_at is not None
    assert terms.tick_terms(still.due_at).overdue == 1


def test_a_clock_that_runs_is_not_started_again_from_another_day(talks: Talks) -> None:
    number, dispute = started(talks, "confirmation")
    with transaction.atomic():
        same = terms.start_term(dispute, "confirmation", talks.later(50), talks.later(55))
        assert same.pk == clock(number, "confirmation").pk
        with pytest.raises(Refusal, match="runs already"):
            terms.start_term(dispute, "confirmation", talks.later(60), talks.later(60))
        terms.drop_term(dispute, "confirmation", talks.later(70), talks.coordinator)
        with pytest.raises(Missing):
            terms.drop_term(dispute, "confirmation", talks.later(70), talks.coordinator)
        terms.start_term(dispute, "confirmation", talks.later(60), talks.later(71))


def test_a_rule_or_track_that_nobody_knows_is_refused(talks: Talks) -> None:
    number, *_ = talks.talking()
    dispute = talks.dispute(number)
    with transaction.atomic():
        with pytest.raises(Missing, match="no time limit of the name"):
            terms.start_term(dispute, "siesta", talks.at, talks.later(50))
        with pytest.raises(Missing, match="track lunar"):
            terms.start_term(dispute, "confirmation", talks.at, talks.later(50), track="lunar")


def test_more_time_only_once_and_only_for_what_the_rule_asks(talks: Talks) -> None:
    number, *_ = talks.talking("street", track="medical", kind="medical")
    dispute = talks.dispute(number)
    before = clock(number, "mediation").due_at
    with transaction.atomic(), pytest.raises(Refusal, match="all_agree"):
        terms.lengthen_term(dispute, "mediation", 5, "i_want", talks.later(60), talks.mediator)
    with transaction.atomic():
        terms.lengthen_term(dispute, "mediation", 5, "all_agree", talks.later(60), talks.mediator)
    after = clock(number, "mediation").due_at
    assert before is not None and after is not None and after > before
    with transaction.atomic(), pytest.raises(Refusal, match="longer already"):
        terms.lengthen_term(dispute, "mediation", 5, "all_agree", talks.later(61), talks.mediator)


def test_a_year_without_holidays_gives_a_provisional_date_until_its_table_comes(
    talks: Talks,
) -> None:
    year = talks.at.year
    kept = list(CalendarYear.objects.filter(year__gte=year))
    CalendarYear.objects.filter(year__gte=year).delete()
    raise_revision("calendars")
    number, *_ = talks.talking("street", track="medical", kind="medical")
    guessed = clock(number, "mediation")
    assert guessed.provisional and guessed.due_at is not None
    assert owed(talks.coordinator, talks.later(60)).terms[0].provisional
    CalendarYear.objects.bulk_create(kept)
    raise_revision("calendars")
    assert terms.tick_terms(talks.at + timedelta(days=2)).recomputed == 1
    sure = clock(number, "mediation")
    assert not sure.provisional
    assert sure.due_at is not None and sure.due_at > guessed.due_at
    assert verbs(number)[-1] == "term_recomputed"


def test_the_page_lists_the_running_first_and_offers_what_may_still_begin(talks: Talks) -> None:
    number, dispute = started(talks, "confirmation")
    with transaction.atomic():
        terms.meet_term(dispute, "mediation", talks.later(60))
    found = dispute_for(number, talks.mediator, talks.later(61), door="test")
    lines = terms_of_dispute(found, talks.mediator, talks.later(61))
    assert [(line.name, line.state) for line in lines] == [
        ("confirmation", "running"),
        ("mediation", "met"),
    ]
    assert all(line.rule is not None and line.rule.title for line in lines)
    offered = [rule.name for rule in rules_to_start(found, talks.later(61))]
    assert "confirmation" not in offered
    assert {"enforcement", "protection_order", "mediation"} <= set(offered)
    assert "court_acceptance" not in offered


def test_the_list_is_a_coordinators_inside_the_grants_and_nobody_elses(talks: Talks) -> None:
    number, _ = started(talks, "confirmation")
    at = talks.at + timedelta(days=40)
    terms.tick_terms(at)
    here = talks.here
    assert {line.number for line in owed(talks.mediator, at).terms} == {number}
    for who in (talks.second_mediator, here.leader, here.administrator, here.dispatcher, SYSTEM):
        assert not owed(who, at).terms


def test_ticking_again_and_again_writes_nothing_twice(talks: Talks) -> None:
    number, _ = started(talks, "confirmation")
    at: datetime = talks.at
    for _ in range(60):
        at += timedelta(days=1)
        terms.tick_terms(at)
    assert sorted(verbs(number)) == sorted(
        [
            "term_started",
            "term_started",
            "term_warned",
            "term_warned",
            "term_overdue",
            "term_overdue",
        ]
    )
