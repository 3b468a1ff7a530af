"""The agreement, version by version, and what each side said to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.sides import Party, Side

STATES = ("draft", "proposed", "in_force", "replaced")
WAYS = ("electronic", "paper", "oral")
SAYS = ("signed", "objected")


class Agreement(models.Model):
    """One version of the terms (调解协议): drafted, proposed unchanged, in force, or replaced.

    `terms` are the clauses as data (`core.agreements`), sealed; they never hold a name. `digest`
    fixes what was proposed: each signature names it. `findings` counts what the linter found, rule
    by rule, and `rules` is the version of its rules. In force from `effective_at`: all sides and
    the mediator have signed and the committee's seal is set (People's Mediation Law 29).
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default="draft")
    terms = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=dict, blank=True)
    rules = models.CharField(max_length=20, blank=True)
    oral = models.BooleanField(default=False)
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    mediator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        db_table = "disputes_agreement"
        constraints = [
            models.UniqueConstraint(fields=["dispute", "version"], name="one_agreement_a_version"),
            models.UniqueConstraint(
                fields=["dispute"],
                condition=Q(state__in=["draft", "proposed"]),
                name="one_agreement_in_hand",
            ),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(state="in_force"), name="one_agreement_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(STATES)), name="agreement_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force")
                | Q(effective_at__isnull=False, mediator__isnull=False)
                & (Q(oral=True) | Q(sealed_at__isnull=False)),
                name="agreement_in_force_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} v{self.version}"


class Signature(models.Model):
    """What one side said to one version: signed, or objected with (sealed) `words` (签名, 异议)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=10)
    way = models.CharField(max_length=12)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    words = models.BinaryField(null=True)

    class Meta:
        db_table = "disputes_signature"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "side"], name="one_word_a_side"),
            models.CheckConstraint(condition=Q(says__in=list(SAYS)), name="signature_says_known"),
            models.CheckConstraint(condition=Q(way__in=list(WAYS)), name="signature_way_known"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.side_id} {self.says}"
