"""Two people, two machines, two ticks at the same moment: told, not overwritten; once, not twice.

Each thread has a connection of its own and all start together at a barrier.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from commonward.cases import actions as cases
from commonward.cases.models import Case, Clock, Event, Report
from commonward.cases.queries.verifying import verify
from commonward.core.calendars import Limit
from commonward.core.refusals import Refusal, Stale
from tests.at_once import together
from tests.district import LAMP, RUBBISH, District, small_district

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None) -> District:
    """The small district, committed, so that every connection sees it."""
    return small_district()


def refusals(results: Sequence[Any]) -> list[Refusal]:
    """The refusals among the results; anything else that was raised is a fault."""
    raised = [r for r in results if isinstance(r, Exception)]
    faults = [r for r in raised if not isinstance(r, Refusal)]
    assert faults == []
    return [r for r in raised if isinstance(r, Refusal)]


@pytest.fixture(autouse=True)
def _the_store_is_consistent_afterwards() -> Iterator[None]:
    yield
    assert [str(finding) for finding in verify()] == []


def test_of_two_people_at_one_version_the_second_is_told_and_overwrites_nothing(
    here: District,
) -> None:
    for _ in range(5):
        report = here.report()
        number = report.case.number
        results = together(
            [
                partial(cases.act, number, verb, here.intake_officer, here.at, given, version=1)
                for verb, given in (("accept", {}), ("refuse", {"reason": "Not ours."}))
            ]
        )
        (told,) = refusals(results)
        assert isinstance(told, Stale)
        case = Case.objects.get(number=number)
        assert (case.version, case.stage) in ((2, "file"), (2, "refused"))
        assert Event.objects.filter(case=case).count() == 2


def test_the_same_verb_at_the_same_moment_happens_once(here: District) -> None:
    for _ in range(5):
        report = here.report()
        results = together(
            [partial(cases.act, report.case.number, "accept", here.intake_officer, here.at)] * 4
        )
        assert [r.code for r in refusals(results)] == ["stage"] * 3
        assert Event.objects.filter(case=report.case_id, verb="accept").count() == 1


def test_a_bounded_verb_is_bounded_for_several_at_once_too(here: District) -> None:
    report = here.report()
    here.closed(report)
    number, at = report.case.number, here.at + timedelta(minutes=301)
    results = together(
        [lambda: cases.act(number, "unreached", here.intake_officer, at) for _ in range(6)]
    )
    assert [r.code for r in refusals(results)] == ["bound"] * 3
    assert Case.objects.get(number=number).counters["unreached"] == 3


def test_two_ticks_at_once_double_nothing_and_lose_nothing(here: District) -> None:
    reports = [here.report(limit=Limit.parse("10 urgent_hour")) for _ in range(40)]
    at = here.at + timedelta(hours=9)
    results = together([lambda: cases.tick(at) for _ in range(3)])
    assert refusals(results) == []
    # Whom one tick found locked by another it passed over; the next tick comes.
    cases.tick(at)
    told = Counter(
        Event.objects.filter(role="system").values_list("case_id", "verb", "data__share")
    )
    rungs = [("warned", 0.8), ("overdue", 1.0), *(("escalated", s) for s in (1.5, 2.0, 3.0, 5.0))]
    for report in reports:
        mine = {key[1:]: n for key, n in told.items() if key[0] == report.case_id and key[2]}
        # Six rungs of the first stage's clock, and the warning of the total one beside them.
        assert mine == {rung: 1 for rung in rungs} | {("warned", 0.8): 2}
    assert not Clock.objects.filter(next_at__lte=at).exists()
    assert not Clock.objects.filter(attempts__gt=0).exists()


def test_people_act_while_the_tick_runs_and_nothing_is_lost(here: District) -> None:
    reports = [here.report(words=f"Heap {n}.") for n in range(12)]
    at = here.at + timedelta(hours=1)

    def accept() -> None:
        for report in reports:
            cases.act(report.case.number, "accept", here.intake_officer, at)

    def note() -> None:
        for report in reversed(reports):
            cases.act(report.case.number, "note", here.leader, at, {"words": "Hurry."})

    results = together([accept, note, lambda: cases.tick(at), lambda: cases.tick(at)])
    assert refusals(results) == []
    cases.tick(at)
    for report in reports:
        told = Counter(Event.objects.filter(case=report.case_id).values_list("verb", flat=True))
        assert (told["accept"], told["note"]) == (1, 1)
        stages = Clock.objects.filter(case=report.case_id, stopped_at=None)
        assert [c.stage for c in stages if c.task_id is None] == ["file"]
        for share in (0.8, 1.0):
            assert (
                Event.objects.filter(
                    case=report.case_id, from_stage="collect", role="system", data__share=share
                ).count()
                <= 1
            )


def test_one_idempotency_key_sent_at_once_gives_one_report(here: District) -> None:
    for n in range(5):
        key = f"key-{n}"
        results = together([partial(here.report, idempotency=key)] * 6)
        assert refusals(results) == []
        assert len({r.number for r in results}) == 1
        assert Report.objects.filter(idempotency=key).count() == 1
    assert Case.objects.count() == Report.objects.count() == 5


def test_one_idempotency_key_for_me_too_sent_at_once_gives_one_report(here: District) -> None:
    report = here.report()
    said = cases.Said(channel="portal", words="I see it too.", idempotency="key")
    results = together(
        [lambda: cases.add_report(report.case.number, said, here.at) for _ in range(6)]
    )
    assert refusals(results) == []
    assert len({r.number for r in results}) == 1
    assert Report.objects.filter(case=report.case_id).count() == 2


def test_two_joins_crosswise_do_not_wait_for_each_other_and_one_is_refused(here: District) -> None:
    for _ in range(5):
        one, other = (here.report().case.number for _ in range(2))
        results = together(
            [
                partial(cases.join, a, b, "One heap.", here.dispatcher, here.at)
                for a, b in ((one, other), (other, one))
            ]
        )
        assert len(refusals(results)) == 1
        joined = Case.objects.filter(number__in=(one, other), joined_to__isnull=False)
        assert joined.count() == 1


def test_two_levels_deciding_at_once_decide_in_order(here: District) -> None:
    report = here.report(RUBBISH, standard=here.standards[RUBBISH])
    here.handled(report)
    at = here.at + timedelta(minutes=12)
    asked = cases.ask_extension(
        report.case.number, Limit.parse("2 work_hour"), "Rain.", here.street_handler, at
    )
    results = together(
        [
            lambda: cases.decide(asked.pk, True, "Yes.", here.duty_chief, at),
            lambda: cases.decide(asked.pk, True, "Yes.", here.duty_chief, at),
        ]
    )
    assert len(refusals(results)) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.level) == ("asked", 1)


def test_a_task_is_scored_once(here: District) -> None:
    report = here.report()
    here.handled(report)
    (task,) = cases.ask_tasks(
        report.case.number, "whistle", [here.teams["roads"]], "Come.", here.dispatcher, here.at
    )
    results = together(
        [lambda: cases.act_on_task(task.pk, "accept", here.handler, here.at) for _ in range(4)]
    )
    assert [r.code for r in refusals(results)] == ["stage"] * 3
    assert Event.objects.filter(task=task, verb="whistle_accept").count() == 1


def test_sixteen_clients_at_once_are_all_heard(here: District) -> None:
    def client(n: int) -> list[str]:
        words = [f"Heap {n}-{k}." for k in range(8)]
        return [here.report((RUBBISH, LAMP)[n % 2], words=w).number for w in words]

    results = together([partial(client, n) for n in range(16)])
    assert refusals(results) == []
    numbers = [number for result in results for number in result]
    assert len(set(numbers)) == 128
    assert set(Report.objects.values_list("number", flat=True)) == set(numbers)
    assert Event.objects.filter(verb="opened").count() == 128


def test_one_key_for_two_cases_at_once_is_told_and_not_a_crash(here: District) -> None:
    one, other = (here.report().case.number for _ in range(2))
    said = cases.Said(channel="portal", words="I see it too.", idempotency="key")
    results = together([partial(cases.add_report, n, said, here.at) for n in (one, other)])
    assert [r.code for r in refusals(results)] == ["idempotency"]
    assert Report.objects.filter(idempotency="key").count() == 1
