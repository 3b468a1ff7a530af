"""Exchanges as their pages read them, and our side of every comparison."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max

from commonward.cases.models import (
    Case,
    Clock,
    Exchange,
    ExchangeItem,
    ExchangeMapping,
    ExchangeRow,
    ExchangeRun,
    Report,
)
from commonward.cases.queries.reference import book
from commonward.core.exchanging.orders import moment_text, placed
from commonward.core.rights import APART

ON_A_PAGE = 50
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class ExchangeCard:
    """One exchange with its mappings and runs, the newest first."""

    exchange: Exchange
    mappings: Sequence[ExchangeMapping]
    runs: Sequence[ExchangeRun]


def exchanges() -> Sequence[Exchange]:
    """Every exchange, those in use first (1 query)."""
    return tuple(
        Exchange.objects.defer("sample", "sample_key").order_by("ended_at", "name")[:MOST_LISTED]
    )


def exchange_card(exchange: Exchange) -> ExchangeCard:
    """What its page shows (2 queries)."""
    mappings = ExchangeMapping.objects.filter(exchange=exchange).order_by("-number")
    runs = ExchangeRun.objects.filter(exchange=exchange).order_by("-number")
    return ExchangeCard(exchange, tuple(mappings[:ON_A_PAGE]), tuple(runs[:ON_A_PAGE]))


def rows_of_run(run: ExchangeRun, state: str = "", after: int = 0) -> Sequence[ExchangeRow]:
    """A page of the rows of a run, in their order (1 query)."""
    rows = ExchangeRow.objects.filter(run=run, pk__gt=after).select_related("case")
    if state:
        rows = rows.filter(state=state)
    return tuple(rows.order_by("id")[:ON_A_PAGE])


def all_rows(run: ExchangeRun) -> Iterator[ExchangeRow]:
    """Every row of a run, a few at a time."""
    rows = ExchangeRow.objects.filter(run=run).select_related("case").order_by("id")
    yield from rows.iterator(chunk_size=500)


def compared_here(case: Case) -> dict[str, str]:
    """Our side of one case, as `Order.compared` has theirs (2 queries)."""
    return compared_here_of([case])[case.pk]


def compared_here_of(cases: Sequence[Case]) -> dict[int, dict[str, str]]:
    """Our side of these cases: the first report's words and channel, the case's own facts.

    Words compare with what was told last: later words of theirs stand in the case's events.
    2 queries.
    """
    ids = [case.pk for case in cases]
    first: dict[int, tuple[str, str]] = {}
    told = Report.objects.filter(case__in=ids).order_by("case_id", "-id")
    for of, words, channel in told.values_list("case_id", "words", "channel"):
        first[of] = (words, channel)
    starts = Clock.objects.filter(case__in=ids, kind="total").values("case_id")
    due = dict(starts.annotate(last=Max("due_at")).values_list("case_id", "last"))
    known = book().categories
    found = {}
    for case in cases:
        words, channel = first.get(case.pk, ("", ""))
        found[case.pk] = {
            "words": " ".join(words.split()),
            "category": known[case.category_id].code,
            "place": placed(case.lat, case.lon),
            "address": case.address,
            "opened_at": moment_text(case.opened_at),
            "due_at": moment_text(due.get(case.pk)),
            "channel": channel,
            "status": "open" if case.closed_at is None else "closed",
        }
    return found


def changed_since(exchange: Exchange) -> Iterator[tuple[int, dict[str, str]]]:
    """The items whose case stands elsewhere than was acknowledged, with the facts for a file.

    A case that by now is a dispute or urgent help is told to no other system.
    """
    rows = ExchangeItem.objects.filter(exchange=exchange).exclude(case__stage=F("told"))
    for start in APART:
        rows = rows.exclude(case__category__code__startswith=start)
    for item in rows.select_related("case").order_by("id").iterator(chunk_size=500):
        yield item.pk, told_of(item)


def told_of(item: ExchangeItem) -> dict[str, str]:
    """What a file of statuses may say of a case: no words, nobody's details."""
    case = item.case
    return {
        "ref": item.ref,
        "number": case.number,
        "stage": case.stage,
        "outcome": case.outcome,
        "changed_at": _iso(case.stage_since),
        "closed_at": _iso(case.closed_at),
        "due_at": _iso(case.due_at),
    }


def stages() -> tuple[tuple[str, Any], ...]:
    """Each stage that a case from elsewhere may come to, with its titles, once."""
    found: dict[str, Any] = {}
    for procedure in book().procedures.values():
        if procedure.room:
            continue
        for stage in procedure.stages.values():
            found.setdefault(stage.name, stage.title)
    return tuple(found.items())


def _iso(at: Any) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")
