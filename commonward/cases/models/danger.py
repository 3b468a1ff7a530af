"""That somebody told of danger in a case, and which person looked at it."""

from django.db import models
from django.db.models import F, Q

from commonward.cases.models.case import Case
from commonward.people.models import Account


class Danger(models.Model):
    """The words of a case told of danger (险情提醒), and nobody or somebody has seen it since.

    One row a case: told of again, it waits for a person again; the events hold each telling and
    each look. `cues` is a list of {"kind", "number", "words"}, the newest first; `version` is that
    of the rules that found them. It says something about a situation, and nothing about who wrote.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    cues = models.JSONField(default=list, blank=True)
    version = models.CharField(max_length=60)
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "cases_danger"
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at=None) | Q(seen_at__gte=F("told_at")),
                name="danger_seen_after_told",
            ),
        ]
        indexes = [
            models.Index(fields=["told_at"], condition=Q(seen_at=None), name="danger_waits"),
        ]

    def __str__(self) -> str:
        return f"danger in {self.case_id}"
