"""Papers of a dispute that were handed out, and scans that were handed in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.sides import Side

FORMS = ("drawn", "scan")


class Paper(models.Model):
    """One paper (文书): drawn by the system and handed out, or a scan (扫描件) that was handed in.

    What is drawn can be drawn again, so only its digest is kept, as proof of what was handed out;
    a scan is kept as clean PDF pages, sealed with the case's key. `entry` is a line of the file's
    index, `kind` the kind of paper drawn or signed, `which` counts sides, sessions or visits from
    0, `shown` is what was drawn: "pdf", "word" or "file". `side` is set where one side handed it in.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=10)
    entry = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    which = models.PositiveSmallIntegerField(default=0)
    shown = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=10, blank=True)
    rule_version = models.CharField(max_length=40, blank=True)
    side = models.ForeignKey(
        Side, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=0)
    name = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_paper"
        indexes = [models.Index(fields=["dispute", "made_at"], name="paper_of_dispute")]
        constraints = [
            models.CheckConstraint(condition=Q(form__in=list(FORMS)), name="paper_form_known"),
            models.CheckConstraint(
                condition=Q(form="scan") | Q(sealed=None), name="paper_drawn_is_not_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.entry or self.kind} {self.form}"
