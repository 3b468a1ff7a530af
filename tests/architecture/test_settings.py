"""Every variable that the environment may set is documented, and nothing else is."""

import ast
import re

from tests.architecture.tracked import ROOT, python_files

VARIABLE = re.compile(r"COMMONWARD_[A-Z_]+|DATABASE_URL")
PAGE = ROOT / "docs" / "how-to" / "settings.md"
READERS = (ROOT / "commonward", ROOT / "house", ROOT / "bench", ROOT / "tests" / "conftest.py")


def read_somewhere() -> set[str]:
    """Variables named by a whole string in the code that reads the environment, or in ./dev."""
    found = set(VARIABLE.findall((ROOT / "dev").read_text(encoding="utf-8")))
    for path in python_files(*READERS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and VARIABLE.fullmatch(node.value)
            ):
                found.add(node.value)
    return found


def documented() -> set[str]:
    """Variables that have a row of their own in the table of the page."""
    rows = re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return set(rows)


def test_every_variable_that_is_read_is_documented() -> None:
    assert not read_somewhere() - documented(), "Add a row to docs/how-to/settings.md."


def test_every_documented_variable_is_read() -> None:
    assert not documented() - read_somewhere(), "The page promises a setting that nothing reads."
