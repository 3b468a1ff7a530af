"""Payment stops: what somebody was made to pay, which banks were asked, when each answered."""

from django.db import models
from django.db.models import Q

from commonward.cases.models import Case
from commonward.core.urgent.banking import ANSWERS
from commonward.people.models import Team

WAYS = ("push", "key", "desk", "phone")
"""How a bank said something: in its answer to our call, with its key, on its page, or by phone."""


class PaymentStop(models.Model):
    """A payment stop (紧急止付), which is a case with the procedure `payment_stop`.

    `facts` (the transfers with banks and numbers of accounts, words, callback number) are sealed
    with the case's key, which is destroyed at the closing. `asked_at` is the first bank's,
    `acknowledged_at` and `confirmed_at` are the last one's, once all have; `answer` puts theirs
    together. Each moment is the server's; `key` names one sending of the report and `receipt` is
    the hash of the secret that opens its page.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    facts = models.BinaryField(null=True)
    answer = models.CharField(max_length=10, blank=True)
    key = models.CharField(max_length=60, blank=True)
    receipt = models.CharField(max_length=64, blank=True)
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
            models.UniqueConstraint(
                fields=["receipt"], condition=~Q(receipt=""), name="one_payment_stop_per_receipt"
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answer__in=list(ANSWERS)),
                name="payment_stop_answer_is_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(facts=None), name="payment_stop_closed_is_empty"
            ),
        ]
        indexes = [models.Index(fields=["told_at", "case"], name="payment_stop_newest")]

    def __str__(self) -> str:
        return self.case.number


class BankEnd(models.Model):
    """Where and how a bank is asked (银行接口): its computer's address, and its number to call.

    Without an `address` it reads its requests on its page here. `secret` is wrapped by the site's
    master key. `hotline` is a desk's number, staffed day and night, never somebody's own. After
    `silent_seconds` without an acknowledgement a person calls it. `trial_at` asks for a trial call,
    which the worker makes and writes into `trial_said`.
    """

    bank = models.OneToOneField(Team, primary_key=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=500, blank=True)
    secret = models.BinaryField(null=True)
    hotline = models.CharField(max_length=60, blank=True)
    silent_seconds = models.PositiveSmallIntegerField(default=30)
    trial_at = models.DateTimeField(null=True, blank=True)
    trial_ended_at = models.DateTimeField(null=True, blank=True)
    trial_said = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "response_bankend"
        constraints = [
            models.CheckConstraint(
                condition=Q(silent_seconds__gte=5, silent_seconds__lte=600),
                name="bank_is_called_in_time",
            )
        ]

    def __str__(self) -> str:
        return self.bank.code


class BankRequest(models.Model):
    """One bank asked about its own sides of a payment stop (止付请求).

    `key` is the request's name at the bank and makes its doing once. `sides` are pairs of a
    transfer's place and "from" or "to"; the accounts themselves stand in the stop alone. `words`
    (the bank's reason, its reference, who there said it by phone) are sealed with the case's key
    and emptied at the closing. `next_at` is when the worker sends it, moved on as a lease;
    `silent_at` when it was given to a person, `called_at` when the bank was called by phone.
    """

    stop = models.ForeignKey(PaymentStop, on_delete=models.PROTECT, related_name="requests")
    bank = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    sides = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, blank=True)
    way = models.CharField(max_length=5, blank=True)
    words = models.BinaryField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=120, blank=True)
    silent_at = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_bankrequest"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | Q(answer__in=list(ANSWERS), answered_at__isnull=False),
                name="bank_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(acknowledged_at__isnull=False, next_at=None),
                name="bank_answered_is_asked_no_more",
            ),
            models.CheckConstraint(
                condition=Q(way="") | Q(way__in=list(WAYS)), name="bank_way_known"
            ),
        ]
        indexes = [
            models.Index(fields=["bank", "asked_at"], name="bank_request_inbox"),
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="bank_request_due"
            ),
            models.Index(
                fields=["asked_at"],
                condition=Q(answered_at=None, silent_at=None),
                name="bank_request_silent",
            ),
        ]

    def __str__(self) -> str:
        return self.key
