"""The month's review of a plan (月月考): one case, and a line per target."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonward.cases.models import Case, Report
from commonward.people.models import Team
from commonward.programmes.models.plans import Plan, Target

VERDICTS = ("", "confirmed", "corrected", "refused")


class MonthlyReview(models.Model):
    """The review of one plan for one month, which is a case of `P-review`."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    notice = models.TextField(blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_monthlyreview"
        constraints = [
            models.UniqueConstraint(fields=["plan", "month"], name="one_review_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.month:%Y-%m}"


class ReviewLine(models.Model):
    """One target in one month: reported, checked by somebody else, scored, perhaps contested.

    `owed` is what should have stood at the month's end; `counted` the value that the score is of.
    Whoever reported does not check, and whoever did either does not decide on the appeal.
    """

    review = models.ForeignKey(
        MonthlyReview, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="+", db_index=False)
    owed = models.DecimalField(max_digits=20, decimal_places=4)
    own = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    words = models.TextField(blank=True)
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    by_team = models.ForeignKey(
        Team, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reported_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=9, blank=True)
    counted = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    check_words = models.TextField(blank=True)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    checker_team = models.ForeignKey(
        Team, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    why = models.CharField(max_length=12, blank=True)
    formula = models.CharField(max_length=12, blank=True)
    appeal = models.TextField(blank=True)
    appealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    appealed_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    upheld = models.BooleanField(null=True)
    """Whether the appeal was upheld: the score was reckoned anew of what was decided."""

    class Meta:
        db_table = "programmes_reviewline"
        constraints = [
            models.UniqueConstraint(fields=["review", "target"], name="one_line_a_target"),
            models.CheckConstraint(
                condition=Q(verdict__in=list(VERDICTS)), name="review_verdict_known"
            ),
            models.CheckConstraint(
                condition=Q(checker=None) | Q(by=None) | ~Q(checker=F("by")),
                name="line_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(checker_team=None) | Q(by_team=None) | ~Q(checker_team=F("by_team")),
                name="line_checked_by_another_team",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (
                    (Q(by=None) | ~Q(decided_by=F("by")))
                    & (Q(checker=None) | ~Q(decided_by=F("checker")))
                    & (Q(appealed_by=None) | ~Q(decided_by=F("appealed_by")))
                ),
                name="line_appeal_decided_by_a_third",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="line_score_bounds"
            ),
        ]
        indexes = [models.Index(fields=["target", "review"], name="line_of_target")]

    def __str__(self) -> str:
        return f"{self.target_id} in {self.review_id}"
