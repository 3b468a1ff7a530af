"""The tables of the room; a file per subject."""

from commonward.disputes.models.agreements import Agreement, Signature
from commonward.disputes.models.dispute import Dispute, Reason
from commonward.disputes.models.explorer import ExplorerVersion
from commonward.disputes.models.grading import GradeWord
from commonward.disputes.models.handing import HandOver
from commonward.disputes.models.holding import Holding
from commonward.disputes.models.mediators import (
    Appointment,
    BusyTime,
    ConflictAnswer,
    Mediator,
    Objection,
    Proposal,
    Tick,
    Training,
)
from commonward.disputes.models.offers import Bid, BidKey, BidRound, Division, Points
from commonward.disputes.models.papers import Paper
from commonward.disputes.models.performing import Claim, Obligation, Visit
from commonward.disputes.models.ruling import RuleVersion
from commonward.disputes.models.sessions import (
    CaucusKey,
    CaucusNote,
    Inquiry,
    InterpretingService,
    Review,
    Session,
    Venue,
    WordsMark,
)
from commonward.disputes.models.sides import Party, Side
from commonward.disputes.models.telling import Notice, OfficeMail
from commonward.disputes.models.terms import DisputeClock

__all__ = [
    "Agreement",
    "Appointment",
    "Bid",
    "BidKey",
    "BidRound",
    "BusyTime",
    "CaucusKey",
    "CaucusNote",
    "Claim",
    "ConflictAnswer",
    "Dispute",
    "DisputeClock",
    "Division",
    "ExplorerVersion",
    "GradeWord",
    "HandOver",
    "Holding",
    "Inquiry",
    "InterpretingService",
    "Mediator",
    "Notice",
    "Objection",
    "Obligation",
    "OfficeMail",
    "Paper",
    "Party",
    "Points",
    "Proposal",
    "Reason",
    "Review",
    "RuleVersion",
    "Session",
    "Side",
    "Signature",
    "Tick",
    "Training",
    "Venue",
    "Visit",
    "WordsMark",
]
