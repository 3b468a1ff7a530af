"""Time limits of law that run in a dispute."""

from django.db import models
from django.db.models import Q

from commonward.disputes.models.dispute import Dispute


class DisputeClock(models.Model):
    """One time limit of law that runs in a dispute (法定期限).

    `rule` and `track` name the rule, `table` the version of the table under which it began, and
    `citation` its law as it stood there. `events` are the moments it began with (seconds since
    1970, UTC), `pauses` and `more` what was taken out and what was added. `due_at` is empty while
    it is paused; provisional where a year's holidays are not known, and then never too late.
    `next_at` is when it is looked at next; `fault` says why that failed, `failures` how often.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    track = models.CharField(max_length=20)
    table = models.CharField(max_length=12)
    citation = models.CharField(max_length=200)
    binds = models.CharField(max_length=10)
    events = models.JSONField(default=list)
    pauses = models.JSONField(default=list, blank=True)
    more = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    warned_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "disputes_clock"
        indexes = [
            models.Index(fields=["dispute", "id"], name="dispute_clock_dispute"),
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="dispute_clock_next"
            ),
            models.Index(
                fields=["due_at"], condition=Q(ended_at=None), name="dispute_clock_running"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "rule"],
                condition=Q(ended_at=None),
                name="one_running_clock_per_rule",
            ),
            models.CheckConstraint(
                condition=Q(met_at=None) | Q(ended_at__isnull=False), name="clock_met_has_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.dispute_id}"
