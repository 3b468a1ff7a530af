"""A reporter's own page: where it stands, what happened, and the steps that are their right."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries import revisions
from commonward.cases.actions import LONGEST_WORDS, act
from commonward.cases.actions.asking import answer_question
from commonward.cases.actions.hiding import object_to_hiding
from commonward.cases.queries.followed import Followed, Has, Told
from commonward.cases.queries.hiding import Hiding
from commonward.cases.queries.neighbours import whereabouts
from commonward.cases.queries.sealed import all_sealed
from commonward.cases.queries.services import services
from commonward.core.danger import numbers_to_call
from commonward.core.procedures import Verb
from commonward.core.refusals import N_, Invalid, Missing, Refusal, Stale
from commonward.core.rights import reporter
from commonward.doors.look.happening import heading, plain
from commonward.doors.look.showing import due_words, error_of, language, named, page, said
from commonward.doors.outbox.channels import offered
from commonward.doors.portal import wording
from commonward.doors.portal.views.receipts import opened, opens_nothing
from commonward.people.queries import now as site_now
from commonward.people.words import tell

_MARKS = range(1, 6)
_ALWAYS_SHOWN = "raise"
"""Going to the next level is a right: its button is there before it can be used, too."""


@dataclass(frozen=True, slots=True)
class Right:
    """A step that belongs to the reporter, as a button: `possible` now, or later."""

    verb: str
    label: str
    possible: bool


@require_safe
def mine(request: HttpRequest, key: str) -> HttpResponse:
    """What became of a report."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    context = {
        **_shown(found, key),
        "done": wording.done(request.GET.get("done", "")),
        "sealed": all_sealed(step.id for step in found.steps),
    }
    return page(request, "portal/mine.html", context, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """One step of the reporter's: a question, then the step itself or why it is refused."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    wanted = next((v for v in found.rights if v.name == verb), None)
    if wanted is None:
        raise Http404
    if request.method != "POST":
        return _question(request, found, wanted, key)
    try:
        given = _given(request, wanted)
        version = _version(request)
        act(found.case, verb, reporter(found.report), site_now(), given, version=version)
    except Stale:
        # Somebody worked on it meanwhile: the words stay in the form, with the new version.
        changed = Refusal(
            N_("Something new happened meanwhile; it is shown here. Send again if you still want.")
        )
        return _question(request, found, wanted, key, error_of(changed), show_last=True)
    except Refusal as refusal:
        error = {"text": wording.refused(refusal, found), "field": refusal.field}
        return _question(request, found, wanted, key, error)
    return HttpResponseRedirect(f"{reverse('portal:mine', args=[key])}?done={verb}")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, key: str, question: int) -> HttpResponse:
    """The office's question, and the reporter's answer to it."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    asked = next((q for q in found.questions if q.id == question), None)
    if asked is None:
        # Answered meanwhile, perhaps by a second press of the button: the page says where it is.
        return HttpResponseRedirect(reverse("portal:mine", args=[key]))
    error = None
    if request.method == "POST":
        words = request.POST.get("words", "").replace("\r\n", "\n").replace("\x00", "")
        try:
            answer_question(found.case, question, words, reporter(found.report), site_now())
        except Refusal as refusal:
            error = error_of(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('portal:mine', args=[key])}?done=answer")
    context = {
        **_shown(found, key),
        "question": asked,
        "given": request.POST,
        "error": error,
        "call": numbers_to_call(request.POST.get("words", "")),
    }
    return page(request, "portal/answer.html", context, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, key: str) -> HttpResponse:
    """What the office hid from the public, and the reporter's objection to it (异议)."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    if not found.hidden:
        # Shown again meanwhile: the page says where it is.
        return HttpResponseRedirect(reverse("portal:mine", args=[key]))
    error = None
    if request.method == "POST":
        words = request.POST.get("words", "").replace("\r\n", "\n").replace("\x00", "")
        try:
            object_to_hiding(found.report, words, reporter(found.report), site_now())
        except Refusal as refusal:
            error = error_of(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('portal:mine', args=[key])}?done=object")
    context = {**_shown(found, key), "given": request.POST, "error": error}
    return page(request, "portal/object.html", context, private=True)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _given(request: HttpRequest, verb: Verb) -> dict[str, Any]:
    """What the form says, under the names that the step needs."""
    words = request.POST.get("words", "").replace("\r\n", "\n").replace("\x00", "").strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid(
            N_("The description has {given} characters; at most {most} are taken."),
            given=len(words),
            most=LONGEST_WORDS,
            field="words",
        )
    if {"words", "reason"} & set(verb.needs) and not words:
        raise Invalid(N_("Please say it in a few words."), field="words")
    given: dict[str, Any] = {"words": words, "reason": words}
    if wording.asks_mark(verb):
        mark = request.POST.get("satisfied", "")
        if mark not in {str(m) for m in _MARKS}:
            raise Invalid(N_("Please choose a number from 1 to 5."), field="satisfied")
        given |= {"satisfied": int(mark), "reached": True, "solved": verb.name == "content"}
    return given


def _question(
    request: HttpRequest,
    found: Followed,
    verb: Verb,
    key: str,
    error: dict[str, str] | None = None,
    *,
    show_last: bool = False,
) -> HttpResponse:
    context = {
        **_shown(found, key),
        "verb": verb.name,
        "label": wording.label(verb),
        "asks": wording.question(verb),
        "wants_words": bool({"words", "reason"} & set(verb.needs)),
        "marks": _MARKS if wording.asks_mark(verb) else (),
        "why_not": "" if verb in found.possible else wording.why_not(verb, found),
        "given": request.POST,
        "error": error,
        "last": found.steps[-1] if show_last and found.steps else None,
        "call": numbers_to_call(request.POST.get("words", "")),
    }
    return page(request, "portal/step.html", context, private=True)


def _shown(found: Followed, key: str) -> dict[str, Any]:
    category = services(revisions())[found.category]
    rights = [Right(v.name, wording.label(v), v in found.possible) for v in found.rights]
    return {
        "found": found,
        "where": whereabouts(found.report),
        "key": key,
        "category_name": category.named(language()),
        "stage_title": said(found.stage.title),
        "stage_plain": said(found.stage.plain),
        "has": _team(found.has),
        "due": due_words(found.due_at) if found.due_at else "",
        "why": [tell(line) for line in found.why],
        "outcome": wording.outcome(found.outcome),
        "steps": [_told(one) for one in reversed(found.steps)],
        "rights": rights,
        "hidden": [_hidden(one) for one in found.hidden],
        "mail": bool(offered()),
        "later": [r for r in rights if not r.possible and r.verb != _ALWAYS_SHOWN],
    }


def _hidden(one: Hiding) -> dict[str, Any]:
    return {
        "whole": not one.report,
        "partly": one.partly,
        "since": one.since,
        "ground": _(one.why),
        "words": one.words,
        "objection": one.objection,
    }


def _team(has: Has | None) -> dict[str, str] | None:
    if has is None:
        return None
    return {"name": named(has.name, has.name_en), "contact": has.contact}


def _told(one: Told) -> dict[str, Any]:
    return {
        "at": one.at,
        "heading": heading(one),
        "plain": plain(one.verb, one.stage),
        "words": one.words,
        "whose": _whose(one),
    }


def _whose(one: Told) -> str:
    if one.mine:
        return _("You wrote:")
    return _("The office asks you:") if one.asks else _("The office wrote:")
