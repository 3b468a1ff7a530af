"""A party's own papers: to read, to print, and to hand in."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.papers.filling import LANGUAGES
from commonward.core.papers.kinds import entries
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes.actions.papers import FROM_A_SIDE, keep_scan, take_back
from commonward.disputes.queries.papers import drawn, papers_of, scan
from commonward.doors.look.files import as_file
from commonward.doors.look.showing import error_of, page
from commonward.doors.portal.views.disputes.mine import Opened, opened, shown
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

_DONE = {
    "kept": N_("Kept in your dispute’s file, sealed."),
    "taken": N_("Taken out of the file; its pages are destroyed."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, key: str) -> HttpResponse:
    """The papers that this party may have now, and what they handed in."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    error, status = None, 200
    if request.method == "POST":
        try:
            deed = _do(request, found)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            return HttpResponseRedirect(
                f"{reverse('portal:dispute_papers', args=[key])}?done={deed}"
            )
    done = _DONE.get(request.GET.get("done", ""), "")
    context = {
        **shown(found, key),
        **_listed(found),
        "big": request.GET.get("big") == "1",
        "done": _(done) if done else "",
        "error": error,
        "given": request.POST if error else {},
    }
    return page(request, "portal/disputes/papers.html", context, status=status, private=True)


@require_safe
def paper(request: HttpRequest, key: str, code: str, which: int) -> HttpResponse:
    """One paper as PDF or Word."""
    language = request.GET.get("language", "")
    try:
        found = opened(key)
        made = drawn(
            found.dispute,
            found.actor,
            code,
            which=which,
            language=language if language in LANGUAGES else _now(),
            shown=request.GET.get("as", "pdf"),
            big=request.GET.get("big") == "1",
        )
    except Refusal as refusal:
        return _not_for_them(request, refusal)
    return as_file(made.data, made.name)


@require_safe
def scanned(request: HttpRequest, key: str, paper: int) -> HttpResponse:
    """The pages of what was handed in."""
    try:
        found = opened(key)
        data, name = scan(found.dispute, found.actor, paper)
    except Refusal as refusal:
        return _not_for_them(request, refusal)
    return as_file(data, name)


def _not_for_them(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Alike for what is not there and for what is the other side's."""
    if isinstance(refusal, Invalid):
        context = {"error": error_of(refusal)}
        return page(request, "portal/opens_nothing.html", context, status=422, private=True)
    return opens_nothing(request, Missing(N_("There is no such paper, or none that you may see.")))


def _do(request: HttpRequest, found: Opened) -> str:
    number, at = found.dispute.case.number, site_now()
    if request.POST.get("do") == "take_back":
        given = request.POST.get("paper", "")
        if not given.isdecimal() or len(given) > 18:
            raise Invalid(N_("Choose one of the list."), field="paper")
        take_back(number, int(given), found.actor, at)
        return "taken"
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid(N_("Choose a photo or a PDF."), field="file")
    keep_scan(
        number,
        request.POST.get("entry", ""),
        sent.read(),
        found.actor,
        at,
        name=request.POST.get("name", ""),
    )
    return "kept"


def _listed(found: Opened) -> dict[str, Any]:
    now = _now()
    file = papers_of(found.dispute, found.actor, now)
    return {
        "offered": [(one, one.title.inn(now)) for one in file.offered],
        "scans": [(one, one.title.inn(now)) for one in file.scans],
        "lines": [(e.code, e.title.inn(now)) for e in entries() if e.code in FROM_A_SIDE],
    }


def _now() -> str:
    return "zh" if (get_language() or "").startswith("zh") else "en"
