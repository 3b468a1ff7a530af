"""Models of the words as the site keeps them, and what they suggested to whom (分拣建议)."""

from django.db import models
from django.db.models import F, Q

from commonward.cases.models.case import Case, Report
from commonward.cases.models.reference import Category
from commonward.people.models import Account

STATES = ("challenger", "champion", "refused", "retired")
"""A champion answers; a refused one did worse on the held-back month and never answered."""


class WordModel(models.Model):
    """One training of the model of categories (分类模型): its bytes, its card, what became of it.

    `content` is what `core.triage` saved, None once it is too old to be taken back; `digest` its
    SHA-256, so that what is loaded is what was judged. `learnt` examples came between `since` and
    `until`. `card` and `judged` are figures of categories and of kinds of areas, never words of a
    report. `by` is who took it back or put it away; empty for the nightly training.
    """

    version = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=10)
    content = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    learnt = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    card = models.JSONField(default=dict, blank=True)
    judged = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        db_table = "cases_wordmodel"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["cold", "trained"]), name="words_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["challenger", "champion", "refused", "retired"]),
                name="words_state",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="champion"), name="one_words_champion"
            ),
            models.CheckConstraint(
                condition=~Q(state="champion") | Q(content__isnull=False),
                name="words_champion_has_content",
            ),
        ]
        indexes = [models.Index(fields=["made_at", "id"], name="words_newest")]

    def __str__(self) -> str:
        return self.version


class WordSettings(models.Model):
    """Whether words are read at all here, and where what nobody sorted waits: one row.

    Where `on` is false nothing is computed. `unsorted` is the category under which a report
    without one waits for a person; None where a report must come with its category. `same_from`
    is the probability from which on a case is put first as probably the same problem; None: never.
    What may be urgent is read within `read_first_minutes`, and is put first from `read_first_more`
    above the shipped border on (below 0: more of it).

    `train_asked_at` stands while a training that somebody asked for waits or runs (since
    `train_began_at`); `train_said` is why the last one that was asked for made no model: a text
    with its values, {} where it made one.
    """

    on = models.BooleanField(default=True)
    unsorted = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    same_from = models.FloatField(null=True, blank=True)
    read_first_minutes = models.PositiveSmallIntegerField(default=15)
    read_first_more = models.FloatField(default=0.0)
    changed_at = models.DateTimeField()
    train_asked_at = models.DateTimeField(null=True, blank=True)
    train_asked_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    train_began_at = models.DateTimeField(null=True, blank=True)
    train_said = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "cases_wordsettings"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="words_settings_one_row"),
            models.CheckConstraint(
                condition=Q(train_began_at=None) | Q(train_asked_at__isnull=False),
                name="words_training_asked_first",
            ),
            models.CheckConstraint(
                condition=Q(same_from=None) | Q(same_from__gt=0.0, same_from__lt=1.0),
                name="words_same_from",
            ),
            models.CheckConstraint(
                condition=Q(read_first_minutes__gte=1, read_first_minutes__lte=240),
                name="words_read_first_minutes",
            ),
        ]

    def __str__(self) -> str:
        return "on" if self.on else "off"


class WordVariant(models.Model):
    """A pair of the site's own table: what people write, and the word it stands for (错别字与方言).

    `meant` is "" where a pair of the package does not hold here. `kind` says for people what it
    is: a slip or a word of the same sound, a dialect word, another word for the same thing. What
    stood there before, and what was taken out, is in the record of changes.
    """

    written = models.CharField(max_length=20, unique=True)
    meant = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=8)
    set_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_at = models.DateTimeField()

    class Meta:
        db_table = "cases_wordvariant"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["typo", "dialect", "other"]), name="variant_kind"
            ),
            models.CheckConstraint(condition=~Q(written=""), name="variant_is_written"),
            models.CheckConstraint(
                condition=~Q(written=F("meant")), name="variant_is_not_its_standard"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.written} → {self.meant}"


class AutoRoute(models.Model):
    """From which confidence on a category is given without a person (自动分派); no row: never.

    `precision` and `share` are what was measured of the champion at that confidence when it was
    set, on texts that are not short; short ones need the confidence `short`, None where theirs
    was never as right and a person always looks. `reason` is why the office set it. Who set it before stands in the record of changes.
    """

    category = models.OneToOneField(Category, on_delete=models.PROTECT, related_name="+")
    confidence = models.FloatField()
    precision = models.FloatField(null=True, blank=True)
    share = models.FloatField(null=True, blank=True)
    short = models.FloatField(null=True, blank=True)
    version = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_at = models.DateTimeField()

    class Meta:
        db_table = "cases_autoroute"
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence__gte=0.5, confidence__lte=1.0), name="autoroute_confidence"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="autoroute_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} from {self.confidence}"


class Suggestion(models.Model):
    """What a model suggested for one report, and what a person made of it (建议及采纳).

    `given` is a list of {"code", "probability", "because"}; the words of `because` are the
    report's and go with it. `routed`: the first one was taken without a person, who
    took it back at `given_back_at`. `chosen` is the
    category that was decided on, by `decided_by` or, where that is empty, by the resident;
    `accepted` whether it was one of those given. A decision is never changed (a trigger holds it).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.CharField(max_length=60)
    given = models.JSONField(default=list, blank=True)
    shown_at = models.DateTimeField()
    routed = models.BooleanField(default=False)
    given_back_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    chosen = models.CharField(max_length=40, blank=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        db_table = "cases_suggestion"
        constraints = [
            models.UniqueConstraint(fields=["report"], name="one_suggestion_per_report"),
            models.CheckConstraint(
                condition=Q(decided_at=None, accepted=None, chosen="", decided_by=None)
                | (Q(decided_at__gte=F("shown_at")) & Q(accepted__isnull=False) & ~Q(chosen="")),
                name="suggestion_decided_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="suggestion_case"),
            models.Index(
                fields=["shown_at", "id"], condition=Q(decided_at=None), name="suggestion_waits"
            ),
            models.Index(
                fields=["decided_at", "id"],
                condition=Q(accepted=False),
                name="suggestion_corrected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} for {self.case_id}"
