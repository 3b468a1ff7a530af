"""An assembly in browsers: seven units answer from seven pages, and the network is cut at one."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.people.queries import clock
from commonward.response.actions.calling import Called, take_call
from commonward.response.actions.ordering import answer, give_order
from commonward.response.actions.recommending import recommend
from commonward.response.actions.reporting import report_position
from commonward.response.actions.units import go_on_duty
from commonward.response.models import Assignment, Incident
from tests.district import District
from tests.help import FORCES, Help, urgent_help

OWN = "/desk/response/unit/"


@pytest.fixture
def aid(district: District) -> Help:
    """Seven units on duty since a minute ago."""
    made = urgent_help(district, on_duty=False)
    now = timezone.now()
    for code, crew in made.crews.items():
        go_on_duty(code, now + timedelta(hours=8), crew, now - timedelta(minutes=1))
    return made


class SiteMinute:
    """The site's time, moved by hand: a busy machine takes none of the simulated minute."""

    def __init__(self) -> None:
        self.at = timezone.now()

    def now(self) -> datetime:
        """The moment that every door hands to the verbs."""
        return self.at

    def passes(self, seconds: int) -> None:
        """So many seconds go by on the site."""
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def minute(aid: Help, monkeypatch: pytest.MonkeyPatch) -> SiteMinute:
    """The clock of the site, standing still until it is moved."""
    made = SiteMinute()
    monkeypatch.setattr(clock, "timezone", made)
    return made


def ordered(aid: Help, kind: str = "assembly", **more: Any) -> str:
    """An incident in the middle of the first grid, with all recommended units sent now."""
    lat, lon = aid.here.inside()
    now = timezone.now()
    given = Called(
        kind=kind, words="Come to the square", place="Town square, east gate",
        callback="13912345678", lat=lat, lon=lon, **more,
    )  # fmt: skip
    number = take_call(given, now, aid.here.intake_officer).case.number
    found = recommend(number, aid.coordinator, now)
    give_order(
        number, [p["unit"] for p in found.data["picks"]], aid.coordinator, now,
        key=f"order of {number}", upon=found.pk,
    )  # fmt: skip
    return number


def test_seven_units_answer_from_seven_pages_within_the_minute_one_of_them_without_a_network(
    aid: Help, minute: SiteMinute, window: Callable[..., Any]
) -> None:
    with ExitStack() as stack:
        desk = stack.enter_context(window("en-GB", 1280))
        desk.sign_in("response_coordinator")
        desk.open(reverse("desk:incident_call") + "?kind=assembly")
        lat, lon = aid.here.inside()
        for name, told in (("words", "All to the square"), ("place", "Town square"),
                           ("lat", str(lat)), ("lon", str(lon))):  # fmt: skip
            desk.page.fill(f"[name={name}]", told)
        desk.press("Take the call")
        desk.press("Recommend units")
        crews = {}
        for code in FORCES:
            crews[code] = stack.enter_context(window("en-GB", 320))
            crews[code].sign_in(code)
            crews[code].open(OWN)
            assert "No order now." in crews[code].text
        desk.press("One order to all chosen")
        assert "0 of 7 units have answered" in desk.text
        number = Incident.objects.get().case.number
        # The order comes by itself to each page that was open already.
        for crew in crews.values():
            crew.page.get_by_role("button", name="We have it").wait_for()
        cut = crews["fire-1"]
        cut.page.context.set_offline(True)
        cut.page.get_by_role("button", name="We have it").click()
        for code, crew in crews.items():
            if code != "fire-1":
                minute.passes(3)
                crew.page.get_by_role("button", name="We have it").click()
                crew.page.get_by_role("button", name="We are on our way").wait_for()
        cut.page.get_by_text("Not sent yet").wait_for()
        desk.page.get_by_text("6 of 7 units have answered").wait_for()
        # Who does not answer stands there as silent, in words and by a shape.
        desk.page.locator(".is-silent", has_text="silent for").wait_for()
        assert desk.page.locator(".is-silent").count() == 1
        assert "Fire-1" in desk.page.locator(".is-silent").inner_text()
        desk.sound("assembly-one-silent")
        assert Assignment.objects.get(unit__code="fire-1").step == "sent"
        minute.passes(24)
        cut.page.context.set_offline(False)
        desk.page.get_by_text("7 of 7 units have answered").wait_for()
        # The last of seven within one minute of one order: here after 6 × 3 and 24 seconds.
        desk.page.get_by_text("the last after 42 s").wait_for()
        waited = [
            (one.acknowledged_at - one.sent_at).total_seconds()
            for one in Assignment.objects.all()
            if one.acknowledged_at is not None and one.sent_at is not None
        ]
        assert sorted(waited) == [3, 6, 9, 12, 15, 18, 42]
        cut.page.get_by_role("button", name="We are on our way").wait_for()
        cut.page.get_by_text("Not sent yet").wait_for(state="hidden")
        assert Assignment.objects.filter(step="acknowledged").count() == 7
        assert Incident.objects.get(case__number=number).case.stage == "acknowledged"
        for code, crew in crews.items():
            if code != "fire-1":
                assert not crew.faults, (code, crew.faults)


@pytest.mark.parametrize(("language", "width"), [("en-GB", (320, 1280)), ("zh-CN", 768)])
def test_the_pages_of_urgent_help_are_sound(
    aid: Help, window: Callable[..., Any], language: str, width: int | tuple[int, ...]
) -> None:
    number = ordered(aid, drill=True)
    sent = {a.unit.code: a.pk for a in Assignment.objects.select_related("unit")}
    now = timezone.now()
    for code in list(FORCES)[:5]:
        answer(sent[code], "en_route", aid.crews[code], now)
    answer(sent["police-1"], "on_scene", aid.crews["police-1"], now)
    report_position("fire-1", *aid.here.inside(), aid.crews["fire-1"], now)
    with window(language, width) as w:
        w.sign_in("response_coordinator")
        for name, path in (
            ("board", reverse("desk:incidents")),
            ("duty", reverse("desk:duty")),
            ("call", reverse("desk:incident_call") + "?kind=fire"),
            ("incident", reverse("desk:incident", args=[number])),
            ("assembly", reverse("desk:incident_assembly", args=[number])),
            ("report", reverse("desk:incident_report", args=[number])),
        ):
            w.open(path)
            w.sound(f"response-{name}")
        w.sign_in("fire-1")
        w.open(OWN)
        w.sound("response-unit")
        w.sign_in("volunteer-1")
        w.open(OWN)
        w.sound("response-unit-new")
        w.sign_in("other_centre")
        w.open(reverse("desk:centre_box"))
        w.sound("response-centres")
        w.sign_in("administrator")
        for name in ("admin_units", "admin_cards"):
            w.open(reverse(f"desk:{name}"))
            w.sound(f"response-{name}")


def test_a_unit_answers_without_javascript_too(aid: Help, window: Callable[..., Any]) -> None:
    ordered(aid)
    with window("en-GB", 320, script=False) as w:
        w.sign_in("police-1")
        w.open(OWN)
        w.press("We have it")
        w.press("We are on our way")
        w.press("We are there")
        w.press("Done, we are free again")
        assert "No order now." in w.text
    assert Assignment.objects.get(unit__code="police-1").freed_why == "done"
