"""Figures on the desk: how each is made, the very cases behind it, and one's own before all others."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.windows import Window, window
from commonward.insight.queries.measuring import cases_behind, figures_of
from tests.doors.desk.conftest import Office, Page
from tests.insight.busy import limited, week

RATE = "closed_in_time_rate"


@pytest.fixture
def busy(office: Office) -> Office:
    """The office after a week in which nearly everything happened once."""
    week(office.district)
    return office


def month(office: Office) -> Window:
    """The month in which that week lies."""
    return window("month", timezone.localtime(office.district.at).date(), settings.TIME_ZONE)


def day(office: Office) -> dict[str, Any]:
    """The month, as an address asks for it."""
    return {"day": month(office).first.isoformat()}


def test_every_figure_has_its_page_in_both_languages(office: Office) -> None:
    listed = office.handler.open("/desk/figures/")
    assert "Closed in time" in listed.text
    for name, one in book(shipped()).indicators.items():
        assert f"/desk/figures/{name}/" in listed.links
        page = office.handler.open(f"/desk/figures/{name}/")
        assert page.status == 200
        assert page.heading == one.titles["en"]
        assert one.source in page.text.replace("’", "'") or one.source


def test_the_page_tells_formula_counts_source_version_and_what_leaves(office: Office) -> None:
    page = office.handler.open(f"/desk/figures/{RATE}/")
    for told in (
        "of them, closed within the limit ÷ cases that were closed or fell due",
        "closed_in_time / due_to_be_closed",
        "GB/T 30428.4",
        "as it ships, unchanged by this site",
        "it is reckoned in the closing rate",
        "Cases without a stated total limit are not in it",
    ):
        assert told in page.text


def test_whoever_looks_at_areas_sees_the_value_and_each_count_leads_to_its_cases(
    busy: Office,
) -> None:
    page = busy.leader.open(f"/desk/figures/{RATE}/", **day(busy))
    at = timezone.now()
    figure = figures_of([RATE], [month(busy)], at=at)[month(busy)][()][RATE]
    assert figure.under
    for name, count in figure.counts.items():
        assert f"{count:.0f}" in page.text
        (link,) = [one for one in page.links if f"count={name}" in one]
        cases = busy.leader.open(link)
        behind = cases_behind(RATE, name, month(busy), actor=busy.district.leader, at=at)
        assert cases.status == 200
        assert behind.total == count
        shown = {
            found for one in cases.links if (found := re.search(r"/desk/cases/([^/]+)/$", one))
        }
        assert {one.group(1) for one in shown} == set(behind.numbers)
        file = busy.leader.open(link + "&as=csv")
        assert len(file.html.strip().splitlines()) == 1 + len(behind.numbers)


def test_a_handler_reads_how_it_is_made_but_no_figures_of_areas(busy: Office) -> None:
    page = busy.street_handler.open(f"/desk/figures/{RATE}/")
    assert "Show the cases" not in page.text
    assert busy.street_handler.open(f"/desk/figures/{RATE}/cases/").status == 403


def test_my_figures_are_of_what_i_did_myself_with_the_cases(busy: Office) -> None:
    page = busy.grid_worker.open("/desk/figures/mine/", **day(busy))
    assert page.status == 200
    assert "Only you see this page." in page.text
    me = busy.district.grid_worker.account
    assert me is not None
    own = figures_of(
        ["checked_in_time_rate"], [month(busy)], only={"account": (me,)}, at=timezone.now()
    )[month(busy)][()]["checked_in_time_rate"]
    assert own.under
    assert "Checked in time" in page.text
    assert f"of them, within the limit: {own.counts['checked_in_time']:.0f}" in page.text
    link = next(one for one in page.links if "count=checked_in_time" in one)
    assert "own=1" in link
    cases = busy.grid_worker.open(link)
    assert cases.status == 200
    assert "/desk/cases/" in " ".join(cases.links)


def test_nobody_reads_the_figures_of_another_account(busy: Office) -> None:
    """The address cannot name an account, and those of another post are empty."""
    other = busy.district.grid_worker.account
    asked = {"account": str(other), "own": str(other), **day(busy)}
    page = busy.leader.open("/desk/figures/mine/", **asked)
    assert "Checked in time" not in page.text


def test_an_overtime_mark_can_be_appealed_and_a_decided_appeal_is_told(busy: Office) -> None:
    here = busy.district
    late = limited(here, 4)
    here.closed(late)
    here.act(late, "content", here.intake_officer, 400, satisfied=5, solved=True)
    page = busy.dispatcher.open("/desk/figures/mine/", **day(busy))
    assert "a limit was missed" in page.text
    assert "Appeal the mark" in page.text
    assert "appealed: the mark was taken back" in page.text
    link = next(one for one in page.links if one.endswith("/requests/appeal/"))
    assert busy.dispatcher.open(link).status == 200


def test_figures_of_disputes_are_told_without_a_value_that_would_be_nought(busy: Office) -> None:
    page = busy.leader.open("/desk/figures/disputes_settled_rate/")
    assert "Show the cases" not in page.text
    assert "Disputes are never shown case by case." in page.text
    assert "/desk/disputes/figures/" in page.links


def test_what_is_asked_wrongly_is_told_in_words(office: Office) -> None:
    asked: tuple[dict[str, Any], ...] = (
        {"day": "yesterday"},
        {"grain": "fortnight"},
        {"area": "nowhere"},
    )
    for query in asked:
        page = office.leader.open(f"/desk/figures/{RATE}/", **query)
        assert page.status in (404, 422), query
    assert office.leader.open("/desk/figures/no_such/").status == 404
    assert office.leader.open(f"/desk/figures/{RATE}/cases/", count="no_such").status == 404


def test_everybody_reads_how_a_published_figure_is_made_and_of_others_nothing(
    office: Office,
) -> None:
    page = office.nobody.open(f"/figures/{RATE}/")
    assert page.status == 200
    assert page.heading == "Closed in time"
    assert "cases that were closed or fell due" in page.text
    assert office.nobody.open("/figures/department_score/").status == 404
    assert office.nobody.open(f"/figures/{RATE}/", version="7").status == 404


# --- the site's own figures -----------------------------------------------------------------------


def filled(office: Office, page: Page, field: str, **given: str) -> Page:
    """The administrator sends the form of a page that has this field."""
    form = next(one for one in page.forms if field in one.fields)
    return office.administrator.post(page.path, {**form.fields, **given})


def changed(office: Office, changes: str, **more: str) -> Page:
    """Changes that the administrator looked at and brought into force."""
    page = office.administrator.open("/desk/admin/figures/")
    tried = filled(office, page, "whole", whole=changes, do="look")
    assert tried.status == 200, tried.text
    return filled(office, tried, "proposed", reason="the council asked for it", do="adopt", **more)


def test_a_change_is_tried_on_real_cases_and_then_holds_with_its_version(busy: Office) -> None:
    page = changed(busy, '{"constants": {"intake_target": 20}}')
    assert "Version 1 is kept." in page.text
    told = busy.handler.open("/desk/figures/intake_volume_reached/")
    assert "decisions of intake that are the target for a day (20)" in told.text
    assert "the council asked for it" in told.text
    before = busy.handler.open("/desk/figures/intake_volume_reached/", version="0")
    assert "decisions of intake that are the target for a day (40)" in before.text


def test_one_figure_is_changed_on_its_own_page(office: Office) -> None:
    page = office.administrator.open("/desk/admin/figures/department_score/")
    formula = "weighted(50, handled_in_time_rate, 50, closed_rate)"
    tried = filled(office, page, "i-formula", **{"i-formula": formula}, do="look")
    assert "Score of departments" in tried.text
    filled(office, tried, "proposed", reason="simpler", do="adopt")
    told = office.handler.open("/desk/figures/department_score/")
    assert "50 × “Handled in time” + 50 × “Closed”" in told.text
    grades = office.administrator.open("/desk/admin/figures/department_score/")
    tried = filled(office, grades, "i-bands", **{"i-bands": "85 A, 60 B"}, do="look")
    assert '"bound": 85' in next(
        one.fields["proposed"][0] for one in tried.forms if "proposed" in one.fields
    )


def test_what_does_not_fit_is_refused_naming_the_entry_and_nothing_is_lost(office: Office) -> None:
    page = office.administrator.open("/desk/admin/figures/")
    wrong = '{"indicators": {"forced_rate": {"formula": "forced / nothing"}}}'
    told = filled(office, page, "whole", whole=wrong, do="look")
    assert told.status == 422
    assert "forced_rate" in told.text
    assert "nothing" in told.text
    assert wrong in told.html.replace("&quot;", '"')


def test_the_set_can_be_taken_along_and_brought_back(office: Office) -> None:
    changed(office, "[constants]\nintake_target = 25\n")
    taken = office.administrator.open("/desk/admin/figures/whole.json", changes="1").html
    assert '"intake_target"' in taken
    again = changed(office, taken)
    assert "Nothing changed" in again.text


def test_a_change_upon_an_old_version_is_refused(office: Office) -> None:
    changed(office, '{"constants": {"intake_target": 20}}')
    page = changed(office, '{"constants": {"intake_target": 30}}', upon="0")
    assert page.status == 422
    assert "Somebody else changed the figures" in page.text
