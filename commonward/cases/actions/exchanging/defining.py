"""Name an exchange, show a sample of its files, draw its mapping: every version is kept."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from commonward.cases.actions.exchanging import keeping
from commonward.cases.actions.exchanging.rights import exchange_named
from commonward.cases.models import Case, Exchange, ExchangeMapping
from commonward.cases.queries.reference import book
from commonward.core.exchanging.files import first_rows, open_source
from commonward.core.exchanging.mapping import DIRECTIONS, FILE_FORMS, Mapping
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import access
from commonward.people.actions import record_change

SHOWN = 20
"""Rows of a sample beside which the mapping is drawn."""
SAMPLE_DAYS = 7
MOST_DAYS = 365
_NAME = re.compile(r"[\w.-]{1,40}")


@transaction.atomic
def add_exchange(
    actor: Actor, name: str, *, direction: str, form: str, at: datetime, keep_days: int = 30
) -> Exchange:
    """Another system to exchange with. Administrators for the whole site; raises Forbidden, Invalid."""
    access.require_administrator(actor, "set_exchange")
    if not _NAME.fullmatch(name):
        raise Invalid(
            N_("A name has letters, digits, “-”, “_” and “.”, at most 40: a command names it too."),
            field="name",
        )
    for field, given, known in (("direction", direction, DIRECTIONS), ("form", form, FILE_FORMS)):
        if given not in known:
            raise Invalid(
                N_("“{given}” is not one of {known}."),
                given=given[:20],
                known=", ".join(known),
                field=field,
            )
    if not 1 <= keep_days <= MOST_DAYS:
        raise Invalid(
            N_("Files are kept from 1 to {most} days."), most=MOST_DAYS, field="keep_days"
        )
    taken = Exchange.objects.filter(name=name).exists() or Case.objects.filter(source=name).exists()
    if taken:
        raise Invalid(N_("There are cases or an exchange of the name “{name}” already."),
                      name=name, field="name")  # fmt: skip
    made = Exchange.objects.create(
        name=name, direction=direction, form=form, keep_days=keep_days, made_at=at
    )
    facts = {"direction": direction, "form": form, "keep_days": keep_days}
    record_change(actor, "set_exchange", name, at, facts)
    return made


@transaction.atomic
def set_sample(
    actor: Actor, name: str, data: bytes, *, path: str = "", at: datetime
) -> tuple[tuple[str, ...], list[list[str]]]:
    """Read the columns and first rows of a file, and keep those alone, sealed, for a week."""
    access.require_administrator(actor, "set_exchange")
    found = exchange_named(name)
    with keeping.plain(data) as file:
        source = open_source(file, found.form, path)
        rows = first_rows(source, SHOWN)
    key, wrapped = keeping.new_key()
    content = {"path": path, "columns": list(source.columns), "rows": rows}
    found.sample, found.sample_key = keeping.sealed(content, key), wrapped
    found.sample_until = at + timedelta(days=SAMPLE_DAYS)
    found.save(update_fields=["sample", "sample_key", "sample_until"])
    record_change(actor, "set_exchange", name, at, {"sample": len(rows)})
    return source.columns, rows


@transaction.atomic
def drop_sample(actor: Actor, name: str, *, at: datetime) -> None:
    """Forget the sample now."""
    access.require_administrator(actor, "set_exchange")
    refuse_onlooker(actor)
    found = exchange_named(name)
    found.sample = found.sample_key = found.sample_until = None
    found.save(update_fields=["sample", "sample_key", "sample_until"])


@transaction.atomic
def set_mapping(actor: Actor, name: str, data: Any, *, at: datetime) -> ExchangeMapping:
    """A new version of the mapping from now on; the same as before makes none.

    Raises Invalid in words; runs that have begun go on by the version they began with.
    """
    access.require_administrator(actor, "set_exchange")
    found = exchange_named(name)
    mapping = Mapping.from_data(data)
    if found.direction != "out":
        mapping.check_in()
    if found.direction != "in":
        mapping.check_out()
    _check_categories(mapping)
    Exchange.objects.select_for_update().get(pk=found.pk)
    last = ExchangeMapping.objects.filter(exchange=found).order_by("-number").first()
    text = mapping.to_data()
    if last is not None and last.text == text:
        return last
    number = last.number + 1 if last else 1
    made = ExchangeMapping.objects.create(
        exchange=found, number=number, text=text, made_at=at, account_id=actor.account
    )
    record_change(actor, "set_exchange", name, at, {"mapping": number})
    return made


@transaction.atomic
def end_exchange(actor: Actor, name: str, *, at: datetime) -> None:
    """Nothing more is exchanged; what was stays known. Raises Forbidden, Missing."""
    access.require_administrator(actor, "end_exchange")
    found = exchange_named(name)
    found.ended_at = at
    found.sample = found.sample_key = found.sample_until = None
    found.save()
    record_change(actor, "end_exchange", name, at)


def _check_categories(mapping: Mapping) -> None:
    rule = mapping.rules.get("category")
    for code in (
        (*rule.values.values(), *([rule.constant] if rule.constant else [])) if rule else ()
    ):
        if code not in book().codes:
            raise Invalid(N_("There is no category “{code}” here."), code=code, field="category")
