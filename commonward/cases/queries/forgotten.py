"""What was forgotten so far, by numbers alone: so that it is forgotten again after a restore (补销毁)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from commonward.cases.models import Event
from commonward.cases.queries.data_requests import ERASED, GRANTED

KEY, CASE, ALL = "key", "case", "all"
SHREDDED, FORGOTTEN = "shredded", "forgotten"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """One thing that was forgotten. `what` is "key" (what a case's key sealed), "case" (all of it),
    "contact", "words" or "place" of one report, or "all" that it told; nothing says what it was."""

    at: datetime
    case: str
    report: str
    what: str


def forgotten() -> Iterator[Forgotten]:
    """All of it in the order in which it happened, out of the record (1 query)."""
    wanted = Q(verb__in=(SHREDDED, FORGOTTEN, ERASED)) | Q(verb=GRANTED)
    rows = Event.objects.filter(wanted).order_by("id")
    for at, case, report, verb, data in rows.values_list(
        "at", "case__number", "report__number", "verb", "data"
    ).iterator(chunk_size=2_000):
        if verb == SHREDDED:
            yield Forgotten(at, case, "", KEY)
        elif verb == FORGOTTEN:
            yield Forgotten(at, case, "", CASE)
        elif report and (verb == ERASED or data.get("what") != ALL):
            yield Forgotten(at, case, report, str(data.get("what", ALL)))
