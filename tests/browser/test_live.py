"""Two colleagues with browsers: each sees what the other does, and goes on when the line breaks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.conf import settings as django_settings

from commonward.cases.models import Case, Event
from tests.browser.conftest import Window
from tests.district import District
from tests.doors.live import conftest as beside
from tests.doors.live.conftest import free_port, session_of

LISTENS = """() => {
  window.told = [];
  for (const name of ["event", "refresh", "presence", "live"])
    document.addEventListener(`commonward:${name}`, (e) => window.told.push([name, e.detail]));
}"""


@pytest.fixture
def colleague(
    window: Callable[..., Any], district: District, settings: Any, live_server: Any
) -> Callable[..., Any]:
    """Opens a page of the desk as one of its people, and notes what the page is told."""
    settings.SECOND_FACTOR = False

    @contextmanager
    def opened(
        login: str, path: str, width: int = 1280, language: str = "en-GB"
    ) -> Iterator[Window]:
        with window(language, width) as w:
            w.page.context.add_cookies(
                [
                    {
                        "name": django_settings.SESSION_COOKIE_NAME,
                        "value": session_of(login),
                        "url": live_server.url,
                    }
                ]
            )
            w.page.add_init_script(f"({LISTENS})()")
            w.open(path)
            yield w

    return opened


def told(w: Window, name: str) -> list[Any]:
    """What the page was told under this name."""
    return [detail for one, detail in w.page.evaluate("() => window.told") if one == name]


def becomes(w: Window, mode: str) -> None:
    """Wait until the page is told in this way."""
    w.page.wait_for_function(
        "mode => window.told.filter(([name]) => name === 'live').at(-1)?.[1] === mode",
        arg=mode,
        timeout=60_000,
    )


def hears(w: Window, event: int) -> None:
    """Wait until the page was told of this event."""
    w.page.wait_for_function(
        "id => window.told.some(([name, detail]) => name === 'event' && detail.id === id)",
        arg=event,
        timeout=60_000,
    )


def newest() -> int:
    """The id of the newest event."""
    return int(Event.objects.latest("id").pk)


def once(w: Window) -> None:
    """Nothing was told twice."""
    ids = [event["id"] for event in told(w, "event")]
    assert sorted(ids) == sorted(set(ids))


def test_two_people_on_one_case_see_each_other_and_what_the_other_does(
    colleague: Callable[..., Any], district: District, settings: Any, live_server: Any
) -> None:
    report = district.report()
    case = f"/desk/cases/{report.case.number}/"
    port = free_port()
    settings.LIVE_URL = f":{port}"
    with live_at(port, live_server.url), colleague("dispatcher", case) as first:
        becomes(first, "stream")
        with colleague("intake_officer", case) as second:
            first.page.get_by_text("Intake Officer").wait_for()
            second.page.get_by_text("Dispatcher").first.wait_for()
            district.act(report, "accept", district.intake_officer, 2)
            hears(first, newest())
            hears(second, newest())
            assert told(first, "event")[-1]["version"] == Case.objects.get().version
        first.page.locator("[data-live-others]").wait_for(state="hidden")
        once(first)
        elsewhere = f"left the site: http://localhost:{port}/live/events"
        assert not [fault for fault in first.faults if not fault.startswith(elsewhere)]


def test_a_page_goes_on_when_its_line_breaks_and_misses_nothing(
    colleague: Callable[..., Any], district: District, settings: Any, live_server: Any
) -> None:
    port = free_port()
    settings.LIVE_URL = f":{port}"
    with ExitStack() as stack:
        with live_at(port, live_server.url):
            w = stack.enter_context(colleague("dispatcher", "/desk/"))
            becomes(w, "stream")
            district.report()
            hears(w, newest())
        # By the time that the other process has ended, the page may be asking already.
        w.page.wait_for_function("() => window.told.some(([, detail]) => detail === 'lost')")
        district.report()
        missed = newest()
        with live_at(port, live_server.url):
            hears(w, missed)
        once(w)


def test_where_there_is_no_stream_the_page_asks_and_is_told_the_same(
    colleague: Callable[..., Any], district: District
) -> None:
    with colleague("dispatcher", "/desk/") as w:
        becomes(w, "poll")
        district.report()
        hears(w, newest())
        once(w)
        assert not w.faults
        state = w.page.locator("[data-live-state]")
        w.page.context.set_offline(True)
        becomes(w, "lost")
        assert "connection was lost" in state.inner_text()
        district.report()
        w.page.context.set_offline(False)
        becomes(w, "poll")
        hears(w, newest())
        once(w)


def test_signing_out_elsewhere_is_said_and_ends_the_asking(
    colleague: Callable[..., Any], district: District
) -> None:
    with colleague("dispatcher", "/desk/") as w:
        becomes(w, "poll")
        w.page.context.clear_cookies()
        becomes(w, "ended")
        assert "sign in again" in w.page.locator("[data-live-state]").inner_text()


def live_at(port: int, site: str) -> Any:
    """The stream's own process for this site."""
    return beside.live_server(port, site)
