"""Which rows count: a small typed language over the columns of one table of facts.

    limited and counted and outcome not in ('void', 'refused') and closed_at - opened_at <= 3600

It is read as Python reads an expression, but holds nothing else than columns, named conditions,
constants, `and or not`, comparisons, `in (…)`, `known(column)`, `within(path, 'code')` and the
seconds between two moments. `start` and `end` are the window's own. There is no unknown truth: a
comparison with what is unknown is false, so every engine gives the same answer.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from commonward.core.indicators.facts import Column, Facts, Kind
from commonward.core.refusals import N_, Invalid

LONGEST = 2_000
"""Characters of one expression."""
_DEEPEST = 40
WINDOW = {"start": N_("the beginning of the window"), "end": N_("the end of the window")}
SIGNS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ORDERED = (Kind.WHOLE, Kind.SECONDS, Kind.REAL, Kind.MOMENT)
_NUMBERS = (Kind.WHOLE, Kind.SECONDS, Kind.REAL)


@dataclass(frozen=True, slots=True)
class Of:
    """A column's value."""

    column: Column


@dataclass(frozen=True, slots=True)
class Edge:
    """A moment of the window: its `start` or its `end`."""

    name: str


@dataclass(frozen=True, slots=True)
class Given:
    """A value written in the condition."""

    value: str | int | float


@dataclass(frozen=True, slots=True)
class Between:
    """Seconds from one moment to a later one; unknown where either is."""

    later: "Of | Edge"
    earlier: "Of | Edge"


Value: TypeAlias = Of | Edge | Given | Between


@dataclass(frozen=True, slots=True)
class Truth:
    """A column of yes and no, as it stands; unknown is no."""

    column: Column


@dataclass(frozen=True, slots=True)
class Always:
    """What is true of every row."""


@dataclass(frozen=True, slots=True)
class Known:
    """The column's value is known."""

    column: Column


