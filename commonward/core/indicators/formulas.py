"""What is made of counts: a small typed language of rates, scores and changes.

    60 * handled_in_time + 30 * closed_rate + 10 * (1 - rework)

Names are counts, constants and other indicators. A count divided by a count is a share; what has
nothing to divide by is unknown (None), and stays unknown in whatever is made of it – only
`weighted(60, a, 30, b)` leaves an unknown part out and lets the others weigh more.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from commonward.core.indicators.conditions import parsed
from commonward.core.indicators.facts import LEVELS
from commonward.core.refusals import N_, Invalid

_DEEPEST = 40


class Unit(StrEnum):
    """What a figure is measured in."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    SCORE = "score"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the formula."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A count, a constant or another indicator."""

    name: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Two figures and the sign between them: + - * /."""

    left: "Formula"
    sign: str
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Shifted:
    """The same figure in another window: "previous" (环比) or "year_before" (同比)."""

    inner: "Formula"
    by: str


@dataclass(frozen=True, slots=True)
class Whole:
    """The same figure over all groups together."""

    inner: "Formula"


@dataclass(frozen=True, slots=True)
class Areas:
    """How many areas of this level lie in what is looked at."""

    level: str


@dataclass(frozen=True, slots=True)
class Weighted:
    """Weight × figure, added up; an unknown one leaves, and the others weigh for it too."""

    parts: tuple[tuple[float, "Formula"], ...]


@dataclass(frozen=True, slots=True)
class Bounded:
    """The smaller ("at_most") or the larger ("at_least") of a figure and a number."""

    inner: "Formula"
    by: str
    bound: float


@dataclass(frozen=True, slots=True)
class Days:
    """How many days the window has: what is a target for one day is many times that for a month."""


Formula: TypeAlias = Number | Name | Joined | Shifted | Whole | Areas | Days | Weighted | Bounded
_SIGNS: Mapping[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
SHIFTS = ("previous", "year_before")
BOUNDS = ("at_most", "at_least")


def formula(text: str, units: Mapping[str, Unit]) -> tuple[Formula, Unit]:
    """The formula a text says, and the unit of its figure. `units` are those of the known names.

    Raises Invalid, in words: an unknown name, or units that do not fit.
    """
    reader = _Reader(text.strip(), units)
    return reader.read(parsed(text), 0)


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str
    units: Mapping[str, Unit]

    def read(self, node: ast.expr, deep: int) -> tuple[Formula, Unit]:
        if deep > _DEEPEST:
            raise Invalid(N_("The expression is nested too deeply."))
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return Number(float(value)), Unit.NUMBER
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return Number(-float(value)), Unit.NUMBER
            case ast.Name(id=name):
                if name not in self.units:
                    raise Invalid(
                        N_("“{name}” is no count, constant or indicator."), name=name[:60]
                    )
                return Name(name), self.units[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
                return self._joined(left, _SIGNS[type(op)], right, deep)
            case ast.Call(func=ast.Name(id="days"), args=[], keywords=[]):
                return Days(), Unit.NUMBER
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, args, node, deep)
        raise self._wrong(node)

    def _joined(
        self, left: ast.expr, sign: str, right: ast.expr, deep: int
    ) -> tuple[Formula, Unit]:
        one, unit = self.read(left, deep + 1)
        other, second = self.read(right, deep + 1)
        found = _unit(unit, sign, second)
        if found is None:
            raise Invalid(
                N_("{left} {sign} {right} makes no sense: {text}"),
                left=unit.value,
                sign=sign,
                right=second.value,
                text=self.text[:200],
            )
        return Joined(one, sign, other), found

    def _call(
        self, name: str, args: list[ast.expr], node: ast.expr, deep: int
    ) -> tuple[Formula, Unit]:
        if name in SHIFTS and len(args) == 1:
            inner, unit = self.read(args[0], deep + 1)
            return Shifted(inner, name), unit
        if name == "total" and len(args) == 1:
            inner, unit = self.read(args[0], deep + 1)
            return Whole(inner), unit
        if name == "areas" and len(args) == 1:
            match args[0]:
                case ast.Constant(value=str(level)) if level in LEVELS:
                    return Areas(level), Unit.COUNT
            raise Invalid(N_("areas(…) takes one of: {known}"), known=", ".join(LEVELS))
        if name in BOUNDS and len(args) == 2:
            inner, unit = self.read(args[0], deep + 1)
            return Bounded(inner, name, self._number(args[1])), unit
        if name == "weighted" and args and len(args) % 2 == 0:
            parts = []
            for weight, part in zip(args[::2], args[1::2], strict=True):
                inner, unit = self.read(part, deep + 1)
                if unit not in (Unit.SHARE, Unit.SCORE, Unit.NUMBER):
                    raise Invalid(N_("Only shares and scores can be weighted: {text}"), text=name)
                if (found := self._number(weight)) <= 0:
                    raise Invalid(N_("A weight is more than 0."))
                parts.append((found, inner))
            return Weighted(tuple(parts)), Unit.SCORE
        raise self._wrong(node)

    def _number(self, node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return float(value)
        raise self._wrong(node)

    def _wrong(self, node: ast.expr) -> Invalid:
        text = ast.get_source_segment(self.text, node) or self.text
        return Invalid(N_("This part cannot stand in a formula: {text}"), text=text[:200])


def _unit(left: Unit, sign: str, right: Unit) -> Unit | None:
    """The unit of two joined figures; None where they do not fit."""
    loose = (Unit.SHARE, Unit.NUMBER)
    if sign in "+-":
        if left is right:
            return left
        if left in loose and right in loose:
            return Unit.SHARE
        scores = (Unit.SCORE, *loose)
        return Unit.SCORE if left in scores and right in scores else None
    if sign == "*":
        if left is right is Unit.NUMBER:
            return Unit.NUMBER
        if left is Unit.NUMBER or right is Unit.NUMBER:
            other = right if left is Unit.NUMBER else left
            return Unit.SCORE if other is Unit.SHARE else other
        if left is Unit.SHARE or right is Unit.SHARE:
            return right if left is Unit.SHARE else left
        return None
    if left is right:
        return Unit.NUMBER if left is Unit.NUMBER else Unit.SHARE
    if right is Unit.NUMBER or right is Unit.SHARE:
        # So many for each day, or against a target: no longer a whole number of rows.
        return Unit.NUMBER if left is Unit.COUNT and right is Unit.NUMBER else left
    return Unit.SECONDS if left is Unit.SECONDS and right is Unit.COUNT else None
