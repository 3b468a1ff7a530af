"""Drills with their log, their notes and what is changed afterwards (演练与复盘)."""

from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.cases.models import Case, Task
from commonward.people.models import Account, Team


class Drill(models.Model):
    """An exercise: what is tried, with whom, when; afterwards what happened, why, what changes.

    Its case carries stages, events and tasks; the scenario stands here alone, where no reader of
    reports looks for danger.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    scenario = models.TextField()
    scenario_en = models.TextField(blank=True)
    aims = models.TextField()
    aims_en = models.TextField(blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    happened = models.TextField(blank=True)
    because = models.TextField(blank=True)

    class Meta:
        db_table = "programmes_drill"
        indexes = [models.Index(fields=["-on", "code"], name="drill_newest")]

    def __str__(self) -> str:
        return self.title


class DrillTeam(models.Model):
    """A team takes part."""

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="teams", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "programmes_drillteam"
        constraints = [models.UniqueConstraint(fields=["drill", "team"], name="drill_team_once")]

    def __str__(self) -> str:
        return f"{self.team_id} in {self.drill_id}"


class DrillEntry(models.Model):
    """A line of the log: what happened at a moment of the exercise (演练记录)."""

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="log", db_index=False)
    at = models.DateTimeField()
    words = models.CharField(max_length=300)

    class Meta:
        db_table = "programmes_drillentry"
        indexes = [models.Index(fields=["drill", "at", "id"], name="drill_log")]

    def __str__(self) -> str:
        return f"{self.drill_id} at {self.at}"


class DrillChange(models.Model):
    """What a drill showed must change: by which team, until when; done, and checked by another.

    `task` is the order that the team was given with it.
    """

    drill = models.ForeignKey(
        Drill, on_delete=models.PROTECT, related_name="changes", db_index=False
    )
    what = models.CharField(max_length=300)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.CharField(max_length=400, blank=True)
    said_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    said_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    sent_back = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "programmes_drillchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_at=None) | Q(said_at__isnull=False),
                name="drill_change_said_first",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(said_by=None) | ~Q(checked_by=F("said_by")),
                name="drill_change_checked_apart",
            ),
            models.CheckConstraint(
                condition=Q(said_at=None) | ~Q(evidence=""), name="drill_change_has_evidence"
            ),
        ]
        indexes = [models.Index(fields=["drill", "due_on"], name="drill_change_of")]

    def __str__(self) -> str:
        return self.what
