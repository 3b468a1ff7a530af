"""Drawn pictures of problems, before and after: a street with a flaw, and the same one mended.

They show things, never people, and stand for no real place. A scene is drawn from chance seeded
with the report's reference, so that the same report has the same street each time.
"""

import io
import random
from collections.abc import Callable, Mapping
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

from commonward.cases.actions.photos import Ready, prepare_photo
from commonward.doors.demo.settling import seeded

SIZE = (960, 720)
STREETS = 4
"""Different streets of each kind of problem; more would only cost time at the start."""
SHARE = 0.2
"""Of the reports whose problem can be drawn, so many come with a photo."""
_GROUND = 430
"""Where the wall ends and the pavement begins, in pixels from the top."""


def comes_with_one(code: str, ref: str) -> bool:
    """Whether this report of a problem comes with a photo."""
    return code in _SCENES and seeded(ref, "photo").random() < SHARE


def picture(code: str, ref: str, moment: str) -> Ready:
    """The problem as its reporter saw it ("before"), or the place once it was solved ("after")."""
    return _drawn(code, seeded(ref, "street").randrange(STREETS), moment)


@cache
def _drawn(code: str, street: int, moment: str) -> Ready:
    chance = seeded(code, str(street))
    made = _street(chance)
    _SCENES[code](ImageDraw.Draw(made), chance, moment == "after")
    kept = io.BytesIO()
    made.filter(ImageFilter.GaussianBlur(0.8)).save(kept, "JPEG", quality=82)
    return prepare_photo(kept.getvalue())


def _street(chance: random.Random) -> Image.Image:
    """A wall, a pavement and a road."""
    width, height = SIZE
    made = Image.new("RGB", SIZE, chance.choice(("#c9d6df", "#d8dde0", "#b9cbd8")))
    draw = ImageDraw.Draw(made)
    wall = chance.choice(("#b58a6a", "#a8a29a", "#c2b08a", "#8f9aa0"))
    draw.rectangle((0, 150, width, _GROUND), fill=wall)
    for left in range(60 + chance.randrange(60), width, 230):
        draw.rectangle((left, 215, left + 110, 345), fill="#53626b", outline="#e8e4da", width=8)
        draw.line((left + 55, 215, left + 55, 345), fill="#e8e4da", width=5)
    draw.rectangle((0, _GROUND, width, 560), fill="#b9b4aa")
    for left in range(-40, width, 80):
        draw.line((left, _GROUND, left - 60, 560), fill="#a19c92", width=3)
    draw.rectangle((0, 552, width, 566), fill="#8b877f")
    draw.rectangle((0, 566, width, height), fill="#55595c")
    for left in range(chance.randrange(120), width, 190):
        draw.rectangle((left, 655, left + 100, 667), fill="#d9d9d4")
    return made


def _pothole(draw: ImageDraw.ImageDraw, chance: random.Random, mended: bool) -> None:
    x, y = 260 + chance.randrange(360), 600
    if mended:
        draw.rectangle((x - 30, y - 22, x + 230, y + 78), fill="#3d4143")
        return
    draw.ellipse((x, y - 12, x + 200, y + 64), fill="#3a352f", outline="#77716a", width=9)
    draw.ellipse((x + 34, y + 8, x + 160, y + 50), fill="#6d7f86")


def _rubbish(draw: ImageDraw.ImageDraw, chance: random.Random, mended: bool) -> None:
    x = 130 + chance.randrange(450)
    draw.rectangle((x, 395, x + 92, 525), fill="#2f6b46", outline="#1f4a30", width=5)
    draw.rectangle((x - 6, 380, x + 98, 402), fill="#275a3a")
    if mended:
        return
    for _ in range(9):
        left, top = x + 70 + chance.randrange(210), 440 + chance.randrange(70)
        colour = chance.choice(("#1e1e22", "#e9e6df", "#8a5a2b", "#3d5d8a"))
        draw.ellipse((left, top, left + 78, top + 62), fill=colour, outline="#111", width=2)


def _lamp(draw: ImageDraw.ImageDraw, chance: random.Random, mended: bool) -> None:
    draw.rectangle((0, 0, *SIZE), fill="#141a2b")
    draw.rectangle((0, 560, SIZE[0], SIZE[1]), fill="#1d2026")
    x = 260 + chance.randrange(300)
    if mended:
        draw.polygon(((x + 140, 172), (x - 130, 600), (x + 410, 600)), fill="#5b5638")
        draw.ellipse((x - 130, 560, x + 410, 650), fill="#77704a")
    draw.rectangle((x, 150, x + 14, 600), fill="#3c434a")
    draw.line((x + 7, 152, x + 140, 152), fill="#3c434a", width=12)
    draw.ellipse((x + 100, 146, x + 180, 184), fill="#fff3c4" if mended else "#2a2f34")


def _tree(draw: ImageDraw.ImageDraw, chance: random.Random, mended: bool) -> None:
    x = 330 + chance.randrange(200)
    lean = 0 if mended else 240
    draw.line((x, 540, x + lean, 250), fill="#5a4330", width=38)
    for dx, dy in ((-80, 0), (0, -70), (75, 5), (-30, 45), (45, 50)):
        left, top = x + lean + dx - 85, 205 + dy - 70
        draw.ellipse((left, top, left + 180, top + 140), fill="#3f7a3a")
    if mended:
        draw.line((x - 70, 548, x - 6, 400), fill="#c9b48a", width=12)
        draw.line((x + 74, 548, x + 8, 400), fill="#c9b48a", width=12)


_SCENES: Mapping[str, Callable[[ImageDraw.ImageDraw, random.Random, bool], None]] = {
    "D102": _lamp,
    "D201": _pothole,
    "D301": _rubbish,
    "D401": _tree,
}
