"""What a reporter asks of their own data, and what a correction or deletion took out of the record."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.case import Case, Report
from commonward.cases.models.record import Event


class DataRequest(models.Model):
    """A reporter asks to have something of their report corrected or deleted (更正、删除请求).

    `what` is "contact", "place", "words" or "all" (for a deletion alone). `wanted`, what it should
    say, is sealed with the case's key and emptied with the answer. It is `asked` until an officer
    answers by `due_at`: `refused`, or `granted` and then `done`, at once or when the case has ended.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    what = models.CharField(max_length=8)
    wanted = models.BinaryField(null=True)
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_datarequest"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="correct", what__in=["contact", "place", "words"])
                | Q(kind="erase", what__in=["contact", "all"]),
                name="data_request_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None)
                | Q(
                    state__in=["refused", "granted", "done"],
                    answered_at__isnull=False,
                    wanted=None,
                ),
                name="data_request_answered_whole",
            ),
            models.UniqueConstraint(
                fields=["report", "kind", "what"],
                condition=Q(state="asked"),
                name="one_open_data_request",
            ),
        ]
        indexes = [
            models.Index(fields=["report"], name="data_request_report"),
            models.Index(fields=["case"], name="data_request_case"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state="asked"), name="data_request_waits"
            ),
            models.Index(fields=["id"], condition=Q(state="granted"), name="data_request_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.what} of {self.report_id}"


class ErasedPart(models.Model):
    """The salted digest of a part of an event that was corrected or deleted (已更正、删除部分).

    The public log committed to the part; its digest stands in the leaf from then on instead of the
    words, so that the leaf is still proven and the words are gone. `by` is the event that took it
    out: it holds the digest of what stands there now.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=8)
    digest = models.BinaryField()
    by = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "cases_erasedpart"
        constraints = [
            models.UniqueConstraint(fields=["event", "part"], name="one_erased_part"),
        ]

    def __str__(self) -> str:
        return f"{self.part} of event {self.event_id}"
