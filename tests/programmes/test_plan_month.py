"""A month of a plan, from the self-report to the notice; and nobody checks their own target."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from commonward.cases.models import Event, Task
from commonward.core.refusals import Forbidden, Invalid, Refusal, Stale
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.appealing import appeal_score, decide_appeal
from commonward.programmes.actions.forgetting_plans import forget_plan_words
from commonward.programmes.actions.ordering_replies import answer_order, order_reply
from commonward.programmes.actions.planning import change_target, import_lines, mask_target
from commonward.programmes.actions.reviewing import (
    begin_check,
    check_line,
    end_review,
    notify,
    open_review,
    reckon,
    report_line,
)
from commonward.programmes.models import ReviewLine, Target, TargetChange, TargetTeam
from commonward.programmes.queries.plan_lines import lines_of
from tests.district import SINCE
from tests.programmes.plan_office import (
    AFTER_FEBRUARY,
    CODE,
    ESTATES,
    IN_TIME,
    LAMPS,
    Office,
    plan_office,
)

FEBRUARY = date(2026, 2, 1)


@pytest.fixture
def office(db: None) -> Office:
    return plan_office()


def opened(office: Office) -> str:
    return open_review(office.plan, FEBRUARY, office.officer, AFTER_FEBRUARY).case.number


def line(office: Office, number: str, of: object = ESTATES) -> ReviewLine:
    return ReviewLine.objects.get(review__case__number=number, target=office.target(of))  # type: ignore[arg-type]


def test_a_whole_month_from_the_report_to_the_end(office: Office) -> None:
    here, at = office.here, AFTER_FEBRUARY
    number = opened(office)
    estates, lamps = office.target(ESTATES), office.target(LAMPS)
    report_line(number, estates, "1", "One is done, papers no. 12.", here.handler, at)
    report_line(number, lamps, "20", "Twenty.", here.second_handler, at)
    begin_check(number, office.officer, at)
    check_line(number, estates, "confirmed", "", "", here.second_handler, at)
    check_line(number, lamps, "corrected", "10", "Ten of them burn.", here.handler, at)
    reckon(number, office.officer, at)
    assert (line(office, number).score, line(office, number).why) == (Decimal("50.0"), "short")
    assert line(office, number, LAMPS).score == Decimal("100.0")
    assert Target.objects.get(pk=lamps).value == 10
    notify(number, "Estates are behind.", office.officer, at)
    appeal_score(number, estates, "The second was accepted on the 27th.", here.handler, at)
    with pytest.raises(Refusal, match="not decided"):
        end_review(number, office.officer, at)
    decide_appeal(number, estates, "2", "The paper is dated so.", office.officer, at, upheld=True)
    assert line(office, number).score == Decimal("100.0")
    assert Target.objects.get(pk=estates).value == 2
    case = end_review(number, office.officer, at)
    assert not case.is_open
    verbs = list(Event.objects.filter(case=case).order_by("id").values_list("verb", flat=True))
    assert [v for v in verbs if v.startswith(("target", "score", "appeal"))] == [
        "target_reported", "target_reported", "target_checked", "target_checked",
        "score_appealed", "appeal_decided",
    ]  # fmt: skip


def test_a_review_is_opened_once_and_not_before_the_month_is_over(office: Office) -> None:
    first = opened(office)
    assert opened(office) == first
    with pytest.raises(Refusal, match="not over"):
        open_review(office.plan, date(2026, 3, 1), office.officer, AFTER_FEBRUARY)
    with pytest.raises(Forbidden):
        open_review(office.plan, FEBRUARY, office.here.handler, AFTER_FEBRUARY)


def test_what_was_not_reported_is_told_and_never_a_silent_nought(office: Office) -> None:
    number = opened(office)
    begin_check(number, office.officer, AFTER_FEBRUARY)
    reckon(number, office.officer, AFTER_FEBRUARY)
    found = line(office, number)
    assert (found.counted, found.why) == (None, "unreported")
    assert Target.objects.get(pk=office.target(ESTATES)).value is None


def test_a_reported_value_that_nobody_checked_is_not_scored(office: Office) -> None:
    number = opened(office)
    report_line(number, office.target(ESTATES), "1", "", office.here.handler, AFTER_FEBRUARY)
    begin_check(number, office.officer, AFTER_FEBRUARY)
    with pytest.raises(Refusal, match="not checked"):
        reckon(number, office.officer, AFTER_FEBRUARY)
    assert line(office, number).review.case.stage == "checking"


def test_an_indicator_gives_its_value_by_itself_and_the_owner_only_comments(office: Office) -> None:
    report = office.here.report(at=AFTER_FEBRUARY - timedelta(days=10))
    assert report.case.opened_at.month == 2
    number = opened(office)
    formula = office.target(IN_TIME)
    with pytest.raises(Invalid, match="record of cases"):
        report_line(number, formula, "99", "", office.here.street_handler, AFTER_FEBRUARY)
    report_line(number, formula, "", "Two were late.", office.here.street_handler, AFTER_FEBRUARY)
    with pytest.raises(Forbidden):
        begin_check(number, office.here.handler, AFTER_FEBRUARY)


def test_nobody_checks_their_own_target_by_any_way(office: Office) -> None:
    here, at = office.here, AFTER_FEBRUARY
    number = opened(office)
    estates = office.target(ESTATES)
    report_line(number, estates, "1", "", here.handler, at)
    begin_check(number, office.officer, at)
    for wrong in (here.handler, here.street_handler, here.leader, here.outsider, office.officer):
        with pytest.raises(Forbidden):
            check_line(number, estates, "confirmed", "", "", wrong, at)
    # A member of the checking team who is in the owner's team too is its own judge all the same.
    people.join_team(SYSTEM, here.accounts["second_handler"], here.teams["roads"], at=SINCE)
    both = actor_for(here.accounts["second_handler"], at)
    with pytest.raises(Forbidden, match="their own"):
        check_line(number, estates, "confirmed", "", "", both, at)


def test_the_database_itself_refuses_a_checker_of_the_owner(office: Office) -> None:
    target = office.target(ESTATES)
    owner = TargetTeam.objects.get(target=target, part="owner")
    for team in (owner.team_id, office.here.teams["street"]):
        TargetTeam.objects.filter(target=target, part="checker").delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            TargetTeam.objects.create(target_id=target, team_id=team, part="checker")
    found = line(office, opened(office))
    found.by_id = found.checker_id = office.here.accounts["handler"]
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save()
    found.refresh_from_db()
    found.by_id = found.decided_by_id = office.here.accounts["handler"]
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save()


def test_an_appeal_is_decided_by_a_third(office: Office) -> None:
    here, at = office.here, AFTER_FEBRUARY
    number = opened(office)
    estates = office.target(ESTATES)
    report_line(number, estates, "1", "", here.handler, at)
    begin_check(number, office.officer, at)
    check_line(number, estates, "refused", "", "No paper.", here.second_handler, at)
    reckon(number, office.officer, at)
    assert line(office, number).score == 0
    notify(number, "", office.officer, at)
    with pytest.raises(Forbidden):
        appeal_score(number, estates, "No!", here.second_handler, at)
    appeal_score(number, estates, "The paper was there.", here.handler, at)
    people.grant(SYSTEM, here.accounts["second_handler"], "programme_officer", at=SINCE)
    people.grant(SYSTEM, here.accounts["handler"], "leader", at=SINCE)
    for login in ("second_handler", "handler"):
        with pytest.raises(Forbidden):
            decide_appeal(number, estates, "", "Yes.", actor_for(here.accounts[login], at), at,
                          upheld=True)  # fmt: skip
    decide_appeal(number, estates, "", "It was not.", here.leader, at, upheld=False)
    assert line(office, number).score == 0 and line(office, number).upheld is False


def test_an_order_goes_to_the_team_and_a_reply_is_owed(office: Office) -> None:
    here, at = office.here, AFTER_FEBRUARY
    number = opened(office)
    with pytest.raises(Forbidden):
        order_reply(number, here.teams["roads"], "Why?", here.handler, at)
    task = order_reply(number, here.teams["roads"], "Why is it behind?", office.officer, at)
    assert (task.stage, task.team_id) == ("ordered", here.teams["roads"])
    with pytest.raises(Refusal, match="asked already"):
        order_reply(number, here.teams["roads"], "Again?", office.officer, at)
    answer_order(task.pk, "reply", "The wall was wet; done by March.", here.handler, at)
    answer_order(task.pk, "settle", "Good.", office.officer, at)
    assert not Task.objects.get(pk=task.pk).is_open


def test_a_change_in_force_needs_its_reason_and_keeps_its_history(office: Office) -> None:
    at = AFTER_FEBRUARY
    target = Target.objects.get(pk=office.target(ESTATES))
    wanted = next(one for one in lines_of(office.plan) if one.key == ESTATES.key)
    assert wanted == ESTATES
    more = replace(wanted, wanted=Decimal(15), owner="grids-south")
    with pytest.raises(Invalid, match="say why"):
        change_target(CODE, more, office.officer, at, version=target.version, reason=" ")
    with pytest.raises(Stale):
        change_target(CODE, more, office.officer, at, version=9, reason="Three more.")
    with pytest.raises(Forbidden):
        change_target(CODE, more, office.here.leader, at, version=target.version, reason="Three.")
    change_target(CODE, more, office.officer, at, version=target.version, reason="Three more.")
    kept = TargetChange.objects.filter(target=target).order_by("id").last()
    assert kept is not None and kept.reason == "Three more."
    assert kept.data == {"wanted": ["12", "15"], "owner": ["roads", "grids-south"]}
    with pytest.raises(Exception, match="append only"), transaction.atomic():
        TargetChange.objects.filter(pk=kept.pk).update(reason="Nothing.")
    mask_target(CODE, ESTATES.key, "A tender is running.", office.officer, at)
    assert Target.objects.get(pk=target.pk).masked == "A tender is running."


def test_an_import_is_written_whole_or_not_and_not_over_what_nobody_saw(office: Office) -> None:
    at = AFTER_FEBRUARY
    office.plan.refresh_from_db()
    new = replace(LAMPS, target_no=2, target="新装路灯", target_en="New lamps")
    bad = replace(LAMPS, target_no=3, owner="nobody")
    for lines, why in (((new, bad), Invalid), ((new,), Stale)):
        revision = office.plan.revision if why is Invalid else 1
        with pytest.raises(why):
            import_lines(CODE, lines, office.officer, at, revision=revision, reason="More.")
    assert Target.objects.filter(plan=office.plan).count() == 3
    assert import_lines(CODE, (new, LAMPS), office.officer, at, revision=office.plan.revision,
                        reason="More.") == (1, 0)  # fmt: skip
    assert lines_of(office.plan)[2] == new


def test_words_are_forgotten_five_years_after_the_plan_and_values_stay(office: Office) -> None:
    number = opened(office)
    target = office.target(ESTATES)
    report_line(number, target, "1", "Said by the team.", office.here.handler, AFTER_FEBRUARY)
    assert forget_plan_words(AFTER_FEBRUARY + timedelta(days=5 * 365)) == 0
    assert forget_plan_words(AFTER_FEBRUARY + timedelta(days=6 * 366)) == 1
    kept = line(office, number)
    assert kept.words == ""
    assert kept.own == Decimal(1)
