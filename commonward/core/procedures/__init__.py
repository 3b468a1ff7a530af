"""Procedures (办理程序): files that say which stages a case has, who may do what, and by when."""

from commonward.core.procedures.check import check
from commonward.core.procedures.model import Procedure, Rung, Stage, Verb
from commonward.core.procedures.read import parse, shipped, shipped_names
from commonward.core.procedures.step import Situation, Step, step

__all__ = [
    "Procedure",
    "Rung",
    "Situation",
    "Stage",
    "Step",
    "Verb",
    "check",
    "parse",
    "shipped",
    "shipped_names",
    "step",
]
