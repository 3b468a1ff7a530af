"""What each side says itself, after the performance: that it holds, or that it does not."""

from django.db import models

from commonward.disputes.models.sides import Side


class Holding(models.Model):
    """One side's own word on whether the agreement was carried out (履行确认); the latest counts."""

    side = models.OneToOneField(Side, primary_key=True, on_delete=models.PROTECT, related_name="+")
    holds = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_holding"

    def __str__(self) -> str:
        return f"{self.side_id} {self.holds}"
