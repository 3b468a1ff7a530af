"""The grade of a dispute: its reasons, the facts behind it, objections, grading again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.grading import Fact
from commonward.core.refusals import N_, Invalid, Missing
from commonward.disputes.access import dispute_for
from commonward.disputes.actions.grading import LONGEST_REASON, grade_dispute, regrade
from commonward.disputes.queries.grading import graded
from commonward.disputes.queries.ruling import grade_table
from commonward.doors.desk import sheets, wording
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes import wording as words
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff

KINDS = {
    "objection": N_("Objection of side {side}"),
    "regrade": N_("Graded again, from {before} to {after}"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator")
def grade(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """What grades it and why; state more facts, or grade it by hand with a reason."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return nothing(request, standing, missing)
    number = found.case.number

    def shown() -> dict[str, Any]:
        found.refresh_from_db()
        found.case.refresh_from_db()
        now = graded(found, standing.actor, standing.at)
        return {
            **head_of(found, standing),
            "now": now,
            "by_rules": wording.word(words.GRADES, now.by_rules),
            "reasons": [
                {
                    "words": named(one.words_zh, one.words),
                    "grade": wording.word(words.GRADES, one.colour),
                    "shape": words.SHAPES[one.colour],
                    "colour": one.colour,
                }
                for one in now.reasons
            ],
            "facts": [
                {
                    "name": one.fact.name,
                    "ask": named(one.fact.ask_zh, one.fact.ask),
                    "unit": named(one.fact.unit_zh, one.fact.unit),
                    "number": one.fact.kind == "number",
                    "value": one.value,
                }
                for one in now.facts
            ],
            "said": [
                {
                    "title": _(KINDS[one.kind]).format(
                        side=one.side.upper(),
                        before=wording.word(words.GRADES, one.before),
                        after=wording.word(words.GRADES, one.after),
                    ),
                    "line": one,
                    "waits": one.kind == "objection" and one.answered_at is None,
                }
                for one in now.said
            ],
            "grades": words.told(words.GRADES),
            "longest": LONGEST_REASON,
        }

    def state(request: HttpRequest, standing: Standing) -> str:
        facts = {
            fact.name: value
            for fact in grade_table(standing.at).facts
            if (value := _stated(request, fact)) is not None
        }
        before = found.case.grade
        made = grade_dispute(number, facts, standing.actor, standing.at)
        told = _("Stated. It is graded {grade}.") if made.colour != before else _("Stated.")
        done(request, told.format(grade=wording.word(words.GRADES, made.colour)))
        return reverse("desk:dispute_grade", args=[number])

    def again(request: HttpRequest, standing: Standing) -> str:
        regrade(
            number, text(request, "grade"), text(request, "reason"), standing.actor, standing.at
        )
        done(request, _("Graded, with your reason. Both sides can read it."))
        return reverse("desk:dispute_grade", args=[number])

    deeds = {"state": state, "regrade": again}
    return administer(request, standing, "desk/disputes/grade.html", shown, deeds)


def _stated(request: HttpRequest, fact: Fact) -> bool | int | None:
    """What the form says about a fact; None where it was left open."""
    given = text(request, f"fact-{fact.name}")
    if not given:
        return None
    if fact.kind == "yes_no":
        return given == "yes"
    if not given.isdecimal() or len(given) > 12:
        raise Invalid(N_("Give a whole number, 0 or more."), field=f"fact-{fact.name}")
    return int(given)
