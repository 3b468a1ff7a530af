"""Formulas and counts in plain words (指标说明), made from what was parsed, never written beside it.

`tell` translates a text (gettext in a door; nothing for English), `language` chooses among the words
that the book itself carries. `procedures` are the site's own, by whose titles steps and stages are
called.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commonward.core.indicators.book import Book, Count, Indicator
from commonward.core.indicators.conditions import (
    WINDOW,
    All,
    Always,
    Any,
    Between,
    Compared,
    Condition,
    Edge,
    Given,
    Known,
    Named,
    Not,
    Of,
    OneOf,
    Truth,
    Value,
    Within,
)
from commonward.core.indicators.facts import Column
from commonward.core.indicators.formulas import (
    Areas,
    Bounded,
    Days,
    Formula,
    Joined,
    Name,
    Number,
    Shifted,
    Weighted,
    Whole,
)
from commonward.core.indicators.names import Tell, value_name
from commonward.core.procedures import Procedure
from commonward.core.refusals import N_

_SIGNS = {
    "==": N_("{left} is {right}"),
    "!=": N_("{left} is not {right}"),
    "<": N_("{left} is less than {right}"),
    "<=": N_("{left} is at most {right}"),
    ">": N_("{left} is more than {right}"),
    ">=": N_("{left} is at least {right}"),
}
_MOMENTS = {
    "<": N_("{left} lies before {right}"),
    "<=": N_("{left} lies not after {right}"),
    ">": N_("{left} lies after {right}"),
    ">=": N_("{left} lies not before {right}"),
}
_EMPTY = {"==": N_("{column} is empty"), "!=": N_("{column} is not empty")}
_MEASURES = {
    "sum": N_("the sum of {column}"),
    "mean": N_("the mean of {column}"),
    "median": N_("the median of {column}"),
    "p90": N_("the 90th percentile of {column}"),
    "p95": N_("the 95th percentile of {column}"),
    "distinct": N_("how many different ones there are of {column}"),
}
_SHIFTS = {
    "previous": N_("the same in the window before: {of}"),
    "year_before": N_("the same a year before: {of}"),
}
_BOUNDS = {"at_most": N_("{of}, at most {bound}"), "at_least": N_("{of}, at least {bound}")}
_AREAS = {
    "district": N_("the number of districts"),
    "street": N_("the number of streets"),
    "community": N_("the number of communities"),
    "grid": N_("the number of grids"),
}
_JOINED = {"+": "{left} + {right}", "-": "{left} − {right}", "*": "{left} × {right}",
           "/": "{left} ÷ {right}"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CountWords:
    """One count: what it is called, which rows, placed in the window by what, and what of them.

    `parts` are the conditions that must all hold, each in words; "" for `placed` says that the
    rows count as they stand.
    """

    name: str
    called: str
    rows: str
    placed: str
    measure: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """How one figure is made, in words."""

    formula: str
    counts: tuple[CountWords, ...]


def words(
    book: Book,
    indicator: Indicator,
    language: str,
    tell: Tell,
    procedures: Iterable[Procedure] = (),
) -> Words:
    """How an indicator is made: its formula, and each of its counts."""
    speaker = _Speaker(book, language, tell, procedures)
    return Words(
        speaker.formula(indicator.formula),
        tuple(speaker.count(one) for one in book.counts_of(indicator.name)),
    )


def formula_words(book: Book, made: Formula, language: str, tell: Tell) -> str:
    """A formula in words."""
    return _Speaker(book, language, tell).formula(made)


def condition_words(book: Book, table: str, condition: Condition, language: str, tell: Tell) -> str:
    """A condition on rows of a table, in words."""
    return _Speaker(book, language, tell).condition(condition, table)


def leaving(
    book: Book,
    indicator: Indicator,
    language: str,
    tell: Tell,
    procedures: Iterable[Procedure] = (),
) -> tuple[str, ...]:
    """What the rows of each count must be, told as what leaves: a row for which one of these does
    not hold is in no count of this figure. What all counts of a table have in common."""
    speaker = _Speaker(book, language, tell, procedures)
    shared: dict[str, list[Condition]] = {}
    for count in book.counts_of(indicator.name):
        parts = list(_parts(count.where))
        before = shared.get(count.facts.name)
        shared[count.facts.name] = parts if before is None else [p for p in before if p in parts]
    return tuple(
        speaker.condition(part, table) for table, parts in shared.items() for part in parts
    )


def _parts(condition: Condition) -> Iterator[Condition]:
    """What must hold together, each for itself; a named condition stays whole."""
    match condition:
        case Always():
            return
        case All(parts=parts):
            for part in parts:
                yield from _parts(part)
        case _:
            yield condition


class _Speaker:
    def __init__(
        self, book: Book, language: str, tell: Tell, procedures: Iterable[Procedure] = ()
    ) -> None:
        self.book = book
        self.procedures = tuple(procedures)
        self.language = "zh" if language.startswith("zh") else "en"
        self.tell = tell

    def said(self, text: str, **values: str) -> str:
        """A text in the reader's language with its values put in."""
        return self.tell(text).format(**values)

    # --- formulas ---

    def formula(self, made: Formula) -> str:
        match made:
            case Number(value=value):
                return number(value)
            case Name(name=name):
                return self.called(name)
            case Joined(left=left, sign=sign, right=right):
                return _JOINED[sign].format(
                    left=self.inside(left, sign, right=False),
                    right=self.inside(right, sign, right=True),
                )
            case Shifted(inner=inner, by=by):
                return f"({self.said(_SHIFTS[by], of=self.formula(inner))})"
            case Whole(inner=inner):
                return (
                    f"({self.said(N_('over all groups together: {of}'), of=self.formula(inner))})"
                )
            case Areas(level=level):
                return self.tell(_AREAS[level])
            case Days():
                return self.tell(N_("the number of days in the window"))
            case Bounded(inner=inner, by=by, bound=bound):
                return f"({self.said(_BOUNDS[by], of=self.formula(inner), bound=number(bound))})"
            case Weighted(parts=parts):
                return " + ".join(
                    f"{number(weight)} × {self.inside(part, '*', right=True)}"
                    for weight, part in parts
                )

    def inside(self, made: Formula, sign: str, *, right: bool) -> str:
        """A part of a formula, in brackets where they are needed to read it rightly."""
        text = self.formula(made)
        loose = isinstance(made, Weighted) or (isinstance(made, Joined) and made.sign in "+-")
        bound = isinstance(made, Joined) and made.sign in "*/"
        if (loose and (sign in "*/" or (sign == "-" and right))) or (
            bound and right and sign in "*/"
        ):
            return f"({text})"
        return text

    def called(self, name: str) -> str:
        """What a count, a constant or another indicator is called."""
        if name in self.book.indicators:
            return f"“{self.book.indicators[name].title(self.language)}”"
        if name in self.book.constants:
            said = self.book.said.get(name, {}).get(self.language, "")
            value = number(self.book.constants[name])
            return f"{said} ({value})" if said else value
        count = self.book.counts[name]
        if about := count.about[self.language]:
            return about
        return self.unnamed(count)

    def unnamed(self, count: Count) -> str:
        """A count that nobody gave words: what its rows are and what must hold for them."""
        parts = self.count(count).parts
        rows = self.said(N_("rows of {table}"), table=self.rows(count))
        if count.column is not None:
            rows = f"{self.measure(count)} – {rows}"
        holds = self.tell(N_("; ")).join(parts)
        return (
            f"[{self.said(N_('{rows} for which: {holds}'), rows=rows, holds=holds)}]"
            if (parts)
            else f"[{rows}]"
        )

    # --- counts ---

    def count(self, count: Count) -> CountWords:
        table = count.facts.name
        placed = count.facts.columns[count.moment].about if count.moment else ""
        return CountWords(
            name=count.name,
            called=count.about[self.language] or self.measure(count),
            rows=self.rows(count),
            placed=self.tell(placed) if placed else "",
            measure=self.measure(count),
            parts=tuple(self.condition(part, table) for part in _parts(count.where)),
        )

    def rows(self, count: Count) -> str:
        return self.tell(count.facts.one)

    def measure(self, count: Count) -> str:
        if count.column is None:
            return self.tell(N_("how many there are"))
        column = quoted(self.tell(count.column.about))
        if count.ages:
            column = self.said(
                N_("the time from {earlier} to {later}"),
                earlier=column,
                later=self.tell(WINDOW["end"]),
            )
        return self.said(_MEASURES[count.measure], column=column)

    # --- conditions ---

    def condition(  # noqa: C901 (a case for each form of a condition)
        self, condition: Condition, table: str, *, inside: bool = False
    ) -> str:
        match condition:
            case Always():
                return self.tell(N_("every one"))
            case Truth(column=column):
                return self.tell(column.about)
            case Known(column=column):
                return self.said(N_("{column} is known"), column=self.column(column.about))
            case OneOf(column=column, among=among):
                return self.among(column, among)
            case Within(column=column, code=code):
                return self.said(
                    N_("{column} lead through {code}"),
                    column=self.column(column.about),
                    code=quoted(code),
                )
            case Named(name=name, inner=inner):
                said = self.book.said.get(f"{table}.{name}", {}).get(self.language, "")
                return said or self.condition(inner, table, inside=inside)
            case Not(inner=OneOf(column=column, among=among)):
                return self.among(column, among, none=True)
            case Not(inner=Known(column=column)):
                return self.said(N_("{column} is not known"), column=self.column(column.about))
            case Not(inner=inner):
                return self.said(N_("it is not so that {what}"),
                                 what=self.condition(inner, table, inside=True))  # fmt: skip
            case All(parts=parts) | Any(parts=parts):
                between = N_(" and ") if isinstance(condition, All) else N_(" or ")
                told = self.tell(between).join(
                    self.condition(part, table, inside=True) for part in parts
                )
                return f"({told})" if inside else told
            case Compared(left=left, sign=sign, right=right):
                if sign in _EMPTY and isinstance(left, Of) and right == Given(""):
                    return self.said(_EMPTY[sign], column=self.column(left.column.about))
                moments = isinstance(left, Of | Edge) and isinstance(right, Of | Edge)
                text = _SIGNS[sign]
                if moments and sign in _MOMENTS and _is_moment(left):
                    text = _MOMENTS[sign]
                spans = _in_seconds(left) or _in_seconds(right)
                return self.said(
                    text,
                    left=self.value(left, spans=spans, beside=right),
                    right=self.value(right, spans=spans, beside=left),
                )

    def among(self, column: Column, among: tuple[str, ...], *, none: bool = False) -> str:
        # Two codes may bear one name: it is told once.
        names = dict.fromkeys(self.name(column, value) for value in among)
        values = self.tell(N_(", ")).join(map(quoted, names)) or self.tell(N_("nothing"))
        text = N_("{column} is none of {values}") if none else N_("{column} is one of {values}")
        return self.said(text, column=self.column(column.about), values=values)

    def name(self, column: Column, value: str) -> str:
        return value_name(column.name, value, self.language, self.tell, self.procedures)

    def column(self, about: str) -> str:
        return quoted(self.tell(about))

    def value(self, value: Value, *, spans: bool, beside: Value | None = None) -> str:
        match value:
            case Of(column=column):
                return self.column(column.about)
            case Edge(name=name):
                return self.tell(WINDOW[name])
            case Given(value=str() as text):
                known = beside.column if isinstance(beside, Of) else None
                return quoted(text if known is None else self.name(known, text))
            case Given(value=int() | float() as given):
                return self.span(given) if spans else number(given)
            case Between(later=later, earlier=earlier):
                return self.said(
                    N_("the time from {earlier} to {later}"),
                    earlier=self.value(earlier, spans=False),
                    later=self.value(later, spans=False),
                )
        raise AssertionError(value)

    def span(self, seconds: float) -> str:
        """Seconds in the largest unit of which they are a whole number."""
        for size, text in (
            (86_400, N_("{n} days")),
            (3_600, N_("{n} hours")),
            (60, N_("{n} minutes")),
        ):
            if seconds and seconds % size == 0:
                return self.said(text, n=number(seconds / size))
        return self.said(N_("{n} seconds"), n=number(seconds))


def _is_moment(value: Value) -> bool:
    return isinstance(value, Edge) or (isinstance(value, Of) and value.column.kind == "moment")


def _in_seconds(value: Value) -> bool:
    return isinstance(value, Between) or (isinstance(value, Of) and value.column.kind == "seconds")


def quoted(text: str) -> str:
    """A value or the words of a column, set apart."""
    return f"“{text}”"


def number(value: float) -> str:
    """A number without a needless fraction.

    >>> number(60.0), number(0.9)
    ('60', '0.9')
    """
    return str(int(value)) if value == int(value) else str(value)
