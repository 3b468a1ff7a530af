"""The public log as others may read it (公开账本): how it stands, and the receipt of a report.

The files lie in `folder()` (the setting COMMONWARD_LEDGER), at the paths for which
`core.ledger.folder.is_path` answers yes: `checkpoint`, `tile/…`, `keys` and `key/N` (the log's
verifier keys, each announced by the one before), `cosigned` (the newest checkpoint that a witness
has cosigned). Only `checkpoint`, `keys` and `cosigned` ever change.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Sum

from commonward.cases.models import Event, Ledger, LedgerKey, LedgerWaiting
from commonward.cases.queries.followed import Followed, followed
from commonward.cases.queries.leaves import index_of, read_events, read_keys
from commonward.core.following import Position
from commonward.core.ledger import checkpoints, notes
from commonward.core.ledger.entries import Entry
from commonward.core.ledger.facts import Happening, Salts
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.receipts import Leaf, receipt
from commonward.core.ledger.tiles import Tiled
from commonward.core.refusals import N_, Refusal

_SHOWN = ("told", "place", "answers", "channel", "photos")
"""Parts of a reporter's own report that are theirs to read; `rest` is nobody's."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key of the log: as verifiers write it, from which size and moment on, until when."""

    verifier: str
    size: int
    since: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness: how many leaves it has last cosigned, and when it did; None for never."""

    name: str
    verifier: str
    size: int
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """How the log stands. `waits` is for how long the oldest event waits to become a leaf that must
    not wait; `late` that this is longer than the site allows. `queued` events were taken over from
    elsewhere or are older than the log, and are entered meanwhile. `origin` is "" before the log has
    begun."""

    origin: str
    size: int
    signed_at: datetime | None
    waits: timedelta
    late: bool
    queued: int
    keys: tuple[KeyLine, ...]
    witnesses: tuple[WitnessLine, ...]
    note: str
    """The checkpoint as it is published, "" for none."""


@dataclass(frozen=True, slots=True)
class Receipted:
    """The receipt (core.ledger.receipts) as JSON's values, None while nothing can be proven;
    `waiting` events are not in a signed checkpoint yet, `lost` ones can no longer be shown
    because the case's key is destroyed."""

    receipt: dict[str, Any] | None
    waiting: int
    lost: int

    @property
    def complete(self) -> bool:
        """Whether everything that the reporter may see is proven."""
        return self.receipt is not None and not self.waiting and not self.lost


def folder() -> Path:
    """Where the log's files lie."""
    return Path(settings.LEDGER)


def origin() -> str:
    """The log's name; "" before it has begun (1 query)."""
    return Ledger.objects.filter(pk=1).values_list("origin", flat=True).first() or ""


def state(at: datetime | None = None) -> State:
    """How the log stands (5 queries). Its moments are the machine's: leave `at` out."""
    row = Ledger.objects.filter(pk=1).first()
    if row is None:
        return State("", 0, None, timedelta(0), False, 0, (), (), "")
    waits = waiting_for(row, at or datetime.now(UTC))
    keys = list(LedgerKey.objects.order_by("pk"))
    return State(
        origin=row.origin,
        size=row.signed_size,
        signed_at=row.signed_at,
        waits=waits,
        late=is_late(waits),
        queued=queued(),
        keys=tuple(
            KeyLine(k.verifier, k.size, k.since, k.retired_at) for k in keys if not k.witness
        ),
        witnesses=tuple(_witness(k) for k in keys if k.witness and k.retired_at is None),
        note=_published(),
    )


