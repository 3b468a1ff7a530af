"""Places and checklists at the desk: the register, one place, a table taken over, versions."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.access import below
from commonward.core.inspecting.checklist import read_checklist
from commonward.core.refusals import N_, Invalid
from commonward.core.targets.workbook import rows_of
from commonward.doors.desk.rows import case_address
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.programmes.ways import OFFICE, OPENS, WORKS
from commonward.doors.desk.wording import limit_words
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.programmes.actions.inspections.placing import (
    COLUMNS,
    Given,
    Line,
    end_place,
    keep_place,
    read_places,
    take_over,
)
from commonward.programmes.actions.inspections.setting_up import adopt_checklist
from commonward.programmes.models import Checklist, Place
from commonward.programmes.queries.inspections.access import keeps, place_for, seen_places
from commonward.programmes.queries.inspections.checklists import kinds, text_of, versions
from commonward.programmes.queries.inspections.visits import (
    answers_of,
    defects_of_place,
    item_texts,
    visits_of_place,
)

FOLDER = "desk/programmes/inspections"
SIZE = 50
_SALT = "commonward.desk.places"
_SHOWN_LINES = 200
STATES = {
    "planned": N_("planned"), "done": N_("done"), "not_possible": N_("not possible"),
    "cancelled": N_("cancelled"),
}  # fmt: skip
VISIT_KINDS = {
    "first": N_("Visit"), "recheck": N_("Re-check"), "revisit": N_("Visited again"),
}  # fmt: skip
DEFECT_STATES = {
    "open": N_("open"), "said_mended": N_("said to be mended"), "to_revisit": N_("visited again soon"),
    "mended": N_("mended"), "again": N_("not mended: a new case"),
}  # fmt: skip
WHY = {
    "": "", "closed": N_("It is closed"), "blocked": N_("The way is blocked"),
    "unsafe": N_("It is not safe there"), "not_found": N_("The place is not there"),
    "refused": N_("Entry was refused"), "gone": N_("The business has ended"),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICE)
def programme_places(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The register of places that this person sees, by kind, area and beginning of name or code."""

    def shown() -> dict[str, Any]:
        titles = kinds()
        asked = {name: request.GET.get(name, "").strip()[:64] for name in ("kind", "area", "words")}
        rows = Place.objects.filter(seen_places(standing.actor), active=True)
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        area = next((a for a in areas_to_choose(revisions()) if a.code == asked["area"]), None)
        if area is not None:
            rows = rows.filter(below([area.path]))
        if asked["words"]:
            rows = rows.filter(name__contains=asked["words"]) | rows.filter(code=asked["words"])
        found = list(
            rows.filter(code__gt=request.GET.get("after", "")[:30]).order_by("code")[: SIZE + 1]
        )
        return {
            "rows": [(one, said(titles[one.kind]) if one.kind in titles else one.kind) for one in found[:SIZE]],
            "next": found[SIZE - 1].code if len(found) > SIZE else "",
            "asked": asked,
            "kinds": [(kind, said(title)) for kind, title in titles.items()],
            "areas": [(a.code, named(a.name, a.name_en)) for a in areas_to_choose(revisions())],
            "keeps": standing.holds(("programme_officer",)),
        }  # fmt: skip

    def keep(request: HttpRequest, standing: Standing) -> str:
        try:
            lat, lon = float(text(request, "lat")), float(text(request, "lon"))
        except ValueError:
            raise Invalid(
                N_("Latitude and longitude are numbers of degrees."), field="lat"
            ) from None
        given = Given(
            text(request, "code"), text(request, "kind"), text(request, "name"), lat, lon,
            text(request, "address"),
        )  # fmt: skip
        made = keep_place(given, standing.actor, standing.at)
        done(request, _("Kept: {name}.").format(name=made.name))
        return reverse("desk:programme_place", args=[made.code])

    return administer(request, standing, f"{FOLDER}/places.html", shown, {"keep": keep})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def programme_place(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One place: its visits, what was not in order, what its owner answered."""

    def shown() -> dict[str, Any]:
        place = place_for(code, standing.actor)
        visits, faults = visits_of_place(place), defects_of_place(place)
        texts, told = item_texts(faults), answers_of(visits)
        titles = kinds()
        return {
            "place": place,
            "kind": said(titles[place.kind]) if place.kind in titles else place.kind,
            "visits": [
                {"visit": one, "kind": _(VISIT_KINDS[one.kind]), "state": _(STATES[one.state]),
                 "why": _(WHY[one.why]) if one.why else "", "campaign": named(one.campaign.title, one.campaign.title_en),
                 "team": named(one.team.name, one.team.name_en), "answers": told.get(one.pk, [])}
                for one in visits
            ],
            "faults": [
                {"fault": one, "text": said(texts[one.pk].text), "state": _(DEFECT_STATES[one.state]),
                 "case": one.case.number if one.case else "", "href": case_address(one.case.number) if one.case else ""}
                for one in faults
            ],
            "keeps": keeps(standing.actor, place.area_path),
        }  # fmt: skip

    def end(request: HttpRequest, standing: Standing) -> str:
        made = end_place(code, standing.actor, standing.at)
        done(request, _("{name} is visited no longer.").format(name=made.name))
        return reverse("desk:programme_places")

    return administer(request, standing, f"{FOLDER}/place.html", shown, {"end": end})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("programme_officer")
def programme_places_table(request: HttpRequest, standing: Standing) -> HttpResponse:
    """A table of places: read and shown with its faults and doubles first, then taken over."""
    read: list[Line] = []

    def look(request: HttpRequest, standing: Standing) -> str:
        file = request.FILES.get("file")
        if file is None:
            raise Invalid(N_("Choose a file."), field="file")
        rows = [row for row in rows_of(file.read()) if any(str(cell).strip() for cell in row)]
        if len(rows) < 2:
            raise Invalid(N_("The table has no line below its titles."), field="file")
        read.extend(read_places([str(cell) for cell in rows[0]], rows[1:]))
        return ""

    def keep(request: HttpRequest, standing: Standing) -> str:
        try:
            rows = signing.loads(request.POST.get("rows", ""), salt=_SALT, max_age=7200)
        except signing.BadSignature:
            raise Invalid(
                N_("This preview is too old: choose the file again."), field="file"
            ) from None
        new, outside = take_over([Given(*row) for row in rows], standing.actor, standing.at)
        told = ngettext("{count} new place was kept.", "{count} new places were kept.", new)
        done(request, told.format(count=new))
        if outside:
            told = ngettext(
                "{count} lies outside the area served and was left out.",
                "{count} lie outside the area served and were left out.",
                outside,
            )
            done(request, told.format(count=outside))
        return reverse("desk:programme_places")

    def shown() -> dict[str, Any]:
        fine = [one for one in read if one.given is not None]
        # Who is sure that two are one place leaves the second line out of the file.
        kept = [
            [o.code, o.kind, o.name, o.lat, o.lon, o.address] for o in (x.given for x in fine) if o
        ]
        return {
            "columns": [(name, ", ".join(also)) for name, also in COLUMNS.items()],
            "lines": [
                (one, refused(one.fault) if one.fault else "") for one in read[:_SHOWN_LINES]
            ],
            "more": max(0, len(read) - _SHOWN_LINES),
            "fine": len(fine),
            "faults": len(read) - len(fine),
            "doubles": sum(bool(one.same) for one in read),
            "known": sum(one.known for one in read),
            "rows": signing.dumps(kept, salt=_SALT, compress=True) if kept else "",
        }

    return administer(
        request, standing, f"{FOLDER}/places_table.html", shown, {"look": look, "keep": keep}
    )


@require_http_methods(["GET", "HEAD"])
@for_staff(*OPENS)
def programme_checklists(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The checklists by kind, with the version in force."""

    def shown() -> dict[str, Any]:
        found = []
        for kind, title in kinds().items():
            number, words = text_of(kind)
            found.append((kind, said(title), number, len(read_checklist(words).items)))
        return {"rows": found}

    return administer(request, standing, f"{FOLDER}/checklists.html", shown, {})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OPENS)
