"""Which colleagues have a case open at a moment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.models import Presence


@dataclass(frozen=True, slots=True)
class Present:
    """A member of staff who has the case open since a moment."""

    account: int
    name: str
    since: datetime


def present(cases: Iterable[int], at: datetime) -> dict[int, tuple[Present, ...]]:
    """Who has each of these cases open, the longest first (1 query); `at` is the machine's time."""
    found: dict[int, list[Present]] = defaultdict(list)
    rows = Presence.objects.filter(case_id__in=list(cases), until__gt=at, account__is_active=True)
    for case, account, name, since in rows.order_by("since", "id").values_list(
        "case_id", "account_id", "account__name", "since"
    ):
        found[case].append(Present(account, name, since))
    return {case: tuple(people) for case, people in found.items()}
