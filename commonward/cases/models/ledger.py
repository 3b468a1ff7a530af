"""Where the log that nobody can quietly change stands (公开账本); the log itself is files.

No row per leaf: what leaf an event is follows from the runs, and what it says from the event.
"""

from django.db import models
from django.db.models import Q


class Ledger(models.Model):
    """How far the record has become leaves; one row, which is locked for each change.

    `place` is how far the record was followed (core.following): each event up to there is a leaf, or
    stands among those that wait (`LedgerWaiting`). `size` leaves are fixed for ever;
    `signed_size` of them are in a signed checkpoint, with this `root`; the entries between the two
    stand in `pending`, so that whoever was killed while writing the files is continued exactly.
    `older` is the last event that was there when the log began.
    """

    origin = models.CharField(max_length=200)
    place = models.TextField(default="0")
    older = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    pending = models.BinaryField(null=True)
    signed_size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_ledger"
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_size__lte=models.F("size")), name="ledger_signs_what_is_there"
            ),
            models.CheckConstraint(condition=Q(pk=1), name="one_ledger"),
        ]

    def __str__(self) -> str:
        return f"{self.origin}: {self.size}"


class LedgerRun(models.Model):
    """Events with numbers in a row that became leaves in a row (连续段).

    The first leaf's index and the first event's number; both go on for `count`. A log whose
    record has no gaps is one row; a number that no transaction used begins another.
    """

    index = models.BigIntegerField(primary_key=True)
    event = models.BigIntegerField(unique=True)
    count = models.BigIntegerField()

    class Meta:
        db_table = "cases_ledgerrun"
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="ledger_run_has_leaves")
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.event} + {self.count}"


class LedgerWaiting(models.Model):
    """Events with numbers in a row that are not urgent and wait to be entered (待补录).

    They were taken over from elsewhere, or are older than the log; each was there when it was put
    in the queue. Those that were gone when their turn came stay here as `lost`.
    """

    first = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField()
    lost = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_ledgerwaiting"
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")), name="ledger_waiting_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class LedgerCheck(models.Model):
    """What a comparison of the record with its log came to (核账结果).

    `size` and `root` are of the checkpoint that was compared, 0 and empty where there was none to be
    believed. `findings` holds the first of the `found` things: kind, text and values (numbers of
    leaves, events and cases; no words of anybody).
    """

    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(default=bytes)
    leaves = models.BigIntegerField(default=0)
    unprovable = models.BigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "cases_ledgercheck"

    def __str__(self) -> str:
        return f"{self.ended_at}: {self.found}"


class LedgerKey(models.Model):
    """A key of the log, or of a witness (见证方) whose cosignatures are taken.

    `verifier` is the public key as notes write it; `private` is the log's own, sealed by the master
    key, and gone once `retired_at`. `note` announces a key of the log (core.ledger.keychain), or is
    the last checkpoint that the witness has cosigned.
    """

    verifier = models.CharField(max_length=300, unique=True)
    witness = models.BooleanField(default=False)
    private = models.BinaryField(null=True)
    since = models.DateTimeField()
    size = models.BigIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "cases_ledgerkey"
        constraints = [
            models.UniqueConstraint(
                fields=["witness"],
                condition=Q(witness=False, retired_at=None),
                name="one_ledger_key_signs",
            ),
        ]

    def __str__(self) -> str:
        return self.verifier
