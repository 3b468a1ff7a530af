"""Stations of units that were planned, proposed, and accepted."""

from django.conf import settings
from django.db import models
from django.db.models import Q

STATES = ("proposed", "accepted", "declined", "ended")


class StationPlan(models.Model):
    """Where today's units are to stand by a cover plan (布点启用), from a moment on.

    `posts` are lists of [unit's id, latitude, longitude, station] by part of the day ("whole", or
    "day" and "night"), `before` the same units' stations when it began. The tick moves the units'
    stations; `applied` says for which part of the day they stand now. It outlives the plan that it
    came from (`plan` is that one's code).
    """

    code = models.CharField(max_length=12, unique=True)
    plan = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    area = models.CharField(max_length=20, blank=True)
    posts = models.JSONField(default=dict)
    before = models.JSONField(default=list, blank=True)
    day_from = models.PositiveSmallIntegerField(default=0)
    night_from = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateTimeField()
    state = models.CharField(max_length=10, default="proposed")
    applied = models.CharField(max_length=5, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_stationplan"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(STATES)), name="station_plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_at__isnull=False),
                name="station_plan_decided",
            ),
        ]
        indexes = [models.Index(fields=["state", "valid_from"], name="station_plan_due")]

    def __str__(self) -> str:
        return f"stations {self.code}: {self.state}"
