"""The log's own keys, and the witnesses' (账本密钥): made, replaced, registered.

A private key stands in the database, sealed by the master key (docs/decisions/0016). A new key is
written down first, then announced in the files, then it signs; the old one signs once more beside
it and is destroyed. Whoever is killed between two of these goes on where it was.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from commonward.cases.actions.sealing import masters
from commonward.cases.models import Event, Ledger, LedgerKey
from commonward.core import sealing
from commonward.core.ledger import notes
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.keychain import Announced, path
from commonward.core.ledger.merkle import EMPTY
from commonward.core.refusals import N_, Invalid, Missing


def begun(at: datetime) -> Ledger:
    """The log, begun now where there is none: its name is taken and its first key made."""
    row = Ledger.objects.filter(pk=1).first()
    if row is None:
        origin = settings.LEDGER_ORIGIN or f"{urlsplit(settings.SITE_URL).netloc}/ledger"
        with transaction.atomic():
            Ledger.objects.bulk_create(
                [Ledger(pk=1, origin=origin, root=EMPTY, older=_newest())], ignore_conflicts=True
            )
            row = Ledger.objects.select_for_update().get(pk=1)
            if not own_keys():
                _make(row, at, [])
    return row


def _newest() -> int:
    """The last event of the record (as far as it is seen: who writes meanwhile is not older)."""
    return Event.objects.aggregate(last=Max("id"))["last"] or 0


def own_keys() -> list[LedgerKey]:
    """The log's keys, the first one first."""
    return list(LedgerKey.objects.filter(witness=False).order_by("pk"))


def signers() -> list[notes.Signer]:
    """Who signs the next checkpoint: the key in force, behind one that gives way to it."""
    return [
        notes.Signer(_name(key), notes.LOG, _private(key))
        for key in own_keys()
        if key.private is not None
    ]


def announce(folder: Folder) -> None:
    """Write the files that tell the log's keys, where they are not there yet."""
    keys = own_keys()
    listed = "".join(f"{key.verifier}\n" for key in keys).encode()
    if _there(folder, "keys") == listed:
        return
    for number, key in enumerate(keys):
        if _there(folder, path(number)) != key.note.encode():
            folder.put(path(number), key.note.encode())
    folder.put("keys", listed)
    folder.settle()


def _there(folder: Folder, name: str) -> bytes:
    try:
        return folder.fetch(name)
    except LookupError:
        return b""


def give_way(at: datetime) -> None:
    """Write down a new key in the place of the one in force, which signs once more beside it.

    The caller holds the log's row and signs anew afterwards (`sequencing.rotate`).
    """
    row = Ledger.objects.select_for_update().get(pk=1)
    current = LedgerKey.objects.get(witness=False, retired_at=None)
    if len(signers()) > 1:
        raise Invalid(N_("The last change of keys is not signed yet: sequence first."))
    before = notes.Signer(_name(current), notes.LOG, _private(current))
    current.retired_at = at
    current.save(update_fields=["retired_at"])
    _make(row, at, [before])


def destroy_retired() -> None:
    """What gave way has signed for the last time."""
    LedgerKey.objects.filter(witness=False, retired_at__isnull=False).update(private=None)


def add_witness(written: str, at: datetime) -> LedgerKey:
    """Take cosignatures of this key from now on. Raises Invalid."""
    try:
        key = notes.Verifier.read(written)
    except ValueError as fault:
        raise Invalid(N_("This is no key: {why}"), why=str(fault), field="witness") from None
    if key.kind != notes.WITNESS:
        raise Invalid(N_("This is a log's key; a witness's has the type 4."), field="witness")
    row, made = LedgerKey.objects.get_or_create(
        verifier=str(key), defaults={"witness": True, "since": at}
    )
    if not made and row.retired_at is not None:
        row.retired_at = None
        row.save(update_fields=["retired_at"])
    return row


def end_witness(name: str, at: datetime) -> None:
    """Take no more cosignatures of this witness (its name, or its whole key). Raises Missing."""
    rows = [
        row
        for row in LedgerKey.objects.filter(witness=True, retired_at=None)
        if name in (row.verifier, _name(row))
    ]
    if not rows:
        raise Missing(N_("There is no witness {name}."), name=name)
    for row in rows:
        row.retired_at = at
        row.save(update_fields=["retired_at"])


def _make(row: Ledger, at: datetime, before: Sequence[notes.Signer]) -> None:
    made = notes.Signer.new(row.origin)
    told = Announced(row.origin, made.verifier, row.signed_size, at)
    LedgerKey.objects.create(
        verifier=str(made.verifier),
        private=sealing.wrap(made.private, masters(), f"ledger {made.verifier}"),
        since=at,
        size=row.signed_size,
        note=told.signed([*before, made]),
    )


def _private(key: LedgerKey) -> bytes:
    return sealing.unwrap(key.private or b"", masters(), f"ledger {key.verifier}")


def _name(key: LedgerKey) -> str:
    return notes.Verifier.read(key.verifier).name
