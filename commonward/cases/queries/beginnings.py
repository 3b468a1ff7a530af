"""The beginning of an order: most pages of a list are full within its first rows.

Which way through a list is best can only be guessed, and guessing costs more than looking: so a
little of each order that an index holds is looked at first, whatever else is asked for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.sql.compiler import SQLCompiler

from commonward.cases.models import Case
from commonward.cases.queries.listed import Key

Found = tuple[datetime | None, int]
"""A moment of the order, and a case."""
MOST_ORDERS = 4
MORE, A_FEW_MORE = 100, 20
"""Rows that are looked at beyond twice a page's: of a long page, and of a short one."""
_SHORT = 20


def beginning(
    orders: Sequence[Q], by: tuple[str, str], fits: Q, size: int, *, down: bool = False
) -> list[Found] | None:
    """The first `size` cases that fit, in the order of these two columns; None when the first
    rows do not tell (1 query for each of `orders`, conditions that exclude each other).

    Each of them should be what an index in this order begins with.
    """
    if not 0 < len(orders) <= MOST_ORDERS:
        return None
    looked_at = max(1, size * 2 + (MORE if size > _SHORT else A_FEW_MORE))
    found: list[Found] = []
    for base in orders:
        rows: Any = Case.objects.filter(base).order_by(*(f"-{c}" if down else c for c in by))
        if fits:
            # Told beside each row, not asked for: no plan can go on looking for one that fits.
            rows = rows.annotate(fits=ExpressionWrapper(fits, BooleanField()))
            read = list(rows.values_list(*by, "fits")[:looked_at])
            fitting: list[Found] = [(moment, case) for moment, case, yes in read if yes][:size]
            if len(fitting) < size and len(read) == looked_at:
                return None
        else:
            fitting = list(rows.values_list(*by)[:size])
        found += fitting
    # Within one order the moments are all there or all missing, so the pairs can be compared.
    return sorted(found, reverse=down)[:size]


class Pair(Func):
    """(moment, id) of a case before or after a key, compared as one pair: an index's own order."""

    output_field = BooleanField()

    def __init__(self, column: str, sign: str, key: Key) -> None:
        self.sign = sign
        moment = Value(key.moment, output_field=DateTimeField())
        super().__init__(F(column), F("id"), moment, Value(key.id))

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        """SQL that both databases answer from an index on (column, id)."""
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        moment, case, key_moment, key_id = (sql for sql, _ in parts)
        given = tuple(param for _, params in parts for param in params)
        return f"({moment}, {case}) {self.sign} ({key_moment}, {key_id})", given
