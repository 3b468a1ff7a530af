"""What may be urgent: it rings for nobody, is read first within some minutes, and a person decides."""

from datetime import timedelta

import pytest

from commonward.cases import actions as cases
from commonward.cases.actions.calls import hand_over
from commonward.cases.actions.reading_first import LEAST_DECIDED, set_read_first
from commonward.cases.actions.seeing_danger import decide_danger
from commonward.cases.models import Case, Danger, DangerAnswer, Event
from commonward.cases.queries.dangers import danger_in, dangers_waiting, to_read_first
from commonward.cases.queries.listed import Filters
from commonward.cases.queries.lists import case_list
from commonward.cases.queries.read_first import MINUTES, decided, may_rise_to, read_first_rule
from commonward.core.danger import Heard, heard
from commonward.core.refusals import Forbidden, Invalid, Missing
from tests.district import District

MAYBE = "隔壁大爷今天一直没有出来拿报纸"
FIRE = "楼道着火了，快来人"
SOON = timedelta(minutes=2)
LATE = timedelta(minutes=MINUTES)


def test_the_words_of_these_tests_are_doubtful() -> None:
    assert not heard(MAYBE).cues and heard(MAYBE).doubt is not None
    assert heard(FIRE).cues and heard(FIRE).doubt is None
    assert heard("Rubbish beside the gate.") == Heard((), None)


def test_it_rings_for_nobody_and_stands_first_with_the_reason(here: District) -> None:
    report = here.report(words=MAYBE)
    assert dangers_waiting(here.dispatcher, here.at) == ()
    (told,) = to_read_first(here.intake_officer, here.at)
    assert told.case == report.case.number and told.doubtful and told.cues[0].words
    assert not to_read_first(here.handler, here.at), "it is for those who take calls"
    (line,) = case_list(here.dispatcher, Filters(), "newest", here.at).rows
    assert line.read_first and not line.danger
    assert list(Event.objects.filter(verb__startswith="danger").values_list("verb", "role")) == [
        ("danger_doubted", "system")
    ]


def test_the_longest_waiting_is_first(here: District) -> None:
    first = here.report(words=MAYBE).case.number
    second = here.report(words=MAYBE, at=here.at + SOON).case.number
    waiting = to_read_first(here.dispatcher, here.at + 2 * SOON)
    assert [told.case for told in waiting] == [first, second]


def test_what_nobody_has_read_in_time_rings_after_what_is_sure(here: District) -> None:
    late = here.report(words=MAYBE).case.number
    sure = here.report(words=FIRE, at=here.at - SOON).case.number
    just_before = here.at + LATE - timedelta(seconds=1)
    assert [told.case for told in dangers_waiting(here.dispatcher, just_before)] == [sure]
    assert [told.case for told in dangers_waiting(here.dispatcher, here.at + LATE)] == [sure, late]
    assert not to_read_first(here.dispatcher, here.at + LATE)


def test_not_urgent_is_kept_as_a_fact_without_who_said_it(here: District) -> None:
    number = here.report(words=MAYBE).case.number
    for _ in range(2):
        decide_danger(number, here.intake_officer, here.at + SOON, urgent=False)
    assert not to_read_first(here.dispatcher, here.at + SOON)
    assert not dangers_waiting(here.dispatcher, here.at + LATE)
    (kept,) = DangerAnswer.objects.all()
    assert (kept.urgent, kept.case.number, kept.version) == (
        False,
        number,
        Danger.objects.get().version,
    )
    assert not {"account", "by", "seen_by"} & {field.name for field in DangerAnswer._meta.fields}
    event = Event.objects.get(verb="danger_calm")
    assert event.account_id == here.intake_officer.account
    told = danger_in(Case.objects.get())
    assert told is not None and told.decided == "not_urgent" and told.seen_by
    assert Case.objects.get().version == 1, "nobody's form becomes stale by it"


def test_urgent_rings_for_those_who_send_help_until_seen(here: District) -> None:
    number = here.report(words=MAYBE).case.number
    decide_danger(number, here.intake_officer, here.at + SOON, urgent=True)
    (told,) = dangers_waiting(here.dispatcher, here.at + SOON)
    assert not told.doubtful and told.decided == "urgent"
    assert DangerAnswer.objects.get().urgent and Event.objects.filter(verb="danger_urgent").exists()


