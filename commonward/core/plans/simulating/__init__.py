"""Calls played through against units, posts and rules: the optimiser proposes, this disposes."""

from commonward.core.plans.simulating.calls import (
    Calls,
    Invented,
    as_they_came,
    bootstrapped,
    invented,
)
from commonward.core.plans.simulating.outcome import Outcome, simulate
from commonward.core.plans.simulating.setting import (
    CLOSEST,
    Fleet,
    Plan,
    Policy,
    Roads,
    fleet,
    roads,
)

__all__ = [
    "CLOSEST",
    "Calls",
    "Fleet",
    "Invented",
    "Outcome",
    "Plan",
    "Policy",
    "Roads",
    "as_they_came",
    "bootstrapped",
    "fleet",
    "invented",
    "roads",
    "simulate",
]
