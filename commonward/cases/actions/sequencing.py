"""Make leaves of what happened (入账): in order, each once, whatever ends the process meanwhile.

What happens now comes first. What was taken over from elsewhere, or is older than the log, waits in
a queue and is entered a few thousand at a time while nothing else is to be done; a case's leaves
stand in the order of its events in any case.

First the entries are written down in the database, with how far the record was followed; then the
files, of which all bytes are known by then; then the checkpoint is signed. Who was killed is
continued to the very same tree, by any process. Several may run at once: what is written down is
decided under a lock, files are the same whoever writes them, and a checkpoint is signed under the
lock too, so that none ever goes back.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from time import monotonic

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.ledger_keys import (
    announce,
    begun,
    destroy_retired,
    give_way,
    signers,
)
from commonward.cases.actions.sealing import make_keys
from commonward.cases.models import Ledger, LedgerRun, LedgerWaiting
from commonward.cases.queries.happened import next_after
from commonward.cases.queries.leaves import entry_of, lanes, read_events, read_keys, waiting_of
from commonward.core.following import Position
from commonward.core.ledger import checkpoints, notes
from commonward.core.ledger.entries import ENTERED, LENGTH, SALT, Entry, milliseconds
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.growing import Growing
from commonward.core.ledger.merkle import Broken
from commonward.core.ledger.spans import Span, first_of, spans, without
from commonward.core.ledger.tiles import WIDTH, bundle_path, tile_path
from commonward.core.refusals import N_, Refusal

MOST = 4096
"""Leaves that are written down together: what came meanwhile waits until they are signed."""
LEAST = 256
"""At least so many of those that may wait: a tile's width."""
BATCH_SECONDS = 1.0
LOOKED = 4 * MOST
"""Events that are looked at together."""
PROMPT = timedelta(seconds=60)
"""What waited for longer bears the moment at which it was entered, and says so."""


def sequence(
    *, most: int = 2**62, leaving: Callable[[], bool] = lambda: False, now: datetime | None = None
) -> int:
    """Make leaves of all that happened and was not yet one; says how many.

    Moments are the machine's. Raises Refusal where the files and the database are not of one
    history: going on would fork the log, and a person must look.
    """
    ledger = begun(now or datetime.now(UTC))
    folder = Folder(settings.LEDGER)
    announce(folder)
    _check_published(ledger, folder)
    done, some, begun_at = 0, MOST // 4, monotonic()
    while True:
        if ledger.pending is not None or ledger.signed_at is None:
            _sign(ledger, folder, now)
            some, begun_at = _as_many(some, monotonic() - begun_at), monotonic()
        if done >= most or leaving():
            return done
        ledger = Ledger.objects.get(pk=1)
        if ledger.pending is None:
            count = _write_down(ledger, now or datetime.now(UTC), some)
            if count is None:
                return done
            done += count
            ledger = Ledger.objects.get(pk=1)


def rotate(at: datetime) -> None:
    """Replace the log's key; the last checkpoint is signed anew, by both. Raises Refusal."""
    sequence(most=0, now=at)
    with transaction.atomic():
        give_way(at)
    folder = Folder(settings.LEDGER)
    announce(folder)
    with transaction.atomic():
        row = Ledger.objects.select_for_update().get(pk=1)
        _check_published(row, folder)
        _publish(row, row.signed_size, bytes(row.root), folder, at)


