"""Where to be (布点): sites for units so that help is near, over a table of travel times.

`p_median`, `p_centre`, `set_cover`, `maximal_cover`, `backup_cover`, `expected_cover` take a `Ground`
(who calls from where, and how long the way is) and a `Choice` (which sites may, must or must not
open), and give a `Plan` with a proven bound. `next_units` shows what each further unit would buy.
"""

from commonward.core.plans.cover.buying import Step, next_units
from commonward.core.plans.cover.covering import p_centre, set_cover
from commonward.core.plans.cover.given import Choice, Ground, Reach
from commonward.core.plans.cover.merging import Merger
from commonward.core.plans.cover.models import (
    backup_cover,
    expected_cover,
    maximal_cover,
    p_median,
)
from commonward.core.plans.cover.plan import Plan, Service

__all__ = [
    "Choice",
    "Ground",
    "Merger",
    "Plan",
    "Reach",
    "Service",
    "Step",
    "backup_cover",
    "expected_cover",
    "maximal_cover",
    "next_units",
    "p_centre",
    "p_median",
    "set_cover",
]
