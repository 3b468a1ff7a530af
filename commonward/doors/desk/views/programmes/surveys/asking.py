"""Asking at the desk: the list brought in, calls one number at a time, links, paper, results."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonward.core.ballots import codes
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.surveys.rates import OUTCOMES
from commonward.core.targets.workbook import rows_of
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.doors.look.surveys import (
    csv_file,
    fields_of,
    line_shown,
    offered_strata,
    plan_shown,
    results_shown,
    stratum_name,
    title_of,
)
from commonward.programmes.actions.surveys import answering, listing
from commonward.programmes.models import SurveyWords
from commonward.programmes.queries.survey_results import results_of
from commonward.programmes.queries.surveys import (
    ASKS,
    KEEPS,
    keeps,
    strata_of,
    survey_of,
    work_of,
)

MOST_BYTES = 1_900_000
"""Of a list: below what is kept in memory, so that it never lies in a file of the server."""


def _drawn(request: HttpRequest, name: str) -> int:
    """A row's drawn number, which has up to 62 bits. Raises Invalid."""
    given = text(request, name)
    if not given.isdecimal() or len(given) > 19 or int(given) >= 1 << 63:
        raise Invalid(N_("Choose one of the list."), field=name)
    return int(given)


@csrf_exempt
def survey_numbers(request: HttpRequest, code: str) -> HttpResponseBase:
    """The list, read in memory alone: a larger one is refused before a byte of it is written.

    How a file is received must be said before anything reads the form, which the check of the
    form's token does; so that check stands on the view within.
    """
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _numbers(request, code=code)


