"""Marks of quality at the desk: the list, a nomination, and one mark with all that is done on it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.models import Area
from commonward.areas.queries.names import areas_to_choose
from commonward.areas.queries.tree import valid
from commonward.cases.queries.reference import book
from commonward.core.marks.kind import FEWEST, LEVELS, PANEL
from commonward.core.refusals import N_, Invalid
from commonward.disputes.queries.mediators import venues
from commonward.doors.desk.own_pages import file_of
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.programmes.mark_deeds import deeds
from commonward.doors.desk.views.programmes.risk_forms import teams
from commonward.doors.look.marks import (
    bearer_name,
    checked_shown,
    dispute_shown,
    kind_shown,
    line_shown,
    offered,
    stage_told,
)
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.queries.measuring import book_in_force
from commonward.people.queries import revisions
from commonward.people.queries.names import account_names
from commonward.programmes.actions.marks import nominating
from commonward.programmes.models import Mark, MarkDispute, MarkVoice, Place
from commonward.programmes.queries.marks import (
    CATEGORY,
    EVERYBODY,
    KEEPS,
    checks_of,
    keeps,
    mark_of,
    marks_for,
    newest,
    of_checker,
    of_office,
    read_kind,
    renewed_by,
    taking,
)

_ONLY = {"soon": N_("Ending soon"), "ended": N_("Ended")}
STAGES = ("nominated", "checking", "panel", "given", "refused", "appealed", "doubted", "taken")


@require_safe
@for_staff(*EVERYBODY)
def marks(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The marks that this person sees."""
    stage, kind, only = (request.GET.get(name, "") for name in ("stage", "kind", "only"))
    kinds = newest()
    rows = marks_for(
        standing.actor,
        stage=stage if stage in STAGES else "",
        kind=kind if kind in kinds else "",
        only=only if only in _ONLY else "",
        today=timezone.localdate(standing.at),
    )
    stages = _stages()
    context = {
        "rows": [line_shown(one) for one in rows],
        "kinds": [(code, _title(one.data)) for code, one in kinds.items()],
        "stages": stages,
        "onlys": offered(_ONLY),
        "stage": stage,
        "kind": kind,
        "only": only,
        "keeps": standing.holds(KEEPS),
        "set_up": CATEGORY in book().codes,
    }
    return desk_page(request, standing, "desk/programmes/marks/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EVERYBODY)
def mark_new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Nominate: choose the mark, read its criteria, say what is to bear it."""
    today = timezone.localdate(standing.at)

    def shown() -> Mapping[str, Any]:
        kinds = taking(today)
        chosen = kinds.get(request.POST.get("kind", "") or request.GET.get("kind", ""))
        own = standing.actor.teams
        known = teams() if standing.holds(KEEPS) else [one for one in teams() if one[0] in own]
        context: dict[str, Any] = {
            "kinds": [(code, _title(one.data)) for code, one in kinds.items()],
            "chosen": None,
            "teams": known,
        }
        if chosen is not None:
            context["chosen"] = kind_shown(read_kind(chosen), book_in_force(standing.at))
            context["about"] = chosen.about
            context["rooms"] = [(one.pk, named(one.name, one.name_en)) for one in venues()]
            context["areas"] = [
                (one.code, named(one.name, one.name_en))
                for one in areas_to_choose(revisions())
                if one.level in LEVELS
            ]
        return context

    def nominate(asked: HttpRequest, who: Standing) -> str:
        made = nominating.nominate(
            text(asked, "kind"), _bearer(asked, who), number(asked, "office"), who.actor, who.at
        )
        done(asked, _("It is nominated. Show next by what each criterion is met."))
        return reverse("desk:programme_mark", args=[made.case.number])

    return administer(
        request, standing, "desk/programmes/marks/new.html", shown, {"nominate": nominate}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EVERYBODY)
def mark(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One mark: criteria and evidence, who looks, the panel, appeals and doubts."""

    def shown() -> Mapping[str, Any]:
        return _whole(mark_of(number, standing.actor), standing)

    return administer(request, standing, "desk/programmes/marks/one.html", shown, deeds(number))


def _whole(found: Mark, standing: Standing) -> dict[str, Any]:
    actor, stage = standing.actor, found.case.stage
    kind = kind_shown(read_kind(found.version), book_in_force(standing.at))
    keeper, own = keeps(found, actor), found.office_id in actor.teams
    voices = list(MarkVoice.objects.filter(mark=found).order_by("at", "pk")) if keeper else []
    names = account_names(one.by_id for one in voices)
    rows = checks_of(found)
    decides = keeper and not own
    later = renewed_by(found)
    return {
        **line_shown(found),
        "kind": kind,
        "version": found.version.number,
        "stage_title": stage_told(found),
        "bearer": bearer_name(found),
        "checker": named(found.checker.name, found.checker.name_en) if found.checker else "",
        "criteria": checked_shown(kind["criteria"], rows),
        "keeps": keeper,
        "case_href": file_of(found.case) if keeper else "",
        "renews": found.renews.case.number if found.renews is not None else "",
        "later": later.case.number if later is not None else "",
        "shows": (of_office(found, actor) or keeper) and stage in ("nominated", "checking"),
        "looks": of_checker(found, actor) and stage == "checking",
        "sends": keeper and stage == "nominated",
        "puts": keeper and stage == "checking",
        "speaks": decides and stage == "panel",
        "spoke": any(one.by_id == actor.account for one in voices),
        "appeals": of_office(found, actor) and stage in ("refused", "taken"),
        "decides_appeal": decides and stage == "appealed",
        "doubts": decides and stage == "given",
        "answers": of_office(found, actor) and stage == "doubted",
        "decides_doubt": decides and stage == "doubted",
        "withdraws": (of_office(found, actor) or keeper)
        and stage in ("nominated", "checking", "panel"),
        "teams": [one for one in teams() if one[0] != found.office_id] if keeper else [],
        "voices": [{"row": one, "name": names.get(one.by_id, "")} for one in voices],
        "panel": PANEL,
        "fewest": FEWEST,
        "own_account": actor.account,
        "disputes": [
            dispute_shown(one) for one in MarkDispute.objects.filter(mark=found).order_by("id")
        ],
        "public": bool(found.decision),
    }


def _bearer(request: HttpRequest, standing: Standing) -> nominating.Bearer:
    """What the form names: a room by its id, an area or a place by its code."""
    code = text(request, "code") or text(request, "area")
    if text(request, "room"):
        return nominating.Bearer(room=number(request, "room"))
    if text(request, "about") == "area":
        area = Area.objects.filter(valid(standing.at), code=code[:40]).first()
        if area is None:
            raise Invalid(N_("There is no area {code}."), code=code[:40], field="code")
        return nominating.Bearer(area=area.pk)
    place = Place.objects.filter(code=code[:40], active=True).first()
    if place is None:
        raise Invalid(N_("There is no place {code} in the register."), code=code[:40], field="code")
    return nominating.Bearer(place=place.pk)


def _stages() -> list[tuple[str, str]]:
    for procedure in book().procedures.values():
        if procedure.name == "mark":
            return [
                (name, named(procedure.stages[name].title.zh, procedure.stages[name].title.en))
                for name in STAGES
                if name in procedure.stages
            ]
    return []


def _title(data: Mapping[str, Any]) -> str:
    return named(str(data["title"]), str(data["title_en"]))
