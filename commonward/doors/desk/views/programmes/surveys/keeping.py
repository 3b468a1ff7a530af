"""Surveys at the desk: the list, terms and questions, the sampling plan, one survey's page."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.names import areas_to_choose
from commonward.core.refusals import N_, Invalid
from commonward.core.surveys import questions as asking
from commonward.core.surveys.sampling import ALLOCATIONS, METHODS, SPREAD
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.programmes.pledges import day_of_field
from commonward.doors.look.pledges import offered
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.doors.look.surveys import (
    CHANNELS,
    line_shown,
    outcomes_shown,
    percent,
    plan_shown,
    stratum_name,
    title_of,
)
from commonward.people.queries import revisions
from commonward.programmes.actions.surveys import answering, listing, planning
from commonward.programmes.models import Survey
from commonward.programmes.queries.surveys import (
    ASKS,
    KEEPS,
    areas_of,
    earlier_ones,
    keeps,
    strata_of,
    survey_of,
    surveys_for,
    work_of,
)

_TERMS = ("title", "title_en", "about", "about_en", "begins_on", "ends_on", "shred_on", "questions",
          "earlier", "margin", "margin_totals")  # fmt: skip


@require_safe
@for_staff(*ASKS)
def surveys(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The surveys that this person keeps or asks in."""
    rows = [line_shown(one) for one in surveys_for(standing.actor)]
    context = {"rows": rows, "keeps": standing.holds(KEEPS)}
    return desk_page(request, standing, "desk/programmes/surveys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def survey_new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Prepare a survey, beginning with the standard questions."""

    def make(asked: HttpRequest, who: Standing) -> str:
        made = planning.make_survey(_terms(asked), who.actor, who.at)
        done(asked, _("The survey is prepared. Make its sampling plan next."))
        return reverse("desk:programme_survey_plan", args=[made.code])

    return administer(
        request, standing, "desk/programmes/surveys/form.html",
        lambda: {**_fields(request, None), "new": True}, {"make": make},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def survey_edit(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """Write terms and questions anew while nobody has been asked."""

    def shown() -> Mapping[str, Any]:
        found = survey_of(code, standing.actor)
        return {**_fields(request, found), "title": title_of(found), "code": code,
                "fixed": found.state != "prepared"}  # fmt: skip

    def change(asked: HttpRequest, who: Standing) -> str:
        planning.change_survey(code, _terms(asked), who.actor, who.at)
        done(asked, _("Kept."))
        return reverse("desk:programme_survey", args=[code])

    return administer(
        request, standing, "desk/programmes/surveys/form.html", shown, {"change": change}
    )


def _terms(asked: HttpRequest) -> planning.Terms:
    return planning.Terms(
        title=text(asked, "title"), title_en=text(asked, "title_en"), about=text(asked, "about"),
        about_en=text(asked, "about_en"), area=number(asked, "area"),
        begins_on=day_of_field(asked, "begins_on"), ends_on=day_of_field(asked, "ends_on"),
        shred_on=day_of_field(asked, "shred_on"), questions=text(asked, "questions"),
        counter_counts="counter_counts" in asked.POST, earlier=text(asked, "earlier"),
        margin=_margin(asked),
    )  # fmt: skip


def _margin(asked: HttpRequest) -> dict[str, object]:
    """The numbers of people stand in the order of the question's options."""
    key = text(asked, "margin")
    if not key:
        return {}
    people = [part.strip() for part in re.split("[;；]", text(asked, "margin_totals"))]
    if not all(part.isdecimal() and len(part) < 10 for part in people):
        raise Invalid(
            N_("Give the number of people for each answer of “{key}”, parted by “;”."),
            key=key[:40],
            field="margin_totals",
        )
    return {"question": key, "totals": {f"o{n}": int(part) for n, part in enumerate(people, 1)}}


def _fields(request: HttpRequest, row: Survey | None) -> dict[str, Any]:
    if request.method == "POST":
        values: dict[str, Any] = {name: request.POST.get(name, "") for name in (*_TERMS, "area")}
        values["counter_counts"] = "counter_counts" in request.POST
    elif row is None:
        values = {"questions": asking.STANDARD}
    else:
        values = {name: getattr(row, name) for name in ("title", "title_en", "about", "about_en")}
        values |= {
            name: getattr(row, name).isoformat() for name in ("begins_on", "ends_on", "shred_on")
        }
        totals = row.margin.get("totals", {})
        values |= {
            "area": str(row.area_id), "counter_counts": row.counter_counts,
            "questions": asking.written(asking.from_kept(row.questions)),
            "earlier": row.earlier.code if row.earlier else "",
            "margin": row.margin.get("question", ""),
            "margin_totals": "; ".join(str(totals[key]) for key in sorted(totals, key=lambda k: int(k[1:]))),
        }  # fmt: skip
    areas = [
        (str(one.id), named(one.name, one.name_en))
        for one in areas_to_choose(revisions())
        if row is None or one.id == row.area_id
    ]
    before = earlier_ones(row.area if row else None, row)
    return {
        "values": values, "areas": areas, "kinds": offered(asking.KINDS),
        "before": [(one.code, f"{title_of(one)} ({one.ends_on:%Y-%m-%d})") for one in before],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def survey_plan(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """The sampling plan: strata with how many live there, the size or the margin, the draw."""

    def shown() -> Mapping[str, Any]:
        found = survey_of(code, standing.actor)
        areas = areas_of(found)
        return {
            "title": title_of(found), "code": code, "fixed": found.state != "prepared",
            "values": _plan_values(request, found), "allocations": offered(ALLOCATIONS),
            "methods": offered(METHODS),
            "areas": [(one.code, named(one.name, one.name_en)) for one in areas],
        }  # fmt: skip

    def plan(asked: HttpRequest, who: Standing) -> str:
        sizes = planning.plan_survey(code, _plan(asked), who.actor, who.at)
        done(
            asked,
            _("The plan stands: {count} answers are wanted.").format(count=sum(sizes.values())),
        )
        return reverse("desk:programme_survey", args=[code])

    return administer(request, standing, "desk/programmes/surveys/plan.html", shown, {"plan": plan})


def _plan_values(request: HttpRequest, found: Survey) -> dict[str, Any]:
    names = ("layers", "size", "margin", "allocation", "method", "least", "per_answer", "seed")
    if request.method == "POST":
        return {name: request.POST.get(name, "") for name in names}
    strata = strata_of(found)
    if strata:
        layers = [
            " | ".join((
                one.area.code, str(one.population), one.group, one.group_en,
                "" if one.spread == SPREAD else f"{one.spread:g}",
            )).rstrip(" |")
            for one in strata
        ]  # fmt: skip
    else:
        layers = [f"{one.code} | " for one in areas_of(found)]
    return {
        "layers": "\n".join(layers), "size": found.size or "", "margin": "" if found.size else "5",
        "allocation": found.allocation, "method": found.method, "least": found.least,
        "per_answer": found.per_answer, "seed": found.seed,
    }  # fmt: skip


def _whole(asked: HttpRequest, name: str) -> int:
    given = text(asked, name)
    if given and not (given.isdecimal() and len(given) < 9):
        raise Invalid(N_("Please write a number."), field=name)
    return int(given or 0)


def _plan(asked: HttpRequest) -> planning.Plan:
    size, margin = _whole(asked, "size"), text(asked, "margin")
    if bool(size) == bool(margin):
        raise Invalid(N_("Give either the size or the margin of error."), field="size")
    try:
        points = float(margin or 0)
    except ValueError:
        raise Invalid(N_("Please write a number."), field="margin") from None
    return planning.Plan(
        layers=[_layer(row, n) for n, row in enumerate(text(asked, "layers").splitlines(), 1) if row.strip()],
        size=size, margin=points / 100, allocation=text(asked, "allocation"),
        method=text(asked, "method"), least=_whole(asked, "least"),
        per_answer=_whole(asked, "per_answer"), seed=text(asked, "seed"),
    )  # fmt: skip


def _layer(row: str, place: int) -> planning.Layer:
    """ "area's code | people | 组 | group in English | spread"; the last three may be missing."""
    parts = [part.strip() for part in row.replace("｜", "|").split("|")]
    code, people, group, group_en, spread = [*parts, "", "", "", ""][:5]
    try:
        wide = float(spread or SPREAD)
    except ValueError:
        wide = -1.0
    if not (people.isdecimal() and 0 < int(people[:10]) < 10**9) or not 0 < wide <= SPREAD:
        raise Invalid(
            N_(
                "Line {line}: write area | how many live there | group | group in English | spread."
            ),
            line=place,
            field="layers",
        )
    return planning.Layer(code, int(people), group, group_en, wide)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*ASKS)
def survey(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One survey: how far it has come, its channels and its next step."""
    here = reverse("desk:programme_survey", args=[code])

    def open_it(asked: HttpRequest, who: Standing) -> str:
        planning.open_survey(code, who.actor, who.at)
        done(asked, _("The survey asks now."))
        return here

    def close(asked: HttpRequest, who: Standing) -> str:
        planning.close_survey(code, who.actor, who.at)
        done(asked, _("Asking is over; the list is shredded."))
        return here

    def publish(asked: HttpRequest, who: Standing) -> str:
        planning.publish_survey(code, who.actor, who.at)
        done(asked, _("Everybody can read the results now."))
        return here

    def shred(asked: HttpRequest, who: Standing) -> str:
        gone = listing.shred_list(code, who.actor, who.at)
        done(asked, _("The list is shredded: {count} numbers.").format(count=gone))
        return here

    deeds = {"open": open_it, "close": close, "publish": publish, "shred": shred}
    return administer(
        request, standing, "desk/programmes/surveys/page.html",
        lambda: _shown(request, standing, code), deeds,
    )  # fmt: skip


def _shown(request: HttpRequest, standing: Standing, code: str) -> dict[str, Any]:
    found = survey_of(code, standing.actor)
    work = work_of(found)
    may = keeps(found, standing.actor)
    today = timezone.localdate(standing.at)
    counter = reverse("portal:survey_counter", args=[code, found.counter_key or "-"])
    return {
        **line_shown(found),
        "one": found,
        "keeps": may,
        "plan": plan_shown(found),
        "work": work,
        "answered": work.answered,
        "strata": [
            {
                "name": stratum_name(
                    one.stratum.area.name, one.stratum.area.name_en, one.stratum.group,
                    one.stratum.group_en,
                ),
                "row": one.stratum,
                "answered": one.answered,
                "channels": ", ".join(f"{_(CHANNELS[c])} {n}" for c, n in one.by_channel.items()),
            }
            for one in work.strata
        ],
        "outcomes": outcomes_shown(work.phone),
        "rr": [percent(getattr(work.phone_rates, name)) for name in ("rr1", "rr2", "rr3")],
        "list_there": found.list_key is not None,
        "asks_today": found.state == "open" and found.begins_on <= today <= found.ends_on,
        "counter": request.build_absolute_uri(counter) if found.counter_key and may else "",
        "most": answering.MOST_LINKS,
    }  # fmt: skip
