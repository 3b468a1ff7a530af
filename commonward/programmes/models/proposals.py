"""Proposals (居民提案): what residents want done, what was said of it, and what became of it."""

from django.db import models
from django.db.models import Q

from commonward.areas.models import Area
from commonward.cases.models import Case
from commonward.people.models import Account

NOTES = ("checked", "cost", "answered", "accepted", "declined", "merged", "voted", "work", "done")
"""What a line of the timeline tells of."""


class Proposal(models.Model):
    """A proposal, which is a case with the procedure `proposal`; its stage is the case's.

    `supports` is a number alone: who supported it is kept nowhere. `vote` is the case of the vote
    it was put to.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    word = models.CharField(max_length=30, blank=True)
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    shown = models.BooleanField(default=False)
    supports = models.PositiveIntegerField(default=0)
    wanted = models.PositiveIntegerField(default=20)
    cost = models.PositiveBigIntegerField(null=True, blank=True)
    budget_line = models.CharField(max_length=120, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    vote = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_on = models.DateField()

    class Meta:
        db_table = "programmes_proposal"
        constraints = [
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("case")), name="proposal_not_its_own_twin"
            ),
        ]
        indexes = [models.Index(fields=["shown", "-proposed_on", "case"], name="proposal_newest")]

    def __str__(self) -> str:
        return self.title


class ProposalNote(models.Model):
    """A line of what became of a proposal (办理进展), public; `linked` is the case of the work."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    words = models.TextField(blank=True)
    by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    linked = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "programmes_proposalnote"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(NOTES)), name="proposal_note_known"),
        ]
        indexes = [models.Index(fields=["proposal", "at"], name="proposal_note_order")]

    def __str__(self) -> str:
        return self.kind


class ProposalPhoto(models.Model):
    """What is to be seen on a photo of a proposal, for who cannot see it (替代文字).

    The photo itself is its case's, known here by its digest, and ends with the case.
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "programmes_proposalphoto"
        constraints = [
            models.UniqueConstraint(fields=["proposal", "digest"], name="proposal_photo_once"),
        ]

    def __str__(self) -> str:
        return self.digest


class ProposalComment(models.Model):
    """What somebody says of a proposal, under a word of their own choosing or none (评论).

    The day alone is kept. `hidden_because` is why the office took it out of sight; an `appeal`
    stands beside it until somebody else decides.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    said_on = models.DateField()
    words = models.TextField()
    word = models.CharField(max_length=30, blank=True)
    hidden_because = models.CharField(max_length=200, blank=True)
    hidden_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    appeal = models.CharField(max_length=500, blank=True)
    decided = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "programmes_proposalcomment"
        indexes = [
            models.Index(fields=["proposal", "id"], name="proposal_comment_order"),
            models.Index(
                fields=["id"],
                condition=~Q(appeal="") & Q(decided=""),
                name="comment_appeals_open",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:40]
