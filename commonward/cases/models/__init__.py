"""The tables of the room: what is reported, what is done about it, and by when."""

from commonward.cases.models.case import Case, CaseKey, Photo, Report, Task
from commonward.cases.models.delivery import Allowance, Delivery, Subscription
from commonward.cases.models.desk import (
    Answer,
    AnswerVersion,
    SavedView,
    StandardText,
    StandardTextVersion,
)
from commonward.cases.models.field import Round, Sent, Visit
from commonward.cases.models.finding import ToFind
from commonward.cases.models.hook import Hook
from commonward.cases.models.importing import ImportedFile
from commonward.cases.models.ledger import Ledger, LedgerKey, LedgerRun
from commonward.cases.models.presence import Presence
from commonward.cases.models.receipt import Receipt
from commonward.cases.models.record import Approval, Clock, Event, Remark
from commonward.cases.models.reference import Category, ProcedureVersion, Standard

__all__ = [
    "Allowance",
    "Answer",
    "AnswerVersion",
    "Approval",
    "Case",
    "CaseKey",
    "Category",
    "Clock",
    "Delivery",
    "Event",
    "Hook",
    "ImportedFile",
    "Ledger",
    "LedgerKey",
    "LedgerRun",
    "Photo",
    "Presence",
    "ProcedureVersion",
    "Receipt",
    "Remark",
    "Report",
    "Round",
    "SavedView",
    "Sent",
    "Standard",
    "StandardText",
    "StandardTextVersion",
    "Subscription",
    "Task",
    "ToFind",
    "Visit",
]
