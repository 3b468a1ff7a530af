"""Units that go out, their shifts, and where they are while they are on duty."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonward.people.models import Team


class Unit(models.Model):
    """A unit that goes out (出动单元): a vehicle, a patrol, a post; never a person.

    Its people sign in through the team `team`. `skills` are codes ("first_aid"), `vehicles` and
    `gear` words for equipment. `lat` and `lon` are where it was last seen in this shift (`seen_at`), and
    empty while it is off duty; `base_lat` and `base_lon` are its station's, `area` is the code of
    the area that its station lies in (decision 2): who coordinates there may order it. `areas` are
    the codes of those that it serves, its neighbours' too; empty: wherever it may be ordered.
    """

    code = models.CharField(max_length=40, unique=True)
    radio_name = models.CharField(max_length=60)
    radio_name_en = models.CharField(max_length=60, blank=True)
    agency = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, blank=True)
    skills = models.JSONField(default=list, blank=True)
    crew = models.PositiveSmallIntegerField(default=1)
    station = models.CharField(max_length=100, blank=True)
    area = models.CharField(max_length=32, blank=True)
    vehicles = models.CharField(max_length=200, blank=True)
    gear = models.CharField(max_length=400, blank=True)
    areas = models.JSONField(default=list, blank=True)
    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="+")
    base_lat = models.FloatField()
    base_lon = models.FloatField()
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "response_unit"
        constraints = [
            models.CheckConstraint(
                condition=Q(base_lat__gte=-90, base_lat__lte=90, base_lon__gte=-180)
                & Q(base_lon__lte=180),
                name="unit_station_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None, seen_at=None)
                | Q(lat__isnull=False, lon__isnull=False, seen_at__isnull=False),
                name="unit_seen_whole_or_not",
            ),
        ]
        indexes = [models.Index(fields=["agency", "active"], name="unit_force")]

    def __str__(self) -> str:
        return self.code


class Duty(models.Model):
    """One shift of a unit (值班): from `on_at` until `off_at`, with its hand-over note (交接班).

    `radio_name` is what it is called in this shift: no two units on duty share one. At its start
    the gear is checked (`checked_at`); what is missing or broken (`defects`) and the note are
    sealed with a key of the shift's own, and emptied with it when the time set for notes is over.
    `off_why` is "ended", or "forgotten" when the shift was ended for the unit.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on_at = models.DateTimeField()
    off_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField()
    on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    off_why = models.CharField(max_length=12, blank=True)
    radio_name = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    defects = models.BinaryField(null=True)
    note = models.BinaryField(null=True)
    note_key = models.BinaryField(null=True)

    class Meta:
        db_table = "response_duty"
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(off_at=None), name="one_open_shift_per_unit"
            ),
            models.UniqueConstraint(
                fields=["radio_name"],
                condition=Q(off_at=None) & ~Q(radio_name=""),
                name="one_radio_name_on_duty",
            ),
            models.CheckConstraint(
                condition=Q(off_at=None) | Q(off_at__gte=F("on_at")), name="shift_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "on_at"], name="shift_of_unit"),
            models.Index(fields=["off_at"], name="shift_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on_at:%Y-%m-%d %H:%M}"


class Position(models.Model):
    """Where a unit on duty was at a moment (出动单元位置); thinned after a day, then deleted."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    lat = models.FloatField()
    lon = models.FloatField()
    at = models.DateTimeField()
    thinned = models.BooleanField(default=False)

    class Meta:
        db_table = "response_position"
        constraints = [
            models.UniqueConstraint(fields=["unit", "at"], name="one_position_per_moment"),
        ]
        indexes = [
            models.Index(fields=["at"], name="position_end"),
            models.Index(
                fields=["at", "unit"], condition=Q(thinned=False), name="position_to_thin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.at:%H:%M:%S}"
