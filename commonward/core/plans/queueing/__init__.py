"""The hypercube model (超立方排队模型, Larson 1974): how busy each unit is, who goes where, and how
soon, when units back each other up.

`solve` is exact for up to 25 units, `approximate` takes any number.
"""

from commonward.core.plans.queueing.approximation import approximate
from commonward.core.plans.queueing.exact import Solution, solve
from commonward.core.plans.queueing.measures import Measures, Times
from commonward.core.plans.queueing.model import Town, from_patrol, nearest_first, town

__all__ = [
    "Measures",
    "Solution",
    "Times",
    "Town",
    "approximate",
    "from_patrol",
    "nearest_first",
    "solve",
    "town",
]
