"""Reports, cases and tasks: what people told us, the problem, and the pieces of work on it."""

from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.cases.models.reference import Category, ProcedureVersion, Standard
from commonward.people.models import Account, Team


class Case(models.Model):
    """The problem (案件): category, place, area, grade, procedure, stage. One case, one code.

    `version` rises with each change (optimistic check). `area_path` is the path the case was
    filed under: a later redrawing changes nothing here. `due_at` is the nearest due moment of
    its running clocks, for lists; the clocks hold the truth. `counters` counts bounded verbs.
    `hidden_at` is when the office took a public case out of sight; it is not `public` then.
    `away_since` is since when a neighbouring installation has it (core.federation).
    """

    number = models.CharField(max_length=20)
    procedure = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stage = models.CharField(max_length=30)
    back_to = models.CharField(max_length=30, blank=True)
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    standard = models.ForeignKey(
        Standard, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    grade = models.CharField(max_length=20, default="ordinary")
    summary = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=20, default="public")

    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area_path = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)

    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    handling_team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unrouted = models.BooleanField(default=False)
    routing = models.JSONField(default=dict, blank=True)

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    joined_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    opened_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    paused = models.BooleanField(default=False)
    provisional = models.BooleanField(default=False)

    outcome = models.CharField(max_length=30, blank=True)
    counters = models.JSONField(default=dict, blank=True)
    counted = models.BooleanField(default=True)
    public = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    away_since = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    source_ref = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "cases_case"
        # Each index is paid for at every step of a case: those that Django would add to every
        # foreign key are left out, and one serves several lists (cases.queries.lists).
        indexes = [
            models.Index(fields=["opened_at", "id"], name="case_newest"),
            models.Index(fields=["is_open", "opened_at", "id"], name="case_state"),
            models.Index(
                fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="case_due"
            ),
            models.Index(
                fields=["id"], condition=Q(is_open=True, due_at=None), name="case_without_due"
            ),
            models.Index(
                fields=["stage", "due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="case_board",
            ),
            models.Index(
                fields=["team", "due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="case_team_due",
            ),
            models.Index(
                fields=["warn_at", "due_at"], condition=Q(warn_at__isnull=False), name="case_warn"
            ),
            models.Index(fields=["category", "opened_at", "id"], name="case_category"),
            models.Index(fields=["team", "opened_at", "id"], name="case_team"),
            models.Index(
                fields=["handling_team", "opened_at", "id"],
                condition=Q(handling_team__isnull=False),
                name="case_handling",
            ),
            models.Index(fields=["area_path"], name="case_area", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["stage"], name="case_stage"),
            models.Index(fields=["grade"], name="case_grade"),
            models.Index(fields=["origin"], name="case_origin"),
            models.Index(fields=["id"], condition=Q(unrouted=True), name="case_unrouted"),
            models.Index(fields=["id"], condition=Q(paused=True), name="case_paused"),
            models.Index(fields=["id"], condition=Q(provisional=True), name="case_provisional"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="case_parent"),
            models.Index(
                fields=["joined_to"], condition=Q(joined_to__isnull=False), name="case_joined"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_case_per_number"),
            models.UniqueConstraint(
                fields=["source", "source_ref"],
                condition=~Q(source_ref=""),
                name="one_case_per_ref",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="case_not_own_parent"),
            models.CheckConstraint(
                condition=~Q(joined_to=F("id")), name="case_not_joined_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="case_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=(Q(lat=None) & Q(lon=None))
                | (Q(lat__gte=-90) & Q(lat__lte=90) & Q(lon__gte=-180) & Q(lon__lte=180)),
                name="case_point_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseKey(models.Model):
    """The key that seals personal details of one case; destroying it shreds them all."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="+")
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_casekey"

    def __str__(self) -> str:
        return f"key of {self.case_id}"


class Report(models.Model):
    """What one person told us, through one channel (诉求), answered with a receipt.

    `contact` (name, phone, e-mail, device) is sealed with the case's key. `answers` holds the
    category's questions. `token` stands in for the number until a batch door gives it one.
    Since `hidden_at` the public reads that it was told, but none of its words.
    """

    number = models.CharField(max_length=20)
    token = models.CharField(max_length=40, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    words = models.TextField(blank=True)
    answers = models.JSONField(default=dict, blank=True)
    contact = models.BinaryField(null=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True)
    media_url = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField()
    idempotency = models.CharField(max_length=100, blank=True)
    content_mark = models.CharField(max_length=16, blank=True)
    public = models.BooleanField(default=False)
    marks = models.JSONField(default=dict, blank=True)
    """What somebody decided of single stretches (core.checking): {"words": …, "address": …}."""
    hidden_at = models.DateTimeField(null=True, blank=True)

    answered_at = models.DateTimeField(null=True, blank=True)
    reached = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        db_table = "cases_report"
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_report_per_number"),
            models.UniqueConstraint(
                fields=["channel", "idempotency"],
                condition=~Q(idempotency=""),
                name="one_report_per_idempotency",
            ),
            models.UniqueConstraint(
                fields=["token"], condition=~Q(token=""), name="one_report_per_token"
            ),
        ]
        indexes = [
            models.Index(fields=["received_at", "id"], name="report_received"),
            models.Index(fields=["case"], name="report_case"),
        ]

    def __str__(self) -> str:
        return self.number


class Photo(models.Model):
    """A picture of the problem, re-encoded and without metadata; `moment` says before or after."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    moment = models.CharField(max_length=10, default="before")
    public = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "cases_photo"

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """A piece of work of one team on a case: assist (协办), whistle (吹哨), supervision (督办)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    procedure = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=30)
    is_open = models.BooleanField(default=True)
    blocks = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    counters = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        db_table = "cases_task"
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=100), name="task_score_to_100"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "is_open"], name="task_case"),
            models.Index(fields=["team", "is_open", "asked_at"], name="task_team"),
            models.Index(fields=["kind", "id"], condition=Q(is_open=True), name="task_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"
