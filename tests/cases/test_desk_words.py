"""Saved views, standard texts, the knowledge base and the list of callbacks."""

from datetime import timedelta
from typing import Any

import pytest

from commonward.areas.queries import revisions
from commonward.cases import actions as cases
from commonward.cases.actions.answers import add_answer, change_answer, retire_answer
from commonward.cases.actions.saving import MOST_VIEWS, delete_view, save_view
from commonward.cases.actions.texts import add_text, change_text, retire_text
from commonward.cases.queries.answers import (
    answer_versions,
    answers_matching,
    expired_answers,
    may_change,
)
from commonward.cases.queries.callbacks import callback_stages, callbacks
from commonward.cases.queries.listed import lines
from commonward.cases.queries.saved import views_for
from commonward.cases.queries.texts import texts_for, values_of, versions_of
from commonward.core.refusals import Forbidden, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.core.standard_texts import check_words, fill
from tests.district import LAMP, QUESTION, RUBBISH, STREETS, District

# --- views --------------------------------------------------------------------------------------


def test_a_view_is_its_owners_until_it_is_shared_with_a_team(here: District) -> None:
    save_view(here.handler, "Late", "?light=red&after=xyz&lang=en&category=02", here.at)
    save_view(here.dispatcher, "Ours", "state=open", here.at, team=here.teams["dispatch"])
    [mine] = views_for(here.handler)
    assert (mine.query, mine.mine, mine.team) == ("light=red&category=02", True, "")
    assert views_for(here.second_handler) == ()
    colleague = Actor(
        account=here.accounts["leader"],
        rights=(Right("dispatcher"),),
        teams=frozenset({here.teams["dispatch"]}),
    )
    [shared] = views_for(colleague)
    assert (shared.name, shared.mine, shared.team_en) == ("Ours", False, "Dispatch")


def test_saving_under_the_same_name_replaces(here: District) -> None:
    for light in ("red", "yellow"):
        save_view(here.handler, " Late  ones ", f"light={light}", here.at)
    [view] = views_for(here.handler)
    assert (view.name, view.query) == ("Late ones", "light=yellow")


def test_a_view_is_shared_with_ones_own_teams_only(here: District) -> None:
    with pytest.raises(Forbidden, match="your own teams"):
        save_view(here.handler, "x", "", here.at, team=here.teams["lamps"])
    with pytest.raises(Forbidden, match="members of staff"):
        save_view(here.outsider, "x", "", here.at)


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "state=open"), ("x" * 81, ""), ("x", "a b=1"), ("x", "state=" + "o" * 1000)],
)
def test_a_view_that_cannot_be_kept_is_refused(here: District, name: str, query: str) -> None:
    with pytest.raises(Invalid):
        save_view(here.handler, name, query, here.at)


def test_no_view_looks_for_a_person(here: District) -> None:
    with pytest.raises(Invalid, match="cannot be searched for"):
        save_view(here.handler, "x", "text=13912345678", here.at)


def test_views_are_bounded(here: District) -> None:
    for number in range(MOST_VIEWS):
        save_view(here.handler, str(number), "", here.at)
    with pytest.raises(Invalid, match="delete one"):
        save_view(here.handler, "one more", "", here.at)


def test_a_view_is_deleted_by_its_owner_or_shared_ones_by_an_administrator(here: District) -> None:
    own = save_view(here.handler, "own", "", here.at)
    shared = save_view(here.handler, "shared", "", here.at, team=here.teams["roads"])
    for actor, view in ((here.second_handler, own), (here.administrator, own)):
        with pytest.raises(Missing):
            delete_view(actor, view.pk)
    delete_view(here.administrator, shared.pk)
    delete_view(here.handler, own.pk)
    assert views_for(here.handler) == ()


# --- standard texts -----------------------------------------------------------------------------


def text(here: District, name: str = "Filed", words: str = "Case {number}.", **more: Any) -> int:
    return add_text(here.administrator, name, words, here.at, **({"language": "en"} | more)).pk


def test_the_most_particular_text_comes_first(here: District) -> None:
    for name, category, stage in (
        ("any", "", ""),
        ("roads", "02", ""),
        ("lamps", LAMP, ""),
        ("lamps handled", LAMP, "handle"),
        ("handled", "", "handle"),
        ("closing", "", "close"),
    ):
        text(here, name, category=category, stage=stage)
    text(here, "中文", language="zh-hans")
    found = texts_for(here.handler, "en", category=LAMP, stage="handle")
    assert [t.name for t in found] == ["lamps handled", "handled", "lamps", "any"]
    assert [t.name for t in texts_for(here.handler, "zh-hans", category=LAMP, stage="")] == ["中文"]


