"""The closed loop and its side moves, as the people of the loop take them."""

from datetime import timedelta
from typing import Any

import pytest

from commonward.cases import actions as cases
from commonward.cases.access import access_case, contact_of, seen_by
from commonward.cases.models import Case, Clock, Event, Remark, Report
from commonward.core.calendars import Limit
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import Actor, Right
from commonward.people.queries import access_log
from tests.district import LAMP, POTHOLE, QUESTION, RUBBISH, District


def case_of(report: Report) -> Case:
    """The case of a report as it stands in the database."""
    return Case.objects.get(pk=report.case_id)


def verbs(report: Report) -> list[str]:
    """What happened to a report's case, in order."""
    return list(
        Event.objects.filter(case=report.case_id).order_by("id").values_list("verb", flat=True)
    )


def test_a_lamp_is_reported_mended_checked_closed_and_the_resident_is_content(
    here: District,
) -> None:
    report = here.report(LAMP, standard=here.standards[LAMP], contact={"phone": "13800000000"})
    here.closed(report)
    here.act(report, "content", here.holder(report), 400, satisfied=5, solved=True, reached=True)
    case = case_of(report)
    assert (case.stage, case.is_open, case.outcome) == ("closed", False, "solved")
    assert case.closed_at == here.at + timedelta(minutes=300)
    report.refresh_from_db()
    assert (report.satisfied, report.solved, report.reached) == (5, True, True)
    assert report.answered_at == here.at + timedelta(minutes=400)
    assert verbs(report) == [
        "opened", "accept", "file", "dispatch", "finish", "pass_on", "pass_check", "close",
        "content",
    ]  # fmt: skip
    assert not Clock.objects.filter(case=case, stopped_at=None).exists()
    missed = Clock.objects.filter(case=case, met=False).values_list("stage", flat=True)
    assert list(missed) == ["close"]  # forty minutes where thirty are allowed


def test_the_handling_clock_takes_the_filing_conditions_limit(here: District) -> None:
    report = here.report(RUBBISH, standard=here.standards[RUBBISH])
    here.handled(report)
    clock = Clock.objects.get(case=report.case_id, kind="stage", stopped_at=None)
    # Monday 09:10 + 4 working hours (08–12, 14–18) = 15:10.
    assert clock.due_at == here.at + timedelta(hours=6, minutes=10)
    assert case_of(report).due_at == clock.due_at


def test_a_total_limit_written_on_the_order_runs_from_the_report_to_the_closing(
    here: District,
) -> None:
    report = here.report(RUBBISH, limit=Limit.parse("6 urgent_hour"))
    here.closed(report)
    total = Clock.objects.get(case=report.case_id, kind="total")
    assert total.stopped_at == here.at + timedelta(minutes=300)
    assert total.met is True


def test_routing_sends_each_category_to_its_team_and_says_by_which_rule(here: District) -> None:
    report = here.report(POTHOLE, answers={"HOWDEEP": "8"})
    assert case_of(report).team_id == here.teams["intake"]
    here.act(report, "accept", here.intake_officer, 2)
    here.act(report, "file", here.duty_chief, 5)
    case = case_of(report)
    assert case.team_id == here.teams["dispatch"]
    assert case.routing["name"] == "dispatch everywhere"
    assert case.routing["number"] == 1
    said = Event.objects.filter(case=case, verb="file").get().data["routing"]
    assert said["rule"] == case.routing["rule"]


def test_verification_before_filing_goes_to_the_grid_of_the_place(here: District) -> None:
    lat, lon = here.inside(2, 1)
    report = here.report(RUBBISH, lat=lat, lon=lon)
    here.act(report, "ask_verification", here.intake_officer, 1)
    assert case_of(report).team_id == here.teams["grids-north"]
    here.act(report, "confirm", here.second_grid_worker, 30)
    assert case_of(report).stage == "file"


