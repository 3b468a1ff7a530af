"""Votes (表决): the terms, the rights given out, the box, and what was published."""

from django.db import models
from django.db.models import Q

from commonward.areas.models import Area
from commonward.cases.models import Case
from commonward.core.ballots.recount import METHODS


class Vote(models.Model):
    """A vote, which is a case with the procedure `vote`; its stage is the case's.

    `key_n` is public; `key_sealed` is the number that signs, wrapped by the site's master key and
    destroyed at the closing. `papers_handed` and `looked_at` count what the counter gave out, and
    nothing else of anybody. `published` is the file that everybody can download.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    method = models.CharField(max_length=20)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    opens_on = models.DateField()
    closes_on = models.DateField()
    quorum = models.PositiveIntegerField(default=0)
    seats = models.PositiveSmallIntegerField(default=1)
    budget = models.PositiveBigIntegerField(default=0)
    key_n = models.CharField(max_length=1100, blank=True)
    key_sealed = models.BinaryField(null=True)
    papers_handed = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    root = models.CharField(max_length=64, blank=True)
    published = models.TextField(blank=True)

    class Meta:
        db_table = "programmes_vote"
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=sorted(METHODS)), name="vote_method_known"
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="vote_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(root="") | Q(key_sealed=None), name="vote_counted_signs_no_more"
            ),
        ]
        indexes = [models.Index(fields=["-closes_on", "case"], name="vote_newest")]

    def __str__(self) -> str:
        return self.title


class VoteOption(models.Model):
    """One thing to vote for, by its number on the paper; `proposal` is the case it came from."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="options")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    cost = models.PositiveBigIntegerField(default=0)
    proposal = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "programmes_voteoption"
        constraints = [
            models.UniqueConstraint(fields=["vote", "number"], name="vote_option_once"),
        ]

    def __str__(self) -> str:
        return self.name


class LetterBatch(models.Model):
    """Letters printed at once for one area or entrance (一批投票信)."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="batches")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    entrance = models.CharField(max_length=60, blank=True)
    letters = models.PositiveIntegerField()
    printed_on = models.DateField()

    class Meta:
        db_table = "programmes_letterbatch"

    def __str__(self) -> str:
        return f"{self.entrance} {self.letters}"


class LetterCode(models.Model):
    """The right to one signature: the hash of a letter's code, and whether it was used (授权码).

    `id` is drawn, not counted. No moment is kept. `asked` is the hash of the blinded number that
    the code was spent on, so that a browser whose connection broke gets the same answer again;
    it fits every ballot alike.
    """

    id = models.BigAutoField(primary_key=True)
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(LetterBatch, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64)
    spent = models.BooleanField(default=False)
    asked = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "programmes_lettercode"
        constraints = [
            models.UniqueConstraint(fields=["vote", "mark"], name="letter_code_once"),
        ]
        indexes = [models.Index(fields=["vote", "spent"], name="letter_code_spent")]

    def __str__(self) -> str:
        return self.mark[:8]


class PaperMark(models.Model):
    """A ballot paper of the mixed pile: the hash of its token. Deleted at the closing (混叠纸票)."""

    id = models.BigAutoField(primary_key=True)
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="+", db_index=False)
    mark = models.CharField(max_length=64)

    class Meta:
        db_table = "programmes_papermark"
        constraints = [
            models.UniqueConstraint(fields=["vote", "mark"], name="paper_mark_once"),
        ]

    def __str__(self) -> str:
        return self.mark[:8]


class Ballot(models.Model):
    """One ballot in the box: token, signature and choice, and nothing else (选票).

    `id` is drawn, so that neither it nor SQLite's order of rows says which came first; there is
    no moment. The rows are written anew in a drawn order at the closing.
    """

    id = models.BigAutoField(primary_key=True)
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="+", db_index=False)
    token = models.CharField(max_length=64)
    randomizer = models.CharField(max_length=64)
    signature = models.CharField(max_length=1100)
    choice = models.JSONField()

    class Meta:
        db_table = "programmes_ballot"
        constraints = [
            models.UniqueConstraint(fields=["vote", "token"], name="ballot_token_once"),
        ]

    def __str__(self) -> str:
        return self.token[:8]
