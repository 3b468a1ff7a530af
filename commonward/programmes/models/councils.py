"""Councils of residents (居民议事会) and consultations (您问我答、意见征询)."""

from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.cases.models import Case, Task
from commonward.people.models import Account, Team

COUNCILS = ("house", "entrance", "estate", "village")


class Council(models.Model):
    """A council of residents for one term: where it sits and how its office is reached (议事会).

    Room, telephone and mail are the office's own, never somebody's. After the term it stands here
    as past, without the names of its seats. `case` carries the orders that its meetings decided,
    from the first one on.
    """

    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    begins_on = models.DateField()
    ends_on = models.DateField()
    room = models.CharField(max_length=120, blank=True)
    office_line = models.CharField(max_length=40, blank=True)
    office_box = models.CharField(max_length=120, blank=True)
    meets = models.CharField(max_length=120, blank=True)
    case = models.OneToOneField(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "programmes_council"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(COUNCILS)), name="council_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("begins_on")), name="council_term_has_length"
            ),
        ]
        indexes = [models.Index(fields=["ends_on", "name"], name="council_by_term")]

    def __str__(self) -> str:
        return self.name


class CouncilSeat(models.Model):
    """A seat of a council; a name stands there only with its holder's consent, until the term ends."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="seats")
    title = models.CharField(max_length=60)
    shown_name = models.CharField(max_length=40, blank=True)
    consent_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "programmes_councilseat"
        constraints = [
            models.CheckConstraint(
                condition=Q(shown_name="") | Q(consent_on__isnull=False),
                name="council_name_by_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CouncilMeeting(models.Model):
    """What a council talked about on a day, public from the moment it is written (会议纪要)."""

    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, related_name="meetings", db_index=False
    )
    held_on = models.DateField()
    about = models.CharField(max_length=160)
    about_en = models.CharField(max_length=200, blank=True)
    minutes = models.TextField()
    minutes_en = models.TextField(blank=True)
    written_at = models.DateTimeField()

    class Meta:
        db_table = "programmes_councilmeeting"
        constraints = [
            models.UniqueConstraint(fields=["council", "held_on"], name="council_met_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.council_id} on {self.held_on}"


class CouncilDecision(models.Model):
    """What a meeting decided: an order where a team is to do it, and what became of it (议定事项)."""

    meeting = models.ForeignKey(CouncilMeeting, on_delete=models.PROTECT, related_name="decisions")
    words = models.CharField(max_length=300)
    words_en = models.CharField(max_length=400, blank=True)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    became = models.CharField(max_length=300, blank=True)
    became_en = models.CharField(max_length=400, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_councildecision"
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at=None, became="") | (Q(told_at__isnull=False) & ~Q(became="")),
                name="council_became_has_words",
            ),
            models.CheckConstraint(
                condition=Q(task=None) | Q(team__isnull=False, due_on__isnull=False),
                name="council_order_has_team_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:40]


class Consultation(models.Model):
    """A question that the office asks the public, and what was changed because of it (征求意见)."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    opens_on = models.DateField()
    closes_on = models.DateField()
    answer_by = models.DateField()
    summary = models.TextField(blank=True)
    changed = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_consultation"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on"), answer_by__gte=F("closes_on")),
                name="consultation_days_in_order",
            ),
        ]
        indexes = [models.Index(fields=["-closes_on", "id"], name="consultation_newest")]

    def __str__(self) -> str:
        return self.title


class ConsultationWords(models.Model):
    """What somebody asked or said in a consultation, and the office's answer (问与答)."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="said")
    said_on = models.DateField()
    words = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "programmes_consultationwords"
        indexes = [
            models.Index(fields=["consultation", "id"], name="consultation_words_order"),
        ]

    def __str__(self) -> str:
        return self.words[:40]
