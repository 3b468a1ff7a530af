"""Compare the record with its log, leaf by leaf (核账): what was changed, removed, put in, moved.

Every leaf is made again from the database and compared with the published file. What cannot be
made again, because the case's key was destroyed, is counted; its moment is compared all the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings

from commonward.cases.actions.ledger_keys import own_keys
from commonward.cases.models import Event, Ledger, LedgerRun
from commonward.cases.queries.leaves import Filed, Keys, entry_of, lanes, read_events, read_keys
from commonward.cases.queries.ledger_absent import tell_absent
from commonward.cases.queries.ledger_findings import Checked, Finding
from commonward.core.ledger import checkpoints, keychain, notes
from commonward.core.ledger.entries import ENTERED, WRITTEN, Entry, milliseconds
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.following import SKEW, grown
from commonward.core.ledger.merkle import Broken, joined, leaf_hash
from commonward.core.ledger.tiles import WIDTH, Tiled
from commonward.core.refusals import N_

_CHUNK = 16 * WIDTH
_MOST_COMPARED = 500
"""Rows that differ and are compared with one another, to tell whether they changed places."""
_ENDED = ("shredded", "forgotten")


@dataclass(slots=True)
class _Differs:
    """A leaf that its row does not make any more."""

    index: int
    entry: Entry
    filed: Filed


def check(progress: Callable[[int], None] = lambda _done: None) -> Checked:
    """Compare all of it; some 200 microseconds a leaf."""
    done = Checked()
    row = Ledger.objects.filter(pk=1).first()
    if row is None:
        done.findings.append(Finding("missing", N_("The log has not begun.")))
        return done
    folder = Folder(settings.LEDGER)
    public = _public(row.origin, folder, done)
    if public is None:
        return done
    # In this order: the log may go on meanwhile, and neither is then older than it should be.
    row = Ledger.objects.get(pk=1)
    later = _public(row.origin, folder, Checked()) or public
    _same(row, public, later, done)
    size = public.size
    done.size, done.root = public.size, public.root
    tree = Tiled(size, folder.fetch)
    edge: list[bytes] = []
    newest, missing = 0, set[int]()
    differing: list[_Differs] = []
    gone: set[int] = set()
    mapped = _mapped(size, done)
    for first in range(0, size, _CHUNK):
        try:
            raw = [
                one
                for index in range(first // WIDTH, -(-min(size, first + _CHUNK) // WIDTH))
                for one in tree.entries(index)
            ]
        except Broken as fault:
            done.findings.append(
                Finding("files", N_("The log's files were changed: {why}"), {"why": str(fault)})
            )
            return done
        for index, one in enumerate(raw, first):
            edge = grown(edge, index, leaf_hash(one))
        ids = next(mapped)
        entries = [Entry.from_bytes(one) for one in raw]
        newest = _in_time(entries, first, ids, newest, done)
        _compare(entries, first, ids, row.older, missing, differing, gone, done)
        progress(done.leaves)
    if joined(edge) != public.root:
        done.findings.append(
            Finding("files", N_("The log's files do not lead to the root that was signed."))
        )
    _tell_differing(differing, done)
    _tell_destroyed(gone, done)
    tell_absent(row, missing, done)
    return done


def _public(origin: str, folder: Folder, done: Checked) -> checkpoints.Checkpoint | None:
    """The published state, if it may be believed; the log may go on while it is compared."""
    try:
        chain = keychain.chain(origin, folder.fetch)
        checkpoint = keychain.read(folder.fetch("checkpoint").decode(), origin, chain)
    except LookupError:
        done.findings.append(
            Finding("missing", N_("The log's folder has no checkpoint: its files are gone."))
        )
        return None
    except notes.Unsigned as fault:
        done.findings.append(
            Finding("unsigned", N_("The published checkpoint must not be believed: {why}"),
                    {"why": str(fault)})
        )  # fmt: skip
        return None
    if [str(one.key) for one in chain] != [key.verifier for key in own_keys()]:
        done.findings.append(
            Finding("unsigned", N_("The log announces other keys than this database's."))
        )
    return checkpoint


def _same(
    row: Ledger, public: checkpoints.Checkpoint, later: checkpoints.Checkpoint, done: Checked
) -> None:
    """Whether database and files are of one history: `public` was read before, `later` after."""
    if public.size > row.size:
        done.findings.append(
            Finding(
                "rolled_back",
                N_(
                    "The published log has {published} leaves, and the database knows of {known}: "
                    "an older state of the database was put back, or leaves were signed elsewhere."
                ),
                {"published": public.size, "known": row.size},
            )
        )
    elif later.size < row.signed_size or (
        later.size == row.signed_size and later.root != bytes(row.root)
    ):
        done.findings.append(
            Finding(
                "forked",
                N_(
                    "The database has signed {known} leaves, and the files hold {published} of "
                    "another history: older or other files were put in their place."
                ),
                {"published": later.size, "known": row.signed_size},
            )
        )


def _mapped(size: int, done: Checked) -> Iterator[list[int | None]]:
    """Which events the leaves are, chunk by chunk; None where nobody knows any more."""
    runs = iter(LedgerRun.objects.order_by("index").iterator(chunk_size=2_000))
    run = next(runs, None)
    lost = False
    for first in range(0, size, _CHUNK):
        found: list[int | None] = []
        for index in range(first, min(size, first + _CHUNK)):
            while run is not None and index >= run.index + run.count:
                run = next(runs, None)
            known = run is not None and index >= run.index
            found.append(run.event + index - run.index if run is not None and known else None)
            if not known and not lost:
                lost = True
                done.findings.append(
                    Finding(
                        "unknown",
                        N_("The database does not know what event leaf {index} is."),
                        {"index": index},
                    )
                )
        yield found


def _in_time(
    entries: Sequence[Entry], first: int, ids: Sequence[int | None], newest: int, done: Checked
) -> int:
    """Say which leaves came much later than they say they were written."""
    for index, (entry, event) in enumerate(zip(entries, ids, strict=True), first):
        if entry.version != WRITTEN:
            continue  # says when it was entered, so it cannot say anything earlier than it is
        if entry.milliseconds < newest - SKEW * 1000:
            done.findings.append(
                Finding(
                    "back_dated",
                    N_(
                        "Leaf {index} (event {event}) says it was written {seconds} seconds "
                        "before a leaf that stands in front of it: it was put in later."
                    ),
                    {
                        "index": index,
                        "event": event or "?",
                        "seconds": (newest - entry.milliseconds) // 1000,
                    },
                )
            )
        newest = max(newest, entry.milliseconds)
    return newest


def _compare(
    entries: Sequence[Entry],
    first: int,
    ids: Sequence[int | None],
    older: int,
    missing: set[int],
    differing: list[_Differs],
    gone: set[int],
    done: Checked,
) -> None:
    events = read_events([one for one in ids if one is not None])
    keys = read_keys(one.case for one in events.values())
    for case, number in sorted(keys.lacking.items()):
        done.findings.append(
            Finding("key", N_("The key of case {case} was removed."), {"case": number})
        )
        gone.discard(case)
    for index, (entry, id_) in enumerate(zip(entries, ids, strict=True), first):
        done.leaves += 1
        if id_ is None:
            continue
        filed = events.get(id_)
        if filed is None:
            missing.add(id_)
            done.findings.append(
                Finding(
                    "deleted",
                    N_("Leaf {index}: event {event} was deleted from the database."),
                    {"index": index, "event": id_},
                )
            )
            continue
        made = entry_of(filed, keys)
        if made is None:
            done.unprovable += 1
            if filed.case in keys.gone:
                gone.add(filed.case)
            if not _dated(entry, filed):
                differing.append(_Differs(index, entry, filed))
        elif (
            made.commitment != entry.commitment
            or not _dated(entry, filed)
            or not filed.holds(keys.salts[filed.case])
        ):
            differing.append(_Differs(index, entry, filed))
    _tell_late(entries, first, ids, events, older, done)


def _dated(entry: Entry, filed: Filed) -> bool:
    """Whether the leaf's moment is that of the row, or the later one at which it was entered."""
    written = milliseconds(filed.event.written_at)
    return entry.milliseconds >= written and entry.version in (
        (ENTERED,) if entry.milliseconds > written else (WRITTEN, ENTERED)
    )


