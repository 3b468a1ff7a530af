"""What we promise names the tests that hold it: they exist, and both languages name the same."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.tracked import ROOT

PAGES = {
    "en": ROOT / "docs" / "guide" / "promises.md",
    "zh": ROOT / "docs" / "guide" / "promises.zh.md",
}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NOT_HELD = {"en": "**nothing yet**", "zh": "**尚无测试**"}


def rows(language: str) -> list[str]:
    """The lines of promises, without heads."""
    text = PAGES[language].read_text(encoding="utf-8")
    return [
        line
        for line in text.splitlines()
        if line.startswith("| ") and "`tests/" in line or "**" in line
    ]


@cache
def named_in(path: Path) -> frozenset[str]:
    """The tests of a file, read and not imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        one.name
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    )


@pytest.mark.parametrize("language", sorted(PAGES))
def test_every_test_that_a_promise_names_exists(language: str) -> None:
    named = TEST.findall("\n".join(rows(language)))
    assert len(named) > 60
    for path, name in named:
        assert (ROOT / path).is_file(), path
        assert name in named_in(ROOT / path), f"{path}::{name}"


def test_both_languages_make_the_same_promises_by_the_same_tests() -> None:
    english, chinese = (
        [TEST.findall(row) or NOT_HELD[language] in row for row in rows(language)]
        for language in ("en", "zh")
    )
    assert english == chinese


@pytest.mark.parametrize("language", sorted(PAGES))
def test_each_promise_names_a_test_or_says_that_nothing_holds_it(language: str) -> None:
    text = PAGES[language].read_text(encoding="utf-8")
    told = [line for line in text.splitlines() if line.startswith("| ")]
    heads = {line for line in told if line.startswith(("| promise |", "| 承诺 |"))}
    for line in set(told) - heads:
        assert TEST.search(line) or NOT_HELD[language] in line, line
