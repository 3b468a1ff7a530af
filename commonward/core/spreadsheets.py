"""Texts that go into a table which a spreadsheet will open: none becomes a formula (CSV 注入).

What somebody wrote may begin with a sign by which a spreadsheet takes it for a formula, and runs
it on the machine of whoever opens the file. Such a text is marked as text by one quote before it
(OWASP ASVS 5.0, 1.2.10). A spreadsheet passes over spaces before the sign, and takes the signs'
wide forms for the same; NUL is read by none.
"""

import re
from typing import Any

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def inert(cell: Any, *, numbers: bool = True) -> Any:
    """The cell, a text that would be a formula marked as text; what is no text stays as it is.

    A plain number that is written as text stays a number, unless `numbers` is false: where a
    column holds nothing but words, every sign is marked.
    """
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\x00", "")
    if not text.lstrip(" ").startswith(FORMULA_SIGNS):
        return text
    return text if numbers and _NUMBER.fullmatch(text) else f"'{text}"
