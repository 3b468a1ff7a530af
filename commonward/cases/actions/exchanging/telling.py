"""Status back (状态回传): a numbered file of what changed since the last one that was acknowledged."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.exchanging import keeping
from commonward.cases.actions.exchanging.rights import (
    exchange_named,
    mapping_of,
    read_mapping,
    require_runner,
    run_numbered,
)
from commonward.cases.actions.exchanging.running import new_run
from commonward.cases.models import Exchange, ExchangeItem, ExchangeRun
from commonward.cases.queries.exchanges import changed_since
from commonward.core.exchanging.writing import table_bytes
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor


def make_statuses(actor: Actor, name: str, at: datetime) -> ExchangeRun | None:
    """The next file of statuses, in their words; None where nothing changed.

    A case is in it when it stands elsewhere than they last acknowledged: a file that got lost is
    told again by the next one. Raises Forbidden, Missing, Invalid.
    """
    require_runner(actor)
    exchange = exchange_named(name)
    if exchange.direction == "in":
        raise Invalid(N_("This exchange takes orders in; no statuses are sent back by it."),
                      field="exchange")  # fmt: skip
    version = mapping_of(exchange)
    mapping = read_mapping(version)
    mapping.check_out()
    heads = list(mapping.back.values())
    rows, stood = [], []
    for item, told in changed_since(exchange):
        status = mapping.statuses.get(told["stage"], told["stage"])
        facts = {**told, "status": status}
        rows.append([facts[name] for name in mapping.back])
        stood.append([item, told["stage"]])
    if not rows:
        return None
    made = table_bytes(exchange.form, heads, rows)
    key, wrapped = keeping.new_key()
    # Beside the file, sealed with it: where each case stood, for when it is acknowledged.
    content = json.dumps({"stood": stood}).encode() + b"\n" + made
    run = new_run(
        exchange, version, "out", actor, at, digest=hashlib.sha256(made).hexdigest(), name="",
        file=keeping.keep(content, key), key=wrapped,
    )  # fmt: skip
    run.taken, run.ended_at, run.name = (
        len(rows),
        at,
        f"{exchange.name}-{run.number}.{exchange.form}",
    )
    run.save(update_fields=["taken", "ended_at", "name"])
    return run


@transaction.atomic
def acknowledge(actor: Actor, name: str, number: int, at: datetime) -> ExchangeRun:
    """They have this file: the next one tells what changed since. Once more changes nothing.

    Raises Refusal where a later file was acknowledged already.
    """
    require_runner(actor)
    exchange = exchange_named(name)
    Exchange.objects.select_for_update().get(pk=exchange.pk)
    run = run_numbered(exchange, number, "out")
    if run.acknowledged_at is not None:
        return run
    later = ExchangeRun.objects.filter(
        exchange=exchange, kind="out", number__gt=number, acknowledged_at__isnull=False
    )
    if later.exists():
        raise Refusal(
            N_("A later file was acknowledged already; it told all that this one did."),
            field="run", code="later",
        )  # fmt: skip
    head, _made = statuses_file(run)
    by_stage: dict[str, list[int]] = {}
    for item, stage in head["stood"]:
        by_stage.setdefault(str(stage), []).append(int(item))
    for stage, items in by_stage.items():
        for begin in range(0, len(items), 500):
            ExchangeItem.objects.filter(pk__in=items[begin : begin + 500]).update(told=stage)
    run.acknowledged_at = at
    run.save(update_fields=["acknowledged_at"])
    return run


def statuses_file(run: ExchangeRun) -> tuple[dict[str, list[list[int | str]]], bytes]:
    """Where each case stood, and the very bytes of the file. Raises Invalid when it was deleted."""
    head, _, made = keeping.kept(run.file, keeping.unwrapped(run.key)).partition(b"\n")
    return json.loads(head), made