@dataclass(frozen=True, slots=True)
class Compared:
    """Two values of one kind; false where one is unknown."""

    left: Value
    sign: str
    right: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text among some."""

    column: Column
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """A path of areas that leads through this one."""

    column: Column
    code: str


@dataclass(frozen=True, slots=True)
class Named:
    """A condition that has a name of its own, so that it is defined once."""

    name: str
    inner: "Condition"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    """Every one holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one holds."""

    parts: tuple["Condition", ...]


Condition: TypeAlias = Truth | Always | Known | Compared | OneOf | Within | Named | Not | All | Any


def condition(text: str, facts: Facts, known: Mapping[str, Condition]) -> Condition:
    """The condition that a text says about rows of this table; "" is true of every row.

    `known` are the named conditions of this table. Raises Invalid, in words.
    """
    if not text.strip():
        return Always()
    return _Reader(text, facts, known).condition(parsed(text), 0)


def parsed(text: str) -> ast.expr:
    """A text as Python's expression. Raises Invalid."""
    if len(text) > LONGEST:
        raise Invalid(N_("The expression is longer than {most} characters."), most=LONGEST)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Invalid(N_("This is no expression: {text}"), text=text[:200]) from None


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str
    facts: Facts
    named: Mapping[str, Condition]

    def condition(self, node: ast.expr, deep: int) -> Condition:
        if deep > _DEEPEST:
            raise Invalid(N_("The expression is nested too deeply."))
        match node:
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self.condition(one, deep + 1) for one in values)
                return All(parts) if isinstance(op, ast.And) else Any(parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand, deep + 1))
            case ast.Name(id=name):
                return self._name(name)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared(left, op, right)
            case ast.Call(func=ast.Name(id="known"), args=[ast.Name(id=name)], keywords=[]):
                return Known(self._column(name))
            case ast.Call(
                func=ast.Name(id="within"),
                args=[ast.Name(id=name), ast.Constant(value=str(code))],
                keywords=[],
            ):
                return Within(self._column(name, Kind.TEXT), code)
        raise self._wrong(node)

    def _name(self, name: str) -> Condition:
        if name in self.named:
            return Named(name, self.named[name])
        return Truth(self._column(name, Kind.YES_NO))

    def _column(self, name: str, *kinds: Kind) -> Column:
        column = self.facts.columns.get(name)
        if column is None:
            raise Invalid(
                N_("“{name}” is neither a column of {table} nor a named condition."),
                name=name,
                table=self.facts.name,
            )
        if kinds and column.private:
            raise Invalid(N_("No figure is about one member of the staff: {name}."), name=name)
        if kinds and column.kind not in kinds:
            raise Invalid(
                N_("“{name}” holds {kind}; here {wanted} is needed."),
                name=name,
                kind=column.kind.value,
                wanted=" / ".join(kind.value for kind in kinds),
            )
        return column

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(left, ast.Name) or not isinstance(right, ast.Tuple):
                raise self._wrong(right)
            found = OneOf(
                self._column(left.id, Kind.TEXT), tuple(self._text(one) for one in right.elts)
            )
            return Not(found) if isinstance(op, ast.NotIn) else found
        sign = SIGNS.get(type(op))
        if sign is None:
            raise self._wrong(left)
        one, other = self._value(left), self._value(right)
        kind, second = _kind(one), _kind(other)
        alike = kind is second or (kind in _NUMBERS and second in _NUMBERS)
        if not alike or (sign not in ("==", "!=") and kind not in _ORDERED):
            raise Invalid(
                N_("{left} and {right} cannot be compared so: {text}"),
                left=kind.value,
                right=second.value,
                text=self._written(left, right),
            )
        if isinstance(one, Given) and isinstance(other, Given):
            raise self._wrong(left)
        for span, bound in ((one, other), (other, one)):
            # So that every engine can move the bound to the other side and compare exactly.
            whole = isinstance(bound, Given) and isinstance(bound.value, int)
            if isinstance(span, Between) and not whole:
                raise Invalid(
                    N_("The time between two moments is compared with a whole number of seconds.")
                )
        return Compared(one, sign, other)

    def _value(self, node: ast.expr) -> Value:
        match node:
            case ast.Name(id=name) if name in WINDOW:
                return Edge(name)
            case ast.Name(id=name):
                return Of(self._column(name, Kind.TEXT, *_ORDERED))
            case ast.Constant(value=str() | int() | float() as value) if not isinstance(
                value, bool
            ):
                return Given(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return Given(-value)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                later, earlier = self._value(left), self._value(right)
                moments = _kind(later) is _kind(earlier) is Kind.MOMENT
                if moments and isinstance(later, Of | Edge) and isinstance(earlier, Of | Edge):
                    return Between(later, earlier)
                raise Invalid(N_("Only two moments can be subtracted: {text}"), text=self._of(node))
        raise self._wrong(node)

    def _text(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise self._wrong(node)

    def _wrong(self, node: ast.expr) -> Invalid:
        return Invalid(N_("This part cannot stand in a condition: {text}"), text=self._of(node))

    def _of(self, node: ast.expr) -> str:
        return (ast.get_source_segment(self.text.strip(), node) or self.text)[:200]

    def _written(self, left: ast.expr, right: ast.expr) -> str:
        return f"{self._of(left)} … {self._of(right)}"


def _kind(value: Value) -> Kind:
    match value:
        case Of(column=column):
            return column.kind
        case Edge():
            return Kind.MOMENT
        case Between():
            return Kind.SECONDS
        case Given(value=str()):
            return Kind.TEXT
        case Given(value=float()):
            return Kind.REAL
        case Given():
            return Kind.WHOLE


def asks_edges(where: Condition) -> bool:
    """Whether a condition speaks of the window's own beginning or end."""
    match where:
        case Truth() | Always() | Known() | OneOf() | Within():
            return False
        case Named(inner=inner) | Not(inner=inner):
            return asks_edges(inner)
        case All(parts=parts) | Any(parts=parts):
            return any(asks_edges(part) for part in parts)
        case Compared(left=left, right=right):
            return _is_edge(left) or _is_edge(right)


def _is_edge(value: Value) -> bool:
    match value:
        case Edge():
            return True
        case Between(later=later, earlier=earlier):
            return _is_edge(later) or _is_edge(earlier)
    return False


def read_by(where: Condition) -> frozenset[str]:
    """The columns that a condition looks at."""
    match where:
        case Truth(column=column) | Known(column=column) | OneOf(column=column):
            return frozenset({column.name})
        case Within(column=column):
            return frozenset({column.name})
        case Named(inner=inner) | Not(inner=inner):
            return read_by(inner)
        case All(parts=parts) | Any(parts=parts):
            return frozenset().union(*(read_by(part) for part in parts))
        case Compared(left=left, right=right):
            return _read(left) | _read(right)
    return frozenset()


def _read(value: Value) -> frozenset[str]:
    match value:
        case Of(column=column):
            return frozenset({column.name})
        case Between(later=later, earlier=earlier):
            return _read(later) | _read(earlier)
    return frozenset()
