"""Filters of the queue and the board are chosen or written by name; codes are not asked of anybody."""

import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from commonward.core.refusals import Invalid
from commonward.doors.desk.naming import code_of
from commonward.people.queries import revisions
from tests.district import LAMP, STREETS
from tests.doors.desk.conftest import Office, Page


def offered(page: Page, name: str) -> list[str]:
    """What a field offers."""
    part = page.html.split(f'<datalist id="{name}">')[1].split("</datalist>")[0]
    return re.findall(r'value="([^"]*)"', part)


@pytest.mark.parametrize("page", ["queue", "board"])
def test_each_choice_that_is_offered_is_understood(office: Office, page: str) -> None:
    office.district.report(LAMP)
    path = reverse(f"desk:{page}")
    shown = office.dispatcher.open(path)
    for name, field in (("categories", "category"), ("areas", "area"), ("teams", "team")):
        assert f'name="{field}"' in shown.html and f'list="{name}"' in shown.html
        choices = offered(shown, name)
        assert choices
        for choice in choices:
            answer = office.dispatcher.open(f"{path}?{urlencode({field: choice})}")
            assert answer.status == 200, choice
            assert f'value="{choice}"' in answer.html, "it stands in its field again"
            assert "Please check" not in answer.text


def test_the_address_keeps_codes_whatever_was_written(office: Office) -> None:
    office.district.report(LAMP)
    page = office.dispatcher.open(reverse("desk:queue"), category="lamp")
    assert LAMP in page.html
    saved = next(link for link in page.links if link.startswith(reverse("desk:saved") + "?"))
    assert f"category={LAMP}" in saved


@pytest.mark.parametrize(
    ("field", "written", "code"),
    [
        ("category", LAMP, LAMP),
        ("category", "01", "01"),
        ("team", "roads", "roads"),
        ("team", "道路养护队", "roads"),
        ("team", "Street office", "street"),
        ("team", "northern", "grids-north"),
        ("area", f"whatever · {STREETS[0]}", STREETS[0]),
        ("area", "430298001001001", "430298001001001"),
    ],
)
def test_a_name_a_part_of_it_or_a_code_is_enough(
    office: Office, field: str, written: str, code: str
) -> None:
    assert code_of(field, written, revisions()) == code


def test_where_several_are_meant_they_are_named(office: Office) -> None:
    with pytest.raises(Invalid) as refusal:
        code_of("team", "grids", revisions())
    assert refusal.value.field == "team"
    page = office.dispatcher.open(reverse("desk:board"), team="网格")
    assert "Several are called “网格”" in page.text
    assert "grids-south" in page.text and "grids-north" in page.text
    assert 'value="网格"' in page.html, "what was typed stays"


def test_what_nobody_is_called_is_refused_in_words_at_its_field(office: Office) -> None:
    page = office.dispatcher.open(reverse("desk:queue"), category="独角兽")
    assert page.status == 400
    assert "Nothing here is called “独角兽”." in page.text
    assert 'value="独角兽" aria-invalid="true"' in page.html


def test_several_cases_go_to_a_team_by_its_name(office: Office) -> None:
    report = office.district.report()
    office.district.act(report, "accept", office.district.intake_officer, 2)
    office.district.act(report, "file", office.district.duty_chief, 5)
    report.case.refresh_from_db()
    bulk = reverse("desk:bulk")
    given = {"case": f"{report.case.number}:{report.case.version}", "verb": "dispatch"}
    page = office.dispatcher.open("/desk/queue/?state=all&order=newest")
    form = office.dispatcher.send(page, bulk, **given)
    seen = office.dispatcher.send(form, bulk, team="Roads · roads")
    assert "This would happen" in seen.text
    office.dispatcher.send(seen, bulk + "#done")
    assert (
        report.case.__class__.objects.get(pk=report.case_id).team_id
        == (office.district.teams["roads"])
    )


def test_what_only_disputes_have_is_not_offered_among_cases(office: Office) -> None:
    shown = office.dispatcher.open(reverse("desk:queue"))
    stages = set(re.findall(r'id="stage-(\w+)"', shown.html))
    assert {"collect", "handle", "evaluate"} <= stages
    assert not {"register", "invite", "at_street", "perform"} & stages
    assert not [one for one in offered(shown, "categories") if "D-" in one]
