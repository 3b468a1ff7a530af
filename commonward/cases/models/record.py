"""What happened and by when: events, remarks, clocks, and what waits for approval."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.case import Case, Report, Task
from commonward.people.models import Account, Team


class Event(models.Model):
    """One thing that happened (办理记录): audit trail, outbox and source of all figures at once.

    Append only: the database refuses UPDATE and DELETE. No personal detail is in it: free words
    are in `Remark`, which can be shredded. `at` is when it happened for the case (a replay's
    clock), `written_at` the machine's own time.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    from_stage = models.CharField(max_length=30, blank=True)
    to_stage = models.CharField(max_length=30, blank=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=40)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    spent = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "cases_event"
        # Events are read by case or by time; an index on every foreign key would cost each write.
        indexes = [
            models.Index(fields=["case", "id"], name="event_case"),
            models.Index(fields=["at"], name="event_at"),
            models.Index(fields=["task"], condition=Q(task__isnull=False), name="event_task"),
            models.Index(
                fields=["id"],
                condition=Q(verb__in=["hand_back", "mis_dispatched"]),
                name="event_returned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} on {self.case_id}"


class Remark(models.Model):
    """The free words of an event (a reason, an answer), apart from it so that they can go."""

    event = models.OneToOneField(
        Event, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.TextField()
    public = models.BooleanField(default=False)
    marks = models.JSONField(default=dict, blank=True)
    """What somebody decided of single stretches of public words (core.checking)."""

    class Meta:
        db_table = "cases_remark"

    def __str__(self) -> str:
        return self.words[:40]


class Clock(models.Model):
    """A limit that runs (时限): `kind` says on what, `face` holds its intervals (core.clocks).

    `due_at` is recomputed from the intervals at each change, `next_at` is when the tick must look
    again (warning, due, a rung of the ladder), `rung` how many it has passed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12)
    stage = models.CharField(max_length=30, blank=True)
    calendar = models.CharField(max_length=60)
    face = models.JSONField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    met = models.BooleanField(null=True)
    next_at = models.DateTimeField(null=True, blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "cases_clock"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(task=None, stopped_at=None),
                name="one_running_clock_per_kind",
            ),
            models.UniqueConstraint(
                fields=["task", "kind"],
                condition=Q(task__isnull=False, stopped_at=None),
                name="one_running_clock_per_task",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["total", "stage", "task", "review", "suspension"]),
                name="clock_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(next_at=None), name="stopped_clock_is_not_polled"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "stopped_at"], name="clock_case"),
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_polled"
            ),
            models.Index(
                fields=["case"], condition=Q(provisional=True, stopped_at=None), name="clock_prov"
            ),
            models.Index(
                fields=["task", "stopped_at"],
                condition=Q(task__isnull=False),
                name="clock_task",
            ),
            models.Index(fields=["attempts"], condition=Q(attempts__gt=0), name="clock_stuck"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} clock of {self.case_id}"


class Approval(models.Model):
    """Something asked of a higher level (审批): an extension, a suspension, an appeal of a mark;
    and a reporter's objection (异议) to what the office hid from the public."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default="asked")
    level = models.PositiveSmallIntegerField(default=0)
    seconds = models.BigIntegerField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_approval"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["extension", "suspension", "appeal", "objection"]),
                name="approval_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "granted", "refused", "lapsed"]),
                name="approval_state_known",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state="asked"), name="one_open_approval"
            ),
        ]
        indexes = [models.Index(fields=["case"], name="approval_case")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.case_id}"
