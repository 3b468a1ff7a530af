"""Telling people and programs, by whatever channel: who asked, and each message that is owed."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.case import Report
from commonward.cases.models.hook import Hook
from commonward.cases.models.record import Event
from commonward.people.models import Account


class Subscription(models.Model):
    """Somebody wants to hear what becomes of one report, by one channel (订阅).

    `channel` is the code of one of `doors.outbox.channels` ("mail", "sms", …). `news` says which
    steps: "all", "asked" (questions and answers alone) or "end"; between `quiet_from` and
    `quiet_until` (minutes of the day, in the site's zone) nothing is sent that can wait.

    `own` tells the reporter from a follower of a public report. `address` is sealed with the key
    of the report's own case and emptied when the subscription ends; nothing finds two of the
    same address. Until `confirmed_at` nothing is sent but the question whether it is wanted; `told`
    is the version of the words that were agreed to (core.consents).
    `version` and `main_version` are those of the report's case, and of the one that it was joined
    to, up to which the events were looked at; `last_event` is the last of these.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    own = models.BooleanField()
    channel = models.CharField(max_length=12, default="mail")
    news = models.CharField(max_length=8, default="all")
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    address = models.BinaryField(null=True)
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told = models.CharField(max_length=20, blank=True)
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
                condition=Q(news__in=["all", "asked", "end"]), name="subscription_news_known"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__lt=1440, quiet_until__lt=1440),
                name="subscription_quiet_whole",
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

    Those of one `lane` go out one after the other: only the earliest that waits has its `turn`
    ("" keeps no order). `why` tells what it waits for: "" its moment or its turn, "quiet", "limit",
    "provider" or "fault". `provider_id` is what the provider calls it, `receipt` what came of it
    later: "delivered" or "undeliverable".
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
    channel = models.CharField(max_length=12, default="mail")
    lane = models.CharField(max_length=40, blank=True)
    turn = models.BooleanField(default=True)
    why = models.CharField(max_length=8, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    receipt = models.CharField(max_length=14, blank=True)
    receipt_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(receipt__in=["", "delivered", "undeliverable"]),
                name="delivery_receipt_known",
            ),
            models.CheckConstraint(
                condition=Q(why__in=["", "quiet", "limit", "provider", "fault"]),
                name="delivery_why_known",
            ),
            models.UniqueConstraint(
                fields=["lane"],
                condition=Q(next_at__isnull=False, turn=True) & ~Q(lane=""),
                name="one_in_turn",
            ),
        ]
        indexes = [
            models.Index(fields=["subscription"], name="delivery_subscription"),
            models.Index(
                fields=["hook", "id"], condition=Q(hook__isnull=False), name="delivery_hook"
            ),
            models.Index(
                fields=["channel", "next_at", "id"],
                condition=Q(next_at__isnull=False, turn=True),
                name="delivery_due",
            ),
            models.Index(
                fields=["channel", "id"],
                condition=Q(next_at__isnull=False),
                name="delivery_waits",
            ),
            models.Index(
                fields=["lane", "id"],
                condition=Q(next_at__isnull=False),
                name="delivery_lane",
            ),
            models.Index(
                fields=["-ended_at", "-id"],
                condition=Q(state__in=["refused", "failed"]),
                name="delivery_dead",
            ),
            models.Index(
                fields=["channel", "provider_id"],
                condition=~Q(provider_id=""),
                name="delivery_provider",
            ),
            models.Index(
                fields=["attempts"],
                condition=Q(attempts__gt=0) & ~Q(state="sent"),
                name="delivery_stuck",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} to {self.subscription_id or self.hook_id or self.room}"


class ChannelRule(models.Model):
    """What the site set for one channel, and how its provider does now (渠道设置).

    Between `quiet_from` and `quiet_until` (minutes of the day in the site's zone) it sends nothing
    that can wait. `per_second` messages go out at most (0: any number), of which `left` may at
    `counted_at`; `per_day` to one subscriber within a day (0: any number). Until `down_until` the
    provider is not asked again: it failed `failures` times since `down_since`, at last by `fault`.
    """

    channel = models.CharField(max_length=12, unique=True)
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    per_second = models.FloatField(default=0)
    per_day = models.PositiveSmallIntegerField(default=0)
    left = models.FloatField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    down_since = models.DateTimeField(null=True, blank=True)
    down_until = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "cases_channelrule"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__lt=1440, quiet_until__lt=1440),
                name="channel_quiet_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.channel


class LetterText(models.Model):
    """The site's own words for a message, as somebody left them; never changed (通知模板).

    `use` names what they are for ("step", "stage:solve", "verb:hand_back", …), `length` is "long"
    or "short". The newest version counts; an empty body goes back to the words that are shipped.
    """

    use = models.CharField(max_length=60)
    length = models.CharField(max_length=5)
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_lettertext"
        constraints = [
            models.UniqueConstraint(
                fields=["use", "length", "language", "number"], name="one_letter_text_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.length} {self.language} v{self.number}"


class Allowance(models.Model):
    """How much one network address (or sender of mails) may still send today, without knowing
    which (限流).

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