@sensitive_post_parameters()
@sensitive_variables()
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def _numbers(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:

    def bring(asked: HttpRequest, who: Standing) -> str:
        file = asked.FILES.get("file")
        if file is None or isinstance(file, list):
            raise Invalid(
                N_("Choose a file of at most {most} kilobytes."),
                most=MOST_BYTES // 1000,
                field="file",
            )
        if (file.size or 0) > MOST_BYTES:
            raise Invalid(
                N_("The file is larger than {most} kilobytes."),
                most=MOST_BYTES // 1000,
                field="file",
            )
        made = listing.bring_list(code, rows_of(file.read(), fill=False), who.actor, who.at)
        done(
            asked,
            _(
                "{drawn} of {listed} numbers were drawn and sealed; the others were not kept."
            ).format(drawn=made.drawn, listed=made.listed),
        )
        return reverse("desk:programme_survey", args=[code])

    def shown() -> Mapping[str, Any]:
        found = survey_of(code, standing.actor)
        return {
            "title": title_of(found), "code": code, "one": found,
            "fixed": found.state not in ("prepared", "open") or found.list_key is not None,
            "strata": [
                {"key": one.key, "wanted": one.size * found.per_answer,
                 "name": stratum_name(one.area.name, one.area.name_en, one.group, one.group_en)}
                for one in strata_of(found)
            ],
        }  # fmt: skip

    return administer(
        request, standing, "desk/programmes/surveys/numbers.html", shown, {"bring": bring}
    )


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*ASKS)
def survey_calls(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One number at a time, with the questions under it; gone with the outcome of the call."""
    here = reverse("desk:programme_survey_calls", args=[code])

    def take(asked: HttpRequest, who: Standing) -> str:
        if listing.take_number(code, who.actor, who.at) is None:
            done(asked, _("There is no number left to call."))
        return here

    def end(asked: HttpRequest, who: Standing) -> str:
        listing.end_call(
            code, _drawn(asked, "number"), text(asked, "outcome"), who.actor, who.at,
            asked.POST.dict(),
        )  # fmt: skip
        done(asked, _("Kept, without the number."))
        return here

    def shown() -> Mapping[str, Any]:
        found = survey_of(code, standing.actor)
        held = listing.held_number(found, standing.actor, standing.at)
        today = timezone.localdate(standing.at)
        work = work_of(found)
        given = request.POST.dict() if request.method == "POST" else {}
        return {
            "title": title_of(found), "code": code, "held": held, "left": work.left,
            "stratum": stratum_name(
                held.stratum.area.name, held.stratum.area.name_en, held.stratum.group,
                held.stratum.group_en,
            ) if held else "",
            "asks": found.state == "open" and found.begins_on <= today <= found.ends_on,
            "fields": fields_of(found, given) if held else [],
            "outcomes": [(name, _(OUTCOMES[name])) for name in listing.OUTCOMES],
            "tries": listing.MOST_TRIES,
        }  # fmt: skip

    return administer(
        request, standing, "desk/programmes/surveys/calls.html", shown, {"take": take, "end": end}
    )


@sensitive_variables()
@require_POST
@for_staff(*KEEPS)
def survey_links(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One-time links of a stratum as a text file to print or send: they are nowhere else."""
    try:
        many = text(request, "many")
        made = answering.make_links(
            code, text(request, "stratum"), int(many) if many.isdecimal() and len(many) < 6 else 0,
            standing.actor, standing.at,
        )  # fmt: skip
    except (Missing, Forbidden):
        raise
    except Refusal as refusal:
        context = {"error": error_of(refusal), "code": code}
        return desk_page(
            request, standing, "desk/programmes/surveys/links.html", context, status=422
        )
    address = request.build_absolute_uri(reverse("portal:survey_answer", args=[code]))
    lines = "".join(f"{address}#{one}\t{codes.shown(one)}\r\n" for one in made)
    answer = HttpResponse(lines, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="links-{code}.txt"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@for_staff(*ASKS)
def survey_paper(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """The questionnaire as a page to print."""

    def shown() -> Mapping[str, Any]:
        found = survey_of(code, standing.actor)
        return {
            "one": found, "code": code, "title": title_of(found),
            "about": line_shown(found)["about"], "fields": fields_of(found),
            "strata": offered_strata(found),
        }  # fmt: skip

    return administer(request, standing, "desk/programmes/surveys/paper.html", shown, {})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*ASKS)
def survey_type(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """Type a paper form in; the page starts anew after each."""

    def keep(asked: HttpRequest, who: Standing) -> str:
        answering.answer_from_paper(
            code, text(asked, "stratum"), asked.POST.dict(), who.actor, who.at
        )
        done(asked, _("Kept. Type in the next form."))
        return reverse("desk:programme_survey_type", args=[code])

    def shown() -> Mapping[str, Any]:
        found = survey_of(code, standing.actor)
        given = request.POST.dict() if request.method == "POST" else {}
        return {
            "title": title_of(found), "code": code, "asks": found.state == "open",
            "fields": fields_of(found, given), "strata": offered_strata(found),
            "stratum": given.get("stratum", ""),
        }  # fmt: skip

    return administer(request, standing, "desk/programmes/surveys/type.html", shown, {"keep": keep})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*ASKS)
def survey_results(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """The results once asking is over; free words that hurt somebody can be taken out before."""

    def out(asked: HttpRequest, who: Standing) -> str:
        answering.take_out(code, _drawn(asked, "words"), who.actor, who.at)
        done(asked, _("Taken out."))
        return reverse("desk:programme_survey_results", args=[code])

    def shown() -> Mapping[str, Any]:
        found = survey_of(code, standing.actor)
        over = found.state in ("closed", "published")
        checks = found.state == "closed" and keeps(found, standing.actor)
        return {
            **line_shown(found), "one": found, "over": over, "plan": plan_shown(found),
            "told": results_shown(results_of(found)) if over else None,
            "check": SurveyWords.objects.filter(survey=found).order_by("pk")[:300] if checks else [],
        }  # fmt: skip

    if request.GET.get("as") == "csv":
        with suppress(Missing):  # the page says that there is none
            found = survey_of(code, standing.actor)
            if found.state in ("closed", "published"):
                return csv_file(results_of(found), code)
    return administer(
        request, standing, "desk/programmes/surveys/results.html", shown, {"out": out}
    )
