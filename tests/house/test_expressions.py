"""What could make a regular expression try for ever is found, and what could not is left alone."""

import re

import pytest

from house.security.ambiguity import ways
from house.security.expressions import Expression, collected, judge
from house.security.told import Part


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$", r"(a|a)*b", r"(a|aa)+$", r"(a*)*b", r"(x+x+)+y", r"(\s*x?)*y", r"(.*a){20}b",
        r"(?:\w+\s?)*$", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(?=(a+)+b)a", r"(?i)(kx|Kx)*s",
        r"([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+", r"((?:ab|a|b){1,30})*c",
    ],
)  # fmt: skip
def test_exponentially_many_ways_are_seen(pattern: str) -> None:
    assert ways(pattern) == "exponential"


@pytest.mark.parametrize(
    "pattern",
    [r"\s+$", r"x*\d+y", r"<[^>]*>", r"<[^>]*+>", r"a[^b]*+b[^c]*+c", r"^\s*(.*?)\s*$", r"^a*a*b"],
)
def test_polynomially_many_ways_are_seen(pattern: str) -> None:
    assert ways(pattern) == "polynomial"


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w+", r"[0-9a-f]{64}", r"^<[^>]*>", r"^\s*\w+\s*$", r"^(?:a|b)*c", r"^(?:(?:ab)*c)*d",
        r"^(a?)*$", r"^(?:\s*+x)*$", r"^a\s*+b\s*+c", r"^(?:[a-z]+-)*[a-z]+$", r"^\d{1,3}(?:,\d{3})*$",
        r"(a+)+",
    ],
)  # fmt: skip
def test_what_has_one_way_or_cannot_fail_is_left_alone(pattern: str) -> None:
    assert ways(pattern) == ""


def test_whoever_must_reach_the_end_has_more_to_try() -> None:
    assert ways(r"(a+)+", sought=False) == ""
    assert ways(r"(a+)+", sought=False, whole=True) == "exponential"


def test_the_reckoning_agrees_with_what_the_engine_does() -> None:
    """Once against `re` itself: a text that almost fits, so short that even many tries end."""
    text = "a" * 14 + "!"
    assert re.search(r"^(?:a|a)*b", text) is None and ways(r"^(?:a|a)*b") == "exponential"
    assert re.search(r"^(?:a|c)*b", text) is None and ways(r"^(?:a|c)*b") == ""


def test_expressions_are_found_where_they_are_and_by_how_they_are_asked() -> None:
    from house.installing import ROOT  # noqa: PLC0415 (its own folder is read)

    found, unknown = collected(ROOT / "commonward" / "core" / "mailed", ROOT)
    by = {one.place.partition(":")[0]: one for one in found}
    assert "commonward/core/mailed/kinds.py" in by
    assert any("match" in one.asked for one in found) and len(found) > 15
    assert [one.partition(":")[0] for one in unknown] == [
        "commonward/core/mailed/pages.py", "commonward/core/mailed/reading.py"
    ]  # fmt: skip


def test_a_bound_is_a_reason_for_polynomial_ways_and_for_no_others() -> None:
    row = {"kind": "polynomial", "files": "a/*.py", "most": 1, "why": "short"}
    slow = Expression("a/b.py:1", r"\s+$", 0, frozenset({"search"}))
    endless = Expression("a/b.py:2", r"(a|a)*b", 0, frozenset({"search"}))

    def told(*found: Expression, rows: object = (row,), unknown: tuple[str, ...] = ()) -> list[str]:
        part = Part("test")
        judge(found, unknown, rows, part)  # type: ignore[arg-type] # rows of a test
        return [one.rule for one in part.findings]

    assert told(slow) == []
    assert told(slow, rows=()) == ["polynomial"]
    assert told(slow, endless) == ["exponential"]
    assert told(slow, slow) == ["more"]
    assert told() == ["stale"]
    assert told(slow, unknown=("a/c.py:3",)) == ["composed"]
