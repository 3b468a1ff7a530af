"""Advice on preventing harm (防范提示): the site's texts, and what was proposed and decided."""

from django.db import models
from django.db.models import Q

from commonward.areas.models import Area, News
from commonward.people.models import Account

STATES = ("proposed", "published", "declined", "lapsed")


class AdviceText(models.Model):
    """A text that the site may tell: for which categories (prefixes of codes), in which months.

    `lines` and `lines_en` are lists of sentences. `quiet`: no number is told with it.
    """

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=60, blank=True)
    lines = models.JSONField(default=list)
    lines_en = models.JSONField(default=list, blank=True)
    categories = models.JSONField(default=list)
    months = models.JSONField(default=list, blank=True)
    quiet = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "programmes_advicetext"

    def __str__(self) -> str:
        return self.code


class AdviceProposal(models.Model):
    """A text that the counts of an area's problems, the season or a person called for.

    `rule` is "rise", "season" or "person"; `count` and `usual` are what was counted then. `news` is
    what the area's pages show since it was published.
    """

    text = models.ForeignKey(AdviceText, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=10)
    version = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)
    usual = models.FloatField(default=0)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="proposed")
    decided_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    news = models.OneToOneField(
        News, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "programmes_adviceproposal"
        constraints = [
            models.UniqueConstraint(
                fields=["text", "area"],
                condition=Q(state="proposed"),
                name="advice_proposed_once",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="advice_state_known"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(news__isnull=False), name="advice_told_is_news"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "made_at"], name="advice_by_state"),
            models.Index(fields=["text", "area", "made_at"], name="advice_of_area"),
        ]

    def __str__(self) -> str:
        return f"{self.text_id} for {self.area_id}: {self.state}"
