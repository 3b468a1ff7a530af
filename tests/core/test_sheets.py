"""Tables of text in the forms that offices send them."""

import csv
import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.sheets import MOST_CHARACTERS, Sheet


def sheet(folder: Path, raw: bytes, name: str = "table.csv") -> Sheet:
    path = folder / name
    path.write_bytes(raw)
    return Sheet.at(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_is_read_alike_in_each_usual_encoding(tmp_path: Path, encoding: str) -> None:
    found = sheet(tmp_path, "代码,名称\n01,上水井盖㙍\n".encode(encoding))
    assert found.columns == ("代码", "名称")
    assert [r.values for r in found.records()] == [["01", "上水井盖㙍"]]


@given(
    st.lists(
        st.text(st.characters(exclude_characters='"\r\n\0', exclude_categories=["Cs"])),
        min_size=2,
        max_size=6,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_line_without_quotes_is_divided_as_a_table_of_text_is(
    values: list[str], ending: str
) -> None:
    line = ",".join(values)
    width = line.count(",") + 1
    titles = ",".join(f"c{n}" for n in range(width))
    with tempfile.TemporaryDirectory() as folder:
        found = sheet(Path(folder), f"{titles}{ending}{line}{ending}".encode())
        read = list(found.records())
    known = [next(csv.reader([line]))] if line.strip() else []
    assert [r.values for r in read] == known
    assert [r.text for r in read] == [line] * len(known)


def test_a_compressed_file_is_read_and_known_by_its_own_bytes(tmp_path: Path) -> None:
    plain = sheet(tmp_path, b"a,b\n1,2\n")
    packed = sheet(tmp_path, gzip.compress(b"a,b\n1,2\n"), "table.csv.gz")
    assert [r.values for r in packed.records()] == [r.values for r in plain.records()]
    assert packed.digest != plain.digest


def test_a_broken_quote_costs_its_own_line_and_nothing_after_it(tmp_path: Path) -> None:
    found = sheet(tmp_path, b'a,b\n1,one\n2,"two\n3,three\n4,"fo""ur"\n')
    records = list(found.records())
    assert [(r.line, r.values) for r in records if r.fault is None] == [
        (2, ["1", "one"]),
        (4, ["3", "three"]),
        (5, ["4", 'fo"ur']),
    ]
    (broken,) = [r for r in records if r.fault is not None]
    assert broken.line == 3
    assert broken.text == '2,"two'


def test_a_value_in_quotes_may_hold_line_breaks_and_lines_are_counted_on(tmp_path: Path) -> None:
    found = sheet(tmp_path, b'a,b\r\n1,"two\r\nlines"\r\n2,x\r\n')
    assert [(r.line, r.values) for r in found.records()] == [
        (2, ["1", "two\r\nlines"]),
        (4, ["2", "x"]),
    ]


def test_an_inch_sign_inside_a_value_opens_no_quote(tmp_path: Path) -> None:
    found = sheet(tmp_path, b'a,b\n1,5" pipe\n2,6" pipe\n')
    assert [r.values for r in found.records()] == [["1", '5" pipe'], ["2", '6" pipe']]


def test_a_line_with_too_few_values_says_how_many_were_expected(tmp_path: Path) -> None:
    (record,) = sheet(tmp_path, b"a,b,c\n1,2\n").records()
    assert record.fault is not None
    assert record.fault.values == {"found": 2, "width": 3}


def test_a_record_of_a_book_s_length_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    found = sheet(tmp_path, b"a,b\n1," + b"x" * (MOST_CHARACTERS + 1) + b"\n2,y\n")
    first, second = found.records()
    assert first.fault is not None
    assert "characters" in str(first.fault)
    assert second.values == ["2", "y"]


def test_reading_goes_on_after_a_line(tmp_path: Path) -> None:
    found = sheet(tmp_path, b"a\n1\n2\n3\n")
    assert [r.values for r in found.records(after=3)] == [["3"]]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "does not begin"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"a,b\n1,\x002\n", "not a table of text"),
        (b"a,b\n1,\xff\xff\xff\n", "neither UTF-8 nor GB18030"),
        (b"a,b,a\n1,2,3\n", "twice"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, raw: bytes, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        sheet(tmp_path, raw)


@given(st.lists(st.text(alphabet='a,"\n', max_size=12), max_size=12))
def test_every_good_line_among_bad_ones_is_found(
    tmp_path_factory: pytest.TempPathFactory, noise: list[str]
) -> None:
    """Good lines stand between noise without quotes that could enclose them."""
    lines = ["x,y"]
    for number, bad in enumerate(noise):
        lines.append(bad.replace('"', "").replace("\n", ""))
        lines.append(f"good{number},{number}")
    found = sheet(tmp_path_factory.mktemp("sheet"), "\n".join(lines).encode())
    values = [r.values for r in found.records() if r.fault is None]
    assert [v for v in values if v[0].startswith("good")] == [
        [f"good{n}", str(n)] for n in range(len(noise))
    ]
