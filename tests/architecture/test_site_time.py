"""Every door asks the site for the time: a demonstration has its own, and none may forget it."""

import ast

from tests.architecture.tracked import PACKAGE, python_files, short

DOORS = PACKAGE / "doors"
REAL: dict[str, str] = {
    "live": "leases of presence and sessions are of the world's time",
    "demo": "sets the clock, from the world's time",
    "commands": "setting up a site; the tick and the forgetting ask the site",
}
"""Doors that may ask the world's clock, each with its reason."""


def test_no_door_hands_the_world_s_time_to_a_verb() -> None:
    wrong = []
    for path in python_files(DOORS):
        if path.relative_to(DOORS).parts[0] in REAL:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            asked = node.func.attr == "now" and not isinstance(node.func.value, ast.Attribute)
            # With a moment given they only turn it into the site's zone.
            asked |= node.func.attr in ("localtime", "localdate") and not node.args
            if asked and getattr(node.func.value, "id", "") in ("timezone", "datetime"):
                wrong.append(f"{short(path)}:{node.lineno}")
    assert not wrong, f"Ask commonward.people.queries.now(): {wrong}"


def test_the_tick_and_the_forgetting_follow_the_site_s_time() -> None:
    for name in ("tick", "forget"):
        text = (DOORS / "commands/management/commands" / f"{name}.py").read_text(encoding="utf-8")
        assert "import now as site_now" in text
