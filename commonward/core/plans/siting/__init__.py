"""Where to stand, from past calls to a judged plan (布点): the optimiser proposes, the simulation
disposes.

`answered` asks a model of cover for the posts of each part of the day, plays the calls through
before and after, lets the hypercube model judge the plan, and shows what each unit more would buy.
"""

from commonward.core.plans.siting.answering import TOTAL, answered
from commonward.core.plans.siting.asking import MODELS, Period, Question
from commonward.core.plans.siting.ways import by_road, straight

__all__ = ["MODELS", "TOTAL", "Period", "Question", "answered", "by_road", "straight"]
