"""Surveys (满意度与安全感调查): plan, strata, the sealed list, links, answers without anybody.

Nothing leads from an answer to a number, a link or a moment: rows have drawn numbers, no time and no
author, and are written anew in a drawn order.
"""

from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.core.surveys.rates import OUTCOMES
from commonward.core.surveys.sampling import ALLOCATIONS, METHODS
from commonward.people.models import Account

STATES = ("prepared", "open", "closed", "published")
CHANNELS = ("phone", "link", "counter", "paper")


class Survey(models.Model):
    """A survey: when, of whom, what is asked, how it is drawn; and what came out.

    `list_key` seals the telephone numbers and is destroyed with them. `margin` is a question with
    the number of people for each of its answers, known from elsewhere. `results` is what was
    published.
    """

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    begins_on = models.DateField()
    ends_on = models.DateField()
    shred_on = models.DateField()
    state = models.CharField(max_length=10, default="prepared")
    questions = models.JSONField()
    version = models.PositiveSmallIntegerField(default=1)
    size = models.PositiveIntegerField(default=0)
    allocation = models.CharField(max_length=12, default="proportional")
    method = models.CharField(max_length=12, default="simple")
    least = models.PositiveSmallIntegerField(default=20)
    per_answer = models.PositiveSmallIntegerField(default=4)
    seed = models.CharField(max_length=40)
    margin = models.JSONField(default=dict)
    counter_counts = models.BooleanField(default=False)
    counter_key = models.CharField(max_length=40, blank=True)
    earlier = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    list_key = models.BinaryField(null=True)
    results = models.JSONField(null=True)

    class Meta:
        db_table = "programmes_survey"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="survey_state_known"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on"), shred_on__gte=F("ends_on")),
                name="survey_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(allocation__in=list(ALLOCATIONS), method__in=list(METHODS)),
                name="survey_plan_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("prepared", "open")) | Q(list_key=None, counter_key=""),
                name="survey_closed_keeps_no_list",
            ),
            models.CheckConstraint(
                condition=Q(state="published", results__isnull=False)
                | (~Q(state="published") & Q(results=None)),
                name="survey_published_has_results",
            ),
        ]
        indexes = [models.Index(fields=["-ends_on", "code"], name="survey_newest")]

    def __str__(self) -> str:
        return self.title


class SurveyStratum(models.Model):
    """A part of the population (层): an area, or a group in it; and how many of it are asked."""

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="strata", db_index=False
    )
    key = models.CharField(max_length=60)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    group = models.CharField(max_length=40, blank=True)
    group_en = models.CharField(max_length=40, blank=True)
    population = models.PositiveIntegerField()
    spread = models.FloatField(default=0.5)
    size = models.PositiveIntegerField(default=0)
    listed = models.PositiveIntegerField(default=0)
    drawn = models.PositiveIntegerField(default=0)
    links = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "programmes_surveystratum"
        constraints = [
            models.UniqueConstraint(fields=["survey", "key"], name="survey_stratum_once"),
            models.CheckConstraint(condition=Q(population__gt=0), name="survey_stratum_peopled"),
        ]

    def __str__(self) -> str:
        return self.key


class SurveyNumber(models.Model):
    """A telephone number of the drawn sample, sealed, until its call has ended (抽中号码).

    `turn` is drawn. A caller holds one number at a time, for a while.
    """

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    stratum = models.ForeignKey(
        SurveyStratum, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sealed = models.BinaryField()
    turn = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    reached = models.BooleanField(default=False)
    held_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    held_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "programmes_surveynumber"
        indexes = [
            models.Index(fields=["survey", "tries", "turn"], name="survey_number_next"),
            models.Index(
                fields=["held_by"], condition=Q(held_by__isnull=False), name="survey_number_held"
            ),
        ]

    def __str__(self) -> str:
        return f"number of {self.survey_id}"


class SurveyCount(models.Model):
    """How often something came of asking, by stratum and channel; of whom is nowhere."""

    stratum = models.ForeignKey(
        SurveyStratum, on_delete=models.PROTECT, related_name="counts", db_index=False
    )
    channel = models.CharField(max_length=8)
    outcome = models.CharField(max_length=12)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "programmes_surveycount"
        constraints = [
            models.UniqueConstraint(
                fields=["stratum", "channel", "outcome"], name="survey_count_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=list(OUTCOMES), channel__in=CHANNELS),
                name="survey_count_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.count}"


class SurveyLink(models.Model):
    """The right to one answer by link: the hash of its code, and whether it was used (一次性链接)."""

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    stratum = models.ForeignKey(
        SurveyStratum, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mark = models.CharField(max_length=64)
    spent = models.BooleanField(default=False)

    class Meta:
        db_table = "programmes_surveylink"
        constraints = [
            models.UniqueConstraint(fields=["survey", "mark"], name="survey_link_once"),
        ]

    def __str__(self) -> str:
        return self.mark[:8]


class SurveyAnswer(models.Model):
    """One answered questionnaire, without words, moment, number or link (答卷)."""

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    stratum = models.ForeignKey(
        SurveyStratum, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField()
    answers = models.JSONField()

    class Meta:
        db_table = "programmes_surveyanswer"
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="survey_answer_channel"),
        ]
        indexes = [models.Index(fields=["survey", "stratum"], name="survey_answer_of")]

    def __str__(self) -> str:
        return f"answer to {self.survey_id}"


class SurveyWords(models.Model):
    """Free words, apart from the answers that came with them and from where (开放题)."""

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.CharField(max_length=31)
    words = models.TextField()

    class Meta:
        db_table = "programmes_surveywords"
        indexes = [models.Index(fields=["survey", "question"], name="survey_words_of")]

    def __str__(self) -> str:
        return f"words of {self.survey_id}"
