"""Procedures: what is shipped makes sense, and what does not is refused in words."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.calendars import Limit
from commonward.core.procedures import Situation, check, parse, shipped, shipped_names, step
from commonward.core.procedures.check import PHASES
from commonward.core.procedures.read import read_toml
from commonward.core.procedures.step import offered
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, Right

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WAY = [
    ("intake_officer", "accept"),
    ("duty_chief", "file"),
    ("dispatcher", "dispatch"),
    ("handler", "take"),
    ("handler", "finish"),
    ("dispatcher", "pass_on"),
    ("grid_worker", "pass_check"),
    ("duty_chief", "close"),
    ("intake_officer", "content"),
]
FILLED = {
    "team": 1,
    "result": "mended",
    "outcome": "solved",
    "satisfied": 5,
    "reason": "because",
    "words": "so",
    "category": "0101",
}


def matter(change: Any = None) -> dict[str, Any]:
    """The data of the service matter, changed in one place."""
    data = copy.deepcopy(shipped("service_matter"))
    if change:
        change(data)
    return data


def verb(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The entry of one verb."""
    return next(v for v in data["verbs"] if v["name"] == name)


def actor(role: str, account: int = 1, teams: frozenset[int] = frozenset({1})) -> Actor:
    """Somebody who holds one role everywhere."""
    return Actor(account=account, rights=(Right(role),), teams=teams)


@pytest.mark.parametrize("name", shipped_names())
def test_each_shipped_procedure_passes_the_validator(name: str) -> None:
    assert check(parse(shipped(name))) == []


def test_the_service_matter_has_the_seven_phases_of_the_standard() -> None:
    p = parse(matter())
    assert {s.phase for s in p.stages.values()} == set(PHASES)


def test_the_service_matter_has_every_side_move_of_the_field() -> None:
    moves = {
        "refuse", "void", "hand_back", "extend", "suspend", "ask_rework", "fail_check",
        "mis_dispatched", "fix_on_spot", "force_close", "appeal_mark", "join",
    }  # fmt: skip
    assert moves <= set(parse(matter()).verbs)


def _unreachable(d: dict[str, Any]) -> None:
    d["stages"]["attic"] = {**d["stages"]["file"]}


def _no_limit(d: dict[str, Any]) -> None:
    del d["stages"]["file"]["limit"]


def _nobody(d: dict[str, Any]) -> None:
    verb(d, "accept")["who"] = []


def _stranger(d: dict[str, Any]) -> None:
    verb(d, "accept")["who"] = ["informant"]


def _endless(d: dict[str, Any]) -> None:
    for name in ("hand_back", "mis_dispatched"):
        verb(d, name).pop("at_most")
        verb(d, name).pop("then")


def _gap_before(d: dict[str, Any]) -> None:
    d["ladder"] = d["ladder"][1:]


def _gap_at(d: dict[str, Any]) -> None:
    d["ladder"] = [r for r in d["ladder"] if r["share"] != 1.0]


def _gap_after(d: dict[str, Any]) -> None:
    d["ladder"] = d["ladder"][:2]


def _gap_measure(d: dict[str, Any]) -> None:
    d["ladder"] = [r for r in d["ladder"] if r.get("measure") != "order"]


def _dead_end(d: dict[str, Any]) -> None:
    d["verbs"] = [v for v in d["verbs"] if v["name"] not in ("answer_again", "reopen")]


def _no_way_out(d: dict[str, Any]) -> None:
    verb(d, "fail_check")["then"] = "accept"


def _waits_for_nobody(d: dict[str, Any]) -> None:
    verb(d, "refuse").pop("waits")


def _unreviewed(d: dict[str, Any]) -> None:
    del d["stages"]["file"]["limit"]
    d["stages"]["file"]["no_limit_because"] = "the law gives none"


FAULTS = [
    (_unreachable, "stage attic is unreachable"),
    (_no_limit, "stage file has neither a limit nor an explicit no_limit_because"),
    (_waits_for_nobody, "closes over open tasks"),
    (_unreviewed, "needs review_every"),
    (_nobody, "verb accept: nobody may do it"),
    (_stranger, "“informant” is not a role"),
    (_endless, "A loop without a bound"),
    (_gap_before, "nobody is warned before a limit ends"),
    (_gap_at, "nobody is told when a limit ends"),
    (_gap_after, "after the limit nobody higher is told"),
    (_gap_measure, "listed at 2 comes before order"),
    (_dead_end, "stage answer_again is a dead end"),
    (_no_way_out, "accept is not offered in"),
]


