"""The shipped scores of posts, the three rates and the hotline, reckoned by hand."""

from datetime import timedelta

import pytest

from tests.core.indicators.by_hand import MARCH, Row, act, case, figure, limit, march, report, value


def in_time(verb: str, stage: str, yes: int, no: int) -> list[Row]:
    """So many acts in a stage within its limit, and so many after it."""
    return [act(verb, from_stage=stage, in_time=True) for _ in range(yes)] + [
        act(verb, from_stage=stage, in_time=False) for _ in range(no)
    ]


def test_a_department_scores_60_30_10() -> None:
    acts = [*in_time("finish", "handle", 3, 1), act("fail_check")]
    cases = [
        case(closed_at=march(4), due_at=march(10), outcome="solved"),
        case(due_at=march(10)),
    ]
    found = figure("department_score", acts=acts, cases=cases)
    # 60 × 3/4 + 30 × 1/2 + 10 × (1 − 1/4)
    assert found.value == pytest.approx(67.5)
    assert found.band == "C"


def test_more_reworks_than_finishes_take_ten_points_and_no_more() -> None:
    acts = [*in_time("finish", "handle", 1, 0), act("fail_check"), act("fail_check")]
    cases = [case(closed_at=march(4), due_at=march(10), outcome="solved")]
    assert value("department_score", acts=acts, cases=cases) == 90


def test_a_grid_worker_scores_40_20_20_20() -> None:
    cases = [
        case(origin="grid", filed_at=march(2), grid="g"),
        case(origin="grid", closed_at=march(3), outcome="refused"),
        case(filed_at=march(2), grid="g"),
    ]
    acts = [*in_time("confirm", "verify", 1, 3), *in_time("pass_check", "check", 3, 1)]
    found = figure("grid_worker_score", cases=cases, acts=acts)
    # 40 × 1/2 + 20 × (1 − 1/2) + 20 × 1/4 + 20 × 3/4
    assert found.value == pytest.approx(50)
    assert found.band == "D"


def test_an_intake_officer_scores_25_40_35_against_the_sites_target() -> None:
    acts = [
        *(
            act("accept", from_stage="collect", role="intake_officer", in_time=True)
            for _ in range(620)
        ),
        *in_time("pass_check", "check", 1, 1),
    ]
    # 620 of a target of 40 on each of 31 days is a half.
    assert value("intake_volume_reached", acts=acts) == 0.5
    assert value("intake_officer_score", acts=acts) == 12.5 + 40 + 17.5


def test_a_duty_chief_scores_25_40_35() -> None:
    acts = [
        *in_time("file", "file", 1, 1),
        *in_time("close", "close", 3, 1),
    ]
    # 25 × 1/2 + 40 × 1 + 35 × 3/4
    assert value("duty_chief_score", acts=acts) == 12.5 + 40 + 26.25


def test_a_dispatcher_scores_20_40_40_and_no_volume_counts_more_than_the_target() -> None:
    acts = in_time("dispatch", "dispatch", 1, 1)
    limits = [limit("dispatch", due_at=march(5)), limit("dispatch", due_at=march(6))]
    reached = 2 / (60 * 31)
    assert value("dispatch_volume_reached", acts=acts) == round(reached, 6)
    found = value("dispatcher_score", acts=acts, limits=limits)
    assert found == round(20 * reached + 40 / 2 + 40 / 2, 6)
    many = in_time("dispatch", "dispatch", 60 * 31 + 1, 0)
    assert value("dispatch_volume_reached", acts=many) == 1


def test_the_three_rates_over_callbacks() -> None:
    back = {"called_back_at": march(5)}
    reports = [
        report(**back, reached=True, solved=True, satisfied=5),
        report(**back, reached=True, solved=True, satisfied=3),
        report(**back, reached=True, solved=False, satisfied=1),
        report(**back, reached=True),
        report(**back, reached=False),
        report(**back, reached=True, solved=True, satisfied=5, outcome="void"),
        report(),
    ]
    assert value("response_rate", reports=reports) == 0.8
    assert value("solved_rate", reports=reports) == 0.5
    assert value("satisfaction_rate", reports=reports) == round((1 + 0.9) / 4, 6)
    assert value("three_rates_score", reports=reports) == round(8 + 25 + 40 * 1.9 / 4, 6)


def test_the_three_rates_run_from_noon_to_noon() -> None:
    before, after = MARCH.start - timedelta(hours=11), MARCH.end - timedelta(hours=11)
    reports = [report(called_back_at=at, reached=True, solved=True) for at in (before, after)]
    found = figure("solved_rate", reports=reports)
    assert found.under == 1  # the one of 31 March at one o'clock belongs to April
    assert figure("resolved_rate", cases=[case(closed_at=after)]).under == 1


def test_reports_by_way_and_letters_answered_in_a_day() -> None:
    reports = [
        report(channel="phone"),
        report(channel="phone"),
        report(channel="portal"),
        report(channel="email", answered_at=march(2, 8)),
        report(channel="email", answered_at=march(3)),
        report(channel="email"),
        report(channel="email", received_at=march(31, 20)),
    ]
    assert value("phone_share", reports=reports) == round(2 / 6, 6)
    # The letter of the last evening was after noon, which is April's first day to the hotline.
    assert value("reports_received", reports=reports) == 6
    assert value("mailbox_in_a_day_rate", reports=reports) == round(1 / 3, 6)
