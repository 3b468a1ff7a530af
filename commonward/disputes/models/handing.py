"""Hand-overs to and from other offices, each with its receipt and answer (移交与回执)."""

from django.db import models
from django.db.models import Q

from commonward.core.disputes import PARTNERS
from commonward.disputes.models.dispute import Dispute
from commonward.people.models import Team

STATES = ("prepared", "sent", "received", "defects", "answered", "withdrawn")


class HandOver(models.Model):
    """One hand-over of a dispute: to a partner's team ("out"), or from it ("in").

    `number` is what both offices call it, `reference` the partner's own number. The `package` that
    goes with it and the partner's `words` are sealed with the case's key. `checks` are what a
    person ticked before it was sent.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    direction = models.CharField(max_length=3)
    what = models.CharField(max_length=20)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    reference = models.CharField(max_length=60, blank=True)
    checks = models.JSONField(default=dict, blank=True)
    package = models.BinaryField(null=True)
    words = models.BinaryField(null=True)
    answer = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_handover"
        constraints = [
            models.UniqueConstraint(
                fields=["team", "reference"],
                condition=Q(direction="in") & ~Q(reference=""),
                name="one_hand_over_per_reference",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=["in", "out"]), name="hand_over_has_a_direction"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(STATES)), name="hand_over_state_known"
            ),
            models.CheckConstraint(
                condition=Q(what__in=list(PARTNERS)), name="hand_over_what_known"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "state", "made_at"], name="hand_over_inbox"),
            models.Index(fields=["dispute"], name="hand_over_dispute"),
        ]

    def __str__(self) -> str:
        return self.number
