"""Councils of residents (居民议事会) and consultations (您问我答、意见征询)."""

from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.people.models import Account

COUNCILS = ("house", "entrance", "estate", "village")


class Council(models.Model):
    """A council of residents for one term: where it sits and how its office is reached (议事会).

    Room, telephone and mail are the office's own, never somebody's. After the term it stands here
    as past, without the names of its seats.
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
