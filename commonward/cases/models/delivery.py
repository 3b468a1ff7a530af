"""Telling people by mail and programs by HTTP: who asked, and each message that is owed."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.case import Report
from commonward.cases.models.hook import Hook
from commonward.cases.models.record import Event


class Subscription(models.Model):
    """Somebody wants to hear by e-mail what becomes of one report (邮件订阅).

    `own` tells the reporter from a follower of a public report. `address` is sealed with the key
    of the report's own case and emptied when the subscription ends; nothing finds two of the
    same address. Until `confirmed_at` nothing is sent but the question whether it is wanted.
    `version` and `main_version` are those of the report's case, and of the one that it was joined
    to, up to which the events were looked at; `last_event` is the last of these.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    own = models.BooleanField()
    address = models.BinaryField(null=True)
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=12, blank=True)
    version = models.PositiveIntegerField(default=0)
    main_version = models.PositiveIntegerField(default=0)
    last_event = models.BigIntegerField(default=0)

    class Meta:
        db_table = "cases_subscription"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_because__in=["", "asked", "refused", "unreached"]),
                name="subscription_end_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(address=None), name="ended_subscription_is_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["report"], name="subscription_report"),
            models.Index(
                fields=["id"],
                condition=Q(ended_at=None, confirmed_at__isnull=False),
                name="subscription_live",
            ),
            models.Index(
                fields=["asked_at"], condition=Q(confirmed_at=None), name="subscription_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"subscription to {self.report_id}"


class Delivery(models.Model):
    """One message that is owed (投递): of an event to a subscription or a hook, or of a room.

    Without an event it is the first question to a subscriber, or a hook's trial. One of a `room`
    is written by that room when its turn comes; what it says and to whom is kept there. It is `waiting`
    until the mail server (or the other program) took it (`sent`), refused it for good (`refused`), it
    was tried for too long (`failed`), or is wanted no more (`dropped`). Whoever sends it moves
    `next_at` on first, as a lease: a sender that dies leaves it to be sent again, never lost.
    """

    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    hook = models.ForeignKey(
        Hook, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    room = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, default="waiting")
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_delivery"
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "event"],
                condition=Q(event__isnull=False),
                name="one_delivery_per_event",
            ),
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(event=None), name="one_first_question"
            ),
            models.UniqueConstraint(
                fields=["hook", "event"],
                condition=Q(event__isnull=False, hook__isnull=False),
                name="one_call_per_event",
            ),
            models.CheckConstraint(
                condition=Q(subscription=None, hook__isnull=False, room="")
                | Q(subscription__isnull=False, hook=None, room="")
                | Q(subscription=None, hook=None, event=None) & ~Q(room=""),
                name="delivery_to_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "refused", "failed", "dropped"]),
                name="delivery_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_at__isnull=False, ended_at=None)
                | (~Q(state="waiting") & Q(next_at=None, ended_at__isnull=False)),
                name="delivery_waits_or_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["subscription"], name="delivery_subscription"),
            models.Index(
                fields=["hook", "id"], condition=Q(hook__isnull=False), name="delivery_hook"
            ),
            models.Index(
                fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="delivery_due"
            ),
            models.Index(
                fields=["attempts"],
                condition=Q(attempts__gt=0) & ~Q(state="sent"),
                name="delivery_stuck",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} to {self.subscription_id or self.hook_id or self.room}"


class Allowance(models.Model):
    """How much one network address may still send today, without knowing which (限流).

    `mark` is a keyed hash of the day and the address; the rows of other days are deleted, and with
    them every trace. `left` are whole sendings at the moment `at`.
    """

    day = models.DateField()
    mark = models.CharField(max_length=32)
    left = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_allowance"
        constraints = [
            models.UniqueConstraint(fields=["day", "mark"], name="one_allowance_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.left:.0f} left on {self.day}"