def test_nothing_found_goes_back_to_intake_which_refuses_with_a_reason(here: District) -> None:
    report = here.report()
    here.act(report, "ask_verification", here.intake_officer, 1)
    here.act(report, "not_found", here.grid_worker, 30, reason="Nothing there.")
    here.act(report, "refuse", here.intake_officer, 40, reason="Nothing was found.")
    case = case_of(report)
    assert (case.stage, case.outcome, case.is_open) == ("refused", "refused", False)
    report.refresh_from_db()
    assert report.answered_at is not None
    assert Remark.objects.filter(event__verb="refuse", public=True).get().words.startswith("Noth")


def test_a_find_fixed_on_the_spot_still_needs_somebody_else_to_close_it(here: District) -> None:
    report = here.report(RUBBISH, channel="field")
    here.act(report, "fix_on_spot", here.grid_worker, 5, result="Swept.")
    assert case_of(report).stage == "close"
    here.act(report, "close", here.duty_chief, 10, outcome="solved")
    assert case_of(report).closed_at is not None


def test_hand_backs_are_bounded_then_the_centre_decides_finally(here: District) -> None:
    report = here.report()
    here.handled(report)
    for n in range(2):
        here.act(report, "hand_back", here.street_handler, 20 + n * 10, reason="Not ours.")
        here.act(report, "dispatch", here.dispatcher, 25 + n * 10, team=here.teams["street"])
    with pytest.raises(Refusal) as refused:
        here.act(report, "mis_dispatched", here.street_handler, 50, reason="Still not ours.")
    assert refused.value.code == "bound"
    assert case_of(report).counters["hand_back"] == 2


def test_after_the_final_decision_the_team_cannot_hand_back(here: District) -> None:
    report = here.report()
    here.handled(report)
    here.act(report, "hand_back", here.street_handler, 20, reason="Not ours.")
    here.act(
        report, "decide_finally", here.duty_chief, 25, team=here.teams["roads"], reason="Yours."
    )
    assert case_of(report).team_id == here.teams["roads"]
    with pytest.raises(Refusal) as refused:
        here.act(report, "hand_back", here.handler, 30, reason="No.")
    assert refused.value.code == "final"


def test_a_failed_check_goes_back_to_those_who_handled_it_and_counts_as_rework(
    here: District,
) -> None:
    report = here.report()
    here.handled(report)
    here.act(report, "finish", here.street_handler, 60, result="Done.")
    here.act(report, "pass_on", here.dispatcher, 70)
    here.act(report, "fail_check", here.grid_worker, 80, reason="Still there.")
    case = case_of(report)
    assert (case.stage, case.team_id) == ("handle", here.teams["street"])
    assert case.counters["rework"] == 1


def test_whoever_handled_cannot_check_even_with_the_post_for_it(here: District) -> None:
    report = here.report()
    here.handled(report)
    here.act(report, "finish", here.street_handler, 60, result="Done.")
    here.act(report, "pass_on", here.dispatcher, 70)
    both = Actor(
        account=here.street_handler.account,
        rights=(*here.street_handler.rights, Right("grid_worker")),
        teams=here.street_handler.teams,
    )
    with pytest.raises(Forbidden) as refused:
        here.act(report, "pass_check", both, 80)
    assert refused.value.code == "apart"


def test_only_the_team_that_has_the_case_may_finish_it(here: District) -> None:
    report = here.report()
    here.handled(report)
    with pytest.raises(Forbidden, match="the team that has the case"):
        here.act(report, "finish", here.handler, 60, result="Done by others.")


def test_the_unsatisfied_are_owed_a_second_answer(here: District) -> None:
    report = here.report()
    here.closed(report)
    here.act(report, "not_content", here.holder(report), 310, reason="Half of it.", satisfied=1)
    case = case_of(report)
    assert case.stage == "answer_again"
    assert case.team_id == here.teams["street"]
    assert Clock.objects.filter(case=case, stage="answer_again", stopped_at=None).exists()
    here.act(report, "answer_again", here.street_handler, 400, words="The rest is done on Friday.")
    assert case_of(report).stage == "closed"


