"""Other programs that are told what happens."""

from django.db import models
from django.db.models import Q


class Hook(models.Model):
    """An address of another program that is told of events (回调通知).

    Empty lists fit every event; `verbs` and `stages` (those a case comes to) narrow it, and so do
    an area with all below it and prefixes of categories. `secret` is wrapped by the site's master
    key; until `old_until` the one before signs beside it. `place` is the place in the record up to
    which events were looked at (core.following).
    """

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=500)
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_until = models.DateTimeField(null=True, blank=True)
    verbs = models.JSONField(default=list, blank=True)
    stages = models.JSONField(default=list, blank=True)
    area_code = models.CharField(max_length=32, blank=True)
    categories = models.JSONField(default=list, blank=True)
    place = models.TextField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_hook"
        indexes = [
            models.Index(fields=["id"], condition=Q(ended_at=None), name="hook_live"),
        ]

    def __str__(self) -> str:
        return self.name
