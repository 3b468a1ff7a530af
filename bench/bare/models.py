"""A report and two rows that hang on it."""

from django.db import models


class Told(models.Model):
    """What all three have in common."""

    report_id = models.BigIntegerField(null=True)
    words = models.TextField()
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.words


class Report(Told):
    """The report itself."""

    class Meta:
        db_table = "bare_report"


class Step(Told):
    """What an event would be."""

    class Meta:
        db_table = "bare_step"


class Limit(Told):
    """What a clock would be."""

    class Meta:
        db_table = "bare_limit"
