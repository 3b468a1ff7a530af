"""What the field works with: what a phone has sent already, and rounds with points to visit."""

from django.db import models
from django.db.models import Q

from commonward.people.models import Account, Team


class Sent(models.Model):
    """One thing that a phone sent (离线发件): its key makes a second sending do nothing.

    `mark` tells a repeated sending from another thing under the same key; `answer` is what was
    said then and is said again.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=36)
    mark = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "cases_sent"
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="sent_once")]

    def __str__(self) -> str:
        return self.key


class Round(models.Model):
    """Points that a team visits on certain days (巡查路线): places, never people.

    `points` are {"name", "lat", "lon"} in the order of the round; `days` are ISO weekdays 1–7.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    points = models.JSONField()
    days = models.JSONField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "cases_round"
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="round_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["team", "until"], name="round_team")]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A point of a round was visited on a day: by the team; who of it is not kept."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    point = models.PositiveSmallIntegerField()
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_visit"
        constraints = [
            models.UniqueConstraint(fields=["round", "on", "point"], name="visited_once_a_day")
        ]
        indexes = [models.Index(fields=["on"], name="visit_on")]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.point} on {self.on}"
