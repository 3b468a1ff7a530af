"""Reviews of a project's risk (重大决策风险评估): what is planned, said, weighed and decided.

A review is a case (P-risk); what is published of it lies here, and beside it, sealed with the
case's key, the little that leads to somebody. Nothing here is a row about a person: groups are
kinds with a range, experts are there by their own consent and word.
"""

from django.db import models
from django.db.models import F, Q

from commonward.cases.models import Case, Task
from commonward.core.risk.table import GRAVE, LEVELS, LIKELY
from commonward.core.risk.terms import GROUNDS, KINDS, OUTCOMES, SIZES
from commonward.people.models import Account, Team


class RiskTerms(models.Model):
    """The days that the site keeps in reviews, a version each time they are changed (评估时限)."""

    number = models.PositiveIntegerField(unique=True)
    data = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "programmes_riskterms"

    def __str__(self) -> str:
        return str(self.number)


class RiskReview(models.Model):
    """A review of one project or decision; its number is the case's.

    `cost` is in whole yuan. `notice_until` is the end of the notice, told when it is announced.
    `why` are the reasons of the decision and `changed` what objections changed in the project.
    `outline` is where it lies: a GeoJSON point or polygon (WGS-84), public with the rest.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True)
    office = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    facts = models.TextField()
    facts_en = models.TextField(blank=True)
    cost = models.PositiveBigIntegerField(null=True, blank=True)
    outline = models.JSONField(null=True, blank=True)
    drafted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    notice_until = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=10, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True)
    why_en = models.TextField(blank=True)
    changed = models.TextField(blank=True)
    changed_en = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_riskreview"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~Q(key=""), name="one_risk_review_per_key"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None)
                | (Q(decision__in=list(OUTCOMES), decided_at__isnull=False) & ~Q(why="")),
                name="risk_decision_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None)
                | Q(notice_until__isnull=False, notice_until__gt=F("announced_at")),
                name="risk_notice_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-announced_at", "case"],
                condition=Q(announced_at__isnull=False),
                name="risk_review_announced",
            )
        ]

    def __str__(self) -> str:
        return self.title


class RiskGroup(models.Model):
    """A kind of those affected, with a range, never a list (受影响群体)."""

    review = models.ForeignKey(RiskReview, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    size = models.CharField(max_length=12)
    how = models.TextField(blank=True)
    how_en = models.TextField(blank=True)

    class Meta:
        db_table = "programmes_riskgroup"
        constraints = [
            models.CheckConstraint(condition=Q(size__in=list(SIZES)), name="risk_group_is_a_range"),
            models.UniqueConstraint(fields=["review", "name"], name="risk_group_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RiskQuestion(models.Model):
    """What the public asked or objected, and the answer that is owed (公众意见与答复).

    `words` are published, with private parts hidden; `said` holds them as they were written and
    `contact` how to answer, both sealed and gone when the review ends. `receipt` is the hash of the
    secret that opens its page. It is shown when it was read or at `shown_from`, whichever is first.
    """

    review = models.ForeignKey(RiskReview, on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=10)
    words = models.TextField()
    said = models.BinaryField(null=True)
    contact = models.BinaryField(null=True)
    receipt = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    shown_from = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answer_en = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    heeded = models.BooleanField(default=False)
    """Whether it changed something in the project."""
    soon_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    """When the office was reminded that an answer is owed soon, and that it is late; each once."""

    class Meta:
        db_table = "programmes_riskquestion"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="risk_question_kind"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="risk_answer_has_words",
            ),
        ]
        indexes = [
            models.Index(fields=["review", "asked_at"], name="risk_question_of_review"),
            models.Index(
                fields=["due_at"], condition=Q(answered_at=None), name="risk_question_owed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RiskHearing(models.Model):
    """A hearing: where, when, how many places; afterwards what was said there (听证会)."""

    review = models.ForeignKey(RiskReview, on_delete=models.PROTECT, related_name="hearings")
    at = models.DateTimeField()
    place = models.CharField(max_length=160)
    place_en = models.CharField(max_length=200, blank=True)
    slots = models.PositiveSmallIntegerField()
    announced_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    came = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.TextField(blank=True)
    minutes_en = models.TextField(blank=True)
    called_off = models.CharField(max_length=300, blank=True)
    names_gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_riskhearing"
        constraints = [
            models.CheckConstraint(
                condition=Q(slots__gte=1, slots__lte=2000), name="risk_hearing_has_places"
            ),
            models.CheckConstraint(
                condition=Q(held_at=None) | ~Q(minutes=""), name="risk_hearing_has_minutes"
            ),
        ]
        indexes = [
            models.Index(
                fields=["at"], condition=Q(names_gone_at=None), name="risk_hearing_names_due"
            )
        ]

    def __str__(self) -> str:
        return self.place


class RiskSeat(models.Model):
    """A place at a hearing, given out by a code; a name only of who wants to speak, sealed.

    Who only listens leaves nothing but that a place is taken.
    """

    hearing = models.ForeignKey(RiskHearing, on_delete=models.CASCADE, related_name="seats")
    receipt = models.CharField(max_length=64, unique=True)
    speaks = models.BooleanField(default=False)
    name = models.BinaryField(null=True)

    class Meta:
        db_table = "programmes_riskseat"
        constraints = [
            models.CheckConstraint(
                condition=Q(speaks=True) | Q(name=None), name="risk_seat_of_listener_is_nameless"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RiskOpinion(models.Model):
    """An expert's opinion, public by consent, readable only once interests are declared (专家意见)."""

    review = models.ForeignKey(RiskReview, on_delete=models.PROTECT, related_name="opinions")
    name = models.CharField(max_length=80)
    office = models.CharField(max_length=160)
    consent_at = models.DateTimeField()
    interests = models.TextField(blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    recommends = models.CharField(max_length=10, blank=True)
    words = models.TextField(blank=True)
    words_en = models.TextField(blank=True)
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_riskopinion"
        constraints = [
            models.CheckConstraint(
                condition=Q(declared_at=None, interests="")
                | (Q(declared_at__isnull=False) & ~Q(interests="")),
                name="risk_interests_are_said",
            ),
            models.CheckConstraint(
                condition=Q(given_at=None, words="", recommends="")
                | (
                    Q(given_at__isnull=False, declared_at__isnull=False)
                    & Q(recommends__in=list(OUTCOMES))
                    & ~Q(words="")
                ),
                name="risk_opinion_after_interests",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RiskItem(models.Model):
    """A risk of the project, by two words and the table of that version, with its measure (风险点)."""

    review = models.ForeignKey(RiskReview, on_delete=models.PROTECT, related_name="items")
    what = models.TextField()
    what_en = models.TextField(blank=True)
    group = models.ForeignKey(RiskGroup, null=True, on_delete=models.PROTECT, related_name="+")
    likely = models.CharField(max_length=10)
    grave = models.CharField(max_length=10)
    level = models.CharField(max_length=10)
    table = models.CharField(max_length=20)
    measure = models.TextField()
    measure_en = models.TextField(blank=True)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        db_table = "programmes_riskitem"
        constraints = [
            models.CheckConstraint(
                condition=Q(likely__in=list(LIKELY), grave__in=list(GRAVE), level__in=list(LEVELS)),
                name="risk_item_by_the_table",
            ),
            models.CheckConstraint(condition=~Q(measure=""), name="risk_item_has_a_measure"),
        ]

    def __str__(self) -> str:
        return self.what[:40]


class RiskCondition(models.Model):
    """A condition of the decision: a team, a day, evidence, and somebody else's check (附加条件)."""

    review = models.ForeignKey(RiskReview, on_delete=models.PROTECT, related_name="conditions")
    words = models.TextField()
    words_en = models.TextField(blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    evidence = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    sent_back = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "programmes_riskcondition"
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | ~Q(evidence=""), name="risk_condition_has_evidence"
            ),
            models.CheckConstraint(
                condition=Q(checked_at=None) | Q(done_at__isnull=False),
                name="risk_condition_done_before_check",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(done_by=None) | ~Q(checked_by=F("done_by")),
                name="risk_condition_checked_apart",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="risk_condition_due"),
            models.Index(fields=["team", "due_at"], name="risk_condition_of_team"),
        ]

    def __str__(self) -> str:
        return self.words[:40]


class RiskMask(models.Model):
    """A published line that is hidden: which, why, by whom; never its words (遮盖).

    `part` and `row` name the line ("question", 12). Shown again at `lifted_at`.
    """

    review = models.ForeignKey(RiskReview, on_delete=models.PROTECT, related_name="masks")
    part = models.CharField(max_length=20)
    row = models.PositiveBigIntegerField(default=0)
    ground = models.CharField(max_length=10)
    reason = models.CharField(max_length=300)
    role = models.CharField(max_length=40)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "programmes_riskmask"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & Q(ground__in=list(GROUNDS)), name="risk_mask_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["review", "part", "row"],
                condition=Q(lifted_at=None),
                name="risk_masked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.row}"
