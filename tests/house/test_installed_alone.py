"""What the package asks for is enough: nothing of the tests' own libraries is needed on a site."""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

LOCK = Path(__file__).resolve().parents[2] / "uv.lock"
_COUNT = """
import json, sys
sys.modules.update(dict.fromkeys(json.loads(sys.argv[1])))  # as if they were away
from commonward.core.indicators.compiling import ibis
table = ibis().table({"team": "string", "late": "boolean"}, name="cases")
print(ibis().to_sql(table.group_by("team").aggregate(late=table.late.sum()), dialect="duckdb"))
"""


def closure() -> set[str]:
    """Every library that comes with the package alone, without extras and groups (`uv.lock`)."""
    packages = {one["name"]: one for one in tomllib.loads(LOCK.read_text("utf-8"))["package"]}
    done: set[tuple[str, tuple[str, ...]]] = set()
    owed: list[tuple[str, tuple[str, ...]]] = [("commonward", ())]
    while owed:
        name, extras = asked = owed.pop()
        if asked in done:
            continue
        done.add(asked)
        one = packages[name]
        wanted = list(one.get("dependencies", []))
        for extra in extras:
            wanted += one.get("optional-dependencies", {}).get(extra, [])
        owed += [(part["name"], tuple(part.get("extra", ()))) for part in wanted]
    return {name for name, _ in done}


def not_ours() -> list[str]:
    """Modules here that a site without the tests' libraries would not have."""
    named = closure()
    return sorted(
        module
        for module, owners in packages_distributions().items()
        if not {one.lower().replace("_", "-").replace(".", "-") for one in owners} & named
    )


def test_a_figure_is_compiled_with_the_libraries_of_the_package_alone() -> None:
    away = not_ours()
    assert "pytest" in away and "pyvrp" in away and "django" not in away
    told = subprocess.run(
        [sys.executable, "-c", _COUNT, json.dumps(away)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "GROUP BY" in told.stdout, told.stderr[-800:]
