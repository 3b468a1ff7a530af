"""Every regular expression of the site: no text makes one of them try for ever (ReDoS).

They are found in the code (each call of `re`, each address by expression, each validator) and taken
as they are when the site runs: what is put together of names is evaluated in its own module. How
many ways each has to read one text is reckoned from the expression, and nothing is timed: see
`ambiguity`. Exponentially many ways are never accepted. Polynomially many need a row in
accepted.toml that says which bound of the text makes them harmless; so does what is put together
only when it is asked.
"""

import ast
import importlib
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from house.installing import ROOT
from house.security.ambiguity import ways
from house.security.routes import ready
from house.security.told import Part

ACCEPTED = Path(__file__).parent / "accepted.toml"
_CALLS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_OTHERS = {"re_path", "RegexValidator"}
_ONCE = {"match", "fullmatch"}
"""Asked at one place of the text alone."""
_ATOMIC = re.compile(r"[*+?}]\+|\(\?>")


@dataclass(frozen=True, slots=True)
class Expression:
    """One of them: where it stands, what it is, and by which methods it is asked."""

    place: str
    pattern: str
    flags: int
    asked: frozenset[str]

    @property
    def ways(self) -> str:
        """As `ambiguity` tells it, the worst of the methods; who knows how, where none is seen."""
        asked = self.asked or {"search", "fullmatch"}
        kinds = {(True, False)} if asked - _ONCE else {(False, False)}
        kinds |= {(False, True)} if "fullmatch" in asked else set()
        found = {ways(self.pattern, self.flags, sought=s, whole=w) for s, w in sorted(kinds)}
        return next((one for one in ("exponential", "polynomial") if one in found), "")


def read() -> Part:
    """All of the package, judged."""
    part = Part("regular expressions (no text takes for ever)")
    ready()
    rows = tomllib.loads(ACCEPTED.read_text("utf-8"))["expression"]
    found, unknown = collected(ROOT / "commonward", ROOT)
    judge(found, unknown, rows, part)
    bounded = sum(bool(one.ways) for one in found)
    part.looked = f"{len(found)} expressions, {bounded} of them held by a bound of their text"
    return part


def judge(
    found: Iterable[Expression],
    unknown: Iterable[str],
    rows: Iterable[Mapping[str, Any]],
    part: Part,
) -> None:
    """What has too many ways and no bound, what cannot be read, and rows that hold nothing."""
    told, used = list(rows), Counter[int]()

    def bounded(place: str, kind: str) -> bool:
        for at, row in enumerate(told):
            if row["kind"] == kind and fnmatch(place.partition(":")[0], row["files"]):
                used[at] += 1
                return True
        return False

    for one in found:
        kind = one.ways
        # What never gives back is beyond the reckoning, and looked at by somebody.
        kind = "atomic" if kind == "exponential" and _ATOMIC.search(one.pattern) else kind
        if kind and not bounded(one.place, kind):
            part.find(kind, one.place, f"{one.pattern[:120]!r}: write it so that one way remains")
    for place in unknown:
        if not bounded(place, "composed"):
            part.find("composed", place, "made when it is asked: say what it is made of")
    for at, row in enumerate(told):
        if used[at] != row["most"]:
            words = f"{used[at]} {row['kind']} where {row['most']} were looked at"
            part.find("more" if used[at] > row["most"] else "stale", row["files"], words)


def collected(package: Path, root: Path) -> tuple[list[Expression], list[str]]:
    """All that can be read, and the places of those that are only made when they are asked."""
    found: dict[tuple[str, str], Expression] = {}
    unknown: list[str] = []
    trees = {
        path: ast.parse(path.read_text("utf-8"))
        for path in sorted(package.rglob("*.py"))
        if "migrations" not in path.parts
    }
    anywhere = _asked(trees.values())
    for path, tree in trees.items():
        calls = list(_calls(tree))
        if not calls:
            continue
        module = importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))
        short = path.relative_to(root).as_posix()
        here = _asked([tree])
        names = {name: one for name, one in vars(module).items() if isinstance(one, re.Pattern)}
        kept = {(one.pattern, one.flags): name for name, one in names.items()}
        for call, how in calls:
            place = f"{short}:{call.lineno}"
            try:
                pattern, flags = _evaluated(call, vars(module))
            except Exception:  # a name of a function, known when it runs
                unknown.append(place)
                continue
            if isinstance(pattern, re.Pattern) or not isinstance(pattern, str):
                continue  # asked by `re.sub(COMPILED, …)`: found where it is compiled
            name = kept.get((pattern, re.compile(pattern, flags).flags), "")
            by = (here.get(name) or anywhere[name]) if how == "compile" else {how}
            found[place, pattern] = Expression(place, pattern, flags, frozenset(by))
    return list(found.values()), unknown


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Each call that makes an expression of a text, and the method by which it asks at once."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func
        if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name):
            if name.value.id == "re" and name.attr in _CALLS:
                yield node, name.attr
        elif isinstance(name, ast.Name) and name.id in _OTHERS:
            yield node, "match"


def _evaluated(call: ast.Call, names: dict[str, Any]) -> tuple[Any, int]:
    def value(node: ast.expr) -> Any:
        code = compile(ast.Expression(node), "expression", "eval")
        return eval(code, dict(names))  # noqa: S307 (our own code, as its module would)

    attr = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    at = {"compile": 1, "match": 2, "search": 2, "fullmatch": 2, "findall": 2, "finditer": 2}
    flags = 0
    if attr in at and len(call.args) > at[attr]:
        flags = value(call.args[at[attr]])
    for one in call.keywords:
        if one.arg == "flags":
            flags = value(one.value)
    return value(call.args[0]), int(flags)


def _asked(trees: Iterable[ast.AST]) -> dict[str, set[str]]:
    """By the name of a compiled expression: every method that is called of it, anywhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for tree in trees:
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or node.attr not in _CALLS:
                continue
            of = node.value
            name = of.id if isinstance(of, ast.Name) else getattr(of, "attr", "")
            found[name].add(node.attr)
    return found
