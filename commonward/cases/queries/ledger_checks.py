"""What the last comparison of the record with its log came to (核账结果), and when one is due."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from commonward.cases.models import Ledger, LedgerCheck
from commonward.cases.queries.ledger_findings import Finding

_NIGHT = range(1, 6)
"""Hours of the night, when few need the machine."""


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When it ended, the checkpoint that was compared (`root` in base64, "" for none), how many
    leaves, of how many the key is destroyed, how many things do not fit, and the first of them."""

    ended_at: datetime
    size: int
    root: str
    leaves: int
    unprovable: int
    found: int
    findings: tuple[Finding, ...]


def last_check() -> LastCheck | None:
    """The last comparison, None before there was one (1 query)."""
    row = LedgerCheck.objects.order_by("-pk").first()
    if row is None:
        return None
    told = tuple(Finding(one["kind"], one["text"], one["values"]) for one in row.findings)
    root = b64encode(bytes(row.root)).decode()
    return LastCheck(row.ended_at, row.size, root, row.leaves, row.unprovable, row.found, told)


def check_is_due(at: datetime) -> bool:
    """Whether to compare now: once a night, or at once where none was for more than a day."""
    if not Ledger.objects.filter(pk=1, signed_at__isnull=False).exists():
        return False
    last = LedgerCheck.objects.order_by("-pk").values_list("ended_at", flat=True).first()
    if last is None or at - last > timedelta(hours=28):
        return True
    night = at.astimezone(ZoneInfo(settings.TIME_ZONE)).hour in _NIGHT
    return night and at - last > timedelta(hours=12)
