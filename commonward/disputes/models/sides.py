"""The sides of a dispute and who stands on them; nothing leads from one dispute to another."""

from django.db import models
from django.db.models import Q

from commonward.disputes.models.dispute import Dispute

ANSWERS = ("", "agreed", "refused")
PARTS = ("party", "representative", "supporter")


class Side(models.Model):
    """One side of a dispute (一方当事人): "a" applied, "b" and further ones were asked.

    `answer` is "" until this side says yes or no: silence decides nothing. `told` is the version
    of the notice that was shown before consent. A side that is `minor` has a supporter. `needs`
    (what it asks for, parts of the week and days at which it can come) is sealed.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    letter = models.CharField(max_length=1)
    answer = models.CharField(max_length=10, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    told = models.CharField(max_length=20, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=10, blank=True)
    interpreter = models.BooleanField(default=False)
    minor = models.BooleanField(default=False)
    needs_supporter = models.BooleanField(default=False)
    households = models.PositiveIntegerField(default=1)
    needs = models.BinaryField(null=True)

    class Meta:
        db_table = "disputes_side"
        constraints = [
            models.UniqueConstraint(fields=["dispute", "letter"], name="one_side_per_letter"),
            models.CheckConstraint(condition=Q(answer__in=list(ANSWERS)), name="side_answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.letter}"


class Party(models.Model):
    """Somebody who stands on a side, acts for it, or helps it, in this one dispute.

    `details` (name, telephone, e-mail, address …) are sealed with the case's key; of the pass that
    opens their page only a hash is kept. There is no key that leads to another dispute.
    """

    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20, default="party")
    details = models.BinaryField(null=True)
    pass_digest = models.CharField(max_length=64, blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tries_since = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_party"
        constraints = [
            models.UniqueConstraint(
                fields=["pass_digest"], condition=~Q(pass_digest=""), name="one_party_per_pass"
            ),
            models.CheckConstraint(condition=Q(part__in=list(PARTS)), name="party_part_known"),
        ]

    def __str__(self) -> str:
        return f"party of {self.side_id}"
