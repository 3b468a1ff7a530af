"""Every setting: what the guide of settings says of it, and which file of the code reads it."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from house.reference.marks import NOTE, code, table

ROOT = Path(__file__).resolve().parents[2]
_TOLD = ROOT / "docs" / "how-to" / "settings.md"
_ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([\w.-]+\.md)")
_VARIABLE = re.compile(r"COMMONWARD_[A-Z_]+|DATABASE_URL")


def page() -> str:
    """Settings in the order of their names, with where each is read."""
    read = readers()
    rows = [
        (code(name), _linked(default), _linked(meaning), ", ".join(map(code, read.get(name, ()))))
        for name, default, meaning in sorted(_ROW.findall(_TOLD.read_text(encoding="utf-8")))
    ]
    return (
        f"# Settings, by name\n\n{NOTE}\n\n{len(rows)} variables of the environment. By subject they stand "
        "in [settings](../how-to/settings.md); what an administrator changes on the desk is no setting.\n\n"
        + table(("variable", "default", "what it does", "read in"), rows)
    )


def readers() -> dict[str, list[str]]:
    """The files that read each variable: those that hold its name as a whole string."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in ("commonward", "house"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if not _VARIABLE.search(text):
                continue
            names = {
                node.value
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _VARIABLE.fullmatch(node.value)
            }
            for name in names:
                found[name].append(path.relative_to(ROOT).as_posix())
    return found


def _linked(text: str) -> str:
    return _LINK.sub(r"](../how-to/\1", text)
