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

    `points` are {"name", "lat", "lon"} in the order of the round; `days` are ISO weekdays 1–7. One
    that a planner made (`plan` is that plan's code) holds on one day, its points have times, and
    the steps that lead there besides; `way` is its line, [[longitude, latitude], …].
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    points = models.JSONField()
    days = models.JSONField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    plan = models.CharField(max_length=12, blank=True)
    way = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "cases_round"
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="round_ends_after_start",
            )
        ]
        indexes = [
            models.Index(fields=["team", "until"], name="round_team"),
            models.Index(fields=["plan"], condition=~Q(plan=""), name="round_of_plan"),
        ]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A point of a round was visited on a day: by the team; who of it is not kept.

    `why` is empty, or one of `MISSED`: the team was there and could not visit it. `place` is the
    point's degrees to about a metre ("27.80500,113.10500"): rounds of other days and teams that
    come to the same place count for its age.
    """

    MISSED = ("closed", "blocked", "unsafe", "not_found", "no_time")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    point = models.PositiveSmallIntegerField()
    on = models.DateField()
    at = models.DateTimeField()
    place = models.CharField(max_length=24, blank=True)
    why = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "cases_visit"
        constraints = [
            models.UniqueConstraint(fields=["round", "on", "point"], name="visited_once_a_day"),
            models.CheckConstraint(
                condition=Q(why__in=["", "closed", "blocked", "unsafe", "not_found", "no_time"]),
                name="visit_missed_why",
            ),
        ]
        indexes = [
            models.Index(fields=["on"], name="visit_on"),
            models.Index(fields=["place", "on"], name="visit_place"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.point} on {self.on}"
