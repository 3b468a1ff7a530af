"""What an agreement obliges to, what was said to be done, and the visits afterwards."""

from django.db import models
from django.db.models import Q

from commonward.disputes.models.agreements import Agreement
from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.papers import Paper

ANSWERS = ("", "confirmed", "disputed")
RESULTS = ("", "kept", "in_part", "not_kept", "not_met")


class Obligation(models.Model):
    """One instalment or deed of an agreement in force (履行事项); `debtor` and `creditor` are
    letters of sides, money is in fen. `late_at` is when a tick found it late, once."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    clause = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=6)
    debtor = models.CharField(max_length=10)
    creditor = models.CharField(max_length=10, blank=True)
    fen = models.BigIntegerField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_obligation"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="one_obligation_per_number"
            ),
            models.CheckConstraint(
                condition=Q(fen=None) | Q(fen__gt=0), name="obligation_of_some_money"
            ),
            models.CheckConstraint(
                condition=Q(act="pay", fen__isnull=False) | Q(act="deed", fen=None),
                name="obligation_pays_or_does",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"], condition=Q(done_at=None, due__isnull=False), name="obligation_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} no. {self.number}"


class Claim(models.Model):
    """A side said that so much was done (履行申报), and what the other side answered.

    `words` are sealed; `proof` is a scan that it handed in. Neither is ever changed; the answer
    is given once.
    """

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=1)
    fen = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    words = models.BinaryField(null=True)
    proof = models.ForeignKey(
        Paper, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "disputes_claim"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=list(ANSWERS)), name="claim_answer_known"
            ),
            models.CheckConstraint(condition=Q(fen__gte=0), name="claim_not_below_nought"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.fen}"


class Visit(models.Model):
    """A visit that is owed after an agreement (回访), by what fell due and never by a quota.

    `words` (what was found) and `found` (how content the sides are, whether a suit followed,
    whether the dispute may flare up again, what is done) are sealed.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    because = models.CharField(max_length=20)
    done_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=10, blank=True)
    words = models.BinaryField(null=True)
    found = models.BinaryField(null=True)

    class Meta:
        db_table = "disputes_visit"
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "because", "due"], name="one_visit_per_reason_and_day"
            ),
            models.CheckConstraint(
                condition=Q(result__in=list(RESULTS)), name="visit_result_known"
            ),
        ]
        indexes = [
            models.Index(fields=["due"], condition=Q(done_at=None), name="visit_due"),
        ]

    def __str__(self) -> str:
        return f"visit of {self.dispute_id} by {self.due}"
