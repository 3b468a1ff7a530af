"""Where the parts of the programmes begin: what the overview shows, and to whom."""

from dataclasses import dataclass

from commonward.core.refusals import N_

OFFICE = ("programme_officer", "leader")
"""Who keeps the programmes, and who asks how they stand."""
WORKS = ("programme_officer", "leader", "handler", "grid_worker")
"""And who carries them out."""
OPENS = (*WORKS, "administrator")
"""Who opens the overview."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the name of its address, its title, what it is for, and for which posts."""

    address: str
    title: str
    about: str
    roles: tuple[str, ...]


PARTS: tuple[Part, ...] = (
    Part(
        "desk:programme_councils",
        N_("Residents decide"),
        N_("Councils, proposals, votes and consultations"),
        (*OFFICE, "administrator"),
    ),
    Part(
        "desk:programme_proposals",
        N_("Proposals"),
        N_("What residents want done, and the answers owed to them"),
        ("programme_officer", "leader", "handler"),
    ),
)
