"""Calls at the telephones of the centre (呼叫): for as long as they last, and the waiting counted."""

from django.db import models
from django.db.models import Q

from commonward.people.models import Account


class Seat(models.Model):
    """Who sits at which telephone (坐席) until they get up, or their shift is over."""

    extension = models.CharField(max_length=20, unique=True)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        db_table = "cases_seat"

    def __str__(self) -> str:
        return f"{self.account_id} at {self.extension}"


class PhoneCall(models.Model):
    """One call as the telephone system tells of it: when it came, was answered and ended.

    `number` is sealed with the call's own `key`, for this call alone: both are destroyed a quarter
    of an hour after it ended, or once a call back that was wished for was made. No index finds a
    number, so no two calls are ever known to be of one caller. Who answered (`account`) and at
    which telephone (`extension`) stands only while they speak; afterwards the row says how long somebody waited, and nothing of anybody.
    `danger` holds numbers to call (110 119 120), never the words that were said.
    """

    ref = models.CharField(max_length=80, unique=True)
    queue = models.CharField(max_length=40, blank=True)
    came_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    extension = models.CharField(max_length=20, blank=True)
    key = models.BinaryField(null=True)
    number = models.BinaryField(null=True)
    danger = models.CharField(max_length=40, blank=True)
    back_wanted_at = models.DateTimeField(null=True, blank=True)
    back_at = models.DateTimeField(null=True, blank=True)
    back_told = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "cases_phonecall"
        constraints = [
            models.CheckConstraint(
                condition=Q(key=None, number=None) | Q(key__isnull=False, number__isnull=False),
                name="call_number_has_its_key",
            ),
            models.CheckConstraint(
                condition=Q(back_told__in=["", "reached", "unreached", "over"]),
                name="call_back_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(account=None), name="ended_call_names_nobody"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(extension=""), name="ended_call_names_no_telephone"
            ),
        ]
        indexes = [
            models.Index(fields=["came_at"], name="call_came"),
            models.Index(fields=["came_at"], condition=Q(ended_at=None), name="call_running"),
            models.Index(
                fields=["account"], condition=Q(account__isnull=False), name="call_at_account"
            ),
            models.Index(
                fields=["back_wanted_at"],
                condition=Q(back_wanted_at__isnull=False, back_at=None),
                name="call_back_waits",
            ),
            models.Index(fields=["id"], condition=Q(key__isnull=False), name="call_number_kept"),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"
