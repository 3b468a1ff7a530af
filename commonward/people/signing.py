"""Tables of signing in: who is signed in where, the last sign-ins, wrong tries, notices, and rights
for an emergency. No address of a network is in any of them."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q


class SignedIn(AbstractBaseSession):
    """A session (登录会话) of a browser; `account` is empty before somebody signed in.

    `seen` is the last use, exact to a few minutes; it ends `idle` minutes after it, and at
    `expire_date` in any case.
    """

    account = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateTimeField()
    seen = models.DateTimeField()
    idle = models.PositiveIntegerField(default=0)
    browser = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "people_signedin"

    def __str__(self) -> str:
        return f"{self.account_id} since {self.since}"


class SignIn(models.Model):
    """One of somebody's last sign-ins (登录记录), or an hour's wrong tries: theirs to read, 90 days."""

    account = models.ForeignKey(
        "people.Account", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    way = models.CharField(max_length=40)
    browser = models.CharField(max_length=40, blank=True)
    known = models.BooleanField(default=False)
    """Whether this device had signed in before."""
    tries = models.PositiveIntegerField(default=0)
    """Wrong tries within the hour that begins at `at`; 0 for a sign-in."""

    class Meta:
        db_table = "people_signin"
        indexes = [
            models.Index(fields=["account", "at"], name="signin_account"),
            models.Index(fields=["at"], name="signin_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "at"], condition=Q(tries__gt=0), name="one_row_of_tries_an_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.way} {self.at}"


class WrongTries(models.Model):
    """Wrong tries for a login from one network, or on one known device: a keyed hash, for a day."""

    digest = models.CharField(max_length=64, primary_key=True)
    wrong = models.PositiveIntegerField(default=0)
    free_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        db_table = "people_wrongtries"
        indexes = [models.Index(fields=["at"], name="wrongtries_at")]

    def __str__(self) -> str:
        return f"{self.wrong} until {self.free_at}"


class Notice(models.Model):
    """Something that an account must learn about itself or the site's rights (通知); 90 days."""

    account = models.ForeignKey(
        "people.Account", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_notice"
        indexes = [
            models.Index(fields=["account", "at"], name="notice_account"),
            models.Index(fields=["at"], name="notice_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.account_id}"


class BreakGlass(models.Model):
    """A right for an emergency (应急授权): asked by one, given by another, over by itself."""

    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    role = models.CharField(max_length=40)
    area_code = models.CharField(max_length=32, blank=True)
    category = models.CharField(max_length=40, blank=True)
    case_number = models.CharField(max_length=20, blank=True)
    reason = models.TextField()
    hours = models.PositiveIntegerField()
    decided_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    given = models.BooleanField(null=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_breakglass"
        indexes = [models.Index(fields=["asked_at"], name="breakglass_asked")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                name="break_glass_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(given=None)
                | (Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="break_glass_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} for {self.asked_by_id}"
