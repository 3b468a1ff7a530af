"""The tables of the room: what is reported, what is done about it, and by when."""

from commonward.cases.models.case import Case, CaseKey, Photo, Report, Task
from commonward.cases.models.chatting import Conversation, ConversationPicture
from commonward.cases.models.danger import Danger, DangerAnswer
from commonward.cases.models.data_request import DataRequest, ErasedPart
from commonward.cases.models.delivery import (
    Allowance,
    ChannelRule,
    Delivery,
    LetterText,
    Subscription,
)
from commonward.cases.models.desk import (
    Answer,
    AnswerVersion,
    SavedView,
    StandardText,
    StandardTextVersion,
)
from commonward.cases.models.exchange import (
    Exchange,
    ExchangeItem,
    ExchangeMapping,
    ExchangeRow,
    ExchangeRun,
)
from commonward.cases.models.federation import (
    FederationKey,
    HandOver,
    HandOverConsent,
    HandOverLetter,
    HandOverPart,
    HandOverPiece,
    Neighbour,
    NeighbourRequest,
)
from commonward.cases.models.field import Round, Sent, Visit
from commonward.cases.models.finding import ToFind
from commonward.cases.models.hook import Hook
from commonward.cases.models.importing import ImportedFile
from commonward.cases.models.knowledge import AnswerHelped, AnswerMissing, AskedInVain
from commonward.cases.models.ledger import (
    Ledger,
    LedgerCheck,
    LedgerKey,
    LedgerRun,
    LedgerWaiting,
)
from commonward.cases.models.phoning import PhoneCall, Seat
from commonward.cases.models.presence import Presence
from commonward.cases.models.receipt import Receipt
from commonward.cases.models.record import Approval, Clock, Event, Remark
from commonward.cases.models.reference import Category, ProcedureVersion, Standard
from commonward.cases.models.same import SameAnswer, SameModel
from commonward.cases.models.words import (
    AutoRoute,
    Suggestion,
    WordModel,
    WordSettings,
    WordVariant,
)

__all__ = [
    "Allowance",
    "Answer",
    "AnswerHelped",
    "AnswerMissing",
    "AnswerVersion",
    "Approval",
    "AskedInVain",
    "AutoRoute",
    "Case",
    "CaseKey",
    "Category",
    "ChannelRule",
    "Clock",
    "Conversation",
    "ConversationPicture",
    "Danger",
    "DangerAnswer",
    "DataRequest",
    "Delivery",
    "ErasedPart",
    "Event",
    "Exchange",
    "ExchangeItem",
    "ExchangeMapping",
    "ExchangeRow",
    "ExchangeRun",
    "FederationKey",
    "HandOver",
    "HandOverConsent",
    "HandOverLetter",
    "HandOverPart",
    "HandOverPiece",
    "Hook",
    "ImportedFile",
    "Ledger",
    "LedgerCheck",
    "LedgerKey",
    "LedgerRun",
    "LedgerWaiting",
    "LetterText",
    "Neighbour",
    "NeighbourRequest",
    "PhoneCall",
    "Photo",
    "Presence",
    "ProcedureVersion",
    "Receipt",
    "Remark",
    "Report",
    "Round",
    "SameAnswer",
    "SameModel",
    "SavedView",
    "Seat",
    "Sent",
    "Standard",
    "StandardText",
    "StandardTextVersion",
    "Subscription",
    "Suggestion",
    "Task",
    "ToFind",
    "Visit",
    "WordModel",
    "WordSettings",
    "WordVariant",
]
