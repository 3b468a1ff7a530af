"""Places that are inspected, checklists, campaigns and their visits (检查、专项行动).

A place is a shop, a building, a bank of a river: there is no field for its owner, who lives there
or works there. Its owner answers through the code on the notice, which leads to the visit alone.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonward.areas.models import Area
from commonward.cases.models import Case
from commonward.people.models import Team

CAMPAIGN_STATES = ("draft", "running", "ended")
VISIT_KINDS = ("first", "recheck", "revisit")
VISIT_STATES = ("planned", "done", "not_possible", "cancelled")
WHY_NOT = ("closed", "blocked", "unsafe", "not_found", "refused", "gone")
"""Why a visit could not be made: of the place, never of who was there."""
DEFECT_STATES = ("open", "said_mended", "to_revisit", "mended", "again")
ANSWER_KINDS = ("words", "objection", "mended")


class Place(models.Model):
    """A place of a kind (检查对象场所): what it is called, where it is; nobody's name."""

    code = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area_path = models.CharField(max_length=200, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    address = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "programmes_place"
        indexes = [
            models.Index(fields=["kind", "code"], name="inspected_kind"),
            models.Index(
                fields=["area_path"], name="inspected_area", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["lat", "lon"], name="inspected_point"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="inspected_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Checklist(models.Model):
    """A version of a kind's checklist (检查清单); the newest is in force, each visit keeps its own."""

    kind = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "programmes_checklist"
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="one_checklist_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Campaign(models.Model):
    """Visits to all places of some kinds in an area and a window of days (专项行动).

    `checklists` are ids by kind. `recheck_on` is the day after which the re-checks are drawn,
    published from the beginning; `recheck_root` the public log's root of that moment ("" before).
    """

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    kinds = models.JSONField(default=list)
    area_code = models.CharField(max_length=32, blank=True)
    area_path = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField()
    per_day = models.PositiveSmallIntegerField(default=4)
    seed = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, default="draft")
    checklists = models.JSONField(default=dict)
    recheck_percent = models.PositiveSmallIntegerField(default=5)
    recheck_on = models.DateField()
    recheck_root = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_campaign"
        indexes = [models.Index(fields=["state", "since"], name="campaign_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(CAMPAIGN_STATES)), name="campaign_state_known"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="campaign_has_days"),
            models.CheckConstraint(
                condition=Q(recheck_percent__lte=100), name="campaign_rechecks_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CampaignTeam(models.Model):
    """A team of a campaign."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="teams", db_index=False
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "programmes_campaignteam"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "team"], name="one_team_once_a_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.team_id}"


class Visit(models.Model):
    """A visit of a place by a team on a day (检查): the first, a re-check, or a re-visit.

    `of` is the visit that a re-check or re-visit follows. A re-check is made by neither the team
    nor the account that made the first one (`not_team`, `not_by`). `door` is the hash of the
    code on the notice by which the place's owner reads and answers.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, default="first")
    of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    checklist = models.ForeignKey(
        Checklist, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    on = models.DateField()
    turn = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=14, default="planned")
    why = models.CharField(max_length=12, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)
    faults = models.PositiveSmallIntegerField(default=0)
    agrees = models.BooleanField(null=True)
    done_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    not_team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    not_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    door = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "programmes_visit"
        indexes = [
            models.Index(fields=["campaign", "kind", "state"], name="inspection_campaign"),
            models.Index(fields=["team", "state", "on", "turn"], name="inspection_day"),
            models.Index(fields=["place", "id"], name="inspection_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "place"], condition=Q(kind="first"), name="one_first_visit"
            ),
            models.UniqueConstraint(
                fields=["of"], condition=Q(kind="recheck"), name="one_recheck_of_a_visit"
            ),
            models.UniqueConstraint(
                fields=["of"],
                condition=Q(kind="revisit", state="planned"),
                name="one_revisit_waits",
            ),
            models.UniqueConstraint(fields=["door"], condition=~Q(door=""), name="one_door"),
            models.CheckConstraint(
                condition=Q(kind__in=list(VISIT_KINDS), state__in=list(VISIT_STATES)),
                name="inspection_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="inspection_done_at"
            ),
            models.CheckConstraint(
                condition=Q(kind="first", of__isnull=True)
                | (~Q(kind="first") & Q(of__isnull=False)),
                name="inspection_follows",
            ),
            models.CheckConstraint(
                condition=~Q(kind="recheck") | Q(not_team__isnull=False),
                name="recheck_knows_the_first",
            ),
            models.CheckConstraint(
                condition=Q(not_team__isnull=True) | ~Q(team=F("not_team")),
                name="recheck_by_another_team",
            ),
            models.CheckConstraint(
                condition=Q(not_by__isnull=True) | Q(by__isnull=True) | ~Q(by=F("not_by")),
                name="recheck_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class VisitPhoto(models.Model):
    """A photo that shows an item in order; of a defect the case keeps it."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="+")
    item = models.CharField(max_length=30)
    name = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "programmes_visitphoto"

    def __str__(self) -> str:
        return self.name


class Defect(models.Model):
    """Something not in order (问题隐患): an item of a visit, and the case that it opened."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=30)
    severity = models.CharField(max_length=10)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default="open")
    revisit = models.ForeignKey(
        Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "programmes_defect"
        indexes = [models.Index(fields=["state", "id"], name="found_defect_state")]
        constraints = [
            models.UniqueConstraint(fields=["visit", "item"], name="one_defect_per_item"),
            models.CheckConstraint(
                condition=Q(state__in=list(DEFECT_STATES)), name="found_defect_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="to_revisit") | Q(revisit__isnull=False),
                name="found_defect_waits_for_a_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} of {self.visit_id}"


class PlaceAnswer(models.Model):
    """What a place's owner answered through the notice's code (答复、申辩): on a defect it is a
    report of the defect's case (`report`'s number) and no words stand here."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="+")
    defect = models.ForeignKey(
        Defect, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=10)
    words = models.TextField(blank=True)
    report = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "programmes_placeanswer"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(ANSWER_KINDS)), name="inspected_answer_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(defect__isnull=True) | Q(words=""), name="inspected_answer_in_its_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
