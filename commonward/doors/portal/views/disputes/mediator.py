"""A party's choice of the mediator: ticks three, wishes, reads the disclosure, objects."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes.access import require, side_of
from commonward.disputes.actions import appointing as actions
from commonward.disputes.queries.mediators import choice_of
from commonward.doors.look.showing import error_of, named, page
from commonward.doors.portal.views.disputes.mine import Opened, opened, shown
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

LANGUAGES: dict[str, tuple[str, str]] = {
    "zh-Hans": ("普通话", N_("Mandarin")),
    "yue": ("粤语", N_("Cantonese")),
    "wuu": ("吴语", N_("Wu")),
    "nan": ("闽南语", N_("Southern Min")),
    "hak": ("客家话", N_("Hakka")),
    "bo": ("藏语", N_("Tibetan")),
    "ug": ("维吾尔语", N_("Uyghur")),
    "mn": ("蒙古语", N_("Mongolian")),
    "za": ("壮语", N_("Zhuang")),
    "ko": ("朝鲜语", N_("Korean")),
    "csl": ("中国手语", N_("Chinese sign language")),
    "en": ("英语", N_("English")),
}
_DONE = {
    "ticked": N_("Noted. When both sides accept the same person, they are asked at once."),
    "chosen": N_("Both sides accept the same person, who mediates now."),
    "wished": N_("Others were found by your wish."),
    "objected": N_("Noted. A coordinator decides it with a reason, which you read here."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def mediator(request: HttpRequest, key: str) -> HttpResponse:
    """The page; it works alike for both sides, who are never told each other's ticks."""
    try:
        found = opened(key)
        require(found.dispute, found.actor, "mediators")
    except Missing as refusal:
        return opens_nothing(request, refusal)
    deeds: dict[str, Callable[[HttpRequest, Opened], str]] = {
        "tick": _ticked,
        "wish": _wished,
        "object": _objected,
    }
    error, status = None, 200
    if request.method == "POST":
        try:
            deed = deeds.get(request.POST.get("do", ""))
            if deed is None:
                raise Invalid(N_("This page does not know that step."), field="do")
            told = deed(request, found)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            here = reverse("portal:dispute_mediator", args=[key])
            return HttpResponseRedirect(f"{here}?done={told}")
    context = {**shown(found, key), **_choice(found), "error": error}
    done = _DONE.get(request.GET.get("done", ""), "")
    context |= {"done": _(done) if done else "", "words": request.POST.get("words", "")}
    return page(request, "portal/disputes/mediator.html", context, status=status, private=True)


def language(code: str) -> str:
    """A language by its code in the reader's language."""
    return named(LANGUAGES[code][0], _(LANGUAGES[code][1])) if code in LANGUAGES else code


def _choice(found: Opened) -> dict[str, Any]:
    at = site_now()
    letter = side_of(found.actor).letter
    choice = choice_of(found.dispute, at)
    return {
        "choice": choice,
        "three": [
            {
                "one": one,
                "languages": ", ".join(language(code) for code in one.languages),
                "said": {True: "yes", False: "no"}.get(one.ticks[letter], "")
                if letter in one.ticks
                else "",
            }
            for one in choice.three
        ],
        "objections": [one for one in choice.objections if one.letter == letter],
    }


def _ticked(request: HttpRequest, found: Opened) -> str:
    says = {}
    for one in choice_of(found.dispute, site_now()).three:
        said = request.POST.get(f"m{one.mediator}", "")
        if said in ("yes", "no"):
            says[one.mediator] = said == "yes"
    number = found.dispute.case.number
    return "chosen" if actions.tick(number, says, found.actor, site_now()) else "ticked"


def _wished(request: HttpRequest, found: Opened) -> str:
    gender = request.POST.get("gender", "")
    actions.wish(found.dispute.case.number, gender, found.actor, site_now())
    return "wished"


def _objected(request: HttpRequest, found: Opened) -> str:
    words = request.POST.get("words", "")
    actions.object_to(found.dispute.case.number, words, found.actor, site_now())
    return "objected"
