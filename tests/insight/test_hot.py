"""Hot issues of the cases that there are: found as they come, decided by people, never by person."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from commonward.cases.models import Case, Category, Report
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, Right
from commonward.insight.actions import hot
from commonward.insight.actions.hot import case_of_hot, find_hot, hot_due, merge_hot, split_hot
from commonward.insight.models import HotAct, HotIssue, HotMember
from commonward.insight.queries.hot import cases_of, hot_issue, hot_issues
from commonward.people.models import Account
from tests.district import RUBBISH, District
from tests.insight.placing import CORNER, placed

pytestmark = pytest.mark.django_db
PLANT = (
    "丽发新城小区附近搅拌站噪音扰民",
    "投诉丽发新城旁边搅拌站噪音和粉尘太大",
    "丽发新城附近搅拌站噪音严重影响居民睡眠",
    "丽发新城小区旁搅拌站日夜施工，噪音灰尘污染",
)
FAR = (CORNER[0] + 0.03, CORNER[1] + 0.03)


def say(
    here: District,
    said: tuple[str, ...],
    prefix: str,
    point: tuple[float, float] = CORNER,
    days: int = 20,
) -> list[Case]:
    rows = [(*point, here.at - timedelta(days=days - n)) for n in range(len(said))]
    made = placed(here, rows, RUBBISH, prefix=prefix)
    for case, words in zip(made, said, strict=True):
        Case.objects.filter(number=case.number).update(summary=words)
        Report.objects.filter(number=case.number).update(
            words=f"{words}，联系人：张三，电话13912345678"
        )
    return list(Case.objects.filter(number__startswith=prefix).order_by("id"))


def leader(right: Right | None = None) -> Actor:
    account = Account.objects.create_user("hot-leader", "Leader")
    return Actor(role="leader", account=account.pk, rights=(right or Right("leader", "", ()),))


def test_cases_of_one_problem_become_one_issue_with_a_name_that_several_said(
    here: District,
) -> None:
    say(here, PLANT, "A")
    say(here, ("路灯不亮", "路灯坏了天黑看不见", "路灯不亮"), "B", FAR)
    assert find_hot(here.at) == 7
    found = hot_issues(leader(), here.at)
    assert sorted(one.count for one in found) == [3, 4]
    plant = next(one for one in found if one.count == 4)
    assert "丽发新城" in plant.place
    assert "搅拌站" in plant.words
    kept = "".join(str(row) for row in HotIssue.objects.values_list("place", "words"))
    assert "张三" not in kept
    assert "139" not in kept


def test_ids_stay_from_day_to_day(here: District) -> None:
    say(here, PLANT[:3], "A")
    find_hot(here.at)
    before = dict(HotMember.objects.values_list("case_id", "issue_id"))
    assert not hot_due(here.at)
    say(here, PLANT[3:], "C", days=2)
    assert find_hot(here.at + timedelta(hours=1)) == 1
    after = dict(HotMember.objects.values_list("case_id", "issue_id"))
    assert {case: after[case] for case in before} == before
    assert len(set(after.values())) == 1
    assert find_hot(here.at + timedelta(hours=2)) == 0


@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_run_thinks_and_what_a_person_did_meanwhile_stands(
    here: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(here, PLANT, "A")
    find_hot(here.at)
    (issue,) = HotIssue.objects.all()
    say(here, PLANT[:1], "B")
    plain = hot._placed

    def thinking(*given: Any) -> Any:
        assert not connection.in_atomic_block
        cases = list(HotMember.objects.order_by("id").values_list("case_id", flat=True))[:1]
        split_hot(issue.pk, cases, "another plant", leader(), here.at)
        return plain(*given)

    with monkeypatch.context() as patched:
        patched.setattr(hot, "_placed", thinking)
        assert find_hot(here.at) == 0
    assert sorted(HotIssue.objects.values_list("count", flat=True)) == [1, 3]
    assert find_hot(here.at) == 1
    assert sum(HotIssue.objects.values_list("count", flat=True)) == 5


def test_disputes_and_incidents_never_enter(here: District) -> None:
    for code in ("D-09", "E-09"):
        category = Category.objects.create(
            code=code, name=code, kind="event", procedure="service_matter"
        )
        for case in say(here, PLANT, f"X{code}"):
            Case.objects.filter(pk=case.pk).update(category=category)
    assert find_hot(here.at) == 0
    assert not HotMember.objects.exists()


def test_who_sees_none_of_its_cases_sees_no_issue(here: District) -> None:
    say(here, PLANT, "A")
    find_hot(here.at)
    elsewhere = leader(Right("leader", "999999", ()))
    assert hot_issues(elsewhere, here.at) == ()
    with pytest.raises(Missing):
        hot_issue(HotIssue.objects.get().pk, elsewhere, here.at)
    with pytest.raises(Forbidden):
        split_hot(HotIssue.objects.get().pk, [1], "why", elsewhere, here.at)


@pytest.mark.parametrize("left", ["dispute", "incident", "void", "forgotten"])
def test_a_case_that_leaves_takes_its_words_and_its_place_in_the_count_with_it(
    here: District, left: str
) -> None:
    # Three of four say 搅拌站; without the one that leaves no three do.
    cases = say(here, (*PLANT[:3], "丽发新城小区附近噪音扰民"), "A")
    find_hot(here.at)
    who = leader()
    shown = hot_issue(HotIssue.objects.get().pk, who, here.at)
    assert (shown.count, "搅拌站" in shown.words, shown.place) == (4, True, "丽发新城")
    if left in ("dispute", "incident"):
        code = {"dispute": "D-09", "incident": "E-09"}[left]
        kind = Category.objects.create(
            code=code, name=code, kind="event", procedure="service_matter"
        )
        Case.objects.filter(pk=cases[0].pk).update(category=kind)
    elif left == "void":
        Case.objects.filter(pk=cases[0].pk).update(outcome="void")
    else:
        Case.objects.filter(pk=cases[0].pk).update(forgotten_at=here.at)
    # At once, before another run.
    shown = hot_issue(shown.id, who, here.at)
    assert (shown.count, shown.hidden, shown.place) == (3, 0, "丽发新城")
    assert "搅拌站" not in shown.words
    assert cases[0].number not in {row.number for row in cases_of(shown.id, who, here.at)}
    assert hot_issues(who, here.at)[0].words == shown.words
    # And after the next one in what is kept.
    find_hot(here.at + timedelta(hours=1))
    kept = HotIssue.objects.get()
    assert (kept.count, "搅拌站" in kept.words) == (3, False)
    changed = kept.changed_at
    find_hot(here.at + timedelta(hours=2))
    assert HotIssue.objects.get().changed_at == changed, "what is told anew already stays"


def test_an_issue_is_named_for_a_reader_by_the_cases_that_they_may_see(here: District) -> None:
    say(here, PLANT, "A")
    said = "丽发新城小区附近噪音扰民"
    other = say(here, (said, said, said), "B")
    grid = Case.objects.get(number="A0").area_path
    Case.objects.filter(pk__in=[case.pk for case in other]).update(area_path=grid + "x/")
    find_hot(here.at)
    issue = HotMember.objects.get(case__number="A0").issue
    HotMember.objects.update(issue=issue)
    assert "搅拌站" in hot_issue(issue.pk, leader(), here.at).words
    HotIssue.objects.filter(pk=issue.pk).update(words=["搅拌站", "噪音"])
    Case.objects.filter(number__in=["A0", "A1"]).update(area_path="/999999/")
    some = Actor(role="leader", account=1, rights=(Right("leader", grid.split("/")[1], ()),))
    shown = hot_issue(issue.pk, some, here.at)
    assert (shown.count, shown.hidden) == (5, 2)
    assert shown.words == ("噪音",), "only two that they see speak of the plant"


def test_an_issue_is_split_and_merged_again_each_with_its_reason(here: District) -> None:
    cases = say(here, PLANT, "A")
    find_hot(here.at)
    who, issue = leader(), HotIssue.objects.get().pk
    with pytest.raises(Invalid):
        split_hot(issue, [cases[0].pk], " ", who, here.at)
    with pytest.raises(Invalid):
        split_hot(issue, [case.pk for case in cases], "all", who, here.at)
    new = split_hot(issue, [cases[0].pk], "another plant", who, here.at)
    assert [row.number for row in cases_of(new.pk, who, here.at)] == [cases[0].number]
    assert hot_issue(issue, who, here.at).count == 3
    main = merge_hot(new.pk, issue, "the same after all", who, here.at)
    assert main.pk == issue
    assert hot_issue(new.pk, who, here.at).id == issue, "the old number leads to the new"
    assert list(HotAct.objects.values_list("verb", "reason")) == [
        ("split", "another plant"),
        ("merge", "the same after all"),
    ]


def test_what_a_person_split_off_is_not_put_back(here: District) -> None:
    cases = say(here, PLANT, "A")
    find_hot(here.at)
    new = split_hot(HotIssue.objects.get().pk, [cases[0].pk], "another", leader(), here.at)
    say(here, PLANT[:1], "D", days=1)
    find_hot(here.at + timedelta(hours=1))
    assert HotMember.objects.get(case=cases[0]).issue_id == new.pk


def test_an_issue_without_an_open_case_becomes_no_case(here: District) -> None:
    say(here, PLANT, "A")
    find_hot(here.at)
    with pytest.raises(Refusal, match="None of its cases is open"):
        case_of_hot(HotIssue.objects.get().pk, "搅拌站", "together", leader(), here.at)


def test_a_case_is_made_of_an_issue_and_every_reporter_follows_it_and_is_answered(
    here: District,
) -> None:
    told = [
        here.report(words=words, contact={"phone": f"1390000000{n}"})
        for n, words in enumerate(PLANT)
    ]
    find_hot(here.at)
    issue = HotIssue.objects.get()
    assert issue.count == 4
    with pytest.raises(Invalid):
        case_of_hot(issue.pk, " ", "together", here.dispatcher, here.at)
    number = case_of_hot(issue.pk, "搅拌站噪音", "one plant", here.dispatcher, here.at)
    made = Case.objects.get(number=number)
    assert made.is_open
    assert not made.public
    assert made.area_path == told[0].case.area_path
    for report in told:
        report.case.refresh_from_db()
        assert report.case.joined_to_id == made.pk
        assert not report.case.is_open
    assert HotAct.objects.get().data == {
        "case": number,
        "joined": [report.case.number for report in told],
        "left": [],
    }
    shown = hot_issue(issue.pk, here.dispatcher, here.at)
    assert (shown.case, shown.joined, shown.count) == (number, 4, 4)
    # The new case ends; each of the four is answered under the number that they know.
    own = Report.objects.get(case=made)
    here.closed(own)
    here.act(own, "content", here.holder(own), 400, satisfied=5)
    for report in told:
        report.refresh_from_db()
        assert report.answered_at == here.at + timedelta(minutes=400)
    with pytest.raises(Refusal, match="made of this issue already"):
        case_of_hot(issue.pk, "搅拌站噪音", "again", here.dispatcher, here.at)
    find_hot(here.at + timedelta(hours=1))
    assert hot_issue(issue.pk, here.dispatcher, here.at).count == 4, "it is no fifth report"
