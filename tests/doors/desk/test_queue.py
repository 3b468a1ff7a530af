"""The work list as an address: filters, order, pages, search, what is shown of each case."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Case
from commonward.people.models import AccessRecord
from tests.district import LAMP, POTHOLE, RUBBISH, District
from tests.doors.desk.conftest import Office, Page


def numbers(page: Page) -> list[str]:
    """The cases of a list, in its order."""
    return re.findall(r'data-row="(\w+)"', page.html)


def test_a_list_shows_each_case_with_its_light_in_words_and_where_it_stands(office: Office) -> None:
    report = office.district.report(words="Rubbish at the school", address="School road 7")
    office.district.handled(report)
    page = office.dispatcher.open("/desk/queue/")
    assert page.status == 200
    assert numbers(page) == [report.case.number]
    for words in ("in time", "Exposed rubbish", "Rubbish at the school", "School road 7"):
        assert words in page.text
    assert "Being handled" in page.text
    assert "Street office" in page.text
    assert f"{report.case.number}:{Case.objects.get().version}" in page.html


FILTERS = {
    "category=01": [LAMP],
    "stage=handle": [LAMP],
    "stage=collect&stage=handle": [LAMP, RUBBISH],
    "team=lamps": [LAMP],
    "handling_team=lamps": [LAMP],
    "area=430298002": [RUBBISH],
    "unrouted=yes": [],
    "paused=no": [LAMP, RUBBISH],
    "state=closed": [],
    "light=red": [RUBBISH],
    "light=green": [LAMP],
    "grade=urgent": [],
    "origin=public": [LAMP, RUBBISH],
}


@pytest.mark.parametrize("query", sorted(FILTERS))
def test_each_filter_of_the_address_narrows_the_list(office: Office, query: str) -> None:
    district = office.district
    lamp = district.report(LAMP)
    district.handled(lamp)
    lat, lon = district.inside(2, 0)
    district.report(RUBBISH, lat=lat, lon=lon)
    page = office.dispatcher.open(f"/desk/queue/?{query}")
    found = {Case.objects.get(number=n).category.code for n in numbers(page)}
    assert found == set(FILTERS[query])


def test_days_are_those_of_the_site_and_the_last_one_is_in_it(office: Office) -> None:
    report = office.district.report()
    day = timezone.localtime(report.case.opened_at).date().isoformat()
    before = (timezone.localtime(report.case.opened_at).date() - timedelta(days=1)).isoformat()
    found = numbers(office.dispatcher.open(f"/desk/queue/?opened_from={day}&opened_until={day}"))
    assert found == [report.case.number]
    assert numbers(office.dispatcher.open(f"/desk/queue/?opened_until={before}")) == []


def test_my_teams_are_those_of_whoever_asks(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    assert numbers(office.street_handler.open("/desk/queue/?mine=yes")) == [report.case.number]
    assert numbers(office.dispatcher.open("/desk/queue/?mine=yes")) == []
    assert numbers(office.second_handler.open("/desk/queue/")) == []


@pytest.mark.parametrize("order", ["due", "newest"])
def test_every_page_is_reached_by_its_link_and_none_is_shown_twice(
    office: Office, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonward.doors.desk.views.queue.ON_A_PAGE", 2)
    made = {office.district.report(words=f"Rubbish {n}").case.number for n in range(5)}
    page = office.dispatcher.open(f"/desk/queue/?order={order}&category=03")
    found = numbers(page)
    while True:
        links = [link for link in page.links if link.startswith("?") and "after=" in link]
        if not links:
            break
        assert "category=03" in links[0]
        page = office.dispatcher.open(f"/desk/queue/{links[0]}")
        found += numbers(page)
    assert sorted(found) == sorted(made)


def test_words_are_found_in_ended_cases_too_and_nobodys_telephone(office: Office) -> None:
    report = office.district.report(
        words="A mattress beside the river", contact={"phone": "13912345678"}
    )
    office.district.act(report, "void", office.district.duty_chief, 5, reason="A test.")
    assert numbers(office.dispatcher.open("/desk/queue/?q=mattress")) == [report.case.number]
    assert numbers(office.dispatcher.open("/desk/queue/?q=mattress&state=open")) == []
    assert numbers(office.dispatcher.open("/desk/queue/?q=13912345678")) == []


def test_a_number_opens_its_case_at_once(office: Office) -> None:
    report = office.district.report()
    number = report.case.number
    page = office.dispatcher.open(f"/desk/queue/?q={number[:5].lower()}-{number[5:]}", follow=False)
    assert (page.status, page.path) == (302, f"/desk/cases/{number}/")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("light=blue", "not known"),
        ("team=nobody", "no team"),
        ("opened_from=soon", "is no day"),
        ("unrouted=perhaps", "not known"),
        ("after=rubbish", "no key of this list"),
        ("opened_from=2026-03-02&opened_until=2026-03-01", "lies before"),
        ("opened_from=9999-12-31&opened_until=9999-12-31", "is no day"),
    ],
)
def test_what_no_list_knows_is_refused_in_words_on_the_page_with_the_form(
    office: Office, query: str, words: str
) -> None:
    page = office.dispatcher.open(f"/desk/queue/?{query}")
    assert page.status == 400
    assert words in page.text
    assert page.form("/desk/queue/")


def test_what_somebody_else_sees_is_not_in_my_list_nor_in_my_panes(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    number = report.case.number
    assert office.second_handler.open(f"/desk/queue/row/{number}/").status == 404
    assert office.second_handler.open(f"/desk/queue/beside/{number}/").status == 404
    assert office.street_handler.open(f"/desk/queue/row/{number}/").status == 200


def test_a_line_tells_nothing_that_is_noted_but_the_pane_beside_it_does(office: Office) -> None:
    report = office.district.report()
    office.district.act(report, "note", office.district.leader, 1, words="Look behind the gate.")
    office.dispatcher.open(f"/desk/queue/row/{report.case.number}/")
    assert not AccessRecord.objects.exists()
    pane = office.dispatcher.open(f"/desk/queue/beside/{report.case.number}/")
    assert "Look behind the gate." in pane.text
    assert "Leader" in pane.text
    [look] = AccessRecord.objects.all()
    assert (look.what, look.door) == ("timeline", "desk")


def test_words_of_a_report_are_never_markup(office: Office) -> None:
    office.district.report(words="<script>alert(1)</script>", address='"><img src=x>')
    page = office.dispatcher.open("/desk/queue/")
    assert "<script>alert" not in page.html
    assert "<img" not in page.html


def test_flags_of_a_line_are_words_and_markup_is_ours(office: Office) -> None:
    report = office.district.report(LAMP, grade="urgent")
    Case.objects.filter(pk=report.case_id).update(unrouted=True, paused=True, provisional=True)
    line = office.dispatcher.open(f"/desk/queue/row/{report.case.number}/")
    assert "&lt;" not in line.html
    for word in ("urgent", "nobody answers", "suspended", "provisional", "changed"):
        assert f">{word}</strong>" in line.html


def test_the_list_says_what_it_is_in_chinese(office: Office) -> None:
    office.district.report()
    page = office.browser("dispatcher", "zh-CN").open("/desk/queue/")
    assert "暴露垃圾" in page.text
    assert "信息收集" in page.text


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/desk/", 48),
        ("/desk/queue/", 16),
        ("/desk/queue/?light=red&category=03&area=430298001", 16),
        ("/desk/queue/?q=rubbish", 18),
        ("/desk/keys/", 6),
        ("/desk/go/?q=x", 8),
        ("/desk/views/", 9),
    ],
)
def test_a_page_asks_as_much_for_many_cases_as_for_one(
    office: Office, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    def asked() -> int:
        with django_assert_max_num_queries(most) as captured:
            assert office.dispatcher.open(path).status == 200
        return len(captured)

    office.dispatcher.open(path)
    _busy(office.district, 1)
    one = asked()
    _busy(office.district, 12)
    assert asked() <= one + 1


def _busy(district: District, count: int) -> None:
    for n in range(count):
        report = district.report(words=f"Rubbish {n}")
        district.act(report, "accept", district.intake_officer, 2)
        district.act(report, "file", district.duty_chief, 3)
        district.report(POTHOLE, words="Rubbish in a hole", answers={"HOWDEEP": "5"})
