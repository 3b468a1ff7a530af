"""Tables of holidays (节假日) and make-up working days (调休), as the yearly notices give them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from commonward.core.calendars.instants import FIRST_YEAR, LAST_YEAR
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True)
class DayTable:
    """Dated exceptions from the week: days off, and weekend days that are worked.

    `years` are the years covered, that is, those whose own notice is in the table. A notice also
    names days of the December before (the notice of 2019 made 2018-12-31 a day off); that alone
    covers nothing.
    """

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        both = sorted(self.off & self.work)
        if both:
            raise Invalid(
                N_("{day} is both a day off and a working day; it can be only one of them."),
                field="days",
                day=both[0].isoformat(),
            )
        for day in self.off | self.work:
            if isinstance(day, datetime) or not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise Invalid(
                    N_("{day} is not a date of the years {first} to {last}."),
                    field="days",
                    day=str(day),
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                )
        for year in self.years:
            _check_year(year)

    @classmethod
    def from_holiday_cn(cls, tables: Iterable[Mapping[str, Any]]) -> Self:
        """One table from yearly files `{year, papers, days: [{name, date, isOffDay}]}`.

        Form: NateScarlet/holiday-cn, made from the notices of the State Council (国务院办公厅).
        A file without days and without papers is a notice still to come: its year is not
        covered. Refuses a wrong form, a year or a date given twice, a date far from its year,
        and a notice without days.
        """
        years: set[int] = set()
        covered: set[int] = set()
        kinds: dict[date, bool] = {}
        for table in tables:
            year, papers, days = _parts(table)
            if year in years:
                raise Invalid(
                    N_("The table of {year} is given twice; keep one."), field="year", year=year
                )
            years.add(year)
            if papers and not days:
                raise Invalid(
                    N_("The table of {year} names a notice but no days; add its days."),
                    field="days",
                    year=year,
                )
            if days:
                covered.add(year)
            for row in days:
                day, off = _day(row, year)
                if day in kinds:
                    raise Invalid(
                        N_("{day} is given twice (again in the table of {year}); keep one."),
                        field="days",
                        day=day.isoformat(),
                        year=year,
                    )
                kinds[day] = off
        return cls(
            off=frozenset(day for day, off in kinds.items() if off),
            work=frozenset(day for day, off in kinds.items() if not off),
            years=frozenset(covered),
        )

    def to_data(self) -> dict[str, Any]:
        """As JSON: sorted lists of ISO dates and of years."""
        return {
            "off": [day.isoformat() for day in sorted(self.off)],
            "work": [day.isoformat() for day in sorted(self.work)],
            "years": sorted(self.years),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The table in `to_data`'s form."""
        if not isinstance(data, Mapping) or set(data) != {"off", "work", "years"}:
            raise Invalid(
                N_("A table of days has the lists off, work and years; this is none: {given}."),
                given=_short(data),
            )
        return cls(
            off=frozenset(_date(text) for text in _rows(data["off"], "off")),
            work=frozenset(_date(text) for text in _rows(data["work"], "work")),
            years=frozenset(_check_year(year) for year in _rows(data["years"], "years")),
        )


def _parts(table: Any) -> tuple[int, Sequence[Any], Sequence[Any]]:
    if not isinstance(table, Mapping) or not {"year", "days"} <= set(table):
        raise Invalid(
            N_("A table of holidays has a year, papers and days; this is none: {given}."),
            given=_short(table),
        )
    papers = _rows(table.get("papers", []), "papers")
    return _check_year(table["year"]), papers, _rows(table["days"], "days")


def _day(row: Any, year: int) -> tuple[date, bool]:
    if not isinstance(row, Mapping) or not isinstance(row.get("isOffDay"), bool):
        raise Invalid(
            N_(
                "A day in the table of {year} needs a date and isOffDay (true or false); "
                "this has not: {given}."
            ),
            field="days",
            year=year,
            given=_short(row),
        )
    day = _date(row.get("date"))
    # A notice reaches into the New Year holidays at either end of its year, no further.
    if not (year - 1, 12) <= (day.year, day.month) <= (year + 1, 1):
        raise Invalid(
            N_(
                "{day} stands in the table of {year}; such a table has dates from December of "
                "the year before to January of the year after."
            ),
            field="days",
            day=day.isoformat(),
            year=year,
        )
    return day, row["isOffDay"]


def _date(given: Any) -> date:
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise Invalid(
            N_("{given} is not a date; write it as 2025-10-01."), field="days", given=_short(given)
        ) from None


def _check_year(given: Any) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and FIRST_YEAR <= given <= LAST_YEAR:
        return given
    raise Invalid(
        N_("{given} is not a year from {first} to {last}."),
        field="year",
        given=_short(given),
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )


def _rows(given: Any, name: str) -> Sequence[Any]:
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        return given
    raise Invalid(N_("{name} is a list, not {given}."), field=name, name=name, given=_short(given))


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 80 else text[:77] + "..."