def late_minutes(at: datetime | None = None) -> int:
    """For how many minutes something waits to become a leaf, 0 where that is not too long, or no
    log was ever begun (2 queries)."""
    row = Ledger.objects.filter(pk=1).first()
    if row is None:
        return 0
    waits = waiting_for(row, at or datetime.now(UTC))
    return max(1, int(waits.total_seconds() // 60)) if is_late(waits) else 0


def queued() -> int:
    """How many events wait that may wait (1 query)."""
    waiting = LedgerWaiting.objects.filter(lost=False)
    found = waiting.aggregate(count=Sum(F("last") - F("first") + 1))["count"]
    return int(found or 0)


def waiting_for(row: Ledger, at: datetime) -> timedelta:
    """For how long the oldest event waits that must not, and is in no signed checkpoint (1 query)."""
    if row.pending is not None:
        begun = Entry.from_bytes(bytes(row.pending)[:41]).at
    else:
        newer = Event.objects.filter(pk__gt=Position.from_text(row.place).last).order_by("pk")
        begun = newer.values_list("written_at", flat=True).first() or at
    return max(timedelta(0), at - begun)


def is_late(waits: timedelta) -> bool:
    """Whether that is longer than the site allows."""
    return waits > timedelta(minutes=settings.LEDGER_LATE_MINUTES)


def receipt_of(report: int, at: datetime) -> Receipted:
    """The proof of a report (its id) and of all that its own page tells of it, as it stands at
    `at` (the site's moment).

    Parts of an event are shown as that page shows them: the reporter's own words and photos, the
    public reasons; a reason that the page masks is proven, and not shown. Raises Missing, and
    Refusal "ledger" where the log's files are not as they must be.
    """
    return receipt_for(followed(report, at))


def receipt_for(found: Followed) -> Receipted:
    """The same for a report that was looked up already (5 queries and one per event)."""
    note = _published()
    if not note:
        return Receipted(None, len(found.steps), 0)
    told = checkpoints.parsed(notes.parts_of(note)[0])
    steps = {step.id: step for step in found.steps}
    events = read_events(sorted(steps))
    keys = read_keys(one.case for one in events.values())
    tree = Tiled(told.size, Folder(folder()).fetch)
    places, waiting, lost = {}, 0, 0
    for id_, one in events.items():
        index = index_of(id_)
        if index is None or index >= told.size:
            waiting += 1
            continue
        salts = keys.salts.get(one.case)
        if salts is None:
            lost += 1
            continue
        places[index] = (one, salts)
    if not places:
        return Receipted(None, waiting, lost)
    try:
        leaves = [
            _leaf(one.event, salts, Entry.from_bytes(tree.entry(index)), index,
                  mine=one.report == found.report, said=steps[one.event.id].words)
            for index, (one, salts) in sorted(places.items())
        ]  # fmt: skip
        made = receipt(told.origin, note, leaves, tree.node)
    except ValueError as fault:
        raise Refusal(
            N_("The log's files are not as they must be: {why}"), why=str(fault), code="ledger"
        ) from None
    return Receipted(made, waiting, lost)


def is_sealed(found: Followed) -> bool:
    """Whether all that a reporter's page tells is in a signed checkpoint (2 queries).

    The newest step decides: the steps of a case are written one after the other.
    """
    newest = max((step.id for step in found.steps), default=0)
    index = index_of(newest) if newest else None
    if index is None:
        return False
    size = Ledger.objects.filter(pk=1).values_list("signed_size", flat=True).first() or 0
    return index < size


def _leaf(
    event: Happening, salts: Salts, entry: Entry, index: int, *, mine: bool, said: str
) -> Leaf:
    shown = {name for name in _SHOWN if mine} | ({"report"} if mine else set())
    # Where the page masks the words, they are not what was written down.
    if event.parts.get("words") == said:
        shown.add("words")
    return Leaf(
        facts=event.facts(salts),
        salt=salts.of(event.id),
        at_ms=entry.milliseconds,
        index=index,
        version=entry.version,
        opened={
            name: (value, salts.of(event.id, name))
            for name, value in event.parts.items()
            if name in shown and name not in event.erased
        },
    )


def _published() -> str:
    try:
        return Folder(folder()).fetch("checkpoint").decode()
    except (LookupError, UnicodeDecodeError):
        return ""


def _witness(key: LedgerKey) -> WitnessLine:
    verifier = notes.Verifier.read(key.verifier)
    if not key.note:
        return WitnessLine(verifier.name, key.verifier, 0, None)
    found = notes.read(key.note, [verifier])
    seen = next(moment for one, moment in found.by if one == verifier)
    size = checkpoints.parsed(found.text).size
    return WitnessLine(verifier.name, key.verifier, size, datetime.fromtimestamp(seen, UTC))
