"""What a site sets up before the first report: categories, filing conditions, procedures."""

from django.db import models
from django.db.models import Q


class Category(models.Model):
    """A kind of problem (案件类别): big or small class, with its questions for the reporter.

    `questions` is a list of {"code", "datatype", "required", "prompt", "prompt_en", "values":
    [{"key", "name"}], "order", "when"}, the Open311 attributes; `when` makes one depend on an
    earlier one (core.answers). Two open cases of this category within
    `near_metres` and `near_hours` are shown as perhaps the same.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    group = models.CharField(max_length=120, blank=True)
    keywords = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=12, default="event")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    procedure = models.CharField(max_length=40, default="service_matter")
    questions = models.JSONField(default=list, blank=True)
    near_metres = models.PositiveIntegerField(default=50)
    near_hours = models.PositiveIntegerField(default=24)
    reportable = models.BooleanField(default=True)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "cases_category"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["component", "event", "enquiry", "service", "dispute"]),
                name="category_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Standard(models.Model):
    """One filing condition (立案条件) of a category, its limit and closing condition (结案条件)."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    condition = models.TextField()
    closing = models.TextField(blank=True)
    limit = models.JSONField(null=True, blank=True)
    limit_text = models.CharField(max_length=60, blank=True)
    handler = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "cases_standard"
        constraints = [
            models.UniqueConstraint(fields=["category", "number"], name="one_standard_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.category_id}/{self.number}"


class ProcedureVersion(models.Model):
    """A procedure as adopted (办理程序): each case keeps the version it was opened under.

    `text` is the parsed procedure file; a site's change on the desk is a new number.
    """

    name = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    text = models.JSONField()
    digest = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    in_force = models.BooleanField(default=True)

    class Meta:
        db_table = "cases_procedureversion"
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="one_text_per_version"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(in_force=True), name="one_version_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"
