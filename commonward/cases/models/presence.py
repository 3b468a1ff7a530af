"""Which colleagues have a case open at this moment; gone a minute after they leave it."""

from django.db import models
from django.db.models import F, Q

from commonward.cases.models.case import Case
from commonward.people.models import Account


class Presence(models.Model):
    """A member of staff looks at a case (在看): a short lease, renewed while the page is open.

    It is shown to colleagues who have the same case open, so that two people do not do the same
    work; it is deleted when it ends, and nothing is reckoned from it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "cases_presence"
        constraints = [
            models.UniqueConstraint(fields=["case", "account"], name="one_presence_per_case"),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="presence_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["until"], name="presence_until")]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.case_id}"
