"""Pictures of every page of the demonstration: three widths, both languages, by Chromium.

`./dev shots` makes a demonstration of its own, or takes the one at an address that is given. All
pictures go to `var/shots`; the few that the README shows go, made small, to `docs/pictures`.
`./dev shots guides` takes those of the guides for each person alone (`house/guiding.py`).
"""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from house import guiding
from house.installing import PYTHON, ROOT

PORT = 8780
WIDTHS = (320, 768, 1280)
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
TARGET = ROOT / "var" / "shots"
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 300_000
SHOWN = {
    ("portal-home", "en", 320), ("portal-home", "zh", 320), ("portal-mine", "zh", 320),
    ("portal-areas", "en", 1280), ("desk-queue", "en", 1280), ("desk-case", "zh", 1280),
    ("desk-board", "en", 1280), ("field-home", "zh", 320), ("demo-home", "en", 768),
}  # fmt: skip
"""The pictures of the README: page, language, width."""
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--enable-unsafe-swiftshader", "--no-first-run",
]  # fmt: skip
_WAIT, _MAPS = 90, 1500


def main(arguments: list[str]) -> int:
    """Take the pictures; 1 when a page failed, scrolled sideways or complained."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    if not chromium:
        print("shots: no Chromium was found: install chromium, or name it in CHROMIUM")
        return 1
    environment = {**os.environ, "COMMONWARD_DEMO": "1", "COMMONWARD_SECOND_FACTOR": "0"}
    environment.setdefault("COMMONWARD_VAR", str(ROOT / "var" / "shots-site"))
    TARGET.mkdir(parents=True, exist_ok=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    if arguments[:1] == ["guides"]:
        return _guides(arguments[1:], environment, chromium)
    with _site(arguments, environment) as address, sync_playwright() as playwright:
        told = json.loads(_manage(environment, "living", "addresses"))
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        wrong = told["owed"] + [
            fault
            for language in LANGUAGES
            for width in WIDTHS
            for fault in _round(browser, address, told, language, width)
        ]
        browser.close()
    for fault in wrong:
        print(f"shots: {fault}")
    print(f"shots: {len(told['pages'])} pages in {TARGET}, {len(wrong)} faults")
    return 1 if wrong else 0


def _guides(arguments: list[str], environment: dict[str, str], chromium: str) -> int:
    with _site(arguments, environment) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        wrong = list(guiding.pictures(browser, address))
        browser.close()
    for fault in wrong:
        print(f"shots: {fault}")
    return 1 if wrong else 0


@contextmanager
def _site(arguments: list[str], environment: dict[str, str]) -> Iterator[str]:
    """The address of a demonstration that stands still; its own one ends with the pictures."""
    if arguments:
        yield arguments[0].rstrip("/")
        return
    _manage(environment, "living", "make")
    server = subprocess.Popen(
        [str(PYTHON), "-c", f"from house.serving import serve; serve(['--port', '{PORT}'])"],
        cwd=ROOT,
        env=environment,
    )
    address = f"http://127.0.0.1:{PORT}"
    try:
        _wait_for(f"{address}/demo/")
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _manage(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [str(PYTHON), "manage.py", *words],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout


def _wait_for(address: str) -> None:
    until = time.monotonic() + _WAIT
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 (our own)
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _round(
    browser: Browser, address: str, told: dict[str, Any], language: str, width: int
) -> Iterator[str]:
    """Every page once, in one language and width; what is wrong with any of them."""
    by_login: dict[str, list[dict[str, str]]] = {}
    for page in told["pages"]:
        by_login.setdefault(page["login"], []).append(page)
    for login, pages in by_login.items():
        context = browser.new_context(
            locale=LANGUAGES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",
            service_workers="block",
        )
        page = context.new_page()
        said: list[str] = []
        page.on("console", _noting(said))
        page.on("pageerror", _failing(said))
        if login:
            page.goto(f"{address}/demo/")
            # Posts that few ask for are folded away there.
            page.locator("details").evaluate_all(
                "all => all.forEach((one) => { one.open = true; })"
            )
            page.locator(f"button[value={login}]").first.click()
            page.wait_for_load_state()
        times: Counter[str] = Counter()
        for one in pages:
            said.clear()
            name = one["name"].replace(":", "-")
            times[name] += 1
            if times[name] > 1:
                name += f"-{times[name]}"
            for fault in _shoot(page, address + one["path"], name, language, width, said):
                yield f"{name} {language} {width}: {fault}"
        context.close()


def _noting(said: list[str]) -> Callable[[ConsoleMessage], None]:
    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    return note


def _failing(said: list[str]) -> Callable[[Error], None]:
    def note(error: Error) -> None:
        said.append(str(error))

    return note


def _shoot(
    page: Page, address: str, name: str, language: str, width: int, said: list[str]
) -> Iterator[str]:
    try:
        answer = page.goto(address)
    except Error as error:
        # An answer without a page, such as a 405: the other pages are still looked at.
        yield error.message.partition("\n")[0]
        return
    # Maps and the live stream never let the network be idle; they get a moment to draw.
    page.wait_for_timeout(_MAPS if page.locator("[data-map]").count() else 150)
    picture = page.screenshot(full_page=True)
    (TARGET / f"{name}-{language}-{width}.png").write_bytes(picture)
    if (name, language, width) in SHOWN:
        small = page.screenshot(full_page=False)
        (PICTURES / f"{name}-{language}-{width}.png").write_bytes(_small(small))
    if answer is not None and answer.status >= 400:
        yield f"answered {answer.status}"
    wide = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if wide[0] > wide[1]:
        yield f"scrolls sideways: {wide}"
    yield from said


def _small(picture: bytes) -> bytes:
    """The picture with as many colours as fit into the bound."""
    for colours in (256, 128, 64, 32):
        file = io.BytesIO()
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        image.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if len(file.getvalue()) <= MOST_BYTES:
            break
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
