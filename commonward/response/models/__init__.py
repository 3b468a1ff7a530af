"""The tables of the room; a file per subject."""

from commonward.response.models.incidents import (
    Assignment,
    Call,
    CardsVersion,
    CentreHandOver,
    Incident,
    Link,
    Order,
    Suggestion,
)
from commonward.response.models.payments import PaymentStop
from commonward.response.models.plans import Plan, PlanData
from commonward.response.models.units import Duty, Position, Unit

__all__ = [
    "Assignment",
    "Call",
    "CardsVersion",
    "CentreHandOver",
    "Duty",
    "Incident",
    "Link",
    "Order",
    "PaymentStop",
    "Plan",
    "PlanData",
    "Position",
    "Suggestion",
    "Unit",
]
