"""Forces, units, skills and steps by their codes, each with its name (Chinese, English)."""

from collections.abc import Mapping

from commonward.core.refusals import N_

AGENCIES: Mapping[str, tuple[str, str]] = {
    "police": ("公安", N_("Police patrol")),
    "traffic": ("交警", N_("Traffic police")),
    "fire": ("消防", N_("Fire brigade")),
    "ambulance": ("急救", N_("Ambulance")),
    "utility": ("水电气抢修", N_("Utility repair")),
    "flood": ("防汛", N_("Flood defence")),
    "street": ("城管", N_("Street wardens")),
    "mediation": ("值班调解", N_("Mediators on call")),
    "volunteer": ("义警", N_("Volunteer patrol")),
    "care": ("心理危机干预", N_("Crisis care")),
}
"""Each service that goes out (出动力量)."""

STEPS: Mapping[str, str] = {
    "reserved": N_("reserved"),
    "sent": N_("sent, no answer yet"),
    "acknowledged": N_("has answered"),
    "en_route": N_("on the way"),
    "on_scene": N_("there"),
    "free": N_("free again"),
}
"""How far a unit has come with what it was sent to, in this order."""

OPEN_STEPS = ("sent", "acknowledged", "en_route", "on_scene")
"""Steps in which a unit is held by its order and cannot be sent elsewhere."""

PRIORITIES: Mapping[str, str] = {
    "critical": N_("critical"),
    "urgent": N_("urgent"),
    "routine": N_("routine"),
}
"""The most pressing first (优先级)."""

SILENT_SECONDS = 15
"""After so long without an answer a unit counts as silent, and is called again."""
ESCALATES_SECONDS = 30
"""After so long without an answer whoever coordinates is told."""
