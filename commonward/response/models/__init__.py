"""The tables of the room; a file per subject."""

from commonward.response.models.grids import GridDesign
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
from commonward.response.models.payments import BankEnd, BankRequest, PaymentStop
from commonward.response.models.plans import Plan, PlanData
from commonward.response.models.rosters import Roster, RosterAbsence, RosterShift
from commonward.response.models.sending import MoveUp, RulesVersion
from commonward.response.models.stations import StationPlan
from commonward.response.models.support import Support, SupportNote
from commonward.response.models.units import Duty, Position, Unit

__all__ = [
    "Assignment",
    "BankEnd",
    "BankRequest",
    "Call",
    "CardsVersion",
    "CentreHandOver",
    "Duty",
    "GridDesign",
    "Incident",
    "Link",
    "MoveUp",
    "Order",
    "PaymentStop",
    "Plan",
    "PlanData",
    "Position",
    "Roster",
    "RosterAbsence",
    "RosterShift",
    "RulesVersion",
    "StationPlan",
    "Suggestion",
    "Support",
    "SupportNote",
    "Unit",
]
