"""The explorer as a site has edited it; without a row the shipped one holds."""

from django.conf import settings
from django.db import models


class ExplorerVersion(models.Model):
    """One text of the explorer (纠纷解决指引版本): in force from `adopted_at` until the next.

    `text` is the whole file in TOML, as its editor wrote it; it holds no word about a person.
    """

    number = models.PositiveIntegerField(unique=True)
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
        db_table = "disputes_explorerversion"
        indexes = [models.Index(fields=["adopted_at", "number"], name="explorer_in_force")]

    def __str__(self) -> str:
        return f"explorer v{self.number}"
