"""Whoever only looks with somebody's eyes changes nothing: each verb says so by itself, too.

A verb that takes an actor either writes an event or a line of the administration (both refuse an
onlooker), or asks `refuse_onlooker`. Which verb reaches one of these is read from the code.
"""

import ast
from functools import cache

from tests.architecture.tracked import ROOT

GUARDS = frozenset({"record", "record_change", "refuse_onlooker"})
ROOMS = ("areas", "cases", "disputes", "people", "response")
READS_ONLY = frozenset(
    {
        "require_for", "end_access_log", "own_appointment", "own_mediator", "may_speak_for",
        "refuse_others", "emergency", "open_needs", "all_together", "try_rules",
        "may_run",
    }
)  # fmt: skip
"""Checks and look-ups that others make before they write; and the tick's own deleting, which only SYSTEM does."""

Functions = dict[str, dict[str, ast.FunctionDef]]


@cache
def _actions() -> Functions:
    found: Functions = {}
    for path in (p for room in ROOMS for p in sorted((ROOT / "commonward" / room).rglob("*.py"))):
        if "actions" not in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        kept = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        found[path.relative_to(ROOT).as_posix()] = kept
    return found


@cache
def _imported(file: str) -> dict[str, str]:
    """By the name that it has in this file, what was imported."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    brought = (n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))
    return {(one.asname or one.name): one.name for n in brought for one in n.names}


def _called(file: str, function: ast.FunctionDef) -> set[str]:
    """Names called as they are, and those of imported modules: not the methods of any object."""
    found = set()
    for call in (n.func for n in ast.walk(function) if isinstance(n, ast.Call)):
        if isinstance(call, ast.Name):
            found.add(_imported(file).get(call.id, call.id))
        elif isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name):
            found |= {call.attr} if call.value.id in _imported(file) else set()
    return found


def _reaches(file: str, name: str, seen: set[tuple[str, str]]) -> bool:
    """Whether a function of this file calls a guard, itself or by another verb."""
    if (file, name) in seen:
        return False
    seen.add((file, name))
    for called in _called(file, _actions()[file][name]):
        if called in GUARDS:
            return True
        own = [file] if called in _actions()[file] else []
        # A private name is of its own file; a public one may be another room's verb.
        others = [] if called.startswith("_") else [f for f, d in _actions().items() if called in d]
        if any(_reaches(where, called, seen) for where in own or others):
            return True
    return False


def _takes_an_actor(function: ast.FunctionDef) -> bool:
    given = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return any(one.arg == "actor" for one in given)


def test_every_verb_that_takes_an_actor_refuses_an_onlooker() -> None:
    unguarded = {
        f"{file}: {name}"
        for file, functions in _actions().items()
        for name, function in functions.items()
        if not name.startswith("_")
        and name not in READS_ONLY
        and _takes_an_actor(function)
        and not _reaches(file, name, set())
    }
    assert not unguarded, "Ask refuse_onlooker(actor) before anything is written."


def test_the_reading_of_the_code_sees_the_verbs() -> None:
    verbs = [name for d in _actions().values() for name, f in d.items() if _takes_an_actor(f)]
    assert len(verbs) > 40
    assert {"act", "plan_round", "end_round", "publish_news", "end_news", "hide"} <= set(verbs)
