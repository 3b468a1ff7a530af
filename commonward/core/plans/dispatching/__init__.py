"""What to send where (调度): recommendations for a call, all open calls together, run cards.

A person decides: nothing here sends. numba is used where it is installed and imported at the first
question, not before.
"""

from commonward.core.plans.dispatching.fleet import Fleet, recommend
from commonward.core.plans.dispatching.joint import Call, Chosen, Together
from commonward.core.plans.dispatching.run_cards import RunCard, RunCards, read_run_cards
from commonward.core.plans.dispatching.said import Said
from commonward.core.plans.dispatching.units import (
    STATUSES,
    Agreement,
    ForceCover,
    MoveUp,
    Need,
    PassedOver,
    Pick,
    Recommendation,
    Rules,
    Scene,
    Shortfall,
    Unit,
)

__all__ = (
    "STATUSES",
    "Agreement",
    "Call",
    "Chosen",
    "Fleet",
    "ForceCover",
    "MoveUp",
    "Need",
    "PassedOver",
    "Pick",
    "Recommendation",
    "Rules",
    "RunCard",
    "RunCards",
    "Said",
    "Scene",
    "Shortfall",
    "Together",
    "Unit",
    "read_run_cards",
    "recommend",
)
