"""What residents make of the answers, as counts that lead to nobody (反馈与缺口)."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.desk import Answer


class AnswerHelped(models.Model):
    """How often in a month an answer helped, and how often it did not (有没有帮到您)."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()
    helped = models.PositiveIntegerField(default=0)
    not_helped = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "cases_answerhelped"
        constraints = [
            models.UniqueConstraint(fields=["answer", "month"], name="one_helped_count_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.month}: {self.helped}/{self.not_helped}"


class AnswerMissing(models.Model):
    """What somebody missed in an answer, without names and numbers; for a month only.

    Of the moment only the day is kept, and nothing of who wrote it.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(db_index=True)
    words = models.CharField(max_length=300)

    class Meta:
        db_table = "cases_answermissing"

    def __str__(self) -> str:
        return f"{self.answer_id} {self.day}"


class AskedInVain(models.Model):
    """A set of words that was asked and not answered (未答问题), and how often.

    `digest` tells the set again; the `words` themselves are kept only from the fifth asking on:
    what one person alone asks is never written down. `answer` is the one that did not help; None
    where nothing was found. Each network counts once a day, and which one it was is not kept.
    """

    digest = models.CharField(max_length=64, unique=True)
    words = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10)
    answer = models.ForeignKey(
        Answer, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    times = models.PositiveIntegerField(default=1)
    first_day = models.DateField()
    last_day = models.DateField(db_index=True)

    class Meta:
        db_table = "cases_askedinvain"
        constraints = [
            models.CheckConstraint(
                condition=Q(words="") | Q(times__gte=5), name="asked_words_from_five_on"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-times", "id"], condition=Q(times__gte=5), name="asked_in_vain_shown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.times} times"
