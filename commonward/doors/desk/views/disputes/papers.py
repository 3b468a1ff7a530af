"""The papers of a dispute: drawn, handed out, scanned in, bound; and the kit of the counter."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.papers.filling import LANGUAGES, sheet
from commonward.core.papers.kinds import entries, kinds
from commonward.core.papers.pdf import pdf
from commonward.core.papers.word import word
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.disputes.access import POSTS, dispute_for
from commonward.disputes.actions.papers import (
    bind_file,
    court_package,
    keep_scan,
    make_paper,
    take_back,
)
from commonward.disputes.actions.registering import MAY_REGISTER
from commonward.disputes.models import Dispute
from commonward.disputes.queries.papers import drawn, papers_of, scan
from commonward.doors.desk import sheets
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import done, number, text
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.files import as_file
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff

KIT = (
    "application", "intake", "rights", "inquiry", "record", "agreement", "oral", "visit",
    "invitation", "consent", "proxy", "session_notice", "performance_sheet", "routes",
)  # fmt: skip
"""Blank forms for the counter, and for people who use no telephone."""
SAID = {
    "zh": N_("Chinese"),
    "en": N_("English"),
    "both": N_("Chinese with English beside it"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*POSTS)
def papers(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """All papers of a dispute that this person may open; what is done with them."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return nothing(request, standing, missing)
    error, status = None, 200
    if request.method == "POST":
        try:
            return _do(request, standing, found)
        except Refusal as refusal:
            error, status = error_of(refusal), 404 if isinstance(refusal, Missing) else 422
    context = {**head_of(found, standing), **_shown(request, standing, found), "error": error}
    context["given"] = request.POST if error else {}
    return desk_page(request, standing, "desk/disputes/papers.html", context, status=status)


@require_safe
@for_staff(*POSTS)
def paper(
    request: HttpRequest, standing: Standing, number: str, code: str, which: int
) -> HttpResponse:
    """One paper as it stands now, to look at; nothing is noted as handed out."""
    language, big = asked(request)
    try:
        found = dispute_for(
            sheets.meant(number), standing.actor, standing.at, door=DOOR, what=f"paper {code}"
        )
        made = drawn(
            found, standing.actor, code, which=which, language=language, big=big,
            shown=request.GET.get("as", "pdf"),
        )  # fmt: skip
    except Missing as missing:
        return nothing(request, standing, missing)
    except Refusal as refusal:
        return _refused(request, standing, refusal)
    return as_file(made.data, made.name)


@require_safe
@for_staff(*POSTS)
def scanned(request: HttpRequest, standing: Standing, number: str, paper: int) -> HttpResponse:
    """The pages of one scan."""
    try:
        found = dispute_for(
            sheets.meant(number), standing.actor, standing.at, door=DOOR, what=f"scan {paper}"
        )
        data, name = scan(found, standing.actor, paper)
    except Missing as missing:
        return nothing(request, standing, missing)
    return as_file(data, name)


@require_safe
@for_staff(*POSTS, *MAY_REGISTER)
def forms(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The blank forms of the counter, in plain and in big type."""
    language, big = asked(request)
    context = {
        "forms": [(code, kinds()[code].number, kinds()[code].title.inn(_now())) for code in KIT],
        **_choice(language, big),
    }
    return desk_page(request, standing, "desk/disputes/forms.html", context)


@require_safe
@for_staff(*POSTS, *MAY_REGISTER)
def form(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One blank form."""
    language, big = asked(request)
    if code not in KIT:
        return nothing(request, standing, Missing(N_("There is no such form.")))
    blank = sheet(code, None, language, big=big)
    if request.GET.get("as") == "word":
        return as_file(word(blank), f"{code}.docx")
    return as_file(pdf(blank), f"{code}.pdf")


def asked(request: HttpRequest) -> tuple[str, bool]:
    """The language and the size of type that the address asks for."""
    language = request.GET.get("language", "")
    return (language if language in LANGUAGES else _now()), request.GET.get("big") == "1"


def _now() -> str:
    """The language of the page, as papers name it."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def _choice(language: str, big: bool) -> dict[str, Any]:
    return {
        "languages": [(code, _(said)) for code, said in SAID.items()],
        "language": language,
        "big": big,
        "query": f"language={language}{'&big=1' if big else ''}",
    }


def _shown(request: HttpRequest, standing: Standing, found: Dispute) -> dict[str, Any]:
    language, big = asked(request)
    now = _now()
    comma = "、" if now == "zh" else ", "
    file = papers_of(found, standing.actor, now)
    lines = [(e.code, e.title.inn(now)) for e in entries() if e.code != "back"]
    signed = [
        (f"{one.code}:{one.which}", f"{one.title.inn(now)} {one.mark}".strip())
        for one in file.offered
        if any(one.code in entry.kinds for entry in entries())
    ]
    return {
        **_choice(language, big),
        "offered": [(one, one.title.inn(now), comma.join(one.lacking)) for one in file.offered],
        "handed_out": [(one, one.title.inn(now)) for one in file.handed_out],
        "scans": [(one, one.title.inn(now)) for one in file.scans],
        "may_bind": file.may_bind,
        "lacking": file.lacking,
        "lines": lines,
        "signed": signed,
        "may_keep": standing.holds(("mediator", "coordinator")) and bool(file.offered),
    }


def _do(request: HttpRequest, standing: Standing, found: Dispute) -> HttpResponse:
    """What a button of the page asks for. Raises Refusal."""
    actor, at, name = standing.actor, standing.at, found.case.number
    language, big = asked(request)
    here = reverse("desk:dispute_papers", args=[name])
    deed = text(request, "do")
    if deed == "hand":
        made = make_paper(
            name, text(request, "code"), actor, at, which=_count(request), language=language,
            shown=text(request, "as") or "pdf", big=big,
        )  # fmt: skip
        return as_file(made.data, made.name)
    if deed == "bind":
        bound = bind_file(name, actor, at, name=actor.name, language=language)
        return as_file(bound.pdf, f"{name}.pdf")
    if deed == "package":
        return as_file(court_package(name, actor, at, language=language).pdf, f"{name}-court.pdf")
    if deed == "keep":
        _keep(request, standing, name)
        done(request, _("Kept in the file."))
    elif deed == "take_back":
        take_back(name, number(request, "paper"), actor, at)
        done(request, _("Taken out of the file; its pages are destroyed."))
    else:
        raise Invalid(N_("This page does not know that step."), field="do")
    return HttpResponseRedirect(here)


def _keep(request: HttpRequest, standing: Standing, name: str) -> None:
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid(N_("Choose a photo or a PDF."), field="file")
    kind, _part, which = text(request, "kind").partition(":")
    if which and not (which.isdecimal() and len(which) < 4):
        raise Invalid(N_("Choose one of the list."), field="kind")
    keep_scan(
        name, text(request, "entry"), sent.read(), standing.actor, standing.at,
        name=text(request, "name"), kind=kind, which=int(which or 0), letter=text(request, "side"),
    )  # fmt: skip


def _count(request: HttpRequest) -> int:
    given = text(request, "which")
    if not given.isdecimal() or len(given) > 3:
        raise Invalid(N_("Choose one of the list."), field="which")
    return int(given)


def _refused(request: HttpRequest, standing: Standing, refusal: Refusal) -> HttpResponse:
    status = 403 if isinstance(refusal, Forbidden) else 422
    context = {"error": error_of(refusal)}
    return desk_page(request, standing, "desk/admin/missing.html", context, status=status)
