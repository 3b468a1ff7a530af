"""The numbers of the machine, with the help that the monitor reads, taken from the code's text.

Read and not run: which of them are told depends on the database and on what has worked yet.
"""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from house.reference.marks import NOTE, code, table

FILE = Path(__file__).resolve().parents[2] / "commonward" / "doors" / "look" / "watching.py"


def page() -> str:
    """Every gauge and what it says."""
    found = dict(gauges())
    return (
        f"# Numbers of the machine\n\n{NOTE}\n\nTold at `/-/metrics` in the text form of Prometheus to who "
        "sends the token; [how to watch](../how-to/alerts.md). None is of a person or a single case.\n\n"
        + table(("gauge", "what it says"), ((code(n), help_) for n, help_ in sorted(found.items())))
    )


def gauges() -> Iterator[tuple[str, str]]:
    """Names and helps of all calls of `Gauge` and `single`; those in a loop over names one by one."""
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    for node, given in _calls(tree, {}):
        for name, help_ in product(*(_texts(one, given) for one in node.args[:2])):
            if isinstance(node.args[0], ast.Constant) or _agree(name, help_, node, given):
                yield name, help_


def _calls(
    node: ast.AST, given: dict[str, list[str]]
) -> Iterator[tuple[ast.Call, dict[str, list[str]]]]:
    if isinstance(node, ast.For):
        given = {**given, **_looped(node)}
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Gauge", "single")
    ):
        yield node, given
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, given)


def _looped(loop: ast.For) -> dict[str, list[str]]:
    """What the names of a loop over rows of texts take on, row by row."""
    if not isinstance(loop.target, ast.Tuple) or not isinstance(loop.iter, ast.Tuple):
        return {}
    names = [one.id for one in loop.target.elts if isinstance(one, ast.Name)]
    rows = [
        [str(cell.value) if isinstance(cell, ast.Constant) else "" for cell in row.elts]
        for row in loop.iter.elts
        if isinstance(row, ast.Tuple)
    ]
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def _texts(node: ast.expr, given: dict[str, list[str]]) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.Name):
        return given.get(node.id, [])
    if isinstance(node, ast.JoinedStr):
        return ["".join(p) for p in product(*(_texts(one, given) for one in node.values))]
    return _texts(node.value, given) if isinstance(node, ast.FormattedValue) else []


def _agree(name: str, help_: str, node: ast.Call, given: dict[str, list[str]]) -> bool:
    """Whether both texts come from the same row of the loop."""
    names, helps = _texts(node.args[0], given), _texts(node.args[1], given)
    return len(helps) == 1 or len(names) != len(helps) or names.index(name) == helps.index(help_)
