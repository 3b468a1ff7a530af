"""The portal's first pages on a slow telephone: bytes over the wire, and when the eye sees them."""

import os
import shutil
from typing import Any

from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from bench import driving, site
from bench.rows import Context, Row, quantile

DATABASES = ("sqlite",)
PAGES = (("the first page", "/"), ("the first question", "/report/"))
VISITS = 9
BYTES = 100_000
SECONDS = 1.5
# A telephone of some years ago on a slow fourth-generation network, as Lighthouse simulates it.
SLOW_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER_PROCESSOR = 4
SEEN = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})"""


def bench(ctx: Context) -> list[Row]:
    """Visit each page several times with an empty cache, as `./dev run` serves it."""
    site.grown(100)
    call_command("collectstatic", "--noinput", verbosity=0)
    connections.close_all()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    if not chromium:
        raise LookupError("no Chromium was found: install chromium, or name it in CHROMIUM")
    rows = []
    visits = ctx.count(VISITS, 3)
    # Playwright keeps a loop in this thread, which asks no database from here on.
    with (
        driving.serving("commonward.config.wsgi:application", 1, 4) as (port, _server),
        sync_playwright() as playwright,
    ):
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, path in PAGES:
            visit(started, f"http://127.0.0.1:{port}{path}")  # the server's own first time
            seen = [visit(started, f"http://127.0.0.1:{port}{path}") for _ in range(visits)]
            rows += _rows(name, seen)
        started.close()
    return rows


def visit(browser: Browser, address: str) -> tuple[float, float]:
    """Bytes that came over the wire, and seconds until the largest content was painted."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="zh-CN"
    )
    page = context.new_page()
    slowed = context.new_cdp_session(page)
    came: list[float] = []
    slowed.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    for method, given in _slow().items():
        slowed.send(method, given)
    page.goto(address, wait_until="networkidle")
    painted = float(page.evaluate(SEEN)) / 1000
    context.close()
    return sum(came), painted


def _slow() -> dict[str, dict[str, Any]]:
    return {
        "Network.enable": {},
        "Network.setCacheDisabled": {"cacheDisabled": True},
        "Network.emulateNetworkConditions": SLOW_NETWORK,
        "Emulation.setCPUThrottlingRate": {"rate": SLOWER_PROCESSOR},
    }


def _rows(name: str, seen: list[tuple[float, float]]) -> list[Row]:
    weight = max(size for size, _ in seen)
    painted = [seconds for _, seconds in seen]
    middle = quantile(painted, 0.5)
    return [
        Row(
            f"Portal: {name}, bytes over the wire without a cache",
            f"{weight / 1000:.1f} kB",
            f"≤ {BYTES / 1000:.0f} kB",
            weight <= BYTES,
            "page, styles, script and icon, compressed as served",
        ),
        Row(
            f"Portal: {name}, largest contentful paint on a slow telephone",
            f"median {middle:.2f} s, longest {max(painted):.2f} s",
            f"≤ {SECONDS} s",
            middle <= SECONDS,
            f"{len(seen)} visits, 1.6 Mbit/s, 150 ms, processor {SLOWER_PROCESSOR} times slower",
        ),
    ]