@pytest.mark.parametrize(("change", "words"), FAULTS, ids=[w for _, w in FAULTS])
def test_a_procedure_that_makes_no_sense_is_refused_in_words(change: Any, words: str) -> None:
    assert any(words in fault for fault in check(parse(matter(change))))


def test_a_file_that_is_no_toml_names_the_line() -> None:
    with pytest.raises(Invalid, match="line 2"):
        read_toml('name = "x"\nstage = = 3')


def test_an_unknown_entry_is_named_with_the_known_ones() -> None:
    def misspell(d: dict[str, Any]) -> None:
        d["stages"]["file"]["limt"] = "1 work_day"

    with pytest.raises(Invalid, match="“limt” is not an entry"):
        parse(matter(misspell))


def test_a_text_in_one_language_is_refused() -> None:
    def english_only(d: dict[str, Any]) -> None:
        d["stages"]["file"]["title"] = {"en": "Filing"}

    with pytest.raises(Invalid, match="both languages"):
        parse(matter(english_only))


def test_the_ordinary_way_leads_from_a_report_to_a_closed_case() -> None:
    p = parse(matter())
    stage = p.start
    counters: dict[str, int] = {}
    seen = [stage]
    for role, name in WAY:
        taken = step(
            p, name, actor(role), Situation(stage=stage, team=1, counters=counters), FILLED, AT
        )
        stage, counters = taken.to.name, dict(taken.counters)
        seen.append(stage)
    assert seen == [
        "collect", "file", "dispatch", "handle", "handle", "feed_back", "check", "close",
        "evaluate", "closed",
    ]  # fmt: skip


@pytest.mark.parametrize(("role", "name"), WAY)
def test_each_step_is_refused_to_every_other_role(role: str, name: str) -> None:
    p = parse(matter())
    stage = sorted(p.verbs[name].from_)[0]
    allowed = set(p.verbs[name].who)
    for other in {"grid_worker", "intake_officer", "dispatcher", "duty_chief", "handler",
                  "leader", "administrator"} - allowed:  # fmt: skip
        with pytest.raises(Forbidden):
            step(p, name, actor(other), Situation(stage=stage, team=1), FILLED, AT)


def test_a_verb_of_another_stage_says_what_is_possible_now() -> None:
    with pytest.raises(Refusal, match="Possible now: .*accept") as refused:
        step(parse(matter()), "finish", actor("handler"), Situation(stage="collect"), FILLED, AT)
    assert refused.value.code == "stage"


def test_an_unknown_verb_is_missing_not_a_crash() -> None:
    with pytest.raises(Missing):
        step(parse(matter()), "vanish", SYSTEM, Situation(stage="collect"), {}, AT)


def test_the_one_who_finished_may_not_check() -> None:
    p = parse(matter())
    mine = Situation(stage="check", done_by={"finish": frozenset({7})})
    with pytest.raises(Forbidden) as refused:
        step(p, "pass_check", actor("grid_worker", 7, frozenset()), mine, {}, AT)
    assert refused.value.code == "apart"
    assert (
        step(p, "pass_check", actor("grid_worker", 8, frozenset()), mine, {}, AT).to.name == "close"
    )


def test_a_team_mate_of_the_one_who_finished_may_not_check_either() -> None:
    same_team = Situation(stage="check", done_by_teams={"finish": frozenset({3})})
    with pytest.raises(Forbidden):
        step(
            parse(matter()),
            "pass_check",
            actor("grid_worker", 8, frozenset({3})),
            same_team,
            {},
            AT,
        )


def test_hand_backs_are_bounded_and_then_the_centre_decides_finally() -> None:
    p = parse(matter())
    used_up = Situation(stage="handle", team=1, counters={"hand_back": 2})
    for name in ("hand_back", "mis_dispatched"):
        with pytest.raises(Refusal, match="decide_finally") as refused:
            step(p, name, actor("handler"), used_up, FILLED, AT)
        assert refused.value.code == "bound"


