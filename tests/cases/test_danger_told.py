"""Words that tell of danger: shown to a person at once, by whatever door, and nothing else."""

from datetime import timedelta

import pytest

from commonward.cases import actions as cases
from commonward.cases.actions.asking import answer_question, ask_reporter
from commonward.cases.actions.calls import hand_over
from commonward.cases.actions.forgetting import forget
from commonward.cases.actions.seeing_danger import see_danger
from commonward.cases.models import Case, Danger, Event
from commonward.cases.queries.attention import alarms
from commonward.cases.queries.dangers import danger_in, dangers_waiting
from commonward.cases.queries.listed import Filters
from commonward.cases.queries.lists import case_list
from commonward.core.danger import VERSION
from commonward.core.refusals import Forbidden, Missing
from commonward.core.rights import Actor
from tests.cases.test_queries_counted import MOST_FOR_A_REPORT, counted
from tests.district import LAMP, RUBBISH, District

FIRE = "楼道着火了，快来人"
AFTER = timedelta(minutes=5)


def marked(here: District, actor: Actor) -> list[bool]:
    return [line.danger for line in case_list(actor, Filters(), "newest", here.at).rows]


def test_a_report_that_tells_of_danger_waits_for_a_person_with_the_reason(here: District) -> None:
    report = here.report(LAMP, FIRE)
    (told,) = dangers_waiting(here.dispatcher, here.at)
    assert told.case == report.case.number
    assert [(c.kind, c.number, c.words) for c in told.cues] == [("fire", "119", "着火")]
    assert told.rules == VERSION and told.told_at == here.at and told.seen_at is None
    assert alarms(here.dispatcher, here.at).dangers == 1
    assert marked(here, here.dispatcher) == [True]
    event = Event.objects.get(verb="danger_told")
    assert event.data == {"danger": [{"kind": "fire", "number": "119"}], "rules": VERSION}
    assert event.role == "system" and event.report_id == report.pk


@pytest.mark.parametrize(
    "words", ["Rubbish beside the gate.", "消防通道被占", "去年这里着过火", ""]
)
def test_an_ordinary_report_alarms_nobody_and_asks_nothing_more(here: District, words: str) -> None:
    here.report()
    with counted(MOST_FOR_A_REPORT, "open"):
        here.report(words=words)
    assert not Danger.objects.exists() and not dangers_waiting(here.dispatcher, here.at)
    assert marked(here, here.dispatcher) == [False, False]


def test_an_alarm_changes_neither_grade_nor_kind_nor_team_nor_limits(here: District) -> None:
    plain, told = here.report(), here.report(words=FIRE)
    names = ("grade", "category_id", "team_id", "stage", "due_at", "version", "public", "routing")
    before, after = (Case.objects.values(*names).get(pk=r.case_id) for r in (plain, told))
    assert before == after


def test_it_is_shown_to_those_who_answer_for_the_place_and_to_nobody_else(here: District) -> None:
    report = here.report(words=FIRE)
    for who in (here.intake_officer, here.dispatcher, here.duty_chief, here.leader):
        assert dangers_waiting(who, here.at)
    for who in (here.handler, here.street_handler, here.administrator, here.outsider):
        assert not dangers_waiting(who, here.at)
    with pytest.raises(Missing):
        see_danger(report.case.number, here.handler, here.at)


def test_it_is_seen_once_by_whom_and_when(here: District) -> None:
    number = here.report(words=FIRE).case.number
    see_danger(number, here.intake_officer, here.at + AFTER)
    see_danger(number, here.duty_chief, here.at + 2 * AFTER)
    event = Event.objects.get(verb="danger_seen")
    assert (event.account_id, event.role) == (here.intake_officer.account, "intake_officer")
    told = danger_in(Case.objects.get())
    assert told is not None and told.seen_at == here.at + AFTER and told.seen_by
    assert not dangers_waiting(here.dispatcher, here.at) and marked(here, here.dispatcher) == [
        False
    ]
    assert Case.objects.get().version == 1, "nobody's form becomes stale by a look"


