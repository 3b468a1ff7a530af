"""Change the explorer: the whole text is checked, then it is a new version."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.core.explorer import check, parse, read_toml, shipped_text
from commonward.core.refusals import N_, Invalid, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.models import ExplorerVersion
from commonward.people.access import require_administrator
from commonward.people.actions import record_change


def explorer_faults(text: str) -> list[Invalid]:
    """All that keeps a text from coming into force, in words; empty where nothing does."""
    try:
        return check(parse(read_toml(text)))
    except Invalid as refused:
        return [refused]


def adopt_explorer(
    text: str, *, at: datetime, actor: Actor = SYSTEM, upon: int | None = None
) -> ExplorerVersion | None:
    """Bring a text of the explorer into force (指引生效); None where it is in force already.

    `upon` is the number of the version that the text was written upon (0: the shipped one).
    Raises Forbidden, Stale when another one came into force meanwhile, Invalid with the first
    fault.
    """
    require_administrator(actor, "adopt_explorer")
    faults = explorer_faults(text)
    if faults:
        raise faults[0]
    text = text.replace("\r\n", "\n")
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        rows = ExplorerVersion.objects.select_for_update().order_by("-number")
        last = rows.first()
        number = last.number if last else 0
        if upon is not None and upon != number:
            raise Stale(N_("Somebody else changed the explorer in the meantime; look at it again."))
        before = last.digest if last else hashlib.sha256(shipped_text().encode()).hexdigest()
        if before == digest:
            return None
        try:
            with transaction.atomic():
                made = ExplorerVersion.objects.create(
                    number=number + 1, text=text, digest=digest, adopted_at=at, by_id=actor.account
                )
        except IntegrityError as clash:
            raise Stale(
                N_("Somebody else changed the explorer in the meantime; look at it again.")
            ) from clash
        record_change(actor, "adopt_explorer", "explorer", at, {"version": made.number})
    return made