def test_a_changed_text_keeps_what_it_said_and_who_wrote_it(here: District) -> None:
    made = text(here)
    change_text(here.duty_chief, made, "Now {number}, {due}.", here.at, version=1)
    with pytest.raises(Stale, match="version 2, you had 1"):
        change_text(here.administrator, made, "Mine.", here.at, version=1)
    said = [(v.number, v.words, v.by) for v in versions_of(here.handler, made)]
    assert said == [
        (2, "Now {number}, {due}.", "Duty Chief"),
        (1, "Case {number}.", "Administrator"),
    ]
    [line] = texts_for(here.handler, "en", category=LAMP, stage="")
    assert (line.words, line.version) == ("Now {number}, {due}.", 2)
    retire_text(here.administrator, made)
    assert texts_for(here.handler, "en", category=LAMP, stage="") == ()


def test_texts_are_written_by_editors_of_the_whole_site(here: District) -> None:
    chief = here.accounts["duty_chief"]
    one_street = Actor(account=chief, rights=(Right("duty_chief", STREETS[0]),))
    lamps_only = Actor(account=chief, rights=(Right("duty_chief", "", (LAMP,)),))
    for actor in (here.handler, here.dispatcher, one_street, lamps_only):
        with pytest.raises(Forbidden):
            add_text(actor, "x", "y", here.at, language="en")
    assert add_text(lamps_only, "x", "y", here.at, language="en", category=LAMP).pk
    with pytest.raises(Forbidden):
        texts_for(here.outsider, "en", category=LAMP, stage="")


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": " "},
        {"words": "{name} did it"},
        {"words": "{number"},
        {"words": "{number.real}"},
        {"words": "{number!r}"},
        {"words": "{}"},
        {"words": "x" * 2001},
        {"language": "fr"},
        {"category": "77"},
        {"stage": "nowhere"},
        {"name": " "},
    ],
)
def test_a_text_with_a_fault_is_refused(here: District, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        text(here, **wrong)


def test_a_second_text_for_the_same_use_is_refused(here: District) -> None:
    text(here)
    with pytest.raises(Invalid, match="change that one"):
        text(here)


def test_a_text_is_filled_for_a_case_or_refused(here: District) -> None:
    report = here.report(LAMP)
    [line] = lines([report.case_id], here.at, revisions())
    words = "{category}: {number}, {stage}, {team}, {due}"
    check_words(words)
    assert fill(words, values_of(line, "en", "5 March")) == (
        f"Street lamp: {report.number}, {line.stage_title.en}, Intake, 5 March"
    )
    assert fill("{team} {{1}}", values_of(line, "zh-hans", "")) == "受理席 {1}"
    with pytest.raises(Invalid, match="nothing for the place “due”"):
        fill(words, values_of(line, "en", ""))


# --- knowledge base -----------------------------------------------------------------------------


def answer(here: District, question: str, words: str = "At the counter.", **more: Any) -> int:
    return add_answer(here.duty_chief, question, words, here.at, **({"language": "en"} | more)).pk


def test_the_answer_that_fits_best_comes_first(here: District) -> None:
    tax = answer(here, "How do I pay property tax?", keywords="tax, fee")
    residence = answer(here, "居住证怎么办理？", "带身份证到街道办。", language="zh-hans")
    school = answer(here, "How do I enrol at a school?", "Bring the tax receipt.")
    found = [a.id for a in answers_matching(here.intake_officer, "about the property tax", here.at)]
    assert found == [tax, school]
    assert [a.id for a in answers_matching(here.handler, "想办居住证", here.at)] == [residence]
    assert answers_matching(here.handler, "居住证", here.at, language="en") == ()
    assert answers_matching(here.handler, "nothing like it xyzzy", here.at) == ()


def test_an_expired_answer_is_offered_to_nobody_and_waits_for_its_owner(here: District) -> None:
    made = answer(here, "Opening hours?", valid_until=here.at + timedelta(days=10))
    later = here.at + timedelta(days=10)
    assert len(answers_matching(here.handler, "opening hours", later - timedelta(seconds=1))) == 1
    assert answers_matching(here.handler, "opening hours", later) == ()
    assert [a.id for a in expired_answers(here.duty_chief, later)] == [made]
    assert expired_answers(here.handler, later) == ()
    change_answer(
        here.duty_chief, made, "Opening hours?", "9 to 5.", later, version=1,
        valid_until=later + timedelta(days=365),
    )  # fmt: skip
    assert answers_matching(here.handler, "opening hours", later)[0].words == "9 to 5."
    assert expired_answers(here.duty_chief, later) == ()


def test_the_owner_and_the_team_change_an_answer_and_nobody_else(here: District) -> None:
    made = answer(here, "Where?", owner=here.accounts["handler"], team=here.teams["street"])
    [line] = answers_matching(here.handler, "where", here.at)
    for actor, may in (
        (here.handler, True),
        (here.street_handler, True),
        (here.administrator, True),
        (here.dispatcher, False),
        (here.outsider, False),
    ):
        assert may_change(actor, line) is may
    for version, actor in enumerate((here.handler, here.street_handler), 1):
        change_answer(actor, made, "Where?", f"v{version + 1}", here.at, version=version)
    with pytest.raises(Forbidden):
        change_answer(here.dispatcher, made, "Where?", "x", here.at, version=3)
    with pytest.raises(Stale):
        change_answer(here.handler, made, "Where?", "x", here.at, version=1)
    said = [(v.number, v.words, v.by) for v in answer_versions(here.dispatcher, made)]
    assert said == [
        (3, "v3", "Street Handler"),
        (2, "v2", "Handler"),
        (1, "At the counter.", "Duty Chief"),
    ]
    retire_answer(here.handler, made)
    assert answers_matching(here.handler, "where", here.at) == ()


def test_an_answer_with_a_fault_is_refused(here: District) -> None:
    wrongs: tuple[dict[str, Any], ...] = (
        {"question": " "},
        {"question": "x" * 301},
        {"words": ""},
        {"valid_until": here.at},
        {"valid_until": here.at.replace(tzinfo=None)},
        {"language": "fr"},
        {"category": "77"},
        {"keywords": "x\x00"},
    )
    for wrong in wrongs:
        with pytest.raises(Invalid):
            answer(here, **({"question": "Where?"} | wrong))
    with pytest.raises(Forbidden):
        add_answer(here.handler, "Where?", "Here.", here.at, language="en")
    with pytest.raises(Invalid, match="stays right"):
        add_answer(SYSTEM, "Where?", "Here.", here.at, language="en")


# --- callbacks ----------------------------------------------------------------------------------


def test_a_closed_case_waits_for_its_callback_until_everybody_was_heard(here: District) -> None:
    assert callback_stages() == ("evaluate",)
    first, second = here.report(LAMP), here.report(RUBBISH, contact={"phone": "1"})
    here.report(QUESTION)
    joined = here.report(RUBBISH, "The same.")
    cases.join(joined.number, second.number, "Same.", here.dispatcher, here.at)
    here.closed(first)
    here.closed(second)
    later = here.at + timedelta(hours=6)
    page = callbacks(here.intake_officer, later)
    assert {row.line.number for row in page.rows} == {first.number, second.number}
    by_number = {row.line.number: row.reports for row in page.rows}
    assert [(r.number, r.has_contact) for r in by_number[second.number]] == [
        (second.number, True),
        (joined.number, False),
    ]
    cases.call_back(joined.number, here.intake_officer, later, {"reached": True, "solved": True})
    cases.act(
        first.number,
        "content",
        here.intake_officer,
        later,
        {"satisfied": 5, "report": first.number},
    )
    [row] = callbacks(here.intake_officer, later, mine=True).rows
    assert row.line.number == second.number
    assert [r.solved for r in row.reports] == [None, True]
    assert callbacks(here.outsider, later).rows == ()


def test_callbacks_go_on_from_page_to_page_the_soonest_due_first(here: District) -> None:
    for number in range(3):
        here.closed(here.report(RUBBISH, at=here.at, words=f"{number}"))
    later = here.at + timedelta(hours=6)
    seen, after = [], ""
    while True:
        page = callbacks(here.intake_officer, later, after=after, size=2)
        seen += [row.line.due_at for row in page.rows]
        after = page.next_key
        if not after:
            break
    assert len(seen) == 3
    assert None not in seen
    assert seen == sorted(d for d in seen if d is not None)
