"""Plans (计划): groups, tasks and dated targets, with who owns, helps and checks each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.people.models import Team

STATES = ("draft", "in_force", "ended")
DIRECTIONS = ("up", "down", "below")
PARTS = ("owner", "partner", "checker")


class Plan(models.Model):
    """A plan of some time (专项计划): 205 tasks in 11 groups, say; `office` keeps it (督查室).

    A draft is changed freely; once it is in force each change of a target has its reason. Only a
    plan in force or ended, and marked public, has a page for everybody. `revision` rises with each
    change, so that nobody overwrites what they did not see.
    """

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    begins = models.DateField()
    ends = models.DateField()
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="draft")
    public = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "programmes_plan"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(STATES)), name="programme_plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")), name="programme_plan_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["state", "begins"], name="programme_plan_by_state")]

    def __str__(self) -> str:
        return self.code


class PlanGroup(models.Model):
    """A group of tasks (组)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "programmes_plangroup"
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_group_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.number}"


class PlanTask(models.Model):
    """A task of the plan (项), weighing beside the other tasks."""

    group = models.ForeignKey(PlanGroup, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    weight = models.DecimalField(max_digits=8, decimal_places=4, default=1)

    class Meta:
        db_table = "programmes_plantask"
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="plan_task_number_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="plan_task_weighs"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.number}"


class Target(models.Model):
    """A measurable, dated target (目标); its value is the last that was checked, of `value_on`.

    With a `formula` (an indicator's name) the value comes from the record of cases; else from the
    owner's report and another team's check. `masked` says why the public sees neither its words
    nor its values; `dropped` why it was given up. `words` are what the owner said of it last.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=30)
    unit_en = models.CharField(max_length=30, blank=True)
    direction = models.CharField(max_length=6)
    baseline = models.DecimalField(max_digits=20, decimal_places=4)
    wanted = models.DecimalField(max_digits=20, decimal_places=4)
    begins = models.DateField()
    due = models.DateField()
    weight = models.DecimalField(max_digits=8, decimal_places=4, default=1)
    evidence = models.TextField(blank=True)
    formula = models.CharField(max_length=80, blank=True)
    public = models.BooleanField(default=True)
    masked = models.CharField(max_length=300, blank=True)
    dropped = models.CharField(max_length=300, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    value_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "programmes_target"
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="target_number_once"),
            models.CheckConstraint(
                condition=Q(direction__in=list(DIRECTIONS)), name="target_direction_known"
            ),
            models.CheckConstraint(condition=Q(due__gt=F("begins")), name="target_due_after_start"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="target_weighs"),
            models.CheckConstraint(
                condition=Q(value=None, value_on=None)
                | Q(value__isnull=False, value_on__isnull=False),
                name="target_value_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["plan", "task", "number"], name="target_of_plan")]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.number}"


class Milestone(models.Model):
    """What should be reached on the way, by a day (节点)."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="+", db_index=False)
    due = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        db_table = "programmes_milestone"
        constraints = [
            models.UniqueConstraint(fields=["target", "due"], name="one_milestone_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.target_id} by {self.due}"


class TargetTeam(models.Model):
    """A team's one part in a target: it owns it (责任), helps (协办), or checks it (核验).

    One team has one part, so nobody can check a target of their own team or help with it.
    """

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=8)

    class Meta:
        db_table = "programmes_targetteam"
        constraints = [
            models.UniqueConstraint(fields=["target", "team"], name="nobody_checks_their_own"),
            models.UniqueConstraint(
                fields=["target"], condition=Q(part="owner"), name="one_owner_a_target"
            ),
            models.UniqueConstraint(
                fields=["target"], condition=Q(part="checker"), name="one_checker_a_target"
            ),
            models.CheckConstraint(condition=Q(part__in=list(PARTS)), name="target_part_known"),
        ]
        indexes = [models.Index(fields=["team", "part"], name="target_team_part")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.part} of {self.target_id}"


class TargetChange(models.Model):
    """What was changed of a target, by whom and why (变更记录); never changed or deleted."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    reason = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "programmes_targetchange"
        indexes = [models.Index(fields=["target", "id"], name="target_change_of")]

    def __str__(self) -> str:
        return f"{self.target_id} at {self.at:%Y-%m-%d}"
