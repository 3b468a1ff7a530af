"""Pictures of the guides, one task each: `./dev shots guides` makes them of the demonstration.

It signs in as each person by the page `/demo/` and opens the page of their main job, in both languages, and keeps small pictures in `docs/pictures/guides`. The demonstration follows one
seed and its clock stands still, so that only the days in the pictures differ from run to run.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Browser, Error, Page

from house.installing import ROOT

FOLDER = ROOT / "docs" / "pictures" / "guides"
MOST_BYTES = 60_000
PHONE, DESK = (390, 700), (1100, 720)
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
_DRAWN = 1500


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its name, who looks ("" nobody), the path, the size of the window."""

    name: str
    login: str
    path: str
    size: tuple[int, int] = DESK


PICTURES = (
    Picture("resident-home", "", "/", size=PHONE),
    Picture("resident-report", "", "/report/", size=PHONE),
    Picture("grid-worker", "demo-grid", "/field/", size=PHONE),
    Picture("intake-officer", "demo-intake", "/desk/intake/"),
    Picture("dispatcher", "demo-dispatcher", "/desk/board/"),
    Picture("duty-chief", "demo-chief", "/desk/"),
    Picture("handler", "demo-roads", "/desk/"),
    Picture("mediator", "demo-mediator", "/desk/disputes/"),
    Picture("response-coordinator", "demo-response", "/desk/response/"),
    Picture("administrator", "demo-admin", "/desk/admin/"),
    Picture("leader", "demo-leader", "/desk/dashboard/"),
    Picture("engineer", "demo-admin", "/desk/admin/outbox/"),
    Picture("data-protection-officer", "demo-admin", "/desk/emergency/"),
    Picture("public", "", "/figures/"),
)


def pictures(browser: Browser, address: str) -> Iterator[str]:
    """Take them all; what is wrong with any of them, in words."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language, locale in LANGUAGES.items():
        for one in PICTURES:
            context = browser.new_context(
                locale=locale,
                timezone_id="Asia/Shanghai",
                viewport={"width": one.size[0], "height": one.size[1]},
                reduced_motion="reduce",
                service_workers="block",
            )
            page = context.new_page()
            page.set_default_timeout(120_000)
            try:
                wrong = _walk(page, address, one)
                if not wrong:
                    taken = small(page.screenshot())
                    (FOLDER / f"{one.name}-{language}.png").write_bytes(taken)
                    wrong = "is too large" if len(taken) > MOST_BYTES else ""
            except Error as error:
                wrong = error.message.partition("\n")[0]
            if wrong:
                yield f"{one.name} {language}: {wrong}"
            context.close()


def _walk(page: Page, address: str, one: Picture) -> str:
    if one.login:
        sign_in(page, address, one.login)
    answer = page.goto(address + one.path)
    if answer is None or answer.status >= 400:
        return f"{one.path} answered {answer.status if answer else 'nothing'}"
    # Maps never let the network be idle; they get a moment to draw.
    page.wait_for_timeout(_DRAWN if page.locator("[data-map]").count() else 300)
    return ""


def sign_in(page: Page, address: str, login: str) -> None:
    """As the page of the demonstration does it; posts that few ask for are folded away there."""
    page.goto(f"{address}/demo/")
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    page.locator(f"button[value={login}]").first.click()
    page.wait_for_load_state()


def small(picture: bytes) -> bytes:
    """The picture with as many colours as fit into the bound."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (128, 64, 32, 16, 8):
        file = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if len(file.getvalue()) <= MOST_BYTES:
            break
    return file.getvalue()
