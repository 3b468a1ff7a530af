"""The application for judicial confirmation (司法确认申请): what it must hold, and what is lacking.

People's Mediation Law art. 33, Civil Procedure Law art. 205–206: both sides apply together within
thirty days of the agreement's taking effect. A court does not take status relations or title to
property, and dismisses what is unlawful, harms others, was not wanted, or is unclear.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from commonward.core.refusals import N_

CHECKS: Mapping[str, str] = {
    "both_apply": N_("Both sides ask for it together, and signed the application."),
    "agents_named": N_("Whoever acts for a side is named, with a written power."),
    "truth": N_("Both sides state that what they say is true and that they want it freely."),
    "identity": N_("Proof of identity of both sides is attached."),
    "agreement": N_("The signed and sealed agreement is attached."),
    "addresses": N_("Each side gave an address to which the court can send papers."),
    "lawful": N_("Nothing in it is unlawful or harms somebody who did not take part."),
}
"""What a person looks at and ticks; nothing of it is guessed from the file."""

STATES = ("prepared", "sent", "received", "defects", "answered", "withdrawn")
RULINGS: Mapping[str, str] = {
    "confirmed": N_("confirmed"),
    "dismissed": N_("dismissed"),
    "not_accepted": N_("not accepted"),
    "withdrawn": N_("withdrawn"),
}
"""How a court ends it (裁定确认 驳回申请 不予受理 撤回)."""


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that is lacking: its code, and what would mend it."""

    code: str
    words: str


def defects(
    checks: Mapping[str, bool],
    *,
    in_force: bool,
    status: bool,
    last_day: date | None,
    today: date,
) -> list[Defect]:
    """All that keeps an application from being sent, in words.

    `status` is whether the agreement is about status or title to property, which no court
    confirms; `last_day` the last of the thirty days, None where no such clock runs.
    """
    found = [Defect(code, words) for code, words in CHECKS.items() if checks.get(code) is not True]
    if not in_force:
        found.insert(0, Defect("not_in_force", N_("No agreement is in force yet.")))
    if status:
        found.append(
            Defect("status", N_("It is about status or title; a court does not confirm that."))
        )
    if last_day is None or today > last_day:
        found.append(Defect("too_late", N_("The thirty days are over; other routes stay open.")))
    return found
