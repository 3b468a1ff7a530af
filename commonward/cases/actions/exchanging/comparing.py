"""Their list against ours (对账): equal, differing field by field, only there, only here."""

from collections.abc import Sequence

from commonward.cases.actions.exchanging import keeping
from commonward.cases.actions.exchanging.taking import items_of, read_rows, refused
from commonward.cases.models import ExchangeItem, ExchangeRow, ExchangeRun
from commonward.cases.queries.exchanges import compared_here_of
from commonward.core.exchanging.orders import Reader, mark_of
from commonward.core.rights import APART
from commonward.core.sheets import Record

BATCH = 1000


def compare(run: ExchangeRun, reader: Reader, part: Sequence[Record], key: bytes) -> None:
    """Compare some rows; the run's sums are counted on, not saved. Nothing of a case changes.

    A case that by now is a dispute or urgent help is told to nobody here: it counts as equal, and
    so does one that was forgotten.
    """
    rows = read_rows(reader, part)
    known = items_of(run, [row.ref for row in rows if row.ref])
    here = compared_here_of([item.case for item in known.values()])
    left: list[ExchangeRow] = []
    for row in rows:
        item = known.get(row.ref)
        if row.order is None:
            left.append(refused(run, row, row.faults, key))
            run.refused += 1
        elif item is None:
            run.only_there += 1
            left.append(_row(run, row.line, row.ref, "only_there", {}, key))
        elif apart(item) or item.case.forgotten_at is not None:
            run.same += 1
        else:
            ours = here[item.case_id]
            sent = row.order.compared()
            differing = {
                name: [ours[name], sent[name]]
                for name in ours
                if name in reader.compares
                and sent[name]
                and ours[name] != sent[name]
                # Words of theirs that were added later stand in the case's events.
                and not (name == "words" and item.marks.get(name) == mark_of(sent[name]))
            }
            if differing:
                run.differing += 1
                left.append(_row(run, row.line, row.ref, "differs", differing, key, item))
            else:
                run.same += 1
    ExchangeRow.objects.bulk_create(left, batch_size=500)
    ExchangeItem.objects.filter(pk__in=[item.pk for item in known.values()]).update(seen_in=run.pk)


def only_here(run: ExchangeRun, key: bytes) -> None:
    """Those of ours that their list did not name, in the run's last transaction."""
    rows = ExchangeItem.objects.filter(exchange_id=run.exchange_id).exclude(seen_in=run.pk)
    rows = rows.select_related("case__category").order_by("id")
    left: list[ExchangeRow] = []
    for item in rows.iterator(chunk_size=BATCH):
        if apart(item):
            continue
        run.only_here += 1
        left.append(_row(run, 0, item.ref, "only_here", {}, key, item))
        if len(left) >= BATCH:
            ExchangeRow.objects.bulk_create(left)
            left = []
    ExchangeRow.objects.bulk_create(left)


def apart(item: ExchangeItem) -> bool:
    """Whether the case stands apart from all others by now."""
    return item.case.category.code.startswith(APART)


def _row(
    run: ExchangeRun,
    line: int,
    ref: str,
    state: str,
    fields: dict[str, list[str]],
    key: bytes,
    item: ExchangeItem | None = None,
) -> ExchangeRow:
    content = keeping.sealed({"fields": fields}, key) if fields else None
    return ExchangeRow(
        run=run, line=line, ref=ref, state=state, case=item.case if item else None, content=content
    )
