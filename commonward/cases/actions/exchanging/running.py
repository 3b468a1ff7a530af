"""Take in or compare a file, some rows in each transaction, and go on wherever it stopped."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commonward.cases.actions.exchanging import keeping
from commonward.cases.actions.exchanging.comparing import compare, only_here
from commonward.cases.actions.exchanging.rights import (
    exchange_named,
    mapping_of,
    read_mapping,
    require_runner,
)
from commonward.cases.actions.exchanging.taking import take_rows
from commonward.cases.models import Exchange, ExchangeMapping, ExchangeRun
from commonward.cases.queries.reference import book
from commonward.core.causes import begun
from commonward.core.exchanging.files import open_source
from commonward.core.exchanging.orders import Reader
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import APART, SYSTEM, Actor, refuse_onlooker
from commonward.people.actions.causes import caused, causes_of
from commonward.people.queries import actor_for

log = logging.getLogger(__name__)

BATCH = 100
"""Rows of one transaction."""
AT_ONCE = 300
"""Rows that are done while somebody waits for the page; the worker goes on with the others."""


def begin(
    actor: Actor, name: str, kind: str, data: bytes, *, file: str = "", at: datetime
) -> ExchangeRun:
    """Keep the file and begin to take it in ("in") or to compare it ("reconcile").

    The same file, not yet ended, is the run that was begun with it. Raises Forbidden, Missing,
    and Invalid where the file as a whole cannot be read by the mapping.
    """
    require_runner(actor)
    exchange = exchange_named(name)
    if kind not in ("in", "reconcile") or (kind == "in" and exchange.direction == "out"):
        raise Invalid(N_("Nothing is taken in by this exchange: it is for {direction} only."),
                      direction=exchange.direction, field="kind")  # fmt: skip
    mapping = mapping_of(exchange)
    digest = hashlib.sha256(data).hexdigest()
    going = ExchangeRun.objects.filter(
        exchange=exchange, kind=kind, digest=digest, mapping=mapping, ended_at=None
    ).first()
    if going is not None:
        return going
    others = ExchangeRun.objects.filter(exchange=exchange, kind="reconcile", ended_at=None)
    if kind == "reconcile" and others.exists():
        raise Invalid(
            N_("Another comparison of this exchange has not ended yet: go on with it first."),
            field="file",
        )
    chosen = read_mapping(mapping)
    with keeping.plain(data) as path:
        source = open_source(path, exchange.form, chosen.path)
        Reader(chosen, source.columns, at, {}, timezone.get_default_timezone())
    key, wrapped = keeping.new_key()
    kept = keeping.keep(data, key)
    return new_run(
        exchange, mapping, kind, actor, at, digest=digest, name=file[:200], file=kept, key=wrapped
    )


def new_run(
    exchange: Exchange,
    mapping: ExchangeMapping,
    kind: str,
    actor: Actor,
    at: datetime,
    *,
    digest: str,
    name: str,
    file: str,
    key: bytes,
) -> ExchangeRun:
    """The next number of the exchange."""
    refuse_onlooker(actor)
    with transaction.atomic():
        Exchange.objects.select_for_update().get(pk=exchange.pk)
        rows = ExchangeRun.objects.filter(exchange=exchange)
        last = rows.aggregate(last=Max("number"))["last"] or 0
        made = ExchangeRun.objects.create(
            exchange=exchange, mapping=mapping, kind=kind, number=last + 1, digest=digest,
            name=name, file=file, key=key, account_id=actor.account, begun_at=at,
            keep_until=at + timedelta(days=exchange.keep_days),
        )  # fmt: skip
        caused("run", made.pk)
    return made


def carry_on(
    run: int,
    now: Callable[[], datetime],
    *,
    most: int | None = None,
    batch: int = BATCH,
    progress: Callable[[ExchangeRun], None] | None = None,
) -> ExchangeRun:
    """Go on with a run, with at most so many rows; ended, or as far as it came.

    A batch and the line it reached are one transaction: whatever stops it, nothing is half done
    and nothing twice. Two that go on with one run take turns. Raises Invalid when the file is gone.
    """
    found = ExchangeRun.objects.select_related("exchange", "mapping").get(pk=run)
    if found.ended_at is not None or found.kind == "out":
        return found
    key = keeping.unwrapped(found.key)
    mapping = read_mapping(found.mapping)
    codes = {
        one.code: one.name for one in book().categories.values() if not one.code.startswith(APART)
    }
    done = 0
    with keeping.opened(found.file, key) as path:
        source = open_source(path, found.exchange.form, mapping.path)
        reader = Reader(mapping, source.columns, now(), codes, timezone.get_default_timezone())
        records = source.records(after=found.line)
        while most is None or done < most:
            part = list(islice(records, batch))
            at = now()
            with transaction.atomic():
                # Runs of one exchange take turns: none opens a number that another just opened.
                Exchange.objects.select_for_update().get(pk=found.exchange_id)
                standing = ExchangeRun.objects.select_for_update(of=("self",)).select_related(
                    "exchange"
                )
                current = standing.get(pk=run)
                if current.ended_at is not None or current.line != found.line:
                    return current  # somebody else goes on with it
                found = current
                if not part:
                    if found.kind == "reconcile":
                        only_here(found, key)
                    found.ended_at = at
                    found.save()
                    return found
                if found.kind == "in":
                    take_rows(found, reader, part, key, _actor(found, at), at)
                else:
                    compare(found, reader, part, key)
                found.line, found.fault = part[-1].line, ""
                found.save()
            done += len(part)
            if progress is not None:
                progress(found)
    return found


def carry_on_all(now: Callable[[], datetime], *, most: int | None = None) -> int:
    """Every run that somebody began and that has not ended, each with at most so many rows; says
    how many were looked at.

    One whose file is gone or opens no more, or whose sender may no longer do this, ends with its
    reason. Whatever else one breaks at, it is shown at that one, and the others go on.
    """
    going = list(
        ExchangeRun.objects.filter(ended_at=None).order_by("id").values_list("id", flat=True)
    )
    came = causes_of("run", going)
    for run in going:
        try:
            with begun("exchange", "consumer", came.get(run)):
                carry_on(run, now, most=most)
        except Refusal as refusal:
            ExchangeRun.objects.filter(pk=run, ended_at=None).update(
                ended_at=now(), fault=str(refusal)[:300]
            )
        except Exception as broken:  # a full disk, say: it is tried again with the next pass
            log.exception("The run %s of an exchange could not go on", run)
            ExchangeRun.objects.filter(pk=run, ended_at=None).update(fault=type(broken).__name__)
    return len(going)


def _actor(run: ExchangeRun, at: datetime) -> Actor:
    if run.account_id is None:
        return SYSTEM
    try:
        actor = actor_for(run.account_id, at)
    except Missing:
        actor = Actor(account=run.account_id)
    require_runner(actor)
    return actor