def test_the_reporter_reopens_within_the_window_and_not_a_second_later(here: District) -> None:
    report = here.report()
    here.closed(report)
    here.act(report, "content", here.holder(report), 310, satisfied=4)
    window = timedelta(days=15)
    closed = here.at + timedelta(minutes=300)
    late = (closed + window + timedelta(seconds=1) - here.at) / timedelta(minutes=1)
    with pytest.raises(Refusal) as refused:
        here.act(report, "reopen", here.holder(report), late, reason="It is back.")
    assert refused.value.code == "window"
    in_time = (closed + window - here.at) / timedelta(minutes=1)
    here.act(report, "reopen", here.holder(report), in_time, reason="It is back.")
    case = case_of(report)
    assert (case.stage, case.is_open, case.closed_at) == ("dispatch", True, None)
    report.refresh_from_db()
    assert report.answered_at is None


def test_going_to_the_next_level_is_always_open_to_the_reporter(here: District) -> None:
    report = here.report()
    here.closed(report)
    here.act(report, "content", here.holder(report), 310, satisfied=1)
    here.act(report, "raise", here.holder(report), 60 * 24 * 90, reason="Nobody listens.")
    assert case_of(report).stage == "answer_again"


def test_somebody_elses_receipt_opens_nothing(here: District) -> None:
    mine, other = here.report(), here.report(words="Another heap.")
    here.closed(mine)
    with pytest.raises(Missing):
        access_case(mine.number, here.holder(other), here.at, door="test")
    with pytest.raises(Missing):
        here.act(mine, "not_content", here.holder(other), 310, reason="I am not asked.")
    assert case_of(mine).stage == "evaluate"


def test_the_holder_of_a_joined_report_speaks_in_the_case_it_follows(here: District) -> None:
    first, second = here.report(), here.report(words="The same heap.")
    cases.join(second.case.number, first.case.number, "One heap.", here.dispatcher, here.at)
    here.closed(first)
    here.act(first, "not_content", here.holder(second), 310, reason="Half of it.", satisfied=2)
    assert case_of(first).stage == "answer_again"
    second.refresh_from_db()
    assert second.satisfied == 2


def test_closed_is_not_solved_and_only_known_outcomes_are_taken(here: District) -> None:
    report = here.report()
    here.handled(report)
    here.act(report, "finish", here.street_handler, 60, result="Done.")
    here.act(report, "pass_on", here.dispatcher, 70)
    here.act(report, "pass_check", here.grid_worker, 80)
    with pytest.raises(Invalid, match="not one of solved, partly_solved"):
        here.act(report, "close", here.duty_chief, 90, outcome="wonderful")
    here.act(report, "close", here.duty_chief, 90, outcome="not_solved")
    assert case_of(report).outcome == "not_solved"


def test_a_second_answer_is_owed_by_somebody_even_when_nobody_handled_the_case(
    here: District,
) -> None:
    report = here.report(RUBBISH, channel="field")
    here.act(report, "fix_on_spot", here.grid_worker, 5, result="Swept.")
    here.act(report, "close", here.duty_chief, 10, outcome="solved")
    here.act(report, "not_content", here.holder(report), 20, reason="Half of it.")
    case = case_of(report)
    assert (case.stage, case.team_id, case.unrouted) == (
        "answer_again", here.teams["intake"], False,
    )  # fmt: skip


def test_an_enquiry_is_answered_at_once(here: District) -> None:
    report = here.report(QUESTION, words="When is the office open?")
    here.act(report, "answer", here.intake_officer, 3, words="From eight to six.")
    here.act(report, "content", here.holder(report), 30, satisfied=5)
    assert (case_of(report).stage, case_of(report).outcome) == ("closed", "answered")


def test_the_contact_is_sealed_and_opened_only_for_those_who_work_on_it(here: District) -> None:
    report = here.report(contact={"phone": "13812345678", "last_name": "Chen"})
    assert b"13812345678" not in bytes(report.contact or b"")
    assert contact_of(report, here.intake_officer, here.at, door="desk")["phone"] == "13812345678"
    with pytest.raises(Missing):
        contact_of(report, here.outsider, here.at, door="desk")
    looks = access_log(report.case.number)
    assert [(look.what, look.door) for look in looks] == [("contact", "desk")]


