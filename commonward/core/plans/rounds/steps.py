"""A round as steps for the field app: street by street, left or right, how far.

Steps are message ids with values: whoever shows them translates the id and fills it in.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from commonward.core.refusals import N_

STRAIGHT, SLIGHT, SHARP, BACK = 20.0, 50.0, 130.0, 165.0
"""Degrees: below the first a road goes on, then bends, turns, turns sharply, turns back."""

SET_OFF = N_("Set off along {street}.")
SET_OFF_UNNAMED = N_("Set off.")
TURNS = {
    "on": (N_("Go on along {street}."), N_("Go straight on.")),
    "slight left": (N_("Bear left into {street}."), N_("Bear left.")),
    "left": (N_("Turn left into {street}."), N_("Turn left.")),
    "sharp left": (N_("Turn sharply left into {street}."), N_("Turn sharply left.")),
    "slight right": (N_("Bear right into {street}."), N_("Bear right.")),
    "right": (N_("Turn right into {street}."), N_("Turn right.")),
    "sharp right": (N_("Turn sharply right into {street}."), N_("Turn sharply right.")),
    "back": (N_("Turn back along {street}."), N_("Turn back.")),
}
TOWARDS = (
    N_("Go north; no road is known here."),
    N_("Go north-east; no road is known here."),
    N_("Go east; no road is known here."),
    N_("Go south-east; no road is known here."),
    N_("Go south; no road is known here."),
    N_("Go south-west; no road is known here."),
    N_("Go west; no road is known here."),
    N_("Go north-west; no road is known here."),
)
"""Where the way is a straight line: eight directions, clockwise from north."""
VISIT = N_("Visit {point}.")
ARRIVE = N_("You have arrived.")


@dataclass(frozen=True)
class Leg:
    """A piece of the way: its points (longitude, latitude), the street, what is visited at its end.

    `street` is empty where it has no name, `visit` where nothing is visited.
    """

    line: tuple[tuple[float, float], ...]
    street: str = ""
    visit: str = ""


@dataclass(frozen=True)
class Step:
    """One line for the field app: `text` with `{street}` or `{point}` in `values`.

    `turn` is a key of TURNS, or set off, visit, arrive; `metres` is how far until the next step,
    `at` where it is (longitude, latitude).
    """

    turn: str
    text: str
    values: tuple[tuple[str, str], ...]
    metres: float
    at: tuple[float, float]


def steps(legs: Sequence[Leg]) -> list[Step]:
    """Steps of a way: one where the street's name changes or the way turns, and at each visit."""
    found: list[Step] = []
    street: str | None = None
    heading: float | None = None
    for leg in legs:
        line = [here for here, there in zip(leg.line, leg.line[1:], strict=False) if here != there]
        line.append(leg.line[-1])
        if len(line) > 1:
            now = bearing(line[0], line[1])
            turn = "set off" if heading is None else turn_of(heading, now)
            if leg.street != street or turn != "on":
                found.append(_step(turn, leg.street, line[0]))
            length = sum(metres(*pair) for pair in zip(line, line[1:], strict=False))
            last = found[-1]
            found[-1] = Step(last.turn, last.text, last.values, last.metres + length, last.at)
            street, heading = leg.street, bearing(line[-2], line[-1])
        if leg.visit:
            found.append(Step("visit", VISIT, (("point", leg.visit),), 0.0, line[-1]))
            street = None
    if legs:
        found.append(Step("arrive", ARRIVE, (), 0.0, legs[-1].line[-1]))
    return found


def towards(here: tuple[float, float], there: tuple[float, float], far: float) -> Step:
    """The one step of a way whose roads are not known; places are (longitude, latitude)."""
    text = TOWARDS[round(bearing(here, there) / 45.0) % 8]
    return Step("towards", text, (), far, here)


def _step(turn: str, street: str, at: tuple[float, float]) -> Step:
    named, unnamed = (SET_OFF, SET_OFF_UNNAMED) if turn == "set off" else TURNS[turn]
    if street:
        return Step(turn, named, (("street", street),), 0.0, at)
    return Step(turn, unnamed, (), 0.0, at)


def turn_of(before: float, after: float) -> str:
    """The turn between two bearings (degrees clockwise from north)."""
    change = (after - before + 180.0) % 360.0 - 180.0
    size, side = abs(change), "right" if change > 0 else "left"
    if size < STRAIGHT:
        return "on"
    if size < SLIGHT:
        return f"slight {side}"
    if size < SHARP:
        return side
    return f"sharp {side}" if size < BACK else "back"


def bearing(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Degrees clockwise from north, on a plane that fits the place."""
    east = (there[0] - here[0]) * math.cos(math.radians((here[1] + there[1]) / 2))
    return math.degrees(math.atan2(east, there[1] - here[1])) % 360.0


def metres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The distance of two near points (longitude, latitude), on a sphere of 6,371,008.8 m."""
    east = math.radians(there[0] - here[0]) * math.cos(math.radians((here[1] + there[1]) / 2))
    return 6_371_008.8 * math.hypot(east, math.radians(there[1] - here[1]))
