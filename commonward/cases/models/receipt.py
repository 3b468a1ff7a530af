"""The receipt: what its holder can follow a report with."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.case import Report


class Receipt(models.Model):
    """A link and a contact code to follow one report (回执); only their hashes are kept.

    At most one of a report opens it: a new one revokes the old. `tries` counts wrong codes since
    `tries_since`.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tries_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_receipt"
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(revoked_at=None), name="one_open_receipt_per_report"
            ),
        ]
        indexes = [models.Index(fields=["report"], name="receipt_report")]

    def __str__(self) -> str:
        return f"receipt of {self.report_id}"
