"""No text of a table is run by the spreadsheet that opens it, and there is one rule for all doors."""

import ast
from pathlib import Path

import pytest

from commonward.core.spreadsheets import inert

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "－1", "\x00=1",
        '=HYPERLINK("http://x","y")', "+86 tel",
    ],
)  # fmt: skip
def test_a_text_that_begins_like_a_formula_is_marked_as_text(text: str) -> None:
    marked = inert(text, numbers=False)
    assert marked.startswith("'")
    assert "\x00" not in marked


def test_words_stay_and_a_number_stays_a_number_where_a_table_counts() -> None:
    assert inert("a broken lamp = dark") == "a broken lamp = dark"
    assert [inert("-5"), inert("+2.5"), inert("-5x")] == ["-5", "+2.5", "'-5x"]
    assert [inert(-5), inert(None), inert(2.5)] == [-5, None, 2.5]


def test_no_door_has_a_rule_of_its_own_for_formulas() -> None:
    own = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "commonward").rglob("*.py"))
        if path.name != "spreadsheets.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _lists_the_signs(node)
    ]
    assert not own, f"Use core.spreadsheets.inert: {own}"


def _lists_the_signs(node: ast.AST) -> bool:
    """`("=", "+", "-", "@", …)` as a tuple, or as one text of them."""
    if isinstance(node, ast.Tuple | ast.List):
        signs = {one.value for one in node.elts if isinstance(one, ast.Constant)}
        return {"=", "+", "-", "@"} <= signs
    return isinstance(node, ast.Constant) and str(node.value).startswith("=+-@")
