"""Is it known already? Public reports near the place that somebody tells of, while they tell it.

Near the position that was given, else near the place that the words or the address surely name;
where neither is known nothing is looked for. Only what everybody may read is shown, and nothing of
what is typed is kept.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from commonward.cases.actions.same import Shown
from commonward.cases.queries.perhaps_same import PerhapsSame, perhaps_same
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.portal import placing
from commonward.doors.portal.draft import Draft

if TYPE_CHECKING:
    from commonward.doors.portal.steps import Moment

ASKED_AT = ("words", "category", "where")
"""The questions beside which it is shown; after them it is a question of its own."""


def around(draft: Draft, now: "Moment") -> tuple[PerhapsSame, ...]:
    """Public reports that may be the same problem; () where no place is known."""
    placed = at_its_place(draft, now)
    if placed.lat is None or placed.lon is None or not (draft.words or draft.category):
        return ()
    return perhaps_same(
        placed.category, placed.lat, placed.lon, now.at, now.revisions,
        words=placed.words, address=placed.address,
    )  # fmt: skip


def at_its_place(draft: Draft, now: "Moment") -> Draft:
    """The draft with the position of the one place that its address or its words surely name."""
    if draft.lat is not None or draft.nowhere:
        return draft
    for text in (draft.address, draft.words):
        offers = placing.offers(text, now)
        if len(offers) == 1 and offers[0].sure:
            return placing.at_offer(draft, offers[0])
    return draft


def joined(draft: Draft, number: str, now: "Moment") -> Draft:
    """The draft as "this is my problem too" of one that is shown. Raises Invalid for another."""
    one = next((o for o in around(draft, now) if o.entry.number == number), None)
    if one is None:
        raise Invalid(N_("This one is no longer open or not near: please go on with “Next”."))
    code = book(now.revisions).categories[one.entry.category].code
    placed = at_its_place(draft, now)
    known = placed.lat is not None or bool(placed.address)
    return replace(placed, category=code, same=number, answers={}, another=False, nowhere=not known)


def shown(draft: Draft, now: "Moment") -> tuple[Shown, ...]:
    """What was compared of those that were asked about, where the question was answered."""
    if not (draft.same or draft.another):
        return ()
    try:
        found = around(draft, now)
    except Refusal:
        return ()
    return tuple(Shown(one.entry.case, one.row) for one in found if one.row is not None)
