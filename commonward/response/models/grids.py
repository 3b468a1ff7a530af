"""Grids of a plan changed by hand, proposed, and published into the areas."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.response.models.plans import Plan


class GridDesign(models.Model):
    """The grids of a plan as people left them (网格方案).

    `grids` packs the grid of each block, `moves` what was moved by hand ([block, from, to]), of
    which `done` are made and the rest may be made again. A design that is proposed rests until an
    administrator publishes it or hands it back; `told` is what taking back needs.
    """

    plan = models.OneToOneField(Plan, primary_key=True, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, default="draft")
    grids = models.BinaryField()
    moves = models.BinaryField()
    done = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True, blank=True)
    told = models.JSONField(default=dict, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "response_griddesign"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "proposed", "published"]),
                name="grid_design_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(since__isnull=False),
                name="grid_design_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "since"], name="grid_design_state")]

    def __str__(self) -> str:
        return f"grids of {self.plan_id}"
