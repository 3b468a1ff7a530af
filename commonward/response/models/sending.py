"""The rules by which units are recommended, and orders to wait at another station."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.response.models.incidents import Incident
from commonward.response.models.units import Unit


class RulesVersion(models.Model):
    """One table of the rules of sending (调度规则版本): in force from `adopted_at` until the next.

    `data` holds station minimums, least crews, rests and agreements (`core.urgent.rules`).
    """

    number = models.PositiveIntegerField(unique=True)
    data = models.JSONField(default=dict)
    adopted_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "response_rulesversion"
        indexes = [models.Index(fields=["adopted_at", "number"], name="sending_rules_newest")]

    def __str__(self) -> str:
        return f"rules v{self.number}"


class MoveUp(models.Model):
    """An order to wait at another station (前移待命): acknowledged by the unit, ended by arrival.

    On the way and there the unit is as free as before. `over_at` is when it no longer stands for
    anything: `over_why` is "sent", "moved" (to yet another place), "home", "off_duty" or "stopped";
    until then a unit that has arrived and reports no place is counted at this station.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    station = models.CharField(max_length=100)
    lat = models.FloatField()
    lon = models.FloatField()
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    over_why = models.CharField(max_length=10, blank=True)

    class Meta:
        db_table = "response_moveup"
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(over_at=None), name="one_move_up_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(over_at=None, over_why="")
                | Q(over_at__isnull=False, over_why__in=["sent", "moved", "home"])
                | Q(over_at__isnull=False, over_why__in=["off_duty", "stopped"]),
                name="move_up_over_with_why",
            ),
        ]
        indexes = [models.Index(fields=["ordered_at"], name="move_up_newest")]

    def __str__(self) -> str:
        return f"{self.unit_id} to {self.station}"
