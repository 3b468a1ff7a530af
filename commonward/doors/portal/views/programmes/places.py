"""Inspected places for the public: what campaigns found, and a place's own page by its notice."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.actions.photos import MOST_BYTES, MOST_PHOTOS, prepare_photo
from commonward.cases.models import Clock
from commonward.core.inspecting.figures import SOURCE
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.look.showing import error_of, named, page, said
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now
from commonward.people.queries import revisions
from commonward.programmes.actions.inspections.answering import answer_place, visit_of_code
from commonward.programmes.models import Campaign, Defect, Visit
from commonward.programmes.queries.inspections.checklists import kinds, parsed
from commonward.programmes.queries.inspections.coverage import LEAST, public_rows, standing_of

_MOST = 12
_STATES = {
    "open": N_("To be mended"), "said_mended": N_("Said to be mended: we come and look"),
    "to_revisit": N_("We come and look again"), "mended": N_("Mended"),
    "again": N_("Not mended: it goes on as a new case"),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """The campaigns with their figures by kind and street, and the way in by a notice's code."""
    error = None
    if request.method == "POST":
        plain = "".join(c for c in request.POST.get("code", "") if c.isalnum()).lower()
        try:
            bound(request, site_now())
            visit_of_code(plain)
        except Refusal as refusal:
            error = error_of(refusal)
        else:
            return HttpResponseRedirect(reverse("portal:places_visit", args=[plain]))
    rows = Campaign.objects.filter(state__in=("running", "ended")).order_by("-since", "-id")[:_MOST]
    today = timezone.localdate(site_now())
    context = {
        "campaigns": [_told(one, today) for one in rows],
        "error": error,
        "least": LEAST,
        "source": SOURCE,
    }
    return render(request, "portal/programmes/places/places.html", context)


def _told(one: Campaign, today: Any) -> dict[str, Any]:
    found = standing_of(one, today, items=False)
    titles = kinds()
    areas = {a.code: named(a.name, a.name_en) for a in areas_to_choose(revisions())}
    return {
        "one": one,
        "title": named(one.title, one.title_en),
        "whole": _row(found.whole, "") if found.whole.done >= LEAST else None,
        "kinds": [
            _row(row, said(titles[row.key]) if row.key in titles else row.key)
            for row in public_rows(found.by_kind)
        ],
        "streets": [_row(row, areas.get(row.key, row.key)) for row in public_rows(found.by_street)],
    }


def _row(row: Any, name: str) -> dict[str, Any]:
    """A share of fewer than `LEAST` places with a fault, or without one, is told as such only."""
    shown = row.faults is not None and LEAST <= row.faulty <= row.done - LEAST
    return {
        "name": name,
        "done": row.done,
        "planned": row.planned,
        "coverage": f"{row.coverage:.0%}",
        "share": f"{row.faults.share:.0%}" if shown else "",
        "low": f"{row.faults.low:.0%}" if shown else "",
        "high": f"{row.faults.high:.0%}" if shown else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def places_visit(request: HttpRequest, code: str) -> HttpResponse:
    """A place's own page: the checklist before the visit, the result after it, and an answer."""
    try:
        first = visit_of_code(code)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    error, status = None, 200
    if request.method == "POST":
        try:
            bound(request, site_now())
            _answer(request, code)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            return HttpResponseRedirect(f"{reverse('portal:places_visit', args=[code])}?kept")
    context = {**_shown(first), "code": code, "error": error, "kept": "kept" in request.GET,
               "given": request.POST}  # fmt: skip
    return page(
        request, "portal/programmes/places/visit.html", context, status=status, private=True
    )


def _answer(request: HttpRequest, code: str) -> None:
    files = request.FILES.getlist("photos")
    if len(files) > MOST_PHOTOS or any((f.size or 0) > MOST_BYTES for f in files):
        raise Invalid(
            N_("At most {most} photos of {bytes} bytes each are taken."),
            field="photos",
            most=MOST_PHOTOS,
            bytes=MOST_BYTES,
        )
    about = request.POST.get("defect", "")
    answer_place(
        code,
        request.POST.get("do", ""),
        request.POST.get("words", ""),
        site_now(),
        defect=int(about) if about.isdecimal() and len(about) < 18 else None,
        photos=[prepare_photo(file.read()) for file in files],
    )


def _shown(first: Visit) -> dict[str, Any]:
    checklist = parsed(first.checklist.text)
    answers = {"yes": _("yes"), "no": _("no"), "na": _("does not apply")}
    rows = Defect.objects.filter(
        visit__place=first.place_id, visit__campaign=first.campaign_id
    ).select_related("case", "visit__checklist", "revisit")
    faults = []
    # The owner's time is the item's, not that of the loop's next stage.
    whole = dict(
        Clock.objects.filter(case__in=[one.case_id for one in rows], kind="total").values_list(
            "case_id", "due_at"
        )
    )
    for one in rows.order_by("id"):
        item = parsed(one.visit.checklist.text).item(one.item)
        faults.append({
            "fault": one, "text": said(item.text), "source": said(item.source),
            "state": _(_STATES[one.state]), "open": one.state not in ("mended", "again"),
            "due": whole.get(one.case.pk) if one.case and one.case.is_open else None,
            "again": one.revisit.on if one.revisit and one.state == "to_revisit" else None,
        })  # fmt: skip
    return {
        "visit": first,
        "place": first.place,
        "title": named(first.campaign.title, first.campaign.title_en),
        "campaign": first.campaign,
        "items": [
            {"text": said(item.text), "source": said(item.source),
             "answer": _answered(first.answers.get(item.code), answers, item.unit)}
            for item in checklist.items
        ],
        "faults": faults,
    }  # fmt: skip


def _answered(given: Any, words: dict[str, str], unit: str) -> str:
    if given is None:
        return ""
    return words.get(given, "") if isinstance(given, str) else f"{given:g} {unit}"
