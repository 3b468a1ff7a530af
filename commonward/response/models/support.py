"""Help for whoever was deceived, after the payment stop: a case of its own, with their consent."""

from django.db import models
from django.db.models import Q

from commonward.cases.models import Case
from commonward.response.models.payments import PaymentStop

CONSENTS = ("portal", "phone")
"""Where it was said: by a tick on the portal's page, or to who called back."""


class Support(models.Model):
    """Support afterwards (事后帮扶), which is a case with the procedure `support`.

    `facts` (the number to call and when it suits) are sealed with this case's own key, which ends
    in the night after the closing. `consent` says where consent was given at `consented_at`;
    `relatives` whether relatives may be spoken to. `offered` are codes of the help that was
    offered.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    stop = models.OneToOneField(PaymentStop, on_delete=models.PROTECT, related_name="support")
    consent = models.CharField(max_length=10)
    consented_at = models.DateTimeField()
    relatives = models.BooleanField(default=False)
    facts = models.BinaryField(null=True)
    offered = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "response_support"
        constraints = [
            models.CheckConstraint(
                condition=Q(consent__in=list(CONSENTS)), name="support_needs_consent"
            )
        ]

    def __str__(self) -> str:
        return self.case.number


class SupportNote(models.Model):
    """What was said at one step of it, sealed with the case's key."""

    support = models.ForeignKey(Support, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    words = models.BinaryField(null=True)

    class Meta:
        db_table = "response_supportnote"
        indexes = [models.Index(fields=["support", "at"], name="support_note_of")]

    def __str__(self) -> str:
        return f"{self.verb} of {self.support_id}"
