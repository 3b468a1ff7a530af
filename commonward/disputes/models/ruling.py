"""Tables of rules as a site has edited them; without a row the shipped ones hold."""

from django.conf import settings
from django.db import models
from django.db.models import Q

RULE_KINDS = ("grading", "terms", "keeping")


class RuleVersion(models.Model):
    """One text of a table of rules (规则版本): in force from `adopted_at` until the next.

    `kind` is the grading of disputes, the time limits of law, or how long papers are kept; `text`
    the whole table in TOML. It holds no word about a person: the grading refuses such a table.
    """

    kind = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        db_table = "disputes_ruleversion"
        indexes = [models.Index(fields=["kind", "adopted_at", "number"], name="rules_in_force")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="one_rules_per_number"),
            models.CheckConstraint(condition=Q(kind__in=list(RULE_KINDS)), name="rules_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.number}"
