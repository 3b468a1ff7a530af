"""What is asked of higher levels, who decides it, and what their yes does."""

from collections.abc import Mapping

from commonward.core.procedures import Procedure

OBJECTION = "objection"
"""A reporter's objection (异议) to what the office hid from the public."""
VERBS: Mapping[str, str] = {
    "extension": "extend",
    "suspension": "suspend",
    "appeal": "appeal_mark",
    OBJECTION: "show_again",
}
"""By kind, what the last level's yes does: a verb of the procedure, or of `actions.hiding`."""


def levels_of(procedure: Procedure, kind: str) -> tuple[str, ...]:
    """The posts that decide a kind of request, one after the other."""
    return {
        "extension": procedure.extension_levels,
        "suspension": procedure.suspension_levels,
        "appeal": procedure.appeal_levels,
        # Those who hide (the centre's officers) never judge their own hiding.
        OBJECTION: ("leader",),
    }[kind]
