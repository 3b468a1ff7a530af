"""Models of the same problem: what people answered, and weights of the site's own (疑似重复)."""

from django.db import models
from django.db.models import Q

from commonward.cases.models.case import Case, Report

PLACES = ("portal", "intake", "desk")


class SameAnswer(models.Model):
    """Cases were shown as perhaps the same problem, and somebody said which it is, or none.

    A fact of cases: nobody who answered stands here. `case` is the one that what was told is in
    since; `same` the shown one that it was joined to, None where it is another problem. `looked`
    are the shown ones: [{"case": id, "row": {feature: the edge it reached}}], numbers alone.
    `report` is what was told, so that one sending is one answer; empty for a join at the desk.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    same = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    report = models.OneToOneField(
        Report, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    where = models.CharField(max_length=8)
    version = models.CharField(max_length=60)
    looked = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_sameanswer"
        constraints = [
            models.CheckConstraint(
                condition=Q(where__in=["portal", "intake", "desk"]), name="same_answer_where"
            ),
        ]
        indexes = [models.Index(fields=["at", "id"], name="same_answers_newest")]

    def __str__(self) -> str:
        return f"{self.case_id} is {self.same_id or 'another'}"


class SameModel(models.Model):
    """Weights of the same problem that this site learnt (本站权重): forty numbers, and their card.

    Until there is a champion the shipped weights answer. `weights` is the text that
    `core.triage.same.to_json` writes; `judged` holds figures of the answers held back.
    """

    version = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10)
    weights = models.TextField()
    learnt = models.PositiveIntegerField()
    until = models.DateTimeField()
    judged = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "cases_samemodel"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["champion", "refused", "retired"]), name="same_model_state"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="champion"), name="one_same_champion"
            ),
        ]
        indexes = [models.Index(fields=["made_at", "id"], name="same_models_newest")]

    def __str__(self) -> str:
        return self.version
