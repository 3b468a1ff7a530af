"""Spreadsheets as another office saves them: its own dates, numbers of orders, shifted coordinates.

The two books were written by openpyxl 3.1 and lie here as they are: the same rows, once with days
counted since 1900 and once since 1904, as a Mac counts them.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from commonward.cases.models import Case, Clock, ExchangeRow
from commonward.core.geo import to_gcj02
from tests.district import District, small_district
from tests.exchanges import MAPPING, made, run

BOOKS = Path(__file__).parents[1] / "exchange_books"
FIELDS = {
    name: rule
    for name, rule in MAPPING["fields"].items()
    if name not in ("name", "phone", "consent", "status")
}


@pytest.fixture
def here(db: None) -> District:
    """The district."""
    return small_district()


def promised(case: Case) -> datetime | None:
    """The deadline that came with the order."""
    return Clock.objects.get(case=case, kind="total").due_at


@pytest.mark.parametrize("book", ["since-1900", "since-1904"])
@pytest.mark.parametrize("form", ["excel", "%Y-%m-%d %H:%M:%S", "auto"])
def test_its_own_dates_are_read_whatever_form_was_chosen(
    here: District, book: str, form: str
) -> None:
    moments = {name: {**FIELDS[name], "form": form} for name in ("opened_at", "due_at")}
    made(form="xlsx", datum="gcj02", fields={**FIELDS, **moments})
    taken = run((BOOKS / f"{book}.xlsx").read_bytes())
    first, second = Case.objects.filter(source="hotline").order_by("source_ref")[:2]
    assert (first.source_ref, second.source_ref) == ("2026030201", "2026030202")
    assert first.opened_at == datetime(2026, 3, 2, 1, 5, tzinfo=UTC), "nine in the morning there"
    assert promised(first) == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    # A day alone is its beginning there: Excel keeps no difference between the two.
    assert second.opened_at == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert promised(second) == datetime(2026, 3, 4, 16, tzinfo=UTC)
    refused = ExchangeRow.objects.filter(run=taken, state="refused").values_list("ref", flat=True)
    # A bare number is a moment only where somebody said that numbers are days.
    assert list(refused) == ([] if form == "excel" else ["2026030204"])
    assert taken.taken == (4 if form == "excel" else 3)


def test_shifted_coordinates_come_back_to_within_a_metre(here: District) -> None:
    made(form="xlsx", datum="gcj02", fields=FIELDS)
    run((BOOKS / "since-1900.xlsx").read_bytes())
    case = Case.objects.filter(source="hotline").order_by("source_ref")[0]
    assert case.lat is not None and case.lon is not None
    lon, lat = to_gcj02(case.lon, case.lat)
    assert abs(float(lon) - 113.110433) < 1e-5 and abs(float(lat) - 27.801817) < 1e-5
    assert abs(case.lon - 113.110433) > 1e-3, "they were shifted"
