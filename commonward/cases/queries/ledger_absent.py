"""What stands in the record and not in the log, and what waited for the log and is gone (核账)."""

from collections.abc import Iterable, Sequence

from commonward.cases.models import Event, Ledger, LedgerRun, LedgerWaiting
from commonward.cases.queries.ledger_findings import Checked, Finding
from commonward.core.following import Position
from commonward.core.ledger.spans import Span
from commonward.core.refusals import N_

_BLOCK = 100_000
"""Numbers of events that are compared together."""


def tell_absent(row: Ledger, missing: set[int], done: Checked) -> None:
    """Events that stand before the place to which the record was followed, and neither are a leaf
    nor wait to be one; and those that waited and are gone."""
    place = Position.from_text(row.place)
    # In this order: what waits becomes a leaf meanwhile, and is then in both.
    waiting = list(LedgerWaiting.objects.order_by("first").values_list("first", "last", "lost"))
    leaves = [
        (event, event + count - 1)
        for event, count in LedgerRun.objects.order_by("event").values_list("event", "count")
    ]
    for first, last in ((first, last) for first, last, lost in waiting if lost):
        _tell_gone(range(first, last + 1), done)
    queue = _Cursor([(first, last) for first, last, lost in waiting if not lost])
    runs = _Cursor(leaves)
    for start in range(0, place.last + 1, _BLOCK):
        end = min(start + _BLOCK, place.last + 1)
        known, waits = runs.within(start, end), queue.within(start, end)
        there = Event.objects.filter(pk__gte=start, pk__lt=end)
        covered = sum(last - first + 1 for first, last in known)
        if not waits and there.count() == covered - sum(1 for n in missing if start <= n < end):
            continue
        leafed = {id_ for first, last in known for id_ in range(first, last + 1)}
        queued = {id_ for first, last in waits for id_ in range(first, last + 1)} - leafed
        for id_, number in there.order_by("pk").values_list("pk", "case__number"):
            if id_ in queued:
                queued.discard(id_)
            elif id_ not in leafed and place.sees(id_):
                done.findings.append(
                    Finding(
                        "inserted",
                        N_(
                            "Event {event} of case {case} is in no leaf, and stands before others "
                            "that are: it was put in later."
                        ),
                        {"event": id_, "case": number},
                    )
                )
        _tell_gone(sorted(queued), done)


def _tell_gone(events: Iterable[int], done: Checked) -> None:
    for event in events:
        done.findings.append(
            Finding(
                "deleted",
                N_("Event {event} was deleted from the database while it waited for the log."),
                {"event": event},
            )
        )


class _Cursor:
    """Spans of numbers in order, asked for one block after the other."""

    def __init__(self, given: Sequence[Span]) -> None:
        self._given, self._at = given, 0

    def within(self, start: int, end: int) -> list[Span]:
        """What of them lies in [start, end)."""
        found = []
        while self._at < len(self._given) and self._given[self._at][0] < end:
            first, last = self._given[self._at]
            if last >= start:
                found.append((max(first, start), min(last, end - 1)))
            if last >= end:
                break
            self._at += 1
        return found