def programme_checklist(request: HttpRequest, standing: Standing, kind: str) -> HttpResponse:
    """A checklist as it is read, its versions, and its text to be changed."""
    preview: list[str] = []

    def shown() -> dict[str, Any]:
        asked = request.GET.get("version", "")
        number, words = text_of(kind, int(asked) if asked.isdecimal() and len(asked) < 6 else None)
        given = preview[0] if preview else words
        read = read_checklist(given)
        return {
            "kind": kind,
            "title": said(read.title),
            "number": number,
            "words": request.POST.get("text", words),
            "preview": bool(preview),
            "items": [
                {"item": one, "text": said(one.text), "source": said(one.source), "limit": limit_words(one.limit)}
                for one in read.items
            ],
            "versions": versions(kind),
            "upon": Checklist.objects.filter(kind=kind).count(),
            "writes": standing.holds(("programme_officer", "administrator")),
        }  # fmt: skip

    def look(request: HttpRequest, standing: Standing) -> str:
        words = request.POST.get("text", "")
        read_checklist(words)
        preview.append(words)
        return ""

    def adopt(request: HttpRequest, standing: Standing) -> str:
        upon = text(request, "upon")
        made = adopt_checklist(
            kind, request.POST.get("text", ""), int(upon) if upon.isdecimal() else -1,
            standing.actor, standing.at,
        )  # fmt: skip
        done(
            request,
            _("Version {number} is in force for campaigns started from now on.").format(
                number=made.number
            )
            if made is not None
            else _("Nothing was changed: this text is in force already."),
        )
        return reverse("desk:programme_checklist", args=[kind])

    return administer(
        request, standing, f"{FOLDER}/checklist.html", shown, {"look": look, "adopt": adopt}
    )
