"""Sessions, their record, and the notes of talks with one side alone."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.mediators import Mediator
from commonward.disputes.models.sides import Side


class Venue(models.Model):
    """A room in which sessions are held (调解室)."""

    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "disputes_venue"

    def __str__(self) -> str:
        return self.name


class InterpretingService(models.Model):
    """An office that sends interpreters (口译服务单位): its languages, and how many at once.

    Never a list of interpreters: whoever comes is named in the session alone, sealed.
    """

    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    call = models.CharField(max_length=120, blank=True)
    languages = models.JSONField(default=list)
    at_once = models.PositiveSmallIntegerField(default=1)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "disputes_interpretingservice"

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """A session of a dispute (调解会): planned, then held, adjourned or cancelled.

    `details` (video link, interpreter's name, a place that is no room of the office) and `record`
    (the seven contents of the official record, DOMAIN 2.3 paper 7) are sealed with the case's key.
    `language` is the one an interpreter is needed for, "" for none; `interpreting` is the service
    that sends one. `follows` is the session that
    was adjourned. `present` holds letters of sides.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(
        Venue, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    start = models.DateTimeField()
    end = models.DateTimeField()
    language = models.CharField(max_length=10, blank=True)
    interpreting = models.ForeignKey(
        InterpretingService, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, default="planned")
    sequence = models.PositiveSmallIntegerField(default=0)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    present = models.CharField(max_length=10, blank=True)
    details = models.BinaryField(null=True)
    record = models.BinaryField(null=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_session"
        indexes = [
            models.Index(fields=["dispute", "start"], name="session_dispute"),
            models.Index(
                fields=["mediator", "end"], condition=Q(state="planned"), name="session_mediator"
            ),
            models.Index(
                fields=["venue", "end"], condition=Q(state="planned"), name="session_venue"
            ),
            models.Index(
                fields=["interpreting", "end"],
                condition=Q(state="planned", interpreting__isnull=False),
                name="session_interpreting",
            ),
            models.Index(
                fields=["start"],
                condition=Q(state="planned", reminded_at=None),
                name="session_to_remind",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="session_ends"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "held", "adjourned", "cancelled"]),
                name="session_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"session of {self.dispute_id} {self.start:%Y-%m-%d %H:%M}"


class CaucusKey(models.Model):
    """One side's own key, wrapped for one mediator, who opens it with a passphrase.

    No other key opens it, the case's and the master key not either (`core.caucus`). `parcel` holds
    the key handed over to this mediator by the former, until it is taken.
    """

    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField(null=True)
    parcel = models.BinaryField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_caucuskey"
        constraints = [
            models.UniqueConstraint(fields=["side", "mediator"], name="one_caucus_key"),
        ]

    def __str__(self) -> str:
        return f"caucus key of side {self.side_id}"


class CaucusNote(models.Model):
    """A note of a talk with one side alone (单独会谈笔记), sealed with that side's own key and then
    with the case's, so that it is shredded with the case."""

    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()
    written_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_caucusnote"
        constraints = [
            models.UniqueConstraint(fields=["side", "number"], name="one_caucus_note_per_number")
        ]

    def __str__(self) -> str:
        return f"caucus note {self.number} of side {self.side_id}"


class WordsMark(models.Model):
    """Marks of a dispute's words, by which copies are found (`core.fabrication`); sealed with the
    case's key and gone with it."""

    dispute = models.OneToOneField(
        Dispute, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    sealed = models.BinaryField(null=True)

    class Meta:
        db_table = "disputes_wordsmark"

    def __str__(self) -> str:
        return f"marks of {self.dispute_id}"


class Review(models.Model):
    """A case to be read again because it looks invented (复核): the signs, and what came of it."""

    dispute = models.OneToOneField(
        Dispute, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    weight = models.FloatField()
    signs = models.JSONField(default=dict)
    listed_at = models.DateTimeField()
    finding = models.CharField(max_length=10, blank=True)
    words = models.BinaryField(null=True)
    read_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "disputes_review"
        indexes = [
            models.Index(
                fields=["-weight", "dispute"], condition=Q(read_at=None), name="review_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding__in=["", "real", "invented", "unclear"]),
                name="review_finding_known",
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.dispute_id}"


class Inquiry(models.Model):
    """Somebody was asked, or a place was looked at (调查记录, paper 6); `details` are sealed."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    details = models.BinaryField(null=True)

    class Meta:
        db_table = "disputes_inquiry"

    def __str__(self) -> str:
        return f"inquiry of {self.dispute_id}"
