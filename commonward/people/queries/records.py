"""Who looked into a case's file."""

from dataclasses import dataclass
from datetime import datetime

from commonward.people.models import AccessRecord


@dataclass(frozen=True, slots=True)
class Look:
    """One look into a file: by which account or key, at what, through which door, when."""

    at: datetime
    account: int | None
    name: str
    key_name: str
    what: str
    door: str


def access_log(case_number: str) -> tuple[Look, ...]:
    """All looks into this case's file, the latest first (1 query)."""
    rows = (
        AccessRecord.objects.filter(case_number=case_number)
        .order_by("-at", "-id")
        .values_list("at", "account_id", "account__name", "key__name", "what", "door")
    )
    return tuple(
        Look(at, account, name or "", key_name or "", what, door)
        for at, account, name, key_name, what, door in rows
    )
