"""Wrap keys anew by the newest master key (重新封装), in small batches, while the site works.

Each key is written only where it still stands as it was read: one that was destroyed or replaced
in that moment stays so. Nothing is remembered of how far it came: what is wrapped by another than
the newest key is what is left, so whoever is killed in the middle goes on by asking again.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Substr

from commonward.cases.actions.sealing import masters
from commonward.core import sealing
from commonward.core.retention import Wrapped

BATCH = 500
"""Keys of one transaction: some tens of milliseconds in which others wait on SQLite."""


def rewrap(column: Wrapped, *, batch: int = BATCH) -> Iterator[int]:
    """Wrap the keys of this column anew, and tell after each batch how many that were.

    Raises CannotOpen at a key whose master key is not in the ring: what came before it is kept.
    """
    newest = masters()[0].mark
    last: Any = None
    while True:
        left = _wrapped(column).exclude(head=sealing.head_of(newest))
        if last is not None:
            left = left.filter(pk__gt=last)
        rows = list(left.order_by("pk").values("pk", column.field, *column.names)[:batch])
        if not rows:
            return
        yield _rewrapped(column, rows)
        last = rows[-1]["pk"]


def _rewrapped(column: Wrapped, rows: Iterable[dict[str, Any]]) -> int:
    all_ = apps.get_model(column.model)._default_manager
    done = 0
    with transaction.atomic():
        for row in rows:
            was = bytes(row[column.field])
            context = column.context.format(**row)
            key = sealing.unwrap(was[: sealing.WRAPPED], masters(), context)
            wrapped = sealing.wrap(key, masters(), context) + was[sealing.WRAPPED :]
            done += all_.filter(pk=row["pk"], **{column.field: was}).update(
                **{column.field: wrapped}
            )
    return done


def _wrapped(column: Wrapped) -> models.QuerySet[Any]:
    """The rows in which a key stands, each with its `head`: by which master it was wrapped."""
    whole = apps.get_model(column.model)._default_manager.filter(
        **{f"{column.field}__isnull": False}
    )
    head = Substr(column.field, 1, sealing.HEAD, output_field=models.BinaryField())
    found: models.QuerySet[Any] = whole.annotate(head=head).exclude(**{column.field: b""})
    return found


def wrapped_by(columns: Iterable[Wrapped]) -> dict[bytes, int]:
    """How many keys each master key wraps, by its mark, over these columns."""
    found: dict[bytes, int] = {}
    for column in columns:
        counted = _wrapped(column).values("head").annotate(many=models.Count("pk")).order_by()
        for head, many in counted.values_list("head", "many"):
            mark = sealing.mark_of(bytes(head))
            found[mark] = found.get(mark, 0) + many
    return found
