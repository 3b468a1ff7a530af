"""Reviews of access: whether what was granted is still needed, said by who leads, by a day."""

from django.db import models
from django.db.models import Q


class Review(models.Model):
    """A review of grants (授权复核): of all, of one team's members, or of one post.

    `ends` says that what nobody confirmed by `due` ends by itself; `next_at` when the next one
    begins, None for never.
    """

    begun_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField()
    due = models.DateTimeField()
    team = models.ForeignKey(
        "people.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=40, blank=True)
    ends = models.BooleanField(default=False)
    months = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_review"
        constraints = [
            models.CheckConstraint(
                condition=Q(due__gt=models.F("begun_at")), name="access_review_due"
            ),
            models.CheckConstraint(condition=Q(months__in=[0, 6, 12]), name="access_review_months"),
        ]
        indexes = [
            models.Index(fields=["due"], condition=Q(closed_at=None), name="access_review_open"),
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="access_review_again"
            ),
        ]

    def __str__(self) -> str:
        return f"review until {self.due}"


class ReviewLine(models.Model):
    """One grant in a review: kept or ended, by whom and for which reason of a list.

    `used` is the month in which a step was last done with this post ("2026-10"), "" for none in a
    year; it is emptied when the review is closed.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+", db_index=False)
    grant = models.ForeignKey("people.Grant", on_delete=models.PROTECT, related_name="+")
    used = models.CharField(max_length=7, blank=True)
    kept = models.BooleanField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    decided_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_reviewline"
        constraints = [
            models.UniqueConstraint(fields=["review", "grant"], name="one_line_each"),
            models.CheckConstraint(
                condition=Q(kept=None, reason="", decided_at=None)
                | Q(kept__isnull=False, reason__gt="", decided_at__isnull=False),
                name="review_line_decided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.grant_id} in review {self.review_id}"
