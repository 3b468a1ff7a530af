"""A roster in browsers: a planner asks with a sheet and publishes, a unit mends it for its seat."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.response.actions.planning import run_next
from commonward.response.models import Plan, Roster, RosterAbsence, RosterShift
from tests.district import SINCE, District
from tests.help import FORCES, Help, urgent_help


@pytest.fixture
def aid(district: District) -> Help:
    """Seven units, none on duty, and who plans everywhere."""
    made = urgent_help(district, on_duty=False)
    account = people.add_account(SYSTEM, "planner", "Planner", at=SINCE).pk
    people.grant(SYSTEM, account, "planner", at=SINCE)
    return made


def sheet(folder: Path) -> Path:
    """Three seats of each unit; one of them has wishes and a day off."""
    day = timezone.localdate() + timedelta(days=2)
    rows = [f"{code},{seat},,\n" for code in FORCES for seat in (1, 2, 3)]
    rows[0] = f"police-1,1,{day},{day + timedelta(days=1)}:night:-3\n"
    path = folder / "seats.csv"
    path.write_text("team,seat,off,wishes\n" + "".join(rows), encoding="utf-8")
    return path


def asked(w: Any, folder: Path) -> None:
    """The form, filled and sent."""
    w.open(reverse("desk:plan_new", args=["rosters"]))
    for name, value in (
        ("first", timezone.localdate().isoformat()), ("weeks", "2"),
        ("shifts", "day 07:00-15:00\nevening 15:00-23:00\nnight 23:00-07:00"),
        ("cover", "* 07:00-23:00 2\n* 23:00-07:00 2"),
    ):  # fmt: skip
        w.page.fill(f"[name={name}]", value)
    w.page.set_input_files("[name=file]", str(sheet(folder)))


def test_a_planner_publishes_a_roster_and_a_unit_mends_it(
    aid: Help, window: Callable[..., Any], tmp_path: Path
) -> None:
    with window("en-GB", 1280) as desk, window("en-GB", 320) as crew:
        desk.sign_in("planner")
        asked(desk, tmp_path)
        desk.sound("roster-form")
        desk.page.get_by_role("button", name="Compute").click()
        desk.page.get_by_text("Waiting").wait_for()
        desk.sound("roster-waiting")
        run_next(timezone.now())
        # How far it is comes by itself.
        desk.page.get_by_text("Done", exact=True).wait_for()
        plan = Plan.objects.get()
        desk.open(reverse("desk:plan", args=[plan.code]))
        assert "Cover against the minimum" in desk.text and "Fairness" in desk.text
        desk.sound("roster-plan")
        desk.press("Publish")
        roster = Roster.objects.get()
        assert desk.path == reverse("desk:roster", args=[roster.code])
        desk.sound("roster-published")

        shift = RosterShift.objects.filter(roster=roster, day__gte=2).order_by("day", "pk").first()
        assert shift is not None
        day = (roster.first + timedelta(days=shift.day)).isoformat()
        crew.sign_in(shift.team)
        crew.open(reverse("desk:unit_own"))
        assert "Next shifts of your seats" in crew.text
        crew.sound("roster-unit")
        crew.press("Roster; a seat falls out")
        crew.page.get_by_role("link", name=roster.title).click()
        crew.page.get_by_text("A seat falls out").click()
        crew.page.select_option("[name=seat]", f"{shift.team}:{shift.seat}")
        crew.page.fill("[name=first]", day)
        crew.press("Look for a mending")
        crew.page.get_by_role("heading", name="A seat falls out: what can be done").wait_for()
        crew.sound("roster-proposals")
        crew.press("Accept 1")
        crew.page.get_by_text("The roster is changed").wait_for()
        assert RosterAbsence.objects.get().state == "accepted"
        assert not RosterShift.objects.filter(
            roster=roster, team=shift.team, seat=shift.seat, day=shift.day
        ).exists()
        crew.sound("roster-mended")
        desk.open(desk.path)
        assert "changed once" in desk.text
        desk.sound("roster-changed")


@pytest.mark.parametrize(("language", "width"), [("zh-CN", (320, 1280)), ("en-GB", 768)])
def test_the_pages_of_rosters_are_sound(
    aid: Help,
    window: Callable[..., Any],
    tmp_path: Path,
    language: str,
    width: int | tuple[int, ...],
) -> None:
    with window(language, width) as w:
        w.sign_in("planner")
        asked(w, tmp_path)
        w.sound("roster-form")
        w.page.locator("button[name=do][value=ask]").click()
        w.page.wait_for_url("**/desk/plans/*/")
        run_next(timezone.now())
        plan = Plan.objects.get()
        w.open(reverse("desk:plan", args=[plan.code]))
        w.sound("roster-plan")
        w.page.locator("button[value=publish]").click()
        w.page.wait_for_url("**/desk/rosters/*/")
        w.sound("roster-published")
        w.open(reverse("desk:rosters"))
        w.sound("roster-list")
