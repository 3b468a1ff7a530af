"""Bulk from other systems (批量交换): defined by administrators, run by officers of dispatch."""

from commonward.cases.actions.exchanging.deciding import decide
from commonward.cases.actions.exchanging.defining import (
    add_exchange,
    drop_sample,
    end_exchange,
    set_mapping,
    set_sample,
)
from commonward.cases.actions.exchanging.forgetting import forget_exchanges
from commonward.cases.actions.exchanging.running import begin, carry_on, carry_on_all
from commonward.cases.actions.exchanging.telling import acknowledge, make_statuses

__all__ = [
    "acknowledge",
    "add_exchange",
    "begin",
    "carry_on",
    "carry_on_all",
    "decide",
    "drop_sample",
    "end_exchange",
    "forget_exchanges",
    "make_statuses",
    "set_mapping",
    "set_sample",
]
