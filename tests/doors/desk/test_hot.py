"""Hot issues at the desk: the list, one issue down to its cases, split with a reason."""

import pytest
from django.utils import timezone

from commonward.areas.models import Area
from commonward.cases.models import Case
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


def test_each_fact_of_an_issue_is_told_on_its_page_and_in_the_list(hot: Office) -> None:
    first, second = Case.objects.filter(number__startswith="A").order_by("id")[:2]
    second.joined_to = first
    second.save(update_fields=["joined_to"])
    listed = hot.leader.open(PAGE, order="count")
    page = hot.leader.open(f"{PAGE}{HotIssue.objects.get().pk}/")
    moments = list(Case.objects.filter(number__startswith="A").values_list("opened_at", flat=True))
    name = Area.objects.get(code=first.area_path.strip("/").rsplit("/", 1)[-1])
    for shown in (listed, page):
        assert "3 without duplicates" in shown.text
        assert name.name_en in shown.text or name.name in shown.text
        assert "+4" in shown.text, "four in the last four weeks, none in the four before"
        for moment in (min(moments), max(moments)):
            assert timezone.localtime(moment).isoformat()[:10] in shown.html
        for word in ("First", "Last", "Areas"):
            assert word in shown.text


def test_an_issue_is_merged_at_the_desk_and_its_number_leads_to_the_other(hot: Office) -> None:
    one = HotIssue.objects.get().pk
    page = hot.leader.open(f"{PAGE}{one}/")
    chosen = page.html.split('name="cases" value="')[1].split('"')[0]
    hot.leader.send(page, f"{PAGE}{one}/", act="split", cases=chosen, reason="another plant")
    new = HotIssue.objects.exclude(pk=one).get().pk
    part = hot.leader.open(f"{PAGE}{new}/")
    assert part.status == 200
    done = hot.leader.send(
        part, f"{PAGE}{new}/", act="merge", into=str(one), reason="the same after all"
    )
    assert "the same after all" in done.text
    again = hot.leader.open(f"{PAGE}{new}/")
    assert again.path.endswith(f"{PAGE}{one}/") or f'action="{PAGE}{one}/"' in again.html
    assert HotIssue.objects.get(pk=one).count == 4


def test_a_case_is_made_of_an_issue_at_the_desk(office: Office) -> None:
    for words in PLANT:
        office.district.report(words=words)
    find_hot(office.district.at)
    way = f"{PAGE}{HotIssue.objects.get().pk}/"
    page = office.dispatcher.open(way)
    office.dispatcher.send(page, way, act="case", words="搅拌站噪音", reason="one plant")
    made = HotIssue.objects.get().case
    assert made is not None
    assert Case.objects.filter(joined_to=made).count() == 4
    assert made.number in office.dispatcher.open(way).text
