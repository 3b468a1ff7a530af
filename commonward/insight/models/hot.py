"""Hot issues (热点问题): reports about one problem at one place, under a number that stays."""

from django.db import models
from django.db.models import Q

from commonward.cases.models import Case
from commonward.people.models import Account


class HotIssue(models.Model):
    """One problem of which several cases speak; its row is its stable number.

    `place` and `words` are pieces that at least three of its cases have in common, so that no
    single reporter's words stand here. `state` is "found", or "merged" (into `into`). `case` is
    the case that somebody made of it. `version` is of the weights that found it.
    """

    place = models.CharField(max_length=80, blank=True)
    words = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="found")
    into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "insight_hotissue"
        indexes = [models.Index(fields=["state", "-count", "-last_at"], name="hot_largest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="found", into=None) | Q(state="merged", into__isnull=False),
                name="hot_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"hot issue {self.pk}"


class HotMember(models.Model):
    """A case in a hot issue; it is in one only. `by_hand`: a person put it there, and it stays."""

    issue = models.ForeignKey(HotIssue, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by_hand = models.BooleanField(default=False)

    class Meta:
        db_table = "insight_hotmember"
        indexes = [models.Index(fields=["at"], name="hot_members_lately")]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.case_id}"


class HotAct(models.Model):
    """What a person decided of a hot issue: split, merge or make a case of it, and why."""

    issue = models.ForeignKey(HotIssue, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=10)
    reason = models.CharField(max_length=300)
    data = models.JSONField(default=dict)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "insight_hotact"
        constraints = [
            models.CheckConstraint(
                condition=Q(verb__in=["split", "merge", "case"]), name="hot_act_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.issue_id}"


class HotRun(models.Model):
    """How far the cases were read: one row; the next run goes on there."""

    after = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    read = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "insight_hotrun"

    def __str__(self) -> str:
        return f"after {self.after}"
