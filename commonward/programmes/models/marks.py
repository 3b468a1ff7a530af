"""Marks of quality (质量标志): kinds by version, nominations, what was shown, looked at and decided.

A mark is borne by a mediation room, an area or a place. There is no field for a person: whoever
worked at it stands in the events, as everywhere, and is shown to nobody outside the offices.
"""

from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.cases.models import Case
from commonward.core.marks.kind import ABOUT
from commonward.disputes.models import Venue
from commonward.people.models import Account, Team
from commonward.programmes.models.inspections import Place

ENDS = ("", "refused", "expired", "taken", "renewed", "withdrawn")


class MarkKind(models.Model):
    """A version of a kind of mark with its criteria (标志种类与条件); never changed once published.

    `holds_from` is the first day of nominations under it. A kind is closed by a version that takes
    none (`open` is False).
    """

    kind = models.SlugField(max_length=30)
    number = models.PositiveIntegerField()
    about = models.CharField(max_length=6)
    data = models.JSONField()
    open = models.BooleanField(default=True)
    holds_from = models.DateField()
    published_at = models.DateTimeField()
    by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "programmes_markkind"
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="mark_kind_number_once"),
            models.CheckConstraint(condition=Q(about__in=list(ABOUT)), name="mark_about_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Mark(models.Model):
    """A nomination and what came of it (提名与授予); its case carries stages, clocks and events.

    `office` nominated it and owes evidence and answers; `checker` is another team. Of room, area
    and place one is set. It bears the mark while the case stands in "given", until `valid_until`.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    kind = models.SlugField(max_length=30, db_index=False)
    version = models.ForeignKey(
        MarkKind, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    room = models.ForeignKey(
        Venue, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    office = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    checker = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    renews = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    nominated_at = models.DateTimeField()
    decision = models.CharField(max_length=8, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=1000, blank=True)
    why_en = models.CharField(max_length=1000, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_mark"
        constraints = [
            models.CheckConstraint(
                condition=Q(room__isnull=False, area=None, place=None)
                | Q(room=None, area__isnull=False, place=None)
                | Q(room=None, area=None, place__isnull=False),
                name="mark_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None)
                | (Q(decision__in=["given", "refused"], decided_at__isnull=False) & ~Q(why="")),
                name="mark_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None, valid_until=None)
                | Q(valid_from__isnull=False, valid_until__gt=F("valid_from")),
                name="mark_has_its_days",
            ),
            models.CheckConstraint(
                condition=~Q(decision="given") | Q(valid_until__isnull=False),
                name="mark_given_expires",
            ),
            models.CheckConstraint(
                condition=Q(checker=None) | ~Q(checker=F("office")), name="mark_checked_apart"
            ),
            models.CheckConstraint(condition=Q(ended_as__in=list(ENDS)), name="mark_end_known"),
            *(
                models.UniqueConstraint(
                    fields=["kind", about],
                    condition=Q(decision="", ended_at=None),
                    name=f"mark_{about}_waits_once",
                )
                for about in ABOUT
            ),
        ]
        indexes = [
            models.Index(
                fields=["valid_until", "case"], condition=Q(ended_at=None), name="mark_by_end"
            ),
            models.Index(fields=["kind", "-nominated_at"], name="mark_of_kind"),
            models.Index(fields=["-nominated_at", "case"], name="mark_by_day"),
            models.Index(fields=["office", "-nominated_at"], name="mark_of_office"),
            models.Index(fields=["checker", "-nominated_at"], name="mark_of_checker"),
            models.Index(fields=["-decided_at", "case"], name="mark_by_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} of {self.case_id}"


class MarkCheck(models.Model):
    """One criterion of a nomination: what was shown, what another team found (佐证与核验).

    `number` counts from 1 in the version's criteria. A figure has `value` (as told) and `under`
    and is checked by the record itself. `ticked` are the lines of a list that are in order.
    """

    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, related_name="checks", db_index=False)
    number = models.PositiveSmallIntegerField()
    office = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    evidence = models.CharField(max_length=1000, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    shown_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    value = models.FloatField(null=True, blank=True)
    under = models.PositiveIntegerField(null=True, blank=True)
    ticked = models.JSONField(default=list, blank=True)
    met = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "programmes_markcheck"
        constraints = [
            models.UniqueConstraint(fields=["mark", "number"], name="mark_criterion_once"),
            models.CheckConstraint(
                condition=Q(met=None, checked_at=None)
                | Q(met__isnull=False, checked_at__isnull=False),
                name="mark_criterion_checked",
            ),
            models.CheckConstraint(
                condition=Q(team=None) | ~Q(team=F("office")), name="mark_checked_by_another_team"
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(shown_by=None) | ~Q(checked_by=F("shown_by")),
                name="mark_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark_id}: {self.number}"


class MarkVoice(models.Model):
    """A voice of the panel, with its reason (评审意见); read by the offices, never published."""

    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, related_name="voices", db_index=False)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    good = models.BooleanField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        db_table = "programmes_markvoice"
        constraints = [
            models.UniqueConstraint(fields=["mark", "by"], name="mark_voice_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="mark_voice_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.mark_id}: {self.good}"


class MarkDispute(models.Model):
    """An appeal of the office (申诉), or a doubt that may take the mark away (撤销程序).

    An appeal is `words` of the office, to which a decision is owed by `due_at`. A doubt is `words`
    of who keeps the programmes; until `due_at` the office may answer, before that nothing is decided
    without its answer. `upheld` of an appeal gives the mark, of a doubt takes it.
    """

    mark = models.ForeignKey(
        Mark, on_delete=models.PROTECT, related_name="disputes", db_index=False
    )
    kind = models.CharField(max_length=6)
    words = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    upheld = models.BooleanField(null=True)
    why = models.CharField(max_length=1000, blank=True)
    why_en = models.CharField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "programmes_markdispute"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["appeal", "doubt"]), name="mark_dispute_known"
            ),
            models.UniqueConstraint(
                fields=["mark"], condition=Q(decided_at=None), name="mark_dispute_one_open"
            ),
            models.CheckConstraint(
                condition=Q(upheld=None, decided_at=None)
                | (Q(upheld__isnull=False, decided_at__isnull=False) & ~Q(why="")),
                name="mark_dispute_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(by=None) | ~Q(decided_by=F("by")),
                name="mark_dispute_decided_apart",
            ),
        ]
        indexes = [models.Index(fields=["mark", "id"], name="mark_dispute_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
