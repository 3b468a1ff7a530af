"""What the office's directory says of staff (统一身份目录), and what that gives them here."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce


class DirectoryAccount(models.Model):
    """An account that the directory knows: its own id there, and the department it names.

    `ended_at` is set when the directory deleted it: from then on it is not shown there any more.
    """

    account = models.OneToOneField(
        "people.Account", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    external = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_directoryaccount"
        constraints = [
            models.UniqueConstraint(
                fields=["external"], condition=~Q(external=""), name="one_account_of_external"
            ),
        ]
        indexes = [
            models.Index(
                fields=["department"], condition=~Q(department=""), name="directory_department"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in the directory"


class DirectoryGroup(models.Model):
    """A group of the directory (目录组); it gives nothing until an administrator says what."""

    name = models.CharField(max_length=200, unique=True)
    external = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "people_directorygroup"
        constraints = [
            models.UniqueConstraint(
                fields=["external"], condition=~Q(external=""), name="one_group_of_external"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DirectoryMember(models.Model):
    """An account is in a group of the directory, as the directory last said."""

    group = models.ForeignKey(
        DirectoryGroup, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "people_directorymember"
        constraints = [models.UniqueConstraint(fields=["group", "account"], name="one_member_each")]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.group_id}"


class DirectoryGiving(models.Model):
    """What a group or a department gives (对应关系): one team, or one role at and below one area.

    Kept by administrators alone; the directory reads nothing of it and changes nothing of it.
    """

    group = models.ForeignKey(
        DirectoryGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    department = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(
        "people.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=40, blank=True)
    area_code = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "people_directorygiving"
        constraints = [
            models.CheckConstraint(
                condition=Q(group=None, department__gt="") | Q(group__isnull=False, department=""),
                name="giving_of_group_or_department",
            ),
            models.CheckConstraint(
                condition=Q(team=None, role__gt="") | Q(team__isnull=False, role="", area_code=""),
                name="giving_team_or_role",
            ),
            models.UniqueConstraint(
                Coalesce("group_id", 0),
                "department",
                Coalesce("team_id", 0),
                "role",
                "area_code",
                name="one_giving_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id or self.department} gives {self.team_id or self.role}"


class DirectoryGiven(models.Model):
    """A grant or a membership that stands because of the directory, and ends with its reason."""

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    grant = models.OneToOneField(
        "people.Grant", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    membership = models.OneToOneField(
        "people.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "people_directorygiven"
        constraints = [
            models.CheckConstraint(
                condition=Q(grant=None, membership__isnull=False)
                | Q(grant__isnull=False, membership=None),
                name="given_one_of_two",
            ),
        ]

    def __str__(self) -> str:
        return f"given to {self.account_id}"
