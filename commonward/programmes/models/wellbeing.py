"""The anonymous survey of staff (员工关怀问卷): slips from a bowl, answers without anybody.

Who has drawn a slip is known, so that each draws one; which slip it was is not, and no moment is
kept. The rows are written anew in a drawn order with every draw, so that their place says nothing.
When the survey closes its figures are made, and slips, draws and answers are deleted.
"""

from django.db import models
from django.db.models import F, Q

from commonward.people.models import Account, Team


class StaffSurvey(models.Model):
    """Questions for all staff; `told` are the figures and words once it is closed."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    questions = models.JSONField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    closed = models.BooleanField(default=False)
    told = models.JSONField(default=list, blank=True)
    words = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "programmes_staffsurvey"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="staff_survey_has_days"
            ),
        ]
        indexes = [models.Index(fields=["closed", "-closes_on"], name="staff_survey_open")]

    def __str__(self) -> str:
        return self.title


class StaffSurveyDraw(models.Model):
    """This colleague has drawn their slip; nothing of which one, nor when."""

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(
        StaffSurvey, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "programmes_staffsurveydraw"
        constraints = [
            models.UniqueConstraint(fields=["survey", "account"], name="staff_slip_one_each")
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}"


class StaffSurveySlip(models.Model):
    """A slip that was drawn and not used: the hash of its words (问卷签)."""

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(
        StaffSurvey, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mark = models.CharField(max_length=64)

    class Meta:
        db_table = "programmes_staffsurveyslip"
        constraints = [models.UniqueConstraint(fields=["survey", "mark"], name="staff_slip_once")]

    def __str__(self) -> str:
        return self.mark[:8]


class StaffSurveyAnswer(models.Model):
    """One answer: marks, words, the team that was named if one was; no account and no moment."""

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(StaffSurvey, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    marks = models.JSONField()
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        db_table = "programmes_staffsurveyanswer"

    def __str__(self) -> str:
        return f"{self.survey_id}"
