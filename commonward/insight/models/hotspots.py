"""Hotspots as they were worked out: what was asked, the window, and the packed answer."""

from django.db import models
from django.db.models import F, Q


class HotspotRun(models.Model):
    """One question about hotspots (热点分析) with its answer.

    `kind` is "desk" (made anew when it is asked or a day old) or "public" (a period that is over:
    made once and never again, so that no two states can be compared). `key` names the question.
    `data` is packed JSON: counts by cell, places, parameters; never words and never persons.
    None while it waits; `trouble` holds the refusal (text, values) that stands for an answer.
    """

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=120)
    asked = models.JSONField(default=dict)
    first = models.DateField(null=True)
    until = models.DateField(null=True)
    wanted_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    data = models.BinaryField(null=True)
    trouble = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "insight_hotspotrun"
        indexes = [
            models.Index(
                fields=["wanted_at", "id"], condition=Q(made_at=None), name="hotspots_owed"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_run_per_question"),
            models.CheckConstraint(
                condition=Q(kind__in=["desk", "public"]), name="hotspots_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(first=None) | Q(first__lt=F("until")), name="hotspots_window_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
