"""Published rosters of seats (排班表): who sits on a seat is known to its team, never here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonward.response.models.units import Unit

ROSTER_STATES = ("published", "replaced", "withdrawn")
ABSENCE_STATES = ("asked", "accepted", "dropped")


class Roster(models.Model):
    """A roster in force (排班表) from `first` for `days` days, with code and title of its plan.

    `given` is the task (seats with their wishes and skills, rules, minima) and `rows` what is worked
    and which days a seat is away, both packed; they end with the roster. `revision` grows by one with
    each change, so that nobody accepts a proposal made for another roster.
    """

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    area = models.CharField(max_length=20, blank=True)
    first = models.DateField()
    days = models.PositiveSmallIntegerField()
    given = models.BinaryField()
    rows = models.BinaryField()
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, default="published")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "response_roster"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ROSTER_STATES), name="roster_state_known"),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="roster_in_force")]

    def __str__(self) -> str:
        return f"roster {self.code}"


class RosterShift(models.Model):
    """A shift of a seat (席位班次); seat 0 is the whole team. `changed_at`: it came by a change."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="+")
    team = models.CharField(max_length=64)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seat = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    area = models.CharField(max_length=20, blank=True)
    begin = models.DateTimeField()
    end = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_rostershift"
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "team", "seat", "day"], name="one_shift_per_seat_and_day"
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("begin")), name="rostered_shift_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "end"], name="rostered_next"),
            models.Index(fields=["team", "end"], name="rostered_of_team"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.seat} {self.begin:%Y-%m-%d %H:%M}"


class RosterAbsence(models.Model):
    """A seat falls out for some days (缺勤), and how that was mended. No reason is asked or kept.

    `proposals` are what could be done for the roster of this `revision`; once one is accepted, only
    what was changed is left.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="+")
    team = models.CharField(max_length=64)
    seat = models.PositiveSmallIntegerField()
    first = models.DateField()
    last = models.DateField()
    proposals = models.JSONField(default=list)
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="asked")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_rosterabsence"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ABSENCE_STATES), name="absence_state_known"
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="absence_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["roster", "asked_at"], name="absences_of_roster")]

    def __str__(self) -> str:
        return f"{self.team} {self.seat} {self.first}"
