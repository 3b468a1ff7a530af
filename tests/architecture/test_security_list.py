"""The checked list of security says what is: its page, its tests and the lines it names exist."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from house.asvs import DATA, KINDS, PAGE, page
from tests.architecture.tracked import ROOT

CHAPTERS: dict[str, dict[str, Any]] = tomllib.loads(DATA.read_text(encoding="utf-8"))
LINES = [line for chapter in CHAPTERS.values() for line in chapter["lines"]]
HOW_MANY = {1: 70, 2: 183}
"""Requirements of level 1 and of level 2 in ASVS 5.0.0."""


@cache
def named_in(path: Path) -> frozenset[str]:
    """The tests of a file, read and not imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


def test_the_page_is_the_one_of_the_data() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Run `python -m house.asvs`."


def test_each_requirement_of_both_levels_stands_there_once() -> None:
    numbers = [line[0] for line in LINES]
    assert len(numbers) == len(set(numbers))
    assert {level: sum(line[1] == level for line in LINES) for level in HOW_MANY} == HOW_MANY
    for chapter, one in CHAPTERS.items():
        mine = [tuple(map(int, line[0].split("."))) for line in one["lines"]]
        assert mine == sorted(mine)
        assert all(re.fullmatch(rf"{chapter}\.\d+\.\d+", line[0]) for line in one["lines"])


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line[0]))
def test_what_it_names_is_there(line: list[Any]) -> None:
    number, _, words, how, where, why = line
    assert words and how in KINDS
    assert bool(where) == (how in ("test", "code")), f"{number}: name what holds it"
    assert why or where, f"{number}: say why"
    for place in where:
        path, _, name = place.partition("::")
        assert (ROOT / path).is_file(), f"{number}: {path}"
        if how == "test":
            assert path.startswith("tests/")
            assert name in named_in(ROOT / path), f"{number}: {place}"
        else:
            assert name and name in (ROOT / path).read_text(encoding="utf-8"), f"{number}: {place}"
