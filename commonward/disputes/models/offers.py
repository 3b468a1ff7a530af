"""Bids that the house cannot read, and points over several things."""

from django.db import models
from django.db.models import Q

from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.sides import Side

ROUND_STATES = ("open", "crossed", "met", "apart", "broken", "withdrawn")
ROUND_WAYS = ("browser", "envelopes")


class BidKey(models.Model):
    """The public half of the key that a side's browser holds (65 bytes, P-256)."""

    side = models.OneToOneField(Side, on_delete=models.PROTECT, related_name="+")
    public = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_bidkey"

    def __str__(self) -> str:
        return f"key of {self.side_id}"


class BidRound(models.Model):
    """One round of double-blind bids (双盲报价); `step` is in fen, `sum` sealed once both met.

    open → crossed → met | broken, or open → apart; withdrawn from any of the first two.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=10, default="browser")
    payer = models.CharField(max_length=1)
    taker = models.CharField(max_length=1)
    step = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="open")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    sum = models.BinaryField(null=True)

    class Meta:
        db_table = "disputes_bidround"
        constraints = [
            models.UniqueConstraint(fields=["dispute", "count"], name="one_round_a_count"),
            models.UniqueConstraint(
                fields=["dispute"],
                condition=Q(state__in=["open", "crossed"]),
                name="one_round_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(ROUND_STATES)), name="round_state_known"
            ),
            models.CheckConstraint(condition=Q(way__in=list(ROUND_WAYS)), name="round_way_known"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} round {self.count}"


class Bid(models.Model):
    """One side's bid of a round, as far as the house ever has it (`core.offers.blind`).

    `commitment` (32 bytes) and `marks` (20 × 32 bytes) say nothing without the secret of the two
    browsers; `kept` is the bid under a key of its own browser alone, so that another device of that
    side can open it. `marks` are erased when compared, all of it when the round ends. `opened`
    holds the opening sealed until the other side opens as well.
    """

    round = models.ForeignKey(BidRound, on_delete=models.PROTECT, related_name="+")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    commitment = models.BinaryField(null=True)
    marks = models.BinaryField(null=True)
    kept = models.BinaryField(null=True)
    opened = models.BinaryField(null=True)
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_bid"
        constraints = [models.UniqueConstraint(fields=["round", "side"], name="one_bid_a_side")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.side_id}"


class Division(models.Model):
    """Several things to be divided between two sides (财物分配); their names are sealed."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField()
    first = models.CharField(max_length=1)
    second = models.CharField(max_length=1)
    things = models.BinaryField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        db_table = "disputes_division"
        constraints = [
            models.UniqueConstraint(fields=["dispute", "count"], name="one_division_a_count")
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} division {self.count}"


class Points(models.Model):
    """One side's 100 points over the things of a division, sealed."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    points = models.BinaryField(null=True)
    given_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_points"
        constraints = [
            models.UniqueConstraint(fields=["division", "side"], name="one_points_a_side")
        ]

    def __str__(self) -> str:
        return f"{self.division_id} {self.side_id}"
