"""A real browser on a real server; without one the tests here say so and are skipped."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from commonward.people.models import Account
from tests.district import District, small_district

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome") or ""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
FAULTS_OF_AXE = "async () => (await axe.run({resultTypes: ['violations']})).violations"
"""Every rule is asked; only what breaks one is named node by node, which is most of the time."""

DRAWN = """() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
    setTimeout(done, 1000);  // a page that lies behind another one is not drawn
})"""

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    # Without a graphics card, drawing pages as if there were one costs each of them time.
    "--disable-gpu-rasterization",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
]

PATIENCE = 60_000
"""Milliseconds that a page or an element may take before a test gives it up."""

TRIES = 4

WIDTHS = (320, 768, 1280)
"""A telephone, a tablet and a desk, in pixels: what a page is looked at in."""

HEIGHT = 720


@dataclass
class Window:
    """A browser's page and everything that went wrong on it."""

    page: Any
    server: str
    faults: list[str] = field(default_factory=list)
    script: bool = True
    shots: Path | None = None
    mark: str = ""
    widths: tuple[int, ...] = WIDTHS[:1]

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(f"{self.server}{path}")

    def press(self, name: str) -> None:
        """Press the button or link of this name and wait for the page that follows."""
        found = self.page.get_by_role("button", name=name, exact=True)
        visible = found.or_(self.page.get_by_role("link", name=name, exact=True))
        visible.first.click()
        self.page.wait_for_load_state()

    def sign_in(self, login: str) -> None:
        """Let this window be somebody's of the staff, as if signed in a moment ago."""
        client = Client()
        client.force_login(Account.objects.get(login=login), BACKEND)
        kept = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": kept.key, "value": kept.value, "url": self.server}])

    def sign_out(self) -> None:
        """Leave the page and forget the session: a page left open would still ask for news."""
        self.page.goto("about:blank")
        self.page.context.clear_cookies()

    def filled(self, selector: str, lines: int) -> None:
        """Wait until a field that the page fills in by itself has so many lines."""
        self.page.wait_for_function(
            "([s, n]) => document.querySelector(s).value.split('\\n').filter(Boolean).length === n",
            arg=[selector, lines],
        )

    def focus_on(self, selector: str) -> None:
        """Wait until the focus is on what the selector names: a browser may give it back late."""
        self.page.wait_for_function(
            "(s) => document.activeElement !== null && document.activeElement.matches(s)",
            arg=selector,
        )

    def go_by_keys(self, first: str, second: str, address: str) -> None:
        """Press two keys one after the other until the page follows them.

        The page forgets the first after a moment, and a busy machine may sleep between the two.
        """
        for _ in range(TRIES):
            self.page.keyboard.press(first)
            self.page.keyboard.press(second)
            with suppress(sync_api.TimeoutError):
                self.page.wait_for_url(address, timeout=PATIENCE / TRIES)
                return
        raise AssertionError(f"{first} {second} did not lead to {address}")

    @property
    def path(self) -> str:
        """Where it is, without the server."""
        return str(self.page.url).removeprefix(self.server)

    @property
    def text(self) -> str:
        """What can be read in the middle of the page."""
        self.page.wait_for_load_state()
        return " ".join(str(self.page.locator("main").inner_text()).split())

    def sound(self, name: str) -> None:
        """Assert that the page scrolls down only, that axe finds nothing, and nothing failed.

        A window of several widths is drawn to each of them, and left at the first; axe, which is
        half of the time, is asked at the narrowest and the widest: what a tablet shows is shown at
        one of them. Without JavaScript nothing can be asked of a page, so only the last is asserted
        then; the same page is looked at with it.
        """
        self.page.wait_for_load_state()
        for width in self.widths:
            if len(self.widths) > 1:
                self._draw_to(width)
            between = min(self.widths) < width < max(self.widths)
            self._sound(f"{name}-{self.mark}-{width}", rules=not between)
        if len(self.widths) > 1:
            self._draw_to(self.widths[0])

    def _draw_to(self, width: int) -> None:
        """Change the width, and wait until the page was drawn with it."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        if self.script:
            self.page.evaluate(DRAWN)

    def _sound(self, name: str, *, rules: bool) -> None:
        if self.shots is not None:
            self.page.screenshot(path=str(self.shots / f"{name}.png"), full_page=True)
        assert not self.faults, f"{name}: {self.faults}"
        if not self.script:
            return
        wide = self.page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide[0] <= wide[1], f"{name} scrolls sideways: {wide}"
        if not rules:
            return
        if not self.page.evaluate("() => typeof axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(FAULTS_OF_AXE)
        said = [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']]}" for v in found]
        assert not said, f"{name}: {said}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests, with an empty profile."""
    if not CHROMIUM:
        pytest.skip("no Chromium was found: install chromium, or name it in CHROMIUM")
    with pytest.MonkeyPatch.context() as patched, sync_api.sync_playwright() as playwright:
        # Playwright keeps a loop in this thread; Django takes that for asynchronous code.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def window(browser: Any, live_server: Any) -> Callable[..., Any]:
    """Opens a window: `with window(language, width, script=True, dark=False) as w`.

    Of several widths the page is opened at the first, and `sound` looks at it in each.
    """

    @contextmanager
    def opened(
        language: str = "en-GB",
        width: int | tuple[int, ...] = WIDTHS[0],
        *,
        script: bool = True,
        dark: bool = False,
    ) -> Iterator[Window]:
        widths = width if isinstance(width, tuple) else (width,)
        context = browser.new_context(
            locale=language,
            viewport={"width": widths[0], "height": HEIGHT},
            java_script_enabled=script,
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
        )
        # A machine with much else to do is slow, and nothing here asserts how fast it is.
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        shots = os.environ.get("SHOTS")
        made = Window(
            page,
            live_server.url,
            script=script,
            shots=Path(shots) if shots and script else None,
            mark=f"{language[:2]}{'-dark' if dark else ''}",
            widths=widths,
        )
        page.on("console", lambda m: made.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: made.faults.append(str(error)))
        page.on(
            "request",
            lambda r: (
                None
                if r.url.startswith((live_server.url, f"blob:{live_server.url}", "data:"))
                else made.faults.append(f"left the site: {r.url}")
            ),
        )
        try:
            yield made
        finally:
            context.close()

    return opened


@pytest.fixture
def district(transactional_db: None, browser: Any) -> District:
    """The small district two days ago, so that whole cases can happen by now."""
    return small_district(timezone.now() - timedelta(days=2))


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the time that the site and the test read forward; whoever is signed in signs in anew."""
    real, passed = timezone.now, timedelta()

    def onward(by: timedelta) -> None:
        nonlocal passed
        passed += by

    monkeypatch.setattr(timezone, "now", lambda: real() + passed)
    return onward
