"""How far a file has been taken in."""

from django.db import models


class ImportedFile(models.Model):
    """One file of cases (批量导入): known by its bytes, with the line up to which it is taken in.

    It is written in the same transaction as the cases of a batch: whatever ends the import, the
    next run goes on exactly there.
    """

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=40)
    line = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    known = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_importedfile"

    def __str__(self) -> str:
        return self.name
