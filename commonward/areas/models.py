"""The tree of areas, their shapes over time, working calendars, and who answers where."""

from django.db import models
from django.db.models import Q

from commonward.people.models import Revision as Revision  # kept importable from here
from commonward.people.models import Team


class WorkCalendar(models.Model):
    """Office hours, weekend, seasons and zone (工作日历); its years hang below it."""

    name = models.CharField(max_length=60, unique=True)
    zone = models.CharField(max_length=60, default="Asia/Shanghai")
    rules = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "areas_workcalendar"

    def __str__(self) -> str:
        return self.name


class CalendarYear(models.Model):
    """The days off and make-up days (调休) of one year, from the State Council's notice.

    `days` is a list of {"date", "name", "off"}; a year without a row makes deadlines provisional.
    """

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    days = models.JSONField()
    source = models.CharField(max_length=300, blank=True)
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "areas_calendaryear"
        constraints = [
            models.UniqueConstraint(fields=["calendar", "year"], name="one_table_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.year}"


class Area(models.Model):
    """A node of the tree (province → city → district → street → community → grid → micro).

    `path` lists the codes from the root to this area, "/43/4302/430211/": a subtree is a prefix,
    and a case keeps the path it was filed under. An area is ended and replaced, never deleted.
    """

    code = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, default="general")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=200)
    calendar = models.ForeignKey(
        WorkCalendar, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    synthetic = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "areas_area"
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_until=None), name="one_open_area_per_code"
            ),
            models.CheckConstraint(
                condition=Q(
                    level__in=[
                        "nation",
                        "province",
                        "city",
                        "district",
                        "street",
                        "community",
                        "grid",
                        "micro",
                        "building",
                    ]
                ),
                name="area_level_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
                name="area_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["path"], name="area_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["parent"], name="area_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Shape(models.Model):
    """An area's polygon (WGS-84, WKB, longitude first) for a time; redrawing adds a row."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    wkb = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "areas_shape"
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(valid_until=None), name="one_open_shape_per_area"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
                name="shape_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"shape of {self.area_id}"


class AnsweringRule(models.Model):
    """Who answers (派遣规则): category × area × time × grade → team, for one stage's duty.

    Empty fields match everything; the most specific rule wins (`core.routing`). A change ends
    this row and writes a new one with the next `number` of the same `name`, so that "why did it
    go there?" can be answered for years.
    """

    name = models.CharField(max_length=120)
    number = models.PositiveIntegerField(default=1)
    duty = models.CharField(max_length=40)
    category = models.CharField(max_length=40, blank=True)
    area_code = models.CharField(max_length=32, blank=True)
    grade = models.CharField(max_length=20, blank=True)
    hours = models.CharField(max_length=10, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "areas_answeringrule"
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="one_rule_per_number"),
            models.CheckConstraint(
                condition=Q(hours__in=["", "office", "closed"]), name="rule_hours_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class News(models.Model):
    """What the office tells an area (公告、防范提示): news, or how to prevent harm, for a time.

    It holds for the area and all below it. Both languages where the office wrote both. What was
    shown is ended, never changed or deleted.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    words = models.TextField()
    words_en = models.TextField(blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        db_table = "areas_news"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["news", "prevention"]), name="news_kind"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="news_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["area", "valid_until"], name="news_area")]

    def __str__(self) -> str:
        return self.title


class PlaceName(models.Model):
    """A name in the gazetteer of a site (地名词典): a road, estate, village or landmark, and a point
    of it (degrees, WGS-84). The names of areas themselves are in `Area`.

    Which area holds the point is asked when somebody asks, as borders are redrawn. A source is
    replaced as a whole.
    """

    name = models.CharField(max_length=100)
    aliases = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=12)
    lat = models.FloatField()
    lon = models.FloatField()
    source = models.CharField(max_length=100)
    licence = models.CharField(max_length=100)

    class Meta:
        db_table = "areas_placename"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["area", "road", "estate", "landmark"]),
                name="place_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="place_point_on_earth",
            ),
        ]
        indexes = [models.Index(fields=["source"], name="place_source")]

    def __str__(self) -> str:
        return self.name
