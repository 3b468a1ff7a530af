"""A grade that is contested or changed, and the words that were given for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.sides import Side


class GradeWord(models.Model):
    """A party's objection to the grade, or the reason of whoever graded again (分级异议与复核).

    `words` are sealed with the case's key. An objection is open until somebody has `answered_at`
    it, by grading again or by saying why not.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    side = models.ForeignKey(
        Side, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10, blank=True)
    words = models.BinaryField(null=True)
    said_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_gradeword"
        indexes = [
            models.Index(fields=["dispute", "id"], name="gradeword_dispute"),
            models.Index(
                fields=["said_at"],
                condition=Q(kind="objection", answered_at=None),
                name="gradeword_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["objection", "regrade"]), name="gradeword_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dispute_id}"
