"""What the full-text index still has to take in.

The index itself is no model, because each database has its own kind (migration 0003).
"""

from django.db import models
from django.db.models import F, Q


class ToFind(models.Model):
    """Cases from `first` to `last` came in bulk and wait for the index (待索引)."""

    first = models.BigIntegerField()
    last = models.BigIntegerField()

    class Meta:
        db_table = "cases_tofind"
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="to_find_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"
