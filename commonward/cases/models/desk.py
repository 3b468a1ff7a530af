"""What the desk keeps for its own work: saved views, standard texts, answers to enquiries."""

from django.db import models
from django.db.models import Q

from commonward.people.models import Account, Team


class SavedView(models.Model):
    """A list's filters under a name (常用视图): its owner's own, or shared with one team.

    `query` is the list's address after the question mark.
    """

    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "cases_savedview"
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_per_name"),
        ]
        indexes = [
            models.Index(fields=["team"], condition=Q(team__isnull=False), name="view_team"),
        ]

    def __str__(self) -> str:
        return self.name


class StandardText(models.Model):
    """Words that officers need again and again (标准用语), for a kind of problem and a stage.

    `category` is a prefix of codes and `stage` a name; either may be empty for all. The words are
    in its newest version.
    """

    name = models.CharField(max_length=120)
    category = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField(default=1)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "cases_standardtext"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "category", "stage", "language"], name="one_text_per_use"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StandardTextVersion(models.Model):
    """The words of a standard text as somebody left them; never changed."""

    text = models.ForeignKey(
        StandardText, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    words = models.TextField()
    by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_standardtextversion"
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="one_standard_text_version")
        ]

    def __str__(self) -> str:
        return f"{self.text_id} v{self.number}"


class Answer(models.Model):
    """An entry of the knowledge base (知识库条目): a question that is often asked.

    `owner` sees to it that it is right; from `valid_until` on it is offered to nobody until the
    owner has looked at it again. What it says is in its newest version. One that is `of` another
    says the same for an area (its code) or in another language. Where it is `public`, residents
    read the version `shown`, the newest that somebody else has checked; 0: none yet.
    """

    of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.CharField(max_length=32, blank=True)
    public = models.BooleanField(default=False)
    shown = models.PositiveIntegerField(default=0)
    category = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    valid_until = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "cases_answer"
        indexes = [
            models.Index(
                fields=["valid_until"],
                condition=Q(active=True, valid_until__isnull=False),
                name="answer_expiring",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["of", "area", "language"],
                condition=Q(of__isnull=False),
                name="one_answer_for_area_and_language",
            ),
            models.CheckConstraint(
                condition=Q(of__isnull=False) | Q(area=""), name="answer_of_an_area_is_a_variant"
            ),
            models.CheckConstraint(
                condition=Q(shown__lte=models.F("version")), name="answer_shown_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class AnswerVersion(models.Model):
    """Question and answer as somebody left them; the words are never changed.

    `sources` are where it is written: {"kind": law, document or address, "name", "link",
    "checked": the day on which somebody last looked}. `checked_by` agreed to it, or wrote in
    `returned` what is wrong with it.
    """

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    question = models.CharField(max_length=300)
    keywords = models.CharField(max_length=300, blank=True)
    words = models.TextField()
    source = models.CharField(max_length=300, blank=True)
    sources = models.JSONField(default=list, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    checked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    returned = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "cases_answerversion"
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="one_answer_version")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} v{self.number}"
