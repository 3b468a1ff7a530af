"""What the site changed in the indicators that ship (本站指标), version by version."""

from django.db import models

from commonward.people.models import Account


class FigureBook(models.Model):
    """One version of the site's changes: data laid over what ships (core.indicators.changing).

    Append only, so that an old figure can be shown as it was reckoned. It holds from `since` on;
    of several that hold, the highest number does. `digest` is of the whole set as it was then.
    """

    number = models.PositiveIntegerField(unique=True)
    changes = models.JSONField(default=dict)
    digest = models.CharField(max_length=8)
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()
    made_at = models.DateTimeField()
    by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "insight_figurebook"

    def __str__(self) -> str:
        return f"figures {self.number}"
