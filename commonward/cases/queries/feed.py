"""The events feed (事件流): everything that happens to what one may see, from a cursor on."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from commonward.cases.actions.suggesting import GIVEN_BACK, ROUTED, SORTED
from commonward.cases.models import Event
from commonward.cases.queries.happened import filed_as, head, next_after
from commonward.cases.queries.hooks import told
from commonward.core.following import Position
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor

MOST_LOOKED = 1_000
"""Events looked at for one page, whether they may be seen or not."""
END = "end"
_UNTOLD = (ROUTED, SORTED, GIVEN_BACK)
_OF_DANGER = "danger_"
"""What is told to no program: that words told of danger, and what a model made of them."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Some events as CloudEvents, oldest first, and the cursor after them; `more` may follow now."""

    events: tuple[dict[str, Any], ...]
    after: str
    more: bool


def feed(actor: Actor, after: str, size: int) -> Feed:
    """The next events after a cursor that this person may see; "" begins at the first, "end" gives
    the cursor of now.

    Nothing is skipped by a transaction that ends late, and nothing comes twice: the cursor
    remembers which numbers were missing (core.following). Raises Invalid for a strange cursor.
    """
    if after == END:
        return Feed((), to_cursor(head()), False)
    place, ids = next_after(from_cursor(after), min(MOST_LOOKED, size))
    rows = Event.objects.select_related("case", "team").filter(pk__in=ids).order_by("id")
    found = list(rows)
    filed = filed_as({event.case_id for event in found})
    events = tuple(
        told(event)
        for event in found
        if filed[event.case_id].seen_by(actor)
        and event.verb not in _UNTOLD
        and not event.verb.startswith(_OF_DANGER)
    )
    return Feed(events, to_cursor(place), len(ids) == min(MOST_LOOKED, size))


def to_cursor(place: Position) -> str:
    """A place in the record as a word that means nothing to whoever keeps it."""
    return base64.urlsafe_b64encode(place.to_text().encode()).decode().rstrip("=")


def from_cursor(text: str) -> Position:
    """The place again; raises Invalid."""
    if not text:
        return Position()
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return Position.from_text(plain.decode("ascii"))
    except (binascii.Error, ValueError, Invalid):
        raise Invalid(
            N_("This is no cursor of this feed: take the one that the last answer gave."),
            field="after",
        ) from None