def test_shredding_destroys_the_contact_for_everybody(here: District) -> None:
    report = here.report(contact={"phone": "13812345678"})
    cases.shred(case_of(report), here.at, here.leader)
    report.refresh_from_db()
    assert contact_of(report, here.intake_officer, here.at, door="desk") == {}


def test_forgetting_blanks_words_on_time_and_keeps_the_problem(here: District) -> None:
    report = here.report(words="My neighbour's name is Chen.", contact={"phone": "13812345678"})
    here.closed(report)
    here.act(report, "content", here.holder(report), 310, satisfied=4)
    assert cases.forget(here.at + timedelta(days=5 * 365)) == 0
    assert cases.forget(here.at + timedelta(days=5 * 366)) == 1
    report.refresh_from_db()
    case = case_of(report)
    assert (report.words, report.contact, case.summary) == ("", None, "")
    assert not Remark.objects.filter(event__case=case).exists()
    assert case.category.code == RUBBISH
    assert cases.forget(here.at + timedelta(days=5 * 366)) == 0


def test_a_case_whose_reporter_was_never_called_is_forgotten_on_time_too(here: District) -> None:
    report = here.report(words="My neighbour's name is Chen.")
    here.closed(report)
    assert case_of(report).stage == "evaluate"
    assert cases.forget(here.at + timedelta(days=5 * 365)) == 0
    assert cases.forget(here.at + timedelta(days=5 * 366)) == 1
    report.refresh_from_db()
    assert (report.words, case_of(report).stage) == ("", "closed")


def test_an_old_version_is_told_and_nothing_is_overwritten(here: District) -> None:
    report = here.report()
    case = case_of(report)
    cases.act(case.number, "accept", here.intake_officer, here.at, version=case.version)
    with pytest.raises(Stale):
        cases.act(case.number, "refuse", here.intake_officer, here.at, {"reason": "x"},
                  version=case.version)  # fmt: skip
    assert case_of(report).stage == "file"


def test_the_same_idempotency_key_gives_the_same_report(here: District) -> None:
    first = here.report(idempotency="k-1")
    again = here.report(idempotency="k-1")
    assert (again.number, Report.objects.count()) == (first.number, 1)
    with pytest.raises(Refusal) as refused:
        here.report(idempotency="k-1", words="Something else.")
    assert refused.value.code == "idempotency"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lat": 91.0}, "not on the earth"),
        ({"lat": 48.1, "lon": 11.5}, "outside the area served; the nearest"),
        ({"lat": 113.105, "lon": 27.805}, "not on the earth"),
        ({"lon": None}, "Only one of lat and long"),
        ({"words": "x" * 4001}, "4001 characters; at most 4000"),
        ({"words": "a\x00b"}, "NUL"),
        ({"contact": {"phone": "1" * 201}}, "too long"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    here: District, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        here.report(**changed)
    assert not Case.objects.exists()
    assert not Event.objects.exists()


def test_an_address_without_coordinates_goes_to_a_person_who_puts_it_on_the_map(
    here: District,
) -> None:
    report = here.report(lat=None, lon=None, address="Behind the school")
    case = case_of(report)
    assert (case.area_id, case.team_id) == (None, here.teams["intake"])
    lat, lon = here.inside(2, 2)
    here.act(report, "locate", here.intake_officer, 3, lat=lat, lon=lon)
    assert case_of(report).area_path.endswith(f"/{here.grid(2, 2)}/")


def test_lists_show_a_handler_only_what_their_team_has(here: District) -> None:
    report = here.report()
    here.handled(report)
    other = here.report(LAMP)
    here.handled(other)
    seen = set(Case.objects.filter(seen_by(here.street_handler)).values_list("number", flat=True))
    assert seen == {report.case.number}
    assert not Case.objects.filter(seen_by(here.outsider)).exists()
    assert Case.objects.filter(seen_by(here.leader)).count() == 2
