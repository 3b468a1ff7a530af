"""Neighbours, and what is handed between them and us (跨区移送): both sides' durable state."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.case import Case, Photo, Report, Task
from commonward.people.models import Account


class FederationKey(models.Model):
    """The key that signs our letters; `private` is wrapped by the site's master key."""

    public = models.CharField(max_length=44)
    private = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_federationkey"
        constraints = [
            models.CheckConstraint(
                condition=~Q(public=""), name="federation_key_has_its_public_half"
            ),
        ]

    def __str__(self) -> str:
        return self.public


class Neighbour(models.Model):
    """Another installation (邻区, 上级): `speaks` our letters, or Open311 as a client of theirs.

    `origin` is the name in its letters, `public_key` is believed once `compared_at`. `categories`
    are prefixes of what may be handed there (none: everything), between `hands_from` and
    `hands_until`. For one that speaks Open311 `settings` holds jurisdiction, form and the table of
    service codes, `secret` its API key (wrapped), `read_until` how far its requests were read.
    """

    name = models.CharField(max_length=120)
    origin = models.CharField(max_length=130)
    address = models.CharField(max_length=500)
    speaks = models.CharField(max_length=12, default="commonward")
    public_key = models.CharField(max_length=44, blank=True)
    compared_at = models.DateTimeField(null=True, blank=True)
    categories = models.JSONField(default=list, blank=True)
    hands_from = models.DateTimeField(null=True, blank=True)
    hands_until = models.DateTimeField(null=True, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    secret = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    read_until = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "cases_neighbour"
        constraints = [
            models.UniqueConstraint(
                fields=["origin"], condition=Q(ended_at=None), name="one_neighbour_of_a_name"
            ),
            models.CheckConstraint(
                condition=Q(speaks__in=["commonward", "open311"]), name="neighbour_speech_known"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(ended_at=None), name="neighbour_live"),
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="neighbour_polled"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HandOver(models.Model):
    """One side of a hand-over (移送): the durable half of core.federation.handing.

    `sent`, `seen` and the letters that wait are written in the transaction of the state. A giver's
    `case` is the one that is handed; a taker's is opened when the commit is seen, until when
    `content` holds the offer. `promised_at` is what the reporter was promised, `agreed_at` the
    moment that the taker took on. `told_event` is the last event of the case that was looked at to tell the other side.
    `next_at` leases the sending.
    """

    key = models.CharField(max_length=32)
    neighbour = models.ForeignKey(Neighbour, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=5)
    state = models.CharField(max_length=10)
    what = models.CharField(max_length=4, default="case")
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    way = models.JSONField(default=list)
    sent = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    theirs = models.CharField(max_length=40, blank=True)
    content = models.JSONField(default=dict, blank=True)
    clock = models.JSONField(default=dict, blank=True)
    promised_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    told = models.TextField(blank=True)
    acceptance = models.TextField(blank=True)
    receipt = models.TextField(blank=True)
    told_event = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "cases_handover"
        constraints = [
            models.UniqueConstraint(fields=["neighbour", "key"], name="one_handover_of_a_key"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(side="giver", what="case", ended_at=None),
                name="one_open_handover_of_a_case",
            ),
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(side="giver", what="task", ended_at=None),
                name="one_open_handover_of_a_task",
            ),
            models.CheckConstraint(
                condition=Q(
                    side="giver",
                    case__isnull=False,
                    state__in=[
                        "offered", "declined", "withdrawn", "committed", "away", "home", "back",
                    ],
                )
                | Q(
                    side="taker",
                    state__in=["asked", "held", "dropped", "declined"],
                )
                | Q(
                    side="taker",
                    case__isnull=False,
                    state__in=["active", "answered", "returned", "ended"],
                ),
                name="handover_state_of_its_side",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="handover_due"
            ),
            models.Index(fields=["case"], name="handover_case"),
            models.Index(fields=["-changed_at", "-id"], name="handover_newest"),
            models.Index(fields=["state", "id"], condition=Q(ended_at=None), name="handover_live"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.state} {self.key}"


class HandOverLetter(models.Model):
    """A letter of ours that the other side has not said to have seen; deleted when it has."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    body = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "cases_handoverletter"
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "seq"], name="one_letter_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"


class HandOverPart(models.Model):
    """A picture that goes along: what of it the other side has (giver), or what came (taker).

    A taker keeps what came in `pieces` until it is whole; then it is checked and encoded anew
    as every photo, and becomes `photo`. `failed` is one that was no picture.
    """

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    have = models.PositiveIntegerField(default=0)
    photo = models.ForeignKey(
        Photo, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)
    failed = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_handoverpart"
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "digest"], name="one_part_of_a_digest"),
            models.CheckConstraint(condition=Q(have__lte=models.F("size")), name="part_in_bounds"),
        ]

    def __str__(self) -> str:
        return self.digest


class HandOverPiece(models.Model):
    """Bytes of a part that is not whole yet."""

    part = models.ForeignKey(HandOverPart, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "cases_handoverpiece"
        constraints = [
            models.UniqueConstraint(fields=["part", "start"], name="one_piece_at_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} from {self.start}"


class HandOverConsent(models.Model):
    """Whether a reporter agreed that their details go along with one hand-over (个人信息移送同意).

    `how` is page, phone, counter or letter; `account` who wrote it down where it was not the page.
    `sent_at` is when the details left with it: what has left is not taken back by a later no.
    """

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    given = models.BooleanField()
    how = models.CharField(max_length=8)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "cases_handoverconsent"
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "report"], name="one_consent_each"),
            models.CheckConstraint(
                condition=Q(how__in=["page", "phone", "counter", "letter"]),
                name="consent_way_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given} for {self.hand_over_id}"


class NeighbourRequest(models.Model):
    """A request that we and a neighbour who speaks Open311 both know: fetched, or pushed by us.

    `ref` is its number there, `token` stands in for it until it has one. `state` is what the
    neighbour said last, `updates` the ids of its updates that were taken in, `told_event` the last
    event of our case that it was told.
    """

    neighbour = models.ForeignKey(Neighbour, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    pushed = models.BooleanField()
    mark = models.CharField(max_length=32)
    ref = models.CharField(max_length=80, blank=True)
    token = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=20, default="waiting")
    service = models.CharField(max_length=80, blank=True)
    updates = models.JSONField(default=list)
    told_event = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "cases_neighbourrequest"
        constraints = [
            models.UniqueConstraint(
                fields=["neighbour", "ref"], condition=~Q(ref=""), name="one_request_of_a_number"
            ),
            models.UniqueConstraint(
                fields=["neighbour", "case"], name="one_request_of_a_case_there"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "open", "closed", "failed"]),
                name="neighbour_request_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="neighbourrequest_case"),
            models.Index(
                fields=["next_at", "id"],
                condition=Q(next_at__isnull=False),
                name="neighbourrequest_due",
            ),
        ]

    def __str__(self) -> str:
        return self.ref or self.token or self.mark
