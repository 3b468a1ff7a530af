"""Questions to the planners, and the best that each has found so far."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.core.plans.running import STATES


class Plan(models.Model):
    """A question to a planner (规划任务): kind, place, what was asked, how far it is.

    `asked` holds the small choices of the form; what is large lies in `PlanData`. `best` and
    `bound` are in the unit of the kind's model, `course` the moments at which they changed
    ([seconds, best, bound], at most 200). `refusal` says in words why there is no answer.
    """

    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    area = models.CharField(max_length=20, blank=True)
    asked = models.JSONField(default=dict, blank=True)
    seed = models.PositiveIntegerField(default=1)
    seconds = models.PositiveIntegerField(default=60)
    state = models.CharField(max_length=10, default="waiting")
    step = models.CharField(max_length=60, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    best = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    course = models.JSONField(default=list, blank=True)
    refusal = models.JSONField(default=dict, blank=True)
    stop_asked = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_plan"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="plan_state_known"),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="plan_to_run"),
            models.Index(fields=["kind", "asked_at"], name="plan_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class PlanData(models.Model):
    """What a planner was given and what it found, packed (JSON, zlib)."""

    plan = models.OneToOneField(
        Plan, primary_key=True, on_delete=models.CASCADE, related_name="data"
    )
    given = models.BinaryField(null=True)
    answer = models.BinaryField(null=True)

    class Meta:
        db_table = "response_plandata"

    def __str__(self) -> str:
        return f"data of {self.plan_id}"
