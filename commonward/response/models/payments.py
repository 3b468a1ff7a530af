"""Payment stops: what somebody was made to pay, which bank was asked, when it answered."""

from django.db import models
from django.db.models import Q

from commonward.cases.models import Case
from commonward.people.models import Team

ANSWERS = ("stopped", "in_part", "too_late")


class PaymentStop(models.Model):
    """A payment stop (紧急止付), which is a case with the procedure `payment_stop`.

    `facts` (amount, banks, numbers of accounts, when, words, callback number) are sealed with the
    case's key, which is destroyed at the closing. `bank` is the partner that is asked. Each moment
    is the server's; `key` names one sending of the report.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    facts = models.BinaryField(null=True)
    bank = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(max_length=10, blank=True)
    key = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_paymentstop"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~Q(key=""), name="one_payment_stop_per_key"
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answer__in=list(ANSWERS)),
                name="payment_stop_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(facts=None), name="payment_stop_closed_is_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["bank", "asked_at"], name="payment_stop_inbox"),
            models.Index(fields=["told_at", "case"], name="payment_stop_newest"),
        ]

    def __str__(self) -> str:
        return self.case.number
