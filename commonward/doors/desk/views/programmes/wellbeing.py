"""Surveys of staff at the desk: the list, a new one, one with its slip and later its figures."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.programmes.pledges import day_of_field
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.actions import wellbeing as asking
from commonward.programmes.models import StaffSurvey
from commonward.programmes.queries import wellbeing


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def staff_surveys(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The surveys of staff; a new one by who keeps the programmes."""

    def shown() -> Mapping[str, Any]:
        today = timezone.localdate(standing.at)
        rows = [
            {"row": one, "title": _title(one), "open": wellbeing.is_open(one, today)}
            for one in wellbeing.staff_surveys()
        ]
        return {"rows": rows, "keeps": wellbeing.keeps_surveys(standing.actor)}

    def ask(asked: HttpRequest, who: Standing) -> str:
        both = [text(asked, "questions").splitlines(), text(asked, "questions_en").splitlines()]
        own, english = ([one.strip() for one in lines if one.strip()] for lines in both)
        english += [""] * (len(own) - len(english))
        given = asking.SurveyGiven(
            text(asked, "title"), tuple(zip(own, english, strict=False)),
            day_of_field(asked, "opens_on"), day_of_field(asked, "closes_on"),
            text(asked, "title_en"),
        )  # fmt: skip
        made = asking.open_staff_survey(given, who.actor, who.at)
        done(asked, _("The survey is set."))
        return reverse("desk:programme_staff_survey", args=[made.code])

    return administer(
        request, standing, "desk/programmes/learning/surveys.html", shown, {"ask": ask}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def staff_survey(request: HttpRequest, standing: Standing, staff: str) -> HttpResponse:
    """One: draw a slip while it is open; read figures and words once it is closed."""
    drawn: dict[str, str] = {}

    def shown() -> Mapping[str, Any]:
        found = wellbeing.staff_survey(staff)
        questions = [named(*one) for one in found.questions]
        return {
            "one": found,
            "title": _title(found),
            "questions": questions,
            "open": wellbeing.is_open(found, timezone.localdate(standing.at)),
            "drawn": wellbeing.has_drawn(found, standing.actor),
            "slip": drawn.get("slip", ""),
            "groups": [
                {
                    "name": _("All who answered") if one["all"]
                    else named(*one["team"]) if one["team"][0] else _("No team named"),
                    "n": one["n"],
                    "rows": list(zip(questions, one["means"], strict=True)),
                }
                for one in found.told
            ],
        }  # fmt: skip

    def draw(_asked: HttpRequest, who: Standing) -> str:
        drawn["slip"] = asking.draw_slip(staff, who.actor, who.at)
        return ""

    return administer(
        request, standing, "desk/programmes/learning/survey.html", shown, {"draw": draw}
    )


def _title(found: StaffSurvey) -> str:
    return named(found.title, found.title_en)