def _as_many(some: int, took: float) -> int:
    """How many of those that may wait are entered next, when so many took so long (seconds).

    What comes meanwhile waits for them: a batch is to take a second, on a slow machine too.
    """
    if took > 1.5 * BATCH_SECONDS:
        return max(LEAST, some // 2)
    return min(MOST, some * 2) if took < BATCH_SECONDS / 2 else some


def _write_down(ledger: Ledger, moment: datetime, few: int) -> int | None:
    """Decide the next leaves; says how many, some of them perhaps another's who was faster. None
    where nothing at all is left to be done.

    First what happened since the last time, where that must not wait; each time only then a few of
    those that may. The leaves of a case stand in the order of its events all the same: whoever
    cannot wait takes along what still waits of the same case.
    """
    place = Position.from_text(ledger.place)
    after, ids = next_after(place, LOOKED)
    rows = lanes(ids, ledger.older)
    urgent = [one for one in rows if not one.may_wait]
    if len(urgent) > MOST:
        # So few that no more are urgent than fit; what came into sight meanwhile is among them.
        after, ids = next_after(place, ids.index(urgent[MOST].event))
        rows = lanes(ids, ledger.older)
        urgent = [one for one in rows if not one.may_wait]
    if rows or after != place:
        newest = {one.case: one.event for one in urgent}
        with_them = {
            one.event for one in rows if one.may_wait and one.event < newest.get(one.case, 0)
        }
        earlier = waiting_of(newest, max(newest.values())) if newest else []
        queued = [one.event for one in rows if one.may_wait and one.event not in with_them]
        taken = sorted({*earlier, *with_them, *(one.event for one in urgent)})
        waiting = {one.event for one in rows if one.may_wait} | set(earlier)
        entries, _ = _entries(taken, waiting, moment)
        return _decide(ledger, after, taken, entries, queued=queued, unqueued=earlier)
    spans_left = LedgerWaiting.objects.filter(lost=False).order_by("first")
    some = first_of(list(spans_left.values_list("first", "last")[:few]), few)
    if not some:
        return None
    entries, gone = _entries(some, set(some), moment)
    taken = [one for one in some if one not in gone]
    return _decide(ledger, place, taken, entries, unqueued=some, lost=sorted(gone))


def _entries(
    ids: Sequence[int], waited: Container[int], moment: datetime
) -> tuple[list[bytes], set[int]]:
    """The leaves of these events at this moment, and those that are no longer there."""
    events = read_events(ids)
    keys = read_keys(one.case for one in events.values())
    if keys.lacking:
        make_keys(keys.lacking)
        keys = read_keys(one.case for one in events.values())
    made, gone, now = [], set[int](), milliseconds(moment)
    for id_ in ids:
        filed = events.get(id_)
        if filed is None:
            gone.add(id_)
            continue
        entry = entry_of(filed, keys)
        if entry is None:
            # Its key is destroyed: under a salt that nobody has it can still not be removed.
            entry = Entry(milliseconds(filed.event.written_at), token_bytes(SALT))
        if id_ in waited and now - entry.milliseconds > PROMPT.total_seconds() * 1000:
            entry = replace(entry, milliseconds=now, version=ENTERED)
        made.append(entry.to_bytes())
    return made, gone


def _decide(
    ledger: Ledger,
    after: Position,
    ids: Sequence[int],
    entries: Sequence[bytes],
    *,
    queued: Sequence[int] = (),
    unqueued: Sequence[int] = (),
    lost: Sequence[int] = (),
) -> int:
    """Write down the next leaves, with what waits from now on and no longer, in one transaction."""
    with transaction.atomic():
        row = Ledger.objects.select_for_update().get(pk=1)
        if (row.place, row.size, row.pending) != (ledger.place, ledger.size, None):
            return 1
        _queue(queued)
        _unqueue(unqueued, lost)
        _note_runs(row.size, ids)
        row.place = after.to_text()
        row.size += len(ids)
        row.pending = b"".join(entries) if ids else None
        row.save(update_fields=["place", "size", "pending"])
    return len(ids)


def _queue(ids: Sequence[int]) -> None:
    """From now on these wait."""
    made = spans(ids)
    if made:
        before = LedgerWaiting.objects.filter(last=made[0][0] - 1, lost=False)
        if before.update(last=made[0][1]):
            made = made[1:]
    LedgerWaiting.objects.bulk_create(
        (LedgerWaiting(first=first, last=last) for first, last in made), batch_size=1000
    )


def _unqueue(ids: Sequence[int], lost: Sequence[int]) -> None:
    """These wait no longer; what is `lost` of them stays to be seen."""
    if not ids:
        return
    near = LedgerWaiting.objects.filter(first__lte=ids[-1], last__gte=ids[0], lost=False)
    left: list[Span] = []
    touched: list[int] = []
    for first, last in near.values_list("first", "last"):
        mine = ids[bisect_left(ids, first) : bisect_right(ids, last)]
        if mine:
            touched.append(first)
            left += without((first, last), mine)
    for at in range(0, len(touched), 500):
        LedgerWaiting.objects.filter(first__in=touched[at : at + 500]).delete()
    rows = [LedgerWaiting(first=first, last=last) for first, last in left]
    rows += [LedgerWaiting(first=first, last=last, lost=True) for first, last in spans(lost)]
    LedgerWaiting.objects.bulk_create(rows, batch_size=1000)


def _note_runs(index: int, ids: Sequence[int]) -> None:
    """Which events the leaves from `index` on are."""
    run = LedgerRun.objects.order_by("-index").first()
    made: list[LedgerRun] = []
    for id_ in ids:
        if run is None or run.event + run.count != id_:
            run = LedgerRun(index=index, event=id_, count=0)
            made.append(run)
        run.count += 1
        index += 1
    first = made[0].index if made else index
    earlier = LedgerRun.objects.filter(index__lt=first).order_by("-index").first()
    if earlier is not None and earlier.index + earlier.count < first:
        LedgerRun.objects.filter(pk=earlier.pk).update(count=first - earlier.index)
    LedgerRun.objects.bulk_create(made, batch_size=1000)


def _sign(ledger: Ledger, folder: Folder, now: datetime | None) -> None:
    """Write what was written down as files, and sign it."""
    given = bytes(ledger.pending or b"")
    entries = [given[at : at + LENGTH] for at in range(0, len(given), LENGTH)]
    before = ledger.signed_size
    try:
        growing = Growing(before, folder.fetch)
        if growing.root != bytes(ledger.root):
            raise Broken("its tiles lead to another root")
        root = growing.add(entries, folder.put)
    except Broken as fault:
        raise Refusal(
            N_(
                "The log's folder is not what this database has signed ({why}). Nothing was "
                "signed: put the files back as they were, or look who changed them."
            ),
            why=str(fault),
            code="ledger",
        ) from None
    folder.settle()
    with transaction.atomic():
        row = Ledger.objects.select_for_update().get(pk=1)
        if (row.size, row.signed_size, row.signed_at) != (
            ledger.size, before, ledger.signed_at,
        ):  # fmt: skip
            return  # another process has written the same files, and was faster
        _check_published(row, folder, root)
        _publish(row, row.size, root, folder, now or datetime.now(UTC))
    for index in range(before // WIDTH, ledger.size // WIDTH):
        folder.drop_partial(bundle_path(index))
    level, size, first = 0, ledger.size, before
    while size >= WIDTH:
        for index in range(first // WIDTH, size // WIDTH):
            folder.drop_partial(tile_path(level, index))
        level, size, first = level + 1, size // WIDTH, first // WIDTH


def _publish(row: Ledger, size: int, root: bytes, folder: Folder, at: datetime) -> None:
    """Sign a state and write it into the locked row, the file first."""
    by = signers()
    note = checkpoints.Checkpoint(row.origin, size, root).signed(by)
    folder.put("checkpoint", note.encode())
    folder.settle()
    row.signed_size, row.root, row.pending, row.signed_at = size, root, None, at
    row.save(update_fields=["signed_size", "root", "pending", "signed_at"])
    if len(by) > 1:
        destroy_retired()


def _check_published(row: Ledger, folder: Folder, root: bytes | None = None) -> None:
    """Refuse to go on where the published log is not this database's. Raises Refusal.

    `root` is that over all that is written down, where it is known already.
    """
    try:
        note = folder.fetch("checkpoint").decode()
        public = checkpoints.parsed(notes.parts_of(note)[0])
    except LookupError:
        if row.signed_at is None:
            return
        raise Refusal(
            N_(
                "The folder {folder} has no checkpoint, and this database has signed {size} "
                "leaves: put the log's files back; a new log there would be a fork."
            ),
            folder=str(folder.path),
            size=row.signed_size,
            code="ledger",
        ) from None
    except (UnicodeDecodeError, notes.Unsigned) as fault:
        raise Refusal(
            N_("The log's checkpoint cannot be read: {why}"), why=str(fault), code="ledger"
        ) from None
    if public.origin != row.origin or public.size > row.size:
        raise Refusal(
            N_(
                "The published log {origin} has {published} leaves, and this database knows of "
                "{known}: it is older than its own log (a backup put back?), or not its own. "
                "Going on would fork the log."
            ),
            origin=public.origin,
            published=public.size,
            known=row.size,
            code="ledger",
        )
    same = {row.signed_size: bytes(row.root), **({row.size: root} if root else {})}
    if public.size < row.signed_size or same.get(public.size, public.root) != public.root:
        raise Refusal(
            N_(
                "The published log has {published} leaves with another history than the {known} "
                "that this database has signed: the files were put back or changed."
            ),
            published=public.size,
            known=row.signed_size,
            code="ledger",
        )
