"""Rows of a file become cases by the verb that every door calls, each once per number there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from commonward.cases.actions.exchanging import keeping
from commonward.cases.actions.finding import find_more
from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.opening import Said, open_case
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, ExchangeItem, ExchangeRow, ExchangeRun
from commonward.cases.queries.exchanges import compared_here
from commonward.core.calendars import Limit, Unit
from commonward.core.exchanging.orders import Order, Read, Reader, mark_of
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.core.sheets import Record

UPDATED = "exchange_updated"
MAY_UPDATE = frozenset({"words", "address"})
"""What a later sending of the same number changes by itself, while the case is open: words are
added as an event, never written over; all else is listed and a person decides."""
ORIGINS = {"hotline": "hotline", "patrol": "patrol"}


def take_rows(
    run: ExchangeRun, reader: Reader, part: Sequence[Record], key: bytes, actor: Actor, at: datetime
) -> None:
    """Take in some rows; the run's sums are counted on, not saved. In the caller's transaction."""
    rows = read_rows(reader, part)
    known = items_of(run, [row.ref for row in rows if row.ref])
    left: list[ExchangeRow] = []
    for row in rows:
        if row.order is None:
            left.append(refused(run, row, row.faults, key))
            continue
        try:
            with transaction.atomic():
                item = known.get(row.order.ref)
                if item is None:
                    known[row.order.ref] = _open(run, row.order, actor, at)
                    run.taken += 1
                else:
                    left += _again(run, item, row.order, key, actor, at)
        except Refusal as refusal:
            left.append(refused(run, row, [refusal], key))
    ExchangeRow.objects.bulk_create(left, batch_size=500)
    run.refused += sum(one.state == "refused" for one in left)


def read_rows(reader: Reader, part: Sequence[Record]) -> list[Read]:
    """Each record read; one that is broken as a record has that for its fault."""
    return [
        reader.row(one.line, one.values)
        if one.fault is None
        else Read(one.line, "", None, (Invalid(one.fault.text, **one.fault.values),), {})
        for one in part
    ]


def items_of(run: ExchangeRun, refs: Sequence[str]) -> dict[str, ExchangeItem]:
    """What is known of these numbers (1 query)."""
    rows = ExchangeItem.objects.filter(exchange_id=run.exchange_id, ref__in=refs)
    return {item.ref: item for item in rows.select_related("case__category")}


def refused(run: ExchangeRun, row: Read, faults: Sequence[Refusal], key: bytes) -> ExchangeRow:
    """The line of a row that was not taken, with all that is wrong with it."""
    told = [
        {"field": one.field, "text": one.text, "values": {k: str(v) for k, v in one.values.items()}}
        for one in faults
    ]
    content = keeping.sealed({"faults": told}, key)
    return ExchangeRow(run=run, line=row.line, ref=row.ref, state="refused", content=content)


def _open(run: ExchangeRun, order: Order, actor: Actor, at: datetime) -> ExchangeItem:
    if order.status == "closed":
        raise Invalid(
            N_("It is closed there already and was never here: bring in closed ones with "
               "`cases import`."),
            field="status",
        )  # fmt: skip
    opened = min(order.opened_at or at, at)
    limit = None
    if order.due_at is not None:
        if order.due_at <= opened:
            raise Invalid(N_("The deadline {due} is not after the opening."),
                          due=order.due_at.isoformat(), field="due_at")  # fmt: skip
        limit = Limit(int((order.due_at - opened) / timedelta(seconds=1)), Unit.URGENT_SECOND)
    said = Said(
        channel=order.channel, words=order.words, lat=order.lat, lon=order.lon,
        address=order.address, contact=order.contact,
    )  # fmt: skip
    report = open_case(
        order.category, said, opened, actor=actor, origin=ORIGINS.get(order.channel, "transfer"),
        limit=limit, source=run.exchange.name, source_ref=order.ref, public=False,
    )  # fmt: skip
    # What they know is that they sent it: every status of ours is news to them.
    return ExchangeItem.objects.create(
        exchange_id=run.exchange_id, ref=order.ref, case=report.case, marks=order.marks()
    )


def _again(
    run: ExchangeRun, item: ExchangeItem, order: Order, key: bytes, actor: Actor, at: datetime
) -> list[ExchangeRow]:
    """The same number once more: nothing new, an update, or a difference that a person decides."""
    if item.case.forgotten_at is not None:  # what it was is known no more, and taken in no more
        run.same += 1
        return []
    sent = order.compared()
    changed = {
        name: text
        for name, text in sent.items()
        if mark_of(text) not in (item.marks.get(name), item.marks.get(f"{name}="))
    }
    if not changed:
        run.same += 1
        return []
    case = locked(item.case.number)
    # What somebody decided, or happened here, may have brought both sides together meanwhile.
    here = compared_here(case)
    changed = {name: text for name, text in changed.items() if here.get(name, text) != text}
    taken = [n for n in changed if n in MAY_UPDATE and case.closed_at is None and changed[n]]
    left = []
    if taken:
        _update(run, case, {name: changed[name] for name in taken}, order, actor, at)
        run.updated += 1
        left.append(
            _row(run, order, case, "updated", {n: [here[n], changed[n]] for n in taken}, key)
        )
    equal = [name for name, text in sent.items() if here.get(name) == text]
    item.marks = {**item.marks, **{name: mark_of(sent[name]) for name in (*equal, *taken)}}
    item.save(update_fields=["marks"])
    open_ = {n: [here.get(n, ""), text] for n, text in changed.items() if n not in taken}
    if open_:
        run.differing += 1
        left.append(_row(run, order, case, "differs", open_, key))
    elif not taken:
        run.same += 1
    return left


def _update(
    run: ExchangeRun,
    case: Case,
    changed: Mapping[str, str],
    order: Order,
    actor: Actor,
    at: datetime,
) -> None:
    moment = in_order(case, at)
    if "address" in changed:
        case.address = order.address[:300]
        case.save(update_fields=["address"])
    touch(case, moment)
    find_more(case, order.words, order.address, {})
    record(
        case, UPDATED, moment, actor, team=case.team_id,
        data={"exchange": run.exchange.name, "run": run.number, "fields": sorted(changed)},
        words=order.words if "words" in changed else "",
    )  # fmt: skip


def _row(
    run: ExchangeRun, order: Order, case: Case, state: str, content: Any, key: bytes
) -> ExchangeRow:
    told = keeping.sealed({"fields": content}, key)
    return ExchangeRow(
        run=run, line=order.line, ref=order.ref, state=state, case=case, content=told
    )
