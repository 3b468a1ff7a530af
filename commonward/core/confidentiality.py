"""Who sees what of a dispute, in which stage: one table that every door asks (调解保密).

Default deny. Police and leaders see figures and nothing else; what was said in talks stays with
those who talked; a caucus note and an offer are never seen by the other side (People's Mediation
Law art. 15, 23; NCTDR/ICODR standards: least privilege, a private caucus is unreachable).
"""

from collections.abc import Mapping

from commonward.core.disputes import LEVELS, stage_of

BEFORE = ("register", "invite", "choose")
TALKS = tuple(stage_of(level) for level in LEVELS) + ("appraisal",)
AFTER = ("agreed", "perform", "follow")
STAGES = (*BEFORE, *TALKS, "handed", *AFTER, "closed")
_PANEL = (stage_of("panel"), "appraisal", "agreed", "perform", "follow")
_CONFIRMING = ("perform", "follow", "closed")

ROLES = (
    "party", "coordinator", "mediator", "panelist", "clerk", "legal_aid", "leader", "police",
    "administrator", "intake_officer", "dispatcher", "duty_chief", "handler", "grid_worker",
    "reporter", "system",
)  # fmt: skip


TABLE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    # kind, grade with its reasons, stage, clocks
    "summary": {
        "party": STAGES,
        "coordinator": STAGES,
        "mediator": STAGES,
        "panelist": _PANEL,
        "clerk": _CONFIRMING,
        "legal_aid": ("handed",),
    },
    # the one neutral sentence that both sides are told
    "neutral": {
        "party": STAGES,
        "coordinator": STAGES,
        "mediator": STAGES,
        "panelist": _PANEL,
        "legal_aid": ("handed",),
    },
    # a side's own account
    "words": {"party": STAGES, "coordinator": STAGES, "mediator": STAGES, "panelist": _PANEL},
    "contacts": {"party": STAGES, "coordinator": STAGES, "mediator": STAGES},
    "invitations": {"party": STAGES, "coordinator": STAGES, "mediator": STAGES},
    "mediators": {"party": STAGES, "coordinator": STAGES, "mediator": STAGES},
    "sessions": {
        "party": (*TALKS, *AFTER, "closed"),
        "coordinator": STAGES,
        "mediator": STAGES,
        "panelist": _PANEL,
    },
    # what was said in joint talks
    "record": {"party": (*TALKS, *AFTER, "closed"), "mediator": STAGES, "panelist": _PANEL},
    # what was said apart
    "caucus": {"party": (*TALKS, *AFTER, "closed"), "mediator": STAGES},
    # what a side would pay or take, until both meet
    "offers": {"party": (*TALKS, *AFTER, "closed")},
    "agreement": {
        "party": (*TALKS, *AFTER, "closed"),
        "coordinator": (*AFTER, "closed"),
        "mediator": STAGES,
        "panelist": _PANEL,
        "clerk": _CONFIRMING,
    },
    "papers": {"party": STAGES, "mediator": STAGES, "coordinator": (*BEFORE, *AFTER, "closed")},
    "performance": {
        "party": _CONFIRMING,
        "coordinator": _CONFIRMING,
        "mediator": _CONFIRMING,
    },
    "confirmation": {
        "party": _CONFIRMING,
        "coordinator": _CONFIRMING,
        "mediator": _CONFIRMING,
        "clerk": _CONFIRMING,
    },
    "handovers": {
        "party": STAGES,
        "coordinator": STAGES,
        "mediator": STAGES,
        "legal_aid": ("handed",),
    },
    "figures": {
        "coordinator": STAGES,
        "mediator": STAGES,
        "leader": STAGES,
        "police": STAGES,
        "administrator": STAGES,
    },
}
"""Object → role → the stages in which that role sees it."""

OF_ONE_SIDE = frozenset({"words", "contacts", "invitations", "caucus", "offers"})
"""Objects that belong to one side: a party sees those of their own."""


def may(role: str, what: str, stage: str, *, own_side: bool = True) -> bool:
    """Whether a role sees this kind of object of a dispute in this stage; False for all else.

    `own_side` is False where a party asks for what belongs to another side.
    """
    if role == "party" and what in OF_ONE_SIDE and not own_side:
        return False
    return stage in TABLE.get(what, {}).get(role, ())
