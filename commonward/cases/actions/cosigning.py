"""Take the cosignatures of witnesses (见证签名): into the checkpoint where it is still the newest,
and in any case into `cosigned`, the newest one that anybody witnessed.
"""

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.ledger_keys import own_keys
from commonward.cases.models import Ledger, LedgerKey
from commonward.core.ledger import checkpoints, notes
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.merkle import Broken, root_of
from commonward.core.ledger.tiles import Tiled
from commonward.core.refusals import N_, Invalid, Missing, Refusal


def take_cosignature(note: str) -> tuple[str, ...]:
    """Keep what witnesses have signed under a checkpoint of ours; the names of those witnesses.

    Raises Invalid for what no witness of ours has signed, or what this log never was.
    """
    with transaction.atomic():
        row = Ledger.objects.select_for_update().filter(pk=1).first()
        if row is None:
            raise Missing(N_("The log has not begun."))
        folder = Folder(settings.LEDGER)
        witnesses = {
            key.verifier: key for key in LedgerKey.objects.filter(witness=True, retired_at=None)
        }
        found, checkpoint = _believed(note, row, folder, witnesses)
        names = []
        for verifier, moment in found.by:
            key = witnesses.get(str(verifier))
            if key is None:
                continue
            names.append(verifier.name)
            if _seen(key) <= (checkpoint.size, moment):
                key.note = note
                key.save(update_fields=["note"])
        if not names:
            raise Invalid(N_("No witness of this log has signed there."))
        _publish(folder, checkpoint, list(witnesses.values()))
    return tuple(names)


def _believed(
    note: str, row: Ledger, folder: Folder, witnesses: dict[str, LedgerKey]
) -> tuple[notes.Read, checkpoints.Checkpoint]:
    """The note, if this log signed it and it is a state that this log had."""
    known = [notes.Verifier.read(written) for written in witnesses]
    own = [notes.Verifier.read(key.verifier) for key in own_keys()]
    try:
        found = notes.read(note, [*own, *known])
        checkpoint = checkpoints.read(note, row.origin, own)
        if not 0 <= checkpoint.size <= row.signed_size:
            raise Broken(f"this log has {row.signed_size} entries")
        tree = Tiled(row.signed_size, folder.fetch)
        if root_of(checkpoint.size, tree.node) != checkpoint.root:
            raise Broken("this log never had that root")
    except (notes.Unsigned, Broken) as fault:
        raise Invalid(N_("This checkpoint is not one of this log: {why}"), why=str(fault)) from None
    return found, checkpoint


def _publish(
    folder: Folder, checkpoint: checkpoints.Checkpoint, witnesses: list[LedgerKey]
) -> None:
    """Write the lines of all who signed the same state behind those of the log."""
    lines = _lines_of(str(checkpoint), witnesses)
    try:
        current = folder.fetch("checkpoint").decode()
    except LookupError:
        raise Refusal(N_("The log's folder has no checkpoint."), code="ledger") from None
    text, _ = notes.parts_of(current)
    if text == str(checkpoint):
        signed = current + "".join(line for line in lines if line not in current)
        folder.put("checkpoint", signed.encode())
    newest = max(witnesses, key=_seen)
    if newest.note:
        own = notes.parts_of(newest.note)[0]
        base = newest.note.split("\n\n", 1)[1].splitlines(keepends=True)
        signed = own + "\n" + "".join(dict.fromkeys([*base, *_lines_of(own, witnesses)]))
        folder.put("cosigned", signed.encode())
    folder.settle()


def _lines_of(text: str, witnesses: list[LedgerKey]) -> list[str]:
    """Each witness's own line under a note of this text."""
    found = []
    for key in witnesses:
        if not key.note or notes.parts_of(key.note)[0] != text:
            continue
        verifier = notes.Verifier.read(key.verifier)
        for line in key.note.split("\n\n", 1)[1].splitlines(keepends=True):
            (name, id_, _), *_rest = notes.parts_of(f"{text}\n{line}")[1]
            if (name, id_) == (verifier.name, verifier.id):
                found.append(line)
    return found


def _seen(key: LedgerKey) -> tuple[int, int]:
    """The size that a witness has last signed, and when (seconds); (-1, 0) for never."""
    if not key.note:
        return (-1, 0)
    found = notes.read(key.note, [notes.Verifier.read(key.verifier)])
    return checkpoints.parsed(found.text).size, max(moment for _, moment in found.by)
