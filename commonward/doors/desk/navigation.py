"""The desk's main ways: one line each, shown to those whose post opens them."""

from dataclasses import dataclass

from commonward.core.refusals import N_

CENTRE = ("intake_officer", "dispatcher", "duty_chief", "leader")
"""Posts of the supervision and command centres (监督中心, 指挥中心)."""
MEDIATION = ("coordinator", "mediator", "panelist", "clerk", "legal_aid")
"""Posts of mediation; nobody else is shown that a dispute exists."""


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation: the name of an address, its text, and for which posts."""

    address: str
    text: str
    roles: tuple[str, ...] = ()
    key: str = ""
    """Pressed after `g` on the keyboard."""
    below: str = ""
    """The way on whose page it stands: it is not in the bar where that one is, for the bar has
    room for ten."""


FIRST = 3
"""So many ways stand in the bar at every width; the others fold away where there is no room."""

WAYS: tuple[Way, ...] = (
    Way("desk:home", N_("My work"), key="w"),
    Way("desk:programme_learning", N_("My courses"), below="desk:home"),
    Way("desk:queue", N_("Cases"), key="c"),
    Way("desk:board", N_("Board"), ("dispatcher", "duty_chief", "leader"), key="b"),
    Way("desk:dashboard", N_("Dashboard"), ("dispatcher", "duty_chief", "leader"), key="q"),
    Way("desk:figures", N_("Figures"), key="a", below="desk:dashboard"),
    Way(
        "desk:reports",
        N_("Monthly reports"),
        ("dispatcher", "duty_chief", "leader"),
        below="desk:figures",
    ),
    Way("desk:intake", N_("Take a call"), ("intake_officer", "duty_chief"), key="n"),
    Way(
        "desk:sort",
        N_("To sort"),
        ("intake_officer", "dispatcher", "duty_chief"),
        below="desk:intake",
    ),
    Way(
        "desk:telephone",
        N_("Telephones"),
        ("intake_officer", "duty_chief", "leader"),
        below="desk:intake",
    ),
    Way("desk:incidents", N_("Incidents"), ("response_coordinator",), key="i"),
    Way("desk:unit_own", N_("Our unit"), ("unit",), key="u"),
    Way("desk:plans", N_("Plans"), ("planner",), key="p"),
    Way(
        "desk:programmes",
        N_("Programmes"),
        (
            "programme_officer",
            "leader",
            "handler",
            "grid_worker",
            "administrator",
            "intake_officer",
        ),
        key="t",
    ),
    Way("desk:rosters", N_("Rosters in force"), ("planner", "response_coordinator"), key="v"),
    Way("desk:incident_call", N_("Call for help"), ("response_coordinator",), key="l"),
    Way("desk:payments", N_("Payment stops"), ("response_coordinator",), key="y"),
    Way("desk:payment_new", N_("Stop a payment"), ("intake_officer", "dispatcher"), key="s"),
    Way("desk:payment_box", N_("Payments to stop"), ("partner",), key="z"),
    Way("desk:handover_box", N_("Handed to us"), ("clerk", "legal_aid", "partner"), key="h"),
    Way("desk:disputes", N_("Disputes"), MEDIATION, key="d"),
    Way("desk:admin", N_("Administration"), ("administrator",), key="m"),
    Way("desk:access", N_("Grants to review"), ("leader", "administrator"), below="desk:home"),
    Way(
        "desk:exchanges",
        N_("Exchanges"),
        ("administrator", "dispatcher", "duty_chief"),
        below="desk:queue",
    ),
    Way(
        "desk:hand_overs",
        N_("Neighbours"),
        ("dispatcher", "duty_chief", "leader"),
        below="desk:queue",
    ),
    Way("desk:callbacks", N_("Call back"), ("intake_officer", "duty_chief"), key="r"),
    Way("desk:answers", N_("Answers"), key="k"),
    Way("desk:texts", N_("Standard texts"), below="desk:answers"),
    Way("desk:figures_mine", N_("My figures"), below="desk:figures"),
    Way("desk:news", N_("News"), ("administrator", "duty_chief", "leader", "dispatcher"), key="e"),
    Way(
        "desk:rounds",
        N_("Rounds"),
        ("administrator", "duty_chief", "leader", "dispatcher", "planner"),
        key="o",
    ),
    Way("desk:hotspots", N_("Hotspots"), CENTRE, below="desk:figures"),
    Way("desk:hot", N_("Hot issues"), CENTRE, below="desk:figures"),
    Way(
        "desk:dispute_figures",
        N_("Disputes in figures"),
        ("leader",),
        below="desk:figures",
    ),
    Way(
        "desk:forecast",
        N_("Forecast"),
        ("leader", "duty_chief", "planner", "administrator"),
        below="desk:figures",
    ),
)