def test_who_may_not_decide_is_refused(here: District) -> None:
    report = here.report(words=MAYBE)
    with pytest.raises(Missing):
        decide_danger(report.case.number, here.handler, here.at, urgent=False)
    with pytest.raises(Missing):
        decide_danger(here.report().case.number, here.dispatcher, here.at, urgent=False)
    here.handled(report)
    with pytest.raises(Forbidden):
        decide_danger(
            report.case.number, here.street_handler, here.at + timedelta(hours=1), urgent=False
        )


def test_whoever_takes_the_case_further_has_read_it(here: District) -> None:
    report = here.report(words=MAYBE)
    here.act(report, "accept", here.intake_officer, 2)
    assert not to_read_first(here.dispatcher, here.at + SOON)
    assert not dangers_waiting(here.dispatcher, here.at + LATE)
    (line,) = case_list(here.dispatcher, Filters(), "newest", here.at).rows
    assert not line.read_first
    cases.add_report(report.case.number, cases.Said("portal", words=MAYBE), here.at + 3 * SOON)
    assert to_read_first(here.dispatcher, here.at + 3 * SOON), "what is told later is read again"


def test_handing_over_says_that_it_was_urgent(here: District) -> None:
    number = here.report(words=MAYBE).case.number
    hand_over(number, "120", here.dispatcher, here.at + SOON)
    assert DangerAnswer.objects.get().urgent and not to_read_first(here.dispatcher, here.at + SOON)


def test_what_rings_is_not_made_silent_by_a_doubt_and_a_doubt_is_made_loud_by_danger(
    here: District,
) -> None:
    loud = here.report(words=FIRE).case.number
    cases.add_report(loud, cases.Said("portal", words=MAYBE), here.at + SOON)
    assert [told.case for told in dangers_waiting(here.dispatcher, here.at + SOON)] == [loud]
    soft = here.report(words=MAYBE).case.number
    cases.add_report(soft, cases.Said("portal", words=FIRE), here.at + SOON)
    assert {told.case for told in dangers_waiting(here.dispatcher, here.at + SOON)} == {loud, soft}


def test_a_site_sets_its_minutes_and_its_border(here: District) -> None:
    set_read_first(here.administrator, 5, 0.0, here.at)
    assert read_first_rule().minutes == 5
    here.report(words=MAYBE)
    assert dangers_waiting(here.dispatcher, here.at + timedelta(minutes=5))
    for minutes, more in ((0, 0.0), (241, 0.0), (5, -0.5), (5, 2.5)):
        with pytest.raises(Invalid):
            set_read_first(here.administrator, minutes, more, here.at)
    with pytest.raises(Forbidden):
        set_read_first(here.dispatcher, 5, 0.0, here.at)


def test_fewer_are_read_first_only_where_none_that_was_urgent_would_be_missed(
    here: District,
) -> None:
    number = here.report(words=MAYBE).case.number
    with pytest.raises(Invalid):
        set_read_first(here.administrator, 15, 0.5, here.at)
    case = Case.objects.get(number=number)
    DangerAnswer.objects.bulk_create(
        DangerAnswer(case=case, version="v", scale="long", margin=m, urgent=m >= 1.0, at=here.at)
        for m in [0.25] * (LEAST_DECIDED - 1) + [1.0]
    )
    after = here.at + SOON
    assert may_rise_to(after, LEAST_DECIDED) == 1.0
    assert [(d.count, d.urgent) for d in decided(after) if d.margin == 0.5] == [(1, 1)]
    with pytest.raises(Invalid):
        set_read_first(here.administrator, 15, 1.25, after)
    set_read_first(here.administrator, 15, 1.0, after)
    doubt = heard(MAYBE).doubt
    assert doubt is not None
    here.report(words=MAYBE, at=after)
    assert Event.objects.filter(verb="danger_doubted").count() == (2 if doubt.margin > 1 else 1)


def test_what_a_rule_found_is_read_first_however_calm_the_rest_is(here: District) -> None:
    words = "晚上有人喊着火，后来发现是广播在放消防宣传片，声音太大影响休息"
    doubt = heard(words).doubt
    assert doubt is not None and doubt.by_rule and doubt.margin < 0
    here.report(words=words)
    assert to_read_first(here.dispatcher, here.at)
