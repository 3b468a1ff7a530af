"""Rounds of inspection are walked by road also where nobody installed the planners' libraries."""

import subprocess
import sys

_WALK = """
import sys
sys.modules.update(dict.fromkeys(("pyvrp", "highspy", "numba", "llvmlite")))  # as if they were away
from commonward.core.inspecting.spreading import Spot
from commonward.core.inspecting.walking import on_foot
from commonward.core.plans.roads import generated
roads = generated(3, rows=20, columns=20, lat=28.0, lon=113.0)
far = on_foot(roads)([SPOTS])
print(far.shape, far[0, 1] > 0)
"""


def test_a_team_s_way_is_found_without_the_planners_libraries() -> None:
    spots = ", ".join(f"Spot({n}, 28.00{n}, 113.00{n})" for n in (1, 2))
    told = subprocess.run(
        [sys.executable, "-c", _WALK.replace("SPOTS", spots)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert told.stdout == "(2, 2) True\n", told.stderr[-800:]
