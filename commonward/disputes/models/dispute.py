"""The dispute itself: what it is about, where it came from, how urgent its stated facts are."""

from django.db import models
from django.db.models import Q

from commonward.cases.models import Case, Event
from commonward.core.disputes import KINDS, LEVELS, SOURCES, TRACKS


class Dispute(models.Model):
    """A dispute (矛盾纠纷), which is a case with the procedure `dispute`; stage, clocks, team and
    events are the case's.

    `facts` are the answers to the questions of the grading: yes, no or a number, never a name and
    never a word about a person. `words` (the applicant's account), `neutral` (the sentence both sides
    are told) and `place` are sealed with the case's key. `place_cell`
    is the cell of about 50 m in which it lies, for counting places and nothing else.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=20)
    track = models.CharField(max_length=20, default="general")
    level = models.CharField(max_length=10, blank=True)
    enterprise = models.BooleanField(default=False)
    group = models.BooleanField(default=False)
    oral = models.BooleanField(default=False)
    facts = models.JSONField(default=dict, blank=True)
    grade_why = models.JSONField(default=dict, blank=True)
    words = models.BinaryField(null=True)
    neutral = models.BinaryField(null=True)
    place = models.BinaryField(null=True)
    place_cell = models.CharField(max_length=20, blank=True)
    came_from = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField()
    result = models.CharField(max_length=30, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_dispute"
        indexes = [
            models.Index(fields=["registered_at", "case"], name="dispute_newest"),
            models.Index(fields=["kind", "registered_at"], name="dispute_kind"),
            models.Index(fields=["place_cell"], condition=~Q(place_cell=""), name="dispute_place"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="dispute_kind_known"),
            models.CheckConstraint(
                condition=Q(source__in=list(SOURCES)), name="dispute_source_known"
            ),
            models.CheckConstraint(condition=Q(track__in=list(TRACKS)), name="dispute_track_known"),
            models.CheckConstraint(
                condition=Q(level="") | Q(level__in=list(LEVELS)), name="dispute_level_known"
            ),
        ]

    def __str__(self) -> str:
        return self.case.number


class Reason(models.Model):
    """Why a step was taken, sealed with the case's key: a remark of a case would lie open."""

    event = models.OneToOneField(
        Event, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    words = models.BinaryField(null=True)

    class Meta:
        db_table = "disputes_reason"

    def __str__(self) -> str:
        return f"reason of {self.event_id}"
