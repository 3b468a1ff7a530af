"""Incidents: what is happening, the calls that told of it, and the texts of the cards."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonward.cases.models import Case


class CardsVersion(models.Model):
    """One text of the question cards (问询卡版本): in force from `adopted_at` until the next."""

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "response_cardsversion"
        indexes = [models.Index(fields=["adopted_at", "number"], name="cards_in_force")]

    def __str__(self) -> str:
        return f"cards v{self.number}"


class Incident(models.Model):
    """An incident (警情), which is a case with the procedure `incident`; stage, clocks and events
    are the case's.

    `answers` are yes, no or a number to the questions of the card `kind` in the version `cards`;
    `needs` what the run card sends for them. The point is emptied with the case; words and callback numbers lie
    with the calls, and `place` and `note` (the after-action note) are sealed with the case's key.
    A `confidential` one is seen by who coordinates and by the units sent. A `drill` is marked
    wherever it is shown, and left out of all figures.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    cards = models.CharField(max_length=12)
    answers = models.JSONField(default=dict, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    needs = models.JSONField(default=list, blank=True)
    level = models.PositiveSmallIntegerField(default=1)
    confidential = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    place = models.BinaryField(null=True)
    note = models.BinaryField(null=True)
    planned_for = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=12, default="phone")
    called_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_incident"
        indexes = [
            models.Index(fields=["called_at", "case"], name="incident_newest"),
            models.Index(fields=["called_at"], condition=Q(ended_at=None), name="incident_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat=None, lon=None) | Q(lat__isnull=False, lon__isnull=False),
                name="incident_point_whole_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.case.number


class Call(models.Model):
    """One call that told of an incident (来电); words and callback number are sealed."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=12)
    words = models.BinaryField(null=True)
    callback = models.BinaryField(null=True)
    key = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "response_call"
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="one_call_per_key"),
        ]
        indexes = [models.Index(fields=["incident", "at"], name="call_of_incident")]

    def __str__(self) -> str:
        return f"call {self.pk} of {self.incident_id}"


class Suggestion(models.Model):
    """What was recommended for an incident (推荐方案), with its method and version; never changed.

    `data` holds units by their ids, seconds, and codes of reasons: no word about anybody.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=12)
    version = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "response_suggestion"
        indexes = [models.Index(fields=["incident", "at"], name="suggestion_of_incident")]

    def __str__(self) -> str:
        return f"suggestion {self.pk} ({self.method})"


class Order(models.Model):
    """One order to all units chosen (一键调度): who decided, and upon which recommendation.

    `key` names this one sending: however often it arrives, it is given once. `changed` says that
    the person chose otherwise than was recommended.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60, unique=True)
    upon = models.ForeignKey(
        Suggestion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "response_order"
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="one_order_per_number"),
        ]

    def __str__(self) -> str:
        return f"order {self.number} of {self.incident_id}"


class Assignment(models.Model):
    """One unit in an order (出动任务), with the moment of each of its steps.

    A unit is held by one open assignment at most; the database refuses a second one. `freed_why`
    is "done", "stood_down", "cannot" or "handed_on". Moments are the server's, never a phone's.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("response.Unit", on_delete=models.PROTECT, related_name="+")
    need = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=12, default="sent")
    reserved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    en_route_at = models.DateTimeField(null=True, blank=True)
    on_scene_at = models.DateTimeField(null=True, blank=True)
    freed_at = models.DateTimeField(null=True, blank=True)
    freed_why = models.CharField(max_length=12, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_assignment"
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(step__in=["sent", "acknowledged", "en_route", "on_scene"]),
                name="one_open_assignment_per_unit",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(step="reserved"), name="one_reservation_per_unit"
            ),
            models.UniqueConstraint(fields=["order", "unit"], name="unit_once_in_an_order"),
            models.CheckConstraint(
                condition=Q(step__in=["reserved", "sent", "acknowledged", "en_route"])
                | Q(step__in=["on_scene", "free"]),
                name="assignment_step_known",
            ),
            models.CheckConstraint(
                condition=Q(step="free", freed_at__isnull=False)
                | (~Q(step="free") & Q(freed_at=None)),
                name="assignment_free_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(step="sent"), name="assignment_silent"),
            models.Index(fields=["unit", "sent_at"], name="assignment_of_unit"),
        ]

    def __str__(self) -> str:
        return f"unit {self.unit_id} in order {self.order_id}: {self.step}"


class Link(models.Model):
    """A case or dispute that an incident belongs with (关联), by number alone.

    The number is not looked up and opens nothing: who may see that case sees it there.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "response_link"
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="one_link_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.number}"


class CentreHandOver(models.Model):
    """An incident handed to another centre ("out") or from it ("in"), with its receipt (移交与回执).

    `number` is what both centres call it, `reference` the other's own number. The `package` (what the other
    centre must know) is sealed with the case's key.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    direction = models.CharField(max_length=3)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    reference = models.CharField(max_length=60, blank=True)
    package = models.BinaryField(null=True)
    drill = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "response_centrehandover"
        constraints = [
            models.UniqueConstraint(
                fields=["team", "reference"],
                condition=Q(direction="in"),
                name="one_incident_per_reference",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=["in", "out"]), name="centre_hand_over_direction"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "received", "returned"]),
                name="centre_hand_over_state",
            ),
        ]
        indexes = [models.Index(fields=["team", "state", "made_at"], name="centre_inbox")]

    def __str__(self) -> str:
        return self.number