def test_after_the_final_decision_nothing_goes_back() -> None:
    decided = Situation(stage="handle", team=1, counters={"decide_finally": 1})
    with pytest.raises(Refusal) as refused:
        step(parse(matter()), "hand_back", actor("handler"), decided, FILLED, AT)
    assert refused.value.code == "final"


def test_a_hand_back_without_a_reason_is_refused_naming_the_reason() -> None:
    with pytest.raises(Invalid, match="reason"):
        step(
            parse(matter()),
            "hand_back",
            actor("handler"),
            Situation(stage="handle", team=1),
            {},
            AT,
        )


def test_closing_waits_for_open_tasks_and_children() -> None:
    waiting = Situation(stage="close", waits_for=2)
    with pytest.raises(Refusal, match="2 tasks or split-off cases") as refused:
        step(parse(matter()), "close", actor("duty_chief"), waiting, FILLED, AT)
    assert refused.value.code == "waits"


@given(days=st.integers(0, 60))
def test_reopening_is_open_for_exactly_the_days_of_the_procedure(days: int) -> None:
    p = parse(matter())
    closed = Situation(stage="closed", closed_at=AT)
    at = AT + timedelta(days=days)
    person = Actor(report=1, role="reporter")
    if days <= p.reopen_days:
        assert step(p, "reopen", person, closed, FILLED, at).to.name == "dispatch"
    else:
        with pytest.raises(Refusal) as refused:
            step(p, "reopen", person, closed, FILLED, at)
        assert refused.value.code == "window"


def test_what_needs_approval_cannot_be_done_directly() -> None:
    with pytest.raises(Refusal) as refused:
        step(parse(matter()), "suspend", actor("duty_chief"), Situation(stage="handle"), FILLED, AT)
    assert refused.value.code == "approval"


def test_a_grant_reaches_only_its_subtree_and_categories() -> None:
    p = parse(matter())
    narrow = Actor(
        account=1, rights=(Right("intake_officer", area="430211001", categories=("01",)),)
    )
    inside = Situation(stage="collect", area_path="/43/4302/430211/430211001/", category="0103")
    assert step(p, "accept", narrow, inside, {}, AT).role == "intake_officer"
    for path, category in (
        ("/43/4302/430211/430211002/", "0103"),
        ("/43/4302/430211/430211001/", "0203"),
        ("/43/4302/430211/4302110011/", "0103"),
        ("", "0103"),
    ):
        with pytest.raises(Forbidden):
            step(p, "accept", narrow, Situation("collect", path, category), {}, AT)


def test_offered_verbs_are_those_that_step_would_take() -> None:
    p = parse(matter())
    for role in ("intake_officer", "handler", "duty_chief", "grid_worker", "leader"):
        for stage in p.stages:
            here = Situation(stage=stage, team=1, closed_at=AT, back_to="handle")
            names = {v.name for v in offered(p, actor(role), here, AT)}
            for name in p.verbs:
                try:
                    step(p, name, actor(role), here, FILLED | {"until": AT}, AT)
                    takes = True
                except Refusal:
                    takes = False
                assert (name in names) == takes, (role, stage, name)


def test_the_filing_conditions_limit_beats_the_stages_own_and_overrides_are_most_specific() -> None:
    def override(d: dict[str, Any]) -> None:
        d["limits"] = [
            {"stage": "handle", "category": "01", "limit": "3 work_day"},
            {"stage": "handle", "category": "0101", "limit": "2 work_day"},
            {"stage": "handle", "category": "01", "grade": "urgent", "limit": "4 urgent_hour"},
        ]

    p = parse(matter(override))
    own = Limit.parse("2 urgent_hour")
    assert p.limit_for("handle", "ordinary", "0101", own) == own
    assert p.limit_for("handle", "ordinary", "0101", None) == Limit.parse("2 work_day")
    assert p.limit_for("handle", "urgent", "0102", None) == Limit.parse("4 urgent_hour")
    assert p.limit_for("handle", "ordinary", "0201", None) == Limit.parse("5 work_day")
    assert p.limit_for("closed", "ordinary", "0201", own) is None
