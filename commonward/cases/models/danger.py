"""That somebody told of danger in a case, and which person looked at it."""

from django.db import models
from django.db.models import F, Q

from commonward.cases.models.case import Case
from commonward.people.models import Account


class Danger(models.Model):
    """The words of a case told of danger (险情提醒), and nobody or somebody has seen it since.

    What is `doubtful` rings for nobody: somebody reads it first and decides (`decided`: "urgent",
    from when on it rings, or "not_urgent"). `margin` is how far above the border of `scale` its
    words weigh; None for what surely tells of danger.

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

    doubtful = models.BooleanField(default=False)
    margin = models.FloatField(null=True, blank=True)
    scale = models.CharField(max_length=10, blank=True)
    decided = models.CharField(max_length=10, blank=True)

    class Meta:
        db_table = "cases_danger"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided__in=["", "urgent", "not_urgent"]), name="danger_decided"
            ),
            models.CheckConstraint(
                condition=Q(doubtful=False) | Q(margin__isnull=False),
                name="danger_doubt_is_weighed",
            ),
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


class DangerAnswer(models.Model):
    """A report that was read first, and whether it was urgent (是否紧急): a fact of cases.

    Nobody who decided stands here, and no word: by which rules it was put first, and how far above
    the border of which `scale` it weighed. A site sees by it from which weight on its own reports
    are urgent, and sets its border.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.CharField(max_length=60)
    scale = models.CharField(max_length=10)
    margin = models.FloatField()
    urgent = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_dangeranswer"
        indexes = [models.Index(fields=["at", "id"], name="danger_answers_newest")]

    def __str__(self) -> str:
        return f"{self.case_id} was {'' if self.urgent else 'not '}urgent"
