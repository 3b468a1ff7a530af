"""The ledger of what was published (发布台账): a closed month's numbers, never taken back."""

from django.db import models
from django.db.models import F, Q


class Release(models.Model):
    """The numbers of one closed month as they were shown to everybody, with their digest
    (SHA-256 of its canonical JSON).

    `content` is exactly what was published; later publications are compared with it. `book` is the
    digest of the definitions. A change that may be published is a further version; no row is ever
    changed or removed (the database refuses it).
    """

    first = models.DateField()
    until = models.DateField()
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    book = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        db_table = "insight_release"
        constraints = [
            models.UniqueConstraint(fields=["first", "version"], name="release_version_once"),
            models.CheckConstraint(condition=Q(until__gt=F("first")), name="release_of_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}, version {self.version}"
