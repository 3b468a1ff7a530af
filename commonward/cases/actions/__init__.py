"""Every write of the room; each is one verb that all doors call, with time as an argument."""

from commonward.cases.actions.adopting import (
    adopt_procedure,
    adopt_shipped,
    set_category,
    set_standard,
)
from commonward.cases.actions.approving import appeal_mark, ask_extension, ask_suspension, decide
from commonward.cases.actions.finding import make_anew, take_in
from commonward.cases.actions.forgetting import forget
from commonward.cases.actions.joining import join, split
from commonward.cases.actions.moving import act, call_back
from commonward.cases.actions.opening import LONGEST_WORDS, Said, add_report, open_case
from commonward.cases.actions.sealing import CONTACT_FIELDS, shred
from commonward.cases.actions.tasking import act_on_task, ask_tasks
from commonward.cases.actions.ticking import Ticked, tick

__all__ = [
    "CONTACT_FIELDS",
    "LONGEST_WORDS",
    "Said",
    "Ticked",
    "act",
    "act_on_task",
    "add_report",
    "adopt_procedure",
    "adopt_shipped",
    "appeal_mark",
    "ask_extension",
    "ask_suspension",
    "ask_tasks",
    "call_back",
    "decide",
    "forget",
    "join",
    "make_anew",
    "open_case",
    "set_category",
    "set_standard",
    "shred",
    "split",
    "take_in",
    "tick",
]
