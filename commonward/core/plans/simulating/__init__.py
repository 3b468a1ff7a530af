"""Calls played through against units, posts and rules: the optimiser proposes, this disposes."""

from commonward.core.plans.simulating.calls import (
    Calls,
    Invented,
    as_they_came,
    bootstrapped,
    invented,
)
from commonward.core.plans.simulating.comparing import Comparison, Line, compare
from commonward.core.plans.simulating.outcome import Outcome, simulate
from commonward.core.plans.simulating.posting import (
    compliance_table,
    exchanged,
    expected_cover,
    posts_for,
)
from commonward.core.plans.simulating.setting import (
    CLOSEST,
    Fleet,
    Plan,
    Policy,
    Roads,
    fleet,
    roads,
)
from commonward.core.plans.simulating.sizing import Step, each_unit_buys, units_for
from commonward.core.plans.simulating.tuning import Tuned, tune

__all__ = [
    "CLOSEST",
    "Calls",
    "Comparison",
    "Fleet",
    "Invented",
    "Line",
    "Outcome",
    "Plan",
    "Policy",
    "Roads",
    "Step",
    "Tuned",
    "as_they_came",
    "bootstrapped",
    "compare",
    "compliance_table",
    "each_unit_buys",
    "exchanged",
    "expected_cover",
    "fleet",
    "invented",
    "posts_for",
    "roads",
    "simulate",
    "tune",
    "units_for",
]
