"""Numbers for programs that watch a site are written so that these can read them back."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.gauges import Gauge, single, written

LINE = re.compile(r"(?P<name>[a-z0-9_]+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")
LABEL = re.compile(r'([a-z0-9_]+)="((?:[^"\\\n]|\\.)*)"(?:,|$)')
BACK = {r"\\": "\\", r"\n": "\n", r"\"": '"'}


def read(text: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    """As the form says that it is read: line by line, `\\\\`, `\\n` and `\\"` escaped in labels."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for line in text.split("\n"):
        if not line or line.startswith("#"):
            continue
        parts = LINE.fullmatch(line)
        assert parts is not None, line
        labels = {
            name: re.sub(r"\\.", lambda escaped: BACK[escaped.group()], value)
            for name, value in LABEL.findall(parts["labels"] or "")
        }
        found.setdefault(parts["name"], []).append((labels, float(parts["value"])))
    return found


@given(
    st.lists(
        st.tuples(
            st.dictionaries(
                st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True), st.text(), max_size=3
            ),
            st.floats(allow_nan=False),
        ),
        max_size=5,
    )
)
def test_every_label_and_every_number_is_read_back_as_it_was(
    values: list[tuple[dict[str, str], float]],
) -> None:
    text = written([Gauge("some_gauge", "what\nit \\ says", values)])
    assert read(text).get("some_gauge", []) == values
    assert text.splitlines()[0] == r"# HELP some_gauge what\nit \\ says"
    assert text.split("\n")[1] == "# TYPE some_gauge gauge"


def test_what_is_not_a_number_is_written_so() -> None:
    text = written([single("a", "", math.nan), single("b", "", math.inf), single("c", "", 2.0)])
    assert [line.split()[1] for line in text.splitlines() if line[0] != "#"] == ["NaN", "+Inf", "2"]


def test_a_name_that_cannot_be_read_or_stands_twice_is_refused() -> None:
    for name in ("two words", "UP", "", "9th", 'a"b'):
        with pytest.raises(ValueError, match="cannot name"):
            single(name, "", 0)
        with pytest.raises(ValueError, match="cannot name"):
            Gauge("fine", "", (({name: "x"}, 0),))
    with pytest.raises(ValueError, match="two gauges"):
        written([single("same", "", 0), single("same", "", 1)])
