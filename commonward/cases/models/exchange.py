"""Bulk from other systems: what is exchanged, by which mapping, each run and what it left open."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.case import Case
from commonward.people.models import Account


class Exchange(models.Model):
    """Another system that gives us orders, is told their statuses, or both (数据交换).

    `name` is also the source of its cases. `sample` holds the columns and first rows of a file
    beside which the mapping is drawn, sealed with `sample_key`; it goes with `sample_until`.
    """

    name = models.CharField(max_length=40)
    direction = models.CharField(max_length=4)
    form = models.CharField(max_length=4)
    keep_days = models.PositiveSmallIntegerField(default=30)
    sample = models.BinaryField(null=True)
    sample_key = models.BinaryField(null=True)
    sample_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_exchange"
        constraints = [
            models.UniqueConstraint(fields=["name"], name="one_exchange_per_name"),
            models.CheckConstraint(
                condition=Q(direction__in=["in", "out", "both"]), name="exchange_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(form__in=["csv", "xlsx", "json"]), name="exchange_form_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExchangeMapping(models.Model):
    """One version of an exchange's mapping (core.exchanging.mapping); the last one holds."""

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    text = models.JSONField()
    made_at = models.DateTimeField()
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "cases_exchangemapping"
        constraints = [
            models.UniqueConstraint(fields=["exchange", "number"], name="one_mapping_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.exchange_id}.{self.number}"


class ExchangeRun(models.Model):
    """One file of an exchange: taken in, made for them, or compared.

    The file lies sealed beside the database, under `file`, opened by `key`, which is destroyed
    at `keep_until` with the file and what the rows hold of it. `line` is how far it was read,
    written in the transaction of the rows. Of a file of statuses `acknowledged_at` says that the
    other system has it: the next one tells what changed since.
    """

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="+")
    mapping = models.ForeignKey(
        ExchangeMapping, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=9)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=40, blank=True)
    key = models.BinaryField(null=True)
    line = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    differing = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    only_there = models.PositiveIntegerField(default=0)
    only_here = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateTimeField()

    class Meta:
        db_table = "cases_exchangerun"
        constraints = [
            models.UniqueConstraint(fields=["exchange", "number"], name="one_run_per_number"),
            models.CheckConstraint(
                condition=Q(kind__in=["in", "out", "reconcile"]), name="exchange_run_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(ended_at=None), name="exchange_run_going"),
            models.Index(
                fields=["keep_until"], condition=Q(key__isnull=False), name="exchange_run_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exchange_id} {self.kind} {self.number}"


class ExchangeItem(models.Model):
    """Which case an order of another system is here; its number there is known once per exchange.

    `marks` are short digests of what was last taken, by field ("words"), and of what somebody
    decided against ("words="); `told` is the status here that the
    other system last acknowledged, `seen_in` the last comparison whose file named it.
    """

    exchange = models.ForeignKey(
        Exchange, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ref = models.CharField(max_length=80)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    marks = models.JSONField(default=dict, blank=True)
    told = models.CharField(max_length=30, blank=True)
    seen_in = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "cases_exchangeitem"
        constraints = [
            models.UniqueConstraint(fields=["exchange", "ref"], name="one_item_per_ref"),
        ]
        indexes = [
            models.Index(fields=["exchange", "case"], name="exchange_item_case"),
            models.Index(fields=["exchange", "seen_in", "id"], name="exchange_item_seen"),
        ]

    def __str__(self) -> str:
        return self.ref


class ExchangeRow(models.Model):
    """A row of a run of which somebody has to know: refused, updated, differing, on one side only.

    `content` (faults, or what is here and there by field) is sealed with the run's key. What was
    decided of a difference, and why, stands in the case's own events; here only which way.
    """

    run = models.ForeignKey(ExchangeRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.PositiveBigIntegerField(default=0)
    ref = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10)
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    content = models.BinaryField(null=True)
    decision = models.CharField(max_length=6, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_exchangerow"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["refused", "updated", "differs", "only_here", "only_there"]),
                name="exchange_row_state_known",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "theirs", "ours", "ask"]),
                name="exchange_row_decision_known",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "state", "id"], name="exchange_row_state"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"
