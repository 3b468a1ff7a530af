"""Mediators, who was proposed and appointed for a dispute, and what was said against one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.sides import Side


class Mediator(models.Model):
    """What a member of staff brings to mediation (人民调解员): a register of posts, not of residents.

    `languages`, `subjects` (codes of kinds of disputes; none = all) and `hours` ("mon-am" …; none
    = any time) are lists of codes; `lon` and `lat` are of the place of work, in degrees. `public`
    and `locked` are the pair whose passphrase only the mediator knows; of the secret address of
    the calendar feed a hash is kept.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    languages = models.JSONField(default=list)
    subjects = models.JSONField(default=list, blank=True)
    hours = models.JSONField(default=list, blank=True)
    gender = models.CharField(max_length=1, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    most = models.PositiveSmallIntegerField(default=8)
    active = models.BooleanField(default=True)
    public = models.BinaryField(null=True)
    locked = models.BinaryField(null=True)
    feed_digest = models.CharField(max_length=64, blank=True)
    calendar_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_mediator"
        constraints = [
            models.UniqueConstraint(
                fields=["feed_digest"], condition=~Q(feed_digest=""), name="one_mediator_per_feed"
            ),
            models.CheckConstraint(
                condition=Q(gender__in=["", "f", "m"]), name="mediator_gender_known"
            ),
            models.CheckConstraint(
                condition=Q(public=None, locked=None)
                | Q(public__isnull=False, locked__isnull=False),
                name="mediator_pair_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"mediator {self.account_id}"


class Training(models.Model):
    """A recorded training (培训记录); nobody mediates without a current one."""

    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    done_on = models.DateField()
    until = models.DateField()

    class Meta:
        db_table = "disputes_training"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=models.F("done_on")), name="training_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} until {self.until}"


class BusyTime(models.Model):
    """When a mediator cannot come, as their own calendar said: times and nothing else."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+")
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        db_table = "disputes_busytime"
        indexes = [models.Index(fields=["mediator", "end"], name="busytime_mediator")]

    def __str__(self) -> str:
        return f"busy {self.start:%Y-%m-%d %H:%M}"


class ConflictAnswer(models.Model):
    """Whether a mediator has an interest in this dispute (利益冲突): yes or no, and no more."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    conflicted = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_conflictanswer"
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "mediator"], name="one_conflict_answer_per_mediator"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mediator_id} in {self.dispute_id}: {self.conflicted}"


class Proposal(models.Model):
    """Up to three mediators that the sides may tick (三选一), with how they were found.

    `three` holds [{mediator, km, load, most}], `filtered` how many each rule left out, `reason`
    why there is nobody; none of it is about a resident.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    three = models.JSONField(default=list)
    filtered = models.JSONField(default=dict)
    reason = models.CharField(max_length=20, blank=True)
    gender = models.CharField(max_length=1, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_proposal"
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(ended_at=None), name="one_open_proposal"
            )
        ]

    def __str__(self) -> str:
        return f"proposal of {self.dispute_id}"


class Tick(models.Model):
    """What one side says of one proposed mediator: may, or may not (a veto)."""

    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    accepts = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_tick"
        constraints = [
            models.UniqueConstraint(fields=["side", "mediator"], name="one_tick_per_mediator")
        ]

    def __str__(self) -> str:
        return f"{self.side_id} {self.mediator_id} {self.accepts}"


class Appointment(models.Model):
    """A mediator of a dispute (选任): from the appointment until the end or a replacement.

    `disclosure` is the sealed statement of independence that the mediator signed (披露声明).
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    chosen_by = models.CharField(max_length=12)
    appointed_at = models.DateTimeField()
    disclosure = models.BinaryField(null=True)
    disclosed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "disputes_appointment"
        indexes = [
            models.Index(
                fields=["mediator"], condition=Q(ended_at=None), name="appointment_in_hand"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(ended_at=None), name="one_mediator_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(chosen_by__in=["sides", "coordinator"]), name="appointment_chosen_by"
            ),
            models.CheckConstraint(
                condition=Q(end__in=["", "objection", "conflict", "left", "done"]),
                name="appointment_end_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mediator_id} for {self.dispute_id}"


class Objection(models.Model):
    """A side's objection to the mediator (回避申请), open until a coordinator has decided it."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    words = models.BinaryField(null=True)
    said_at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    answer = models.BinaryField(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "disputes_objection"
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "side"],
                condition=Q(decided_at=None),
                name="one_open_objection_per_side",
            )
        ]

    def __str__(self) -> str:
        return f"objection of side {self.side_id}"