def test_who_has_the_case_but_does_not_dispatch_cannot_take_the_alarm_away(here: District) -> None:
    report = here.report(words=FIRE)
    here.handled(report)
    with pytest.raises(Forbidden):
        see_danger(report.case.number, here.street_handler, here.at + timedelta(hours=1))
    assert dangers_waiting(here.dispatcher, here.at)


def test_where_nothing_was_told_there_is_nothing_to_see(here: District) -> None:
    with pytest.raises(Missing):
        see_danger(here.report().case.number, here.dispatcher, here.at)


def test_told_again_it_waits_for_a_person_again(here: District) -> None:
    report = here.report(RUBBISH, FIRE)
    see_danger(report.case.number, here.dispatcher, here.at + AFTER)
    more = cases.Said("portal", words="有人晕倒了")
    cases.add_report(report.case.number, more, here.at + 2 * AFTER)
    (told,) = dangers_waiting(here.dispatcher, here.at)
    assert [c.number for c in told.cues] == ["120", "119"]
    assert Event.objects.filter(verb="danger_told").count() == 2


def test_what_a_reporter_answers_or_adds_is_read_as_well(here: District) -> None:
    report = here.report()
    asked = ask_reporter(report.case.number, "Which gate?", here.intake_officer, here.at)
    answer_question(report.case.number, asked.pk, FIRE, here.holder(report), here.at + AFTER)
    assert dangers_waiting(here.dispatcher, here.at)
    other = here.report()
    here.closed(other)
    assert len(dangers_waiting(here.dispatcher, here.at)) == 1
    here.act(other, "not_content", here.holder(other), 400, words=FIRE, reason=FIRE, satisfied=1)
    assert len(dangers_waiting(here.dispatcher, here.at)) == 2


def test_an_alarm_of_a_past_that_is_replayed_rings_for_nobody_and_hides_none(
    here: District,
) -> None:
    here.report(words=FIRE, at=here.at - timedelta(days=300))
    holiday = here.report(words=FIRE, at=here.at - timedelta(days=6))
    assert [told.case for told in dangers_waiting(here.dispatcher, here.at)] == [
        holiday.case.number
    ]
    assert alarms(here.dispatcher, here.at).dangers == 1
    assert marked(here, here.dispatcher) == [True, True], "each case keeps its mark"


def test_a_case_that_ended_unseen_is_looked_at_all_the_same(here: District) -> None:
    report = here.report(words=FIRE)
    here.closed(report)
    here.act(report, "content", here.holder(report), 310, satisfied=4)
    assert not Case.objects.get().is_open
    assert dangers_waiting(here.dispatcher, here.at + timedelta(days=1))


def test_what_staff_write_raises_no_alarm(here: District) -> None:
    report = here.report()
    here.act(report, "accept", here.intake_officer, 2, words=FIRE)
    assert not Danger.objects.exists()


def test_whoever_hands_the_danger_over_has_seen_it(here: District) -> None:
    number = here.report(words=FIRE).case.number
    hand_over(number, "119", here.dispatcher, here.at + AFTER)
    assert not dangers_waiting(here.dispatcher, here.at)
    assert Event.objects.get(verb="danger_seen").account_id == here.dispatcher.account


def test_sent_again_under_its_key_it_alarms_once(here: District) -> None:
    for _ in range(2):
        here.report(words=FIRE, idempotency="k-1")
    assert Event.objects.filter(verb="danger_told").count() == 1


def test_when_the_case_is_forgotten_its_words_are(here: District) -> None:
    report = here.report(words=FIRE)
    here.closed(report)
    here.act(report, "content", here.holder(report), 310, satisfied=4)
    forget(here.at + timedelta(days=366 * 40))
    assert not Danger.objects.exists()
    assert "着火" not in str(list(Event.objects.values_list("data", flat=True)))
