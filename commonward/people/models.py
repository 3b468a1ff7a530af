"""Staff accounts, teams and what each may do. No resident has a row here."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonward.people.directory import (
    DirectoryAccount,
    DirectoryGiven,
    DirectoryGiving,
    DirectoryGroup,
    DirectoryMember,
)
from commonward.people.reviewing import Review, ReviewLine
from commonward.people.signing import BreakGlass, Notice, SignedIn, SignIn, WrongTries

__all__ = [
    "AccessRecord",
    "Account",
    "AccountManager",
    "ApiKey",
    "BreakGlass",
    "Cause",
    "Change",
    "DirectoryAccount",
    "DirectoryGiven",
    "DirectoryGiving",
    "DirectoryGroup",
    "DirectoryMember",
    "Grant",
    "KeyUse",
    "LastLook",
    "Membership",
    "Notice",
    "Qualification",
    "Requirement",
    "Review",
    "ReviewLine",
    "Revision",
    "SignIn",
    "SignedIn",
    "SiteClock",
    "Team",
    "WrongTries",
]


class AccountManager(BaseUserManager["Account"]):
    """Lets Django's log-in find an account by its login."""

    def create_user(self, login: str, name: str = "", password: str | None = None) -> "Account":
        """A new account; without a password nobody can log in with it."""
        account = self.model(login=login, name=name or login)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A member of staff (工作人员): who acts in the log."""

    login = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    must_change = models.BooleanField(default=False)
    """The password was given by somebody else: the first page asks for an own one."""
    made_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AccountManager()

    class Meta:
        db_table = "people_account"

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Those who answer together (责任单位): a department's section, a grid's workers, a desk."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, default="department")
    line = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "people_team"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "department",
                        "grid",
                        "centre",
                        "street",
                        "community",
                        "partner",
                        "unit",
                        "bank",
                    ]
                ),
                name="team_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """An account's time in a team; ended, never deleted."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_membership"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "team"], condition=Q(until=None), name="one_open_membership"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="membership_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["team", "until"], name="membership_team")]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.team_id}"


class Grant(models.Model):
    """Role × area subtree × categories × verbs; whatever is not granted is denied.

    `area_code` empty means everywhere, otherwise the area with that code and all below it.
    `categories` are code prefixes, `verbs` are names; empty lists mean all that the role has.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    area_code = models.CharField(max_length=32, blank=True)
    categories = models.JSONField(default=list, blank=True)
    verbs = models.JSONField(default=list, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    emergency = models.ForeignKey(
        "people.BreakGlass", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """The emergency for which it was given; what is done while it stands says so."""

    class Meta:
        db_table = "people_grant"
        indexes = [models.Index(fields=["account", "until"], name="grant_account")]

    def __str__(self) -> str:
        return f"{self.role} for {self.account_id}"


class ApiKey(models.Model):
    """A key of a program (接口密钥): only its hash is kept, with its rights and its limit.

    `account` names whose rights a program acts with on the own API; Open311 keys need none.
    """

    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rights = models.JSONField(default=list)
    per_minute = models.PositiveIntegerField(default=120)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_apikey"

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """A mark per kind of reference data: raised by each change, so that every process knows when
    what it keeps in memory is old (one query a request answers for all kinds).

    It lives in the lowest room because teams and members are kept in memory too.
    """

    name = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "areas_revision"

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class SiteClock(models.Model):
    """The simulated clock of a demonstration: one row, and none on any other site.

    At the real moment `real_at` it was `site_at`; since then `speed` seconds pass in each second.
    """

    real_at = models.DateTimeField()
    site_at = models.DateTimeField()
    speed = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "people_siteclock"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_site_clock")]

    def __str__(self) -> str:
        return f"{self.site_at} × {self.speed}"


class KeyUse(models.Model):
    """How often a key was used in the running minute: one row a key, shared by all processes."""

    key = models.OneToOneField(ApiKey, primary_key=True, on_delete=models.CASCADE, related_name="+")
    minute = models.BigIntegerField()
    uses = models.BigIntegerField()

    class Meta:
        db_table = "people_keyuse"

    def __str__(self) -> str:
        return f"{self.uses} uses of {self.key_id}"


class AccessRecord(models.Model):
    """Who looked into which case's file, when and through which door (查阅记录).

    The case is named by its number: rooms above are not known here.
    """

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    key = models.ForeignKey(
        ApiKey, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    case_number = models.CharField(max_length=20)
    what = models.CharField(max_length=40)
    door = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        db_table = "people_accessrecord"
        indexes = [models.Index(fields=["case_number", "at"], name="access_case")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.what} {self.case_number}"


class LastLook(models.Model):
    """Until when a member of staff has seen what changed (上次查看): one moment, no history."""

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "people_lastlook"

    def __str__(self) -> str:
        return f"{self.account_id} {self.at}"


class Change(models.Model):
    """One act of administration (管理记录): who changed what, when. The database keeps it so."""

    by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "people_change"

    def __str__(self) -> str:
        return f"{self.verb} {self.about}"


class Requirement(models.Model):
    """A course without which some work is not given to anybody (上岗要求); no row: none is asked for.

    `work` is a name of `people.queries.qualified.WORKS`, `kind` narrows it (a kind of dispute). A
    room above keeps the courses and says here which of them count, and when one is held next.
    """

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    work = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, blank=True)
    since = models.DateField()
    next_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "people_requirement"

    def __str__(self) -> str:
        return self.code


class Qualification(models.Model):
    """A member of staff has done a course, until a day or for good (培训合格): no mark, no grade."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "people_qualification"
        constraints = [
            models.UniqueConstraint(fields=["account", "code"], name="one_qualification_each"),
        ]
        indexes = [models.Index(fields=["code", "account"], name="qualification_of_code")]

    def __str__(self) -> str:
        return f"{self.code} until {self.until}"


class Cause(models.Model):
    """Which request an event or a piece of asked work came from (起因), for a week: the number of
    `core.causes`, so that lines and traces of the workers can be put beside the request's own.

    Kept only where the site writes lines for programs or traces. It names a row, and nobody.
    """

    about = models.CharField(max_length=12)
    key = models.BigIntegerField()
    trace = models.CharField(max_length=55)
    at = models.DateTimeField()

    class Meta:
        db_table = "people_cause"
        constraints = [
            models.UniqueConstraint(fields=["about", "key"], name="one_cause_each"),
        ]
        indexes = [models.Index(fields=["at"], name="cause_at")]

    def __str__(self) -> str:
        return f"{self.about} {self.key}"
