"""Every write of the room; each is one verb that all doors call, with time as an argument."""

from commonward.disputes.actions.levels import go_up, start_talks, tick_levels
from commonward.disputes.actions.moving import take_step
from commonward.disputes.actions.registering import Application, Person, Registered, register
from commonward.disputes.actions.setting_up import set_up
from commonward.disputes.actions.sides import add_party, answer, invite, leave, put_on_side, remind

__all__ = [
    "Application",
    "Person",
    "Registered",
    "add_party",
    "answer",
    "go_up",
    "invite",
    "leave",
    "put_on_side",
    "register",
    "remind",
    "set_up",
    "start_talks",
    "take_step",
    "tick_levels",
]
