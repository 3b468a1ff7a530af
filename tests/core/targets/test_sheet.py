"""A plan's table comes back as it went, and a hostile one is told cell by cell what is wrong."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.targets.course import Milestone
from commonward.core.targets.sheet import COLUMNS, MOST_LINES, Line, cells, changed, read
from commonward.core.targets.workbook import rows_of

LINE = Line(
    1, "安居", "Homes", 2, "老旧小区改造", "Old estates", Decimal(2), 1, "改造小区", "Estates renewed",
    "个", "estates", "up", Decimal(0), Decimal(12), date(2026, 1, 1), date(2026, 12, 31), Decimal(1),
    "roads", ("lamps", "street"), "chiefs", "验收单", "", (Milestone(date(2026, 6, 30), Decimal(5)),), True,
)  # fmt: skip
HEADS = list(COLUMNS)


def table(*lines: Line) -> list[list[Any]]:
    return [HEADS, *(cells(one) for one in lines)]


def put(**cell: Any) -> list[list[Any]]:
    """The table of the one line with some of its cells otherwise."""
    row = dict(zip(HEADS, cells(LINE), strict=True)) | cell
    return [HEADS, [row[name] for name in HEADS]]


def book(rows: list[list[Any]], merge: str = "", formula: str = "") -> bytes:
    made = io.BytesIO()
    written = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    sheet = written.add_worksheet()
    days = written.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, datetime.combine(cell, time.min), days)
            else:
                sheet.write(number, place, cell)
    if merge:
        sheet.merge_range(merge, rows[1][1])
    if formula:
        sheet.write_formula(formula, '=HYPERLINK("http://x.example","y")', None, "12")
    written.close()
    return made.getvalue()


text = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=20).filter(
    lambda t: not t.startswith("'")
)
safe = st.sampled_from(["路灯", "Lamps 3", "=1+1", "+8613", "@here", "-5", "a,b", 'say "x"', "；;"])


@given(safe, safe, st.decimals(1, 999, places=4), st.booleans(), st.integers(1, 11))
def test_what_is_written_is_read_again_the_same(
    title: str, english: str, wanted: Decimal, public: bool, group: int
) -> None:
    line = replace(
        LINE, target=title, target_en=english, wanted=wanted.normalize(), milestones=(), public=public,
        group_no=group,
    )  # fmt: skip
    found = read(table(line))
    assert (found.lines, found.faults) == ((line,), ())


def test_titles_in_chinese_or_english_name_the_columns() -> None:
    for language in (0, 1):
        assert read([[t[language] for t in COLUMNS.values()], cells(LINE)]).lines == (LINE,)


def test_a_spreadsheet_with_dates_numbers_and_merged_groups_is_read() -> None:
    second = replace(LINE, target_no=2)
    rows = table(LINE, second)
    for row in rows[1:]:
        row[HEADS.index("begins")] = date(2026, 1, 1)
        row[HEADS.index("wanted")] = 12
    rows[2][HEADS.index("group")] = ""
    found = read(rows_of(book(rows, merge="B2:B3")))
    assert found.faults == () and found.lines == (LINE, second)


def test_a_formula_is_read_as_what_it_gives() -> None:
    found = read(rows_of(book(table(LINE), formula="O2")))
    assert found.lines[0].wanted == 12


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("due", "31.31.2026"), ("due", "2026-02-30"), ("due", 46022.0), ("due", "1926-01-01"), ("begins", ""),
        ("due", "2025-12-31"), ("wanted", "95%"), ("wanted", "1e999"), ("wanted", "NaN"), ("wanted", ""),
        ("wanted", "0.00001"), ("weight", "-1"), ("weight", "0"), ("group_no", "0"), ("group_no", "x"),
        ("direction", "sideways"), ("unit", ""), ("target", ""), ("target", "x" * 301), ("target", "a\x00b"),
        ("target", "抓获人数"), ("target_en", "People fined"), ("checker", "roads"), ("checker", "lamps"),
        ("checker", ""), ("partners", "roads"), ("public", "perhaps"), ("milestones", "2026-06-30"),
        ("milestones", "2027-06-30=5"), ("milestones", "2026-06-30=99"), ("owner", ""),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_row_and_column(column: str, cell: Any) -> None:
    found = read(put(**{column: cell}))
    assert found.lines == ()
    named = {(one.row, one.column) for one in found.faults}
    assert named == {(2, column)}


def test_one_wrong_line_does_not_hide_the_others() -> None:
    rows = table(LINE, replace(LINE, target_no=2), LINE)
    rows[2][HEADS.index("due")] = "soon"
    found = read(rows)
    assert [one.row for one in found.lines] == [2]
    assert [(one.row, one.column) for one in found.faults] == [(3, "due"), (4, "target_no")]


def test_one_number_has_one_title() -> None:
    found = read(table(LINE, replace(LINE, target_no=2, group="Another")))
    assert [(one.row, one.column) for one in found.faults] == [(3, "group")]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\x01\x02", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 broken", b"\xff\xfe\x00x",
        b'group_no,"group\n', b"group_no,nonsense\n1,2\n", b"group_no,group_no\n", b"x" * 5_000_001,
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Invalid):
        read(rows_of(content))


def test_a_file_that_unpacks_without_end_is_not_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/sheet1.xml", b"0" * 90_000_000)
    with pytest.raises(Invalid, match="unpacked"):
        rows_of(packed.getvalue())


def test_ten_thousand_rows_are_refused_and_as_many_as_may_be_are_read() -> None:
    rows = [
        cells(replace(LINE, target_no=1 + n % 9999, group_no=1 + n // 9999))
        for n in range(MOST_LINES)
    ]
    assert len(read([HEADS, *rows]).lines) == MOST_LINES
    with pytest.raises(Invalid, match="more than"):
        read([HEADS, *rows, *rows])
    with pytest.raises(Invalid, match="more than"):
        read(rows_of(book([HEADS, *rows, *rows])))


def test_a_difference_is_told_column_by_column() -> None:
    after = replace(LINE, wanted=Decimal(15), partners=("lamps",))
    assert changed(LINE, after) == (("wanted", "12", "15"), ("partners", "lamps; street", "lamps"))
    assert changed(LINE, replace(LINE, row=9)) == ()