def _tell_late(
    entries: Sequence[Entry],
    first: int,
    ids: Sequence[int | None],
    events: Mapping[int, Filed],
    older: int,
    done: Checked,
) -> None:
    """Say what was entered later than it was written, though it must not wait, or though the row
    says that it is older than rows which were there before it."""
    late = {
        id_: index
        for index, (entry, id_) in enumerate(zip(entries, ids, strict=True), first)
        if id_ is not None and entry.version == ENTERED
    }
    for one in lanes(sorted(late), older):
        if not one.may_wait:
            text = N_(
                "Leaf {index}: event {event} was entered later than it was written, and it was "
                "neither taken over from elsewhere nor older than the log."
            )
            values = {"index": late[one.event], "event": one.event}
            done.findings.append(Finding("held_back", text, values))
    newest = 0
    for id_ in sorted(events):
        written = milliseconds(events[id_].event.written_at)
        if id_ in late and written < newest - SKEW * 1000:
            text = N_(
                "Leaf {index}: event {event} says it was written {seconds} seconds before events "
                "that were there before it: it was put in later."
            )
            values = {
                "index": late[id_], "event": id_, "seconds": (newest - written) // 1000,
            }  # fmt: skip
            done.findings.append(Finding("back_dated", text, values))
        newest = max(newest, written)


def _tell_differing(differing: Sequence[_Differs], done: Checked) -> None:
    """Which rows were changed, and which ones changed places."""
    keys = read_keys(one.filed.case for one in differing[:_MOST_COMPARED])
    for one in differing:
        other = _moved_to(one, differing, keys) if len(differing) <= _MOST_COMPARED else None
        values = {
            "index": one.index,
            "event": one.filed.event.id,
            "case": one.filed.event.case,
            "verb": one.filed.event.verb,
        }
        if other is not None:
            text = N_(
                "Leaf {index}: what was event {event} stands now as event {other}: rows were "
                "re-ordered."
            )
            values["other"] = other
            done.findings.append(Finding("reordered", text, values))
            continue
        text = N_(
            "Leaf {index}: event {event} ({verb}) of case {case}, or the words that go with it, "
            "was changed since it was written."
        )
        done.findings.append(Finding("changed", text, values))


def _moved_to(one: _Differs, differing: Sequence[_Differs], keys: Keys) -> int | None:
    for other in differing:
        if other is not one:
            placed = replace(other.filed, event=replace(other.filed.event, id=one.filed.event.id))
            made = entry_of(placed, keys)
            if made is not None and made.commitment == one.entry.commitment:
                return other.filed.event.id
    return None


def _tell_destroyed(gone: set[int], done: Checked) -> None:
    """A key that was destroyed without a word in the record hides what was changed."""
    told = set(
        Event.objects.filter(case_id__in=gone, verb__in=_ENDED).values_list("case_id", flat=True)
    )
    for number in (
        Event.objects.filter(case_id__in=gone - told)
        .order_by("case_id")
        .values_list("case__number", flat=True)
        .distinct()
    ):
        done.findings.append(
            Finding(
                "key",
                N_("The key of case {case} was destroyed, and nothing in its record says so."),
                {"case": number},
            )
        )
