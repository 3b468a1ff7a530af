"""Refusals as people read them: posts, steps and stages by their titles, in both languages."""

from collections.abc import Callable

import pytest
from django.utils import translation

from commonward.cases import actions as cases
from commonward.cases.queries.reference import book
from commonward.core.refusals import Refusal
from commonward.doors.look.naming import refused
from commonward.people.words import tell
from tests.district import District, small_district


@pytest.fixture
def small(db: None) -> District:
    return small_district()


def of(deed: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        deed()
    return caught.value


@pytest.mark.parametrize(
    ("language", "told", "untold"),
    [
        ("en", ("File", "Duty chief"), ("“file”", "duty_chief")),
        ("zh-hans", ("立案", "值班长"), ("file", "duty_chief")),
    ],
)
def test_another_post_s_step_is_refused_with_its_title_and_the_post_s(
    small: District, language: str, told: tuple[str, ...], untold: tuple[str, ...]
) -> None:
    report = small.report()
    small.act(report, "accept", small.intake_officer, 1)
    refusal = of(lambda: small.act(report, "file", small.handler, 2))
    with translation.override(language):
        words = refused(refusal)
    assert all(one in words for one in told)
    assert not any(one in words for one in untold)


def test_a_step_that_is_not_possible_now_names_the_stage_and_what_is(small: District) -> None:
    report = small.report()
    refusal = of(lambda: small.act(report, "close", small.duty_chief, 2))
    with translation.override("zh-hans"):
        words = refused(refusal, book().procedures[report.case.procedure_id])
    assert "结案" in words
    assert "信息收集" in words
    assert "受理" in words
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(words)


def test_who_may_whistle_is_named_in_words(small: District) -> None:
    report = small.report()
    number, teams = report.case.number, [small.teams["roads"]]
    at = report.case.opened_at
    refusal = of(lambda: cases.ask_tasks(number, "whistle", teams, "来", small.handler, at))
    with translation.override("zh-hans"):
        words = refused(refusal)
    assert "吹哨" in words
    assert "派遣员" in words
    assert "whistle" not in words


def test_programs_go_on_reading_the_names_that_they_send(small: District) -> None:
    report = small.report()
    with translation.override("en"):
        told = tell(of(lambda: small.act(report, "close", small.duty_chief, 2)))
    assert "“close”" in told
