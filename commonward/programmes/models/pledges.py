"""Pledges between units: alliances, duties with their days, the pool, meetings (共建联盟与承诺).

Members are organisations. An organisation's contact is its office's own telephone and mail, with
its consent until a day; no person stands here.
"""

from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.cases.models import Case, Delivery, Task
from commonward.core.pledging import ALLIANCES, PARTS, POOLED, REPEATS, UNITS
from commonward.people.models import Account, Team


class Organisation(models.Model):
    """A unit that can join: a shop, a firm, a school, a court, a neighbouring district.

    `team` where it is one of the site's own. Telephone and mail are the office's, used only until
    `contact_until` and emptied then.
    """

    name = models.CharField(max_length=80, unique=True)
    name_en = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12)
    team = models.OneToOneField(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    office_line = models.CharField(max_length=40, blank=True)
    office_box = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    consent_on = models.DateField(null=True, blank=True)
    contact_until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "programmes_organisation"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(UNITS)), name="unit_kind_known"),
            models.CheckConstraint(
                condition=Q(office_line="", office_box="")
                | Q(
                    consent_on__isnull=False,
                    contact_until__isnull=False,
                    contact_until__gt=F("consent_on"),
                ),
                name="unit_contact_by_consent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["contact_until"],
                condition=Q(contact_until__isnull=False),
                name="unit_contact_ends",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Alliance(models.Model):
    """An agreement of several units for an area (共建联盟); its case carries events and tasks."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True)
    about = models.TextField()
    about_en = models.TextField(blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    begins_on = models.DateField()
    ends_on = models.DateField()
    public = models.BooleanField(default=False)

    class Meta:
        db_table = "programmes_alliance"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(ALLIANCES)), name="alliance_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("begins_on")), name="alliance_has_length"
            ),
        ]
        indexes = [models.Index(fields=["ends_on", "code"], name="alliance_by_end")]

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    """A unit is a member of an alliance, until it leaves."""

    alliance = models.ForeignKey(
        Alliance, on_delete=models.PROTECT, related_name="members", db_index=False
    )
    unit = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    since = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "programmes_membership"
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "unit"], condition=Q(left_on=None), name="member_once"
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "since"], name="member_of_alliance"),
            models.Index(fields=["unit", "alliance"], name="member_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} in {self.alliance_id}"


class Duty(models.Model):
    """What a member pledges: once or again and again, and by what everybody sees it kept (承诺)."""

    alliance = models.ForeignKey(
        Alliance, on_delete=models.PROTECT, related_name="duties", db_index=False
    )
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=300)
    what_en = models.CharField(max_length=300, blank=True)
    wanted = models.CharField(max_length=300)
    wanted_en = models.CharField(max_length=300, blank=True)
    repeats = models.CharField(max_length=10, default="once")

    class Meta:
        db_table = "programmes_duty"
        constraints = [
            models.CheckConstraint(condition=Q(repeats__in=list(REPEATS)), name="duty_rhythm_known")
        ]
        indexes = [models.Index(fields=["alliance", "id"], name="duty_of_alliance")]

    def __str__(self) -> str:
        return self.what


class DutyDay(models.Model):
    """One day on which a duty falls due: said to be kept by one, checked by another.

    `kept` is None until it is checked. `soon_at` and `late_at` are when it was reminded of.
    """

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="days", db_index=False)
    due_on = models.DateField()
    evidence = models.CharField(max_length=500, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    said_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kept = models.BooleanField(null=True)
    why = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    soon_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_dutyday"
        constraints = [
            models.UniqueConstraint(fields=["duty", "due_on"], name="duty_day_once"),
            models.CheckConstraint(
                condition=Q(said_at=None, evidence="")
                | (Q(said_at__isnull=False) & ~Q(evidence="")),
                name="duty_day_has_evidence",
            ),
            models.CheckConstraint(
                condition=Q(kept=None, checked_at=None)
                | Q(kept__isnull=False, checked_at__isnull=False),
                name="duty_day_checked_or_not",
            ),
            models.CheckConstraint(
                condition=~Q(kept=True) | Q(said_at__isnull=False), name="duty_day_said_first"
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(said_by=None) | ~Q(checked_by=F("said_by")),
                name="duty_day_checked_apart",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(kept=None), name="duty_day_open"),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} on {self.due_on}"


class Resource(models.Model):
    """A room, a team or equipment that a member lends to the alliance (共享资源)."""

    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "programmes_resource"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(POOLED)), name="resource_kind_known"),
            models.UniqueConstraint(fields=["member", "name"], name="resource_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Booking(models.Model):
    """A thing of the pool is taken for a part of a day; the database refuses a second one."""

    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="bookings", db_index=False
    )
    day = models.DateField()
    part = models.CharField(max_length=10)
    purpose = models.CharField(max_length=120)
    by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    freed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_booking"
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "day", "part"],
                condition=Q(freed_at=None),
                name="booked_once",
            ),
            models.CheckConstraint(condition=Q(part__in=list(PARTS)), name="booking_part_known"),
        ]
        indexes = [models.Index(fields=["resource", "day"], name="booking_of_resource")]

    def __str__(self) -> str:
        return f"{self.resource_id} on {self.day}, {self.part}"


class Gathering(models.Model):
    """A joint meeting of an alliance: what it is about, where; afterwards its minutes (联席会议)."""

    alliance = models.ForeignKey(
        Alliance, on_delete=models.PROTECT, related_name="gatherings", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=160)
    agenda = models.TextField()
    minutes = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_gathering"
        constraints = [
            models.CheckConstraint(
                condition=Q(held_at=None, minutes="") | (Q(held_at__isnull=False) & ~Q(minutes="")),
                name="gathering_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="gathering_has_length"
            ),
        ]
        indexes = [models.Index(fields=["alliance", "starts_at"], name="gathering_of_alliance")]

    def __str__(self) -> str:
        return f"{self.alliance_id} at {self.starts_at}"


class Resolution(models.Model):
    """What a meeting decided: a duty of a member, and an order to it where it is a team of the site."""

    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="resolutions")
    duty = models.OneToOneField(Duty, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "programmes_resolution"

    def __str__(self) -> str:
        return f"{self.duty_id} of {self.gathering_id}"


class JointCall(models.Model):
    """A whistle that a team answers together with the others of an alliance (联盟吹哨)."""

    task = models.OneToOneField(Task, primary_key=True, on_delete=models.PROTECT, related_name="+")
    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "programmes_jointcall"

    def __str__(self) -> str:
        return f"{self.task_id} with {self.alliance_id}"


class PledgeMail(models.Model):
    """One mail to a unit's office, told once: a duty falls due or is late, or a meeting is held."""

    once = models.CharField(max_length=60, unique=True)
    what = models.CharField(max_length=10)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    day = models.ForeignKey(
        DutyDay, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    gathering = models.ForeignKey(
        Gathering, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "programmes_pledgemail"
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["soon", "late"], day__isnull=False)
                | Q(what="meeting", gathering__isnull=False),
                name="pledge_mail_known",
            )
        ]

    def __str__(self) -> str:
        return self.once
