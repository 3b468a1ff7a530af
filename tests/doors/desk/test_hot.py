"""Hot issues at the desk: the list, one issue down to its cases, split with a reason."""

import pytest

from commonward.insight.actions.hot import find_hot
from commonward.insight.models import HotAct, HotIssue
from tests.doors.desk.conftest import Office
from tests.insight.test_hot import PLANT, say

PAGE = "/desk/hot/"


@pytest.fixture
def hot(office: Office) -> Office:
    say(office.district, PLANT, "A")
    find_hot(office.district.at)
    return office


def test_before_anything_was_put_together_the_page_says_so(office: Office) -> None:
    page = office.leader.open(PAGE)
    assert page.status == 200
    assert "Nothing was put together yet" in page.text


def test_an_issue_is_listed_and_followed_down_to_its_cases(hot: Office) -> None:
    page = hot.leader.open(PAGE, order="count")
    assert "丽发新城" in page.text
    way = next(link for link in page.links if link.startswith("/desk/hot/") and link != PAGE)
    one = hot.leader.open(way)
    assert one.status == 200
    assert sum("/desk/cases/A" in link for link in one.links) == 4
    for told in ("Growth, twelve weeks", "The growth as a table", "Put together by"):
        assert told in one.text
    assert "13912345678" not in one.html


def test_splitting_needs_a_reason_and_is_told_below(hot: Office) -> None:
    way = f"{PAGE}{HotIssue.objects.get().pk}/"
    page = hot.leader.open(way)
    chosen = page.html.split('name="cases" value="')[1].split('"')[0]
    refused = hot.leader.send(page, way, act="split", cases=chosen, reason="")
    assert refused.status == 400
    assert "Give the reason" in refused.text
    done = hot.leader.send(page, way, act="split", cases=chosen, reason="another plant")
    assert done.status == 200
    assert HotAct.objects.get().verb == "split"
    assert "another plant" in done.text


def test_an_act_that_nobody_knows_is_refused_in_words(hot: Office) -> None:
    way = f"{PAGE}{HotIssue.objects.get().pk}/"
    page = hot.leader.open(way)
    for sent in ({"act": "burn"}, {"act": "merge", "into": "x", "reason": "y"}):
        assert hot.leader.send(page, way, **sent).status == 400


def test_the_dashboard_names_the_issues_that_grow_fastest(hot: Office) -> None:
    page = hot.leader.open("/desk/dashboard/")
    assert "Hot issues that grow fastest" in page.text
    assert "丽发新城" in page.text
    assert f"{PAGE}{HotIssue.objects.get().pk}/" in page.links
    narrowed = hot.leader.open("/desk/dashboard/", category="03")
    assert "Hot issues that grow fastest" not in narrowed.text
