"""Forecasts of volumes as they were made, and what the hotline is staffed for."""

from django.db import models
from django.db.models import Q


class Forecast(models.Model):
    """One forecast of the 14 days from `first` on (来件预测), with its honest test.

    `made_at` by the site's time; `since` is the first day learnt from; `cases` how many; `version`
    that of the model, `seed` its random numbers'. `data` holds the arrays as
    `core.forecast.outlook` packs them: counts of cases by place and category, never words.
    """

    made_at = models.DateTimeField()
    first = models.DateField()
    since = models.DateField()
    cases = models.PositiveBigIntegerField()
    version = models.CharField(max_length=40)
    seed = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "insight_forecast"
        indexes = [models.Index(fields=["made_at", "id"], name="forecast_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(since__lt=models.F("first")), name="forecast_after_its_past"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first} ({self.version})"


class StaffingTerms(models.Model):
    """What the hotline is staffed for: one row, changed by administrators and leaders."""

    handling = models.PositiveIntegerField()
    answer = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField()
    calls = models.PositiveIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "insight_staffing"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="staffing_is_one_row"),
            models.CheckConstraint(
                condition=Q(handling__gte=10, percent__gte=50, percent__lte=99, calls__gte=1),
                name="staffing_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % in {self.answer} s"
