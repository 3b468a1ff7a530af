"""The live map in real browsers: a unit's phone moves it on the coordinator's page within seconds."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from commonward.core.plans.roads.generating import generated
from commonward.doors.desk.views.response.live_map import WITHIN
from commonward.response.actions.reporting import report_position
from commonward.response.actions.units import go_off_duty
from tests.browser.conftest import WIDTHS, Window
from tests.browser.test_maps import colours, drawn
from tests.district import small_district
from tests.doors.live.conftest import free_port
from tests.doors.live.conftest import live_server as beside
from tests.help import Help, urgent_help

MAP = "/desk/response/map/"
WAITS = 60_000
KEEP = "document.addEventListener('map:ready', (e) => { window.mapHere = e.detail.map; });"
SPOT = """([layer, name, value]) => {
  const one = window.mapHere.queryRenderedFeatures({ layers: [layer] })
    .find((f) => f.properties[name] === value);
  if (!one) return null;
  const { x, y } = window.mapHere.project(one.geometry.coordinates);
  return [x, y];
}"""


@pytest.fixture
def aid(transactional_db: None, browser: Any, settings: Any) -> Help:
    """Urgent help now: seven on duty, one of them in a drill, and an incident."""
    settings.SECOND_FACTOR = False
    made = urgent_help(small_district(timezone.now() - timedelta(minutes=3)))
    for place, (code, crew) in enumerate(made.crews.items()):
        lat, lon = made.here.inside(place % 4, place // 4)
        report_position(code, lat + 0.0007, lon + 0.0005 * place, crew, timezone.now())
    made.call("fire")
    made.ordered("other", drill=True)
    return made


@pytest.fixture
def stream(aid: Help, settings: Any, live_server: Any) -> Iterator[str]:
    """The live process beside the site; what a page's asking of it is noted as."""
    port = free_port()
    settings.LIVE_URL = f":{port}"
    with beside(port, live_server.url):
        yield f"left the site: http://localhost:{port}/live/events"


def coordinator(w: Window) -> None:
    """The coordinator's map, drawn with its units."""
    w.sign_in("response_coordinator")
    w.page.add_init_script(KEEP)
    w.open(MAP)
    drawn(w)
    shows(w, 7)


def shows(w: Window, count: int) -> None:
    """Wait until so many units are drawn."""
    w.page.wait_for_function(
        "n => document.querySelector('[data-map]').dataset.units === String(n)",
        arg=count,
        timeout=WAITS,
    )


def row(w: Window, name: str) -> Any:
    """A unit's row in the table."""
    return w.page.locator("tr", has=w.page.get_by_role("rowheader", name=name))


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_map_and_its_table_are_sound_at_every_width(
    aid: Help, window: Callable[..., Any], settings: Any, tmp_path: Path, language: str
) -> None:
    lat, lon = aid.here.inside(1, 1)
    generated(3, rows=40, columns=40, lat=lat, lon=lon).save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    with window(language, WIDTHS) as w:
        coordinator(w)
        w.page.locator("[data-map][data-reach]").wait_for(timeout=WAITS)
        assert colours(w.page.locator("[data-map]")) > 30
        w.page.locator(".signs summary").click()
        w.page.wait_for_timeout(500)
        w.sound("live-map")


def test_a_unit_s_phone_moves_it_on_the_page_and_its_shift_s_end_removes_it(
    stream: str, aid: Help, window: Callable[..., Any]
) -> None:
    with window("en-GB", 1280) as w, window("en-GB", 320) as phone:
        coordinator(w)
        before = row(w, "Fire-1").locator("time").last.get_attribute("datetime")
        phone.page.context.grant_permissions(["geolocation"], origin=phone.server)
        lat, lon = aid.here.inside(3, 3)
        phone.page.context.set_geolocation({"latitude": lat, "longitude": lon})
        phone.sign_in("fire-1")
        phone.open("/desk/response/unit/")
        phone.press("Send where we are while on duty")
        # The stream brings it: the row says when, and no page was asked for anew.
        w.page.wait_for_function(
            "([id, before]) => {"
            " const t = document.querySelector(`[data-seen='${id}'] time`);"
            " return t && t.dateTime !== before; }",
            arg=[str(aid.units["fire-1"].pk), before],
            timeout=WAITS,
        )
        go_off_duty("fire-1", aid.crews["fire-1"], timezone.now())
        shows(w, 6)
        row(w, "Fire-1").wait_for(state="detached", timeout=WAITS)
        assert "6 units on duty" in w.text
        assert not [fault for fault in w.faults if not fault.startswith(stream)]
        assert not phone.faults


def test_a_tap_tells_of_the_unit_and_leads_to_the_incident(
    aid: Help, window: Callable[..., Any]
) -> None:
    with window("en-GB", 1280) as w:
        coordinator(w)
        tap(w, "help-units", "name", "Fire-1")
        told = w.page.locator(".maplibregl-popup-content").inner_text()
        assert "Fire-1" in told and "Fire brigade" in told and "since" in told
        tap(w, "help-incidents", "sign", "incident urgent real")
        w.page.wait_for_url("**/desk/response/incidents/*/", timeout=WAITS)


def test_without_javascript_the_page_is_a_table_and_a_figure(
    aid: Help, window: Callable[..., Any]
) -> None:
    with window("en-GB", 320, script=False) as w:
        w.sign_in("response_coordinator")
        w.open(MAP)
        assert f"% of the ground is within {WITHIN} minutes of a free unit." in w.text
        w.page.locator("#kind").select_option("fire")
        w.press("Filter")
        assert row(w, "Fire-1").count() == 1 and row(w, "Police-1").count() == 0
        assert w.page.locator("[data-map]").is_hidden()


def tap(w: Window, layer: str, name: str, value: str) -> None:
    """Tap a sign where the map has drawn it."""
    handle = w.page.wait_for_function(SPOT, arg=[layer, name, value], timeout=WAITS)
    found = handle.json_value()
    w.page.locator(".map-canvas canvas").click(position={"x": found[0], "y": found[1]})
