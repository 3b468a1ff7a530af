"""The words of messages to people (通知模板): the site's own, tried on a made-up case, and back."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions.letter_texts import reset_letter_text, set_letter_text
from commonward.cases.queries import letter_texts as asked
from commonward.cases.queries.reference import book
from commonward.core.letter_texts import (
    LANGUAGES,
    LENGTHS,
    PLACES,
    LetterWords,
    check_words,
    fill,
)
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.look.showing import said
from commonward.doors.look.standing import Standing, for_staff
from commonward.doors.outbox.samples import sample
from commonward.doors.outbox.writing import parts_of, uses, values

_USES = {
    "confirm": N_("The first question: is it wanted?"),
    "mailed": N_("The first answer to a report that came by mail"),
    "step": N_("A step, where nothing nearer is written"),
    "asks": N_("A question of the office"),
    "ends": N_("The end"),
}
_LENGTHS = {"long": N_("Mail"), "short": N_("Short message")}
_LANGUAGES = {"zh-hans": "简体中文", "en": "English"}
_SHORT = 500
"""Characters of the sample of a short message."""


@require_safe
@for_staff("administrator")
def letter_texts(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every use that words can be written for, and which the site has its own for."""
    own = asked.own_words()
    changed = {key[:2] for key, (_number, words) in own.items() if words is not None}
    context = {
        "lengths": [(name, _(title)) for name, title in _LENGTHS.items()],
        "uses": [
            {
                "use": use,
                "title": use_words(use),
                "own": [length for length in LENGTHS if (use, length) in changed],
            }
            for use in asked.known_uses()
        ],
    }
    return desk_page(request, standing, "desk/admin/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def letter_text(request: HttpRequest, standing: Standing, use: str, length: str) -> HttpResponse:
    """The words of one use in both languages, what they look like, and what they were before."""
    deeds = {"look": _look, "save": _save, "reset": _reset}
    return administer(
        request,
        standing,
        "desk/admin/letter.html",
        lambda: _shown(request, standing, use, length),
        {name: partial(deed, use, length) for name, deed in deeds.items()},
    )


def use_words(use: str) -> str:
    """A use in words: "Stage: Filing"; the first procedure that has it names it."""
    kind, _mark, name = use.partition(":")
    for procedure in book().procedures.values():
        if kind == "stage" and name in procedure.stages:
            return _("Stage: {title}").format(title=said(procedure.stages[name].title))
        if kind == "verb" and name in procedure.verbs:
            return _("Step: {title}").format(title=said(procedure.verbs[name].title))
    return _(_USES[use]) if use in _USES else use


def _shown(request: HttpRequest, standing: Standing, use: str, length: str) -> dict[str, Any]:
    if use not in asked.known_uses() or length not in LENGTHS:
        raise Missing(N_("There is no such text."), field="use")
    own = asked.own_words()
    found = []
    for language in LANGUAGES:
        words, number, mine = _in_force(use, length, language, own, standing.at)
        if request.method == "POST" and text(request, "language") == language:
            sent = request.POST.get("title", ""), request.POST.get("body", "")
            words = LetterWords(*sent)
        found.append(
            {
                "language": language,
                "name": _LANGUAGES[language],
                "words": words,
                "number": number,
                "own": mine,
                "versions": asked.versions_of(use, length, language),
                **_preview(use, length, language, words, standing),
            }
        )
    return {
        "use": use,
        "length": length,
        "title": use_words(use),
        "kind": _(_LENGTHS[length]),
        "texts": found,
        "places": [(f"{{{name}}}", _(about)) for name, about in PLACES.items()],
    }


def _in_force(
    use: str, length: str, language: str, own: Any, at: datetime
) -> tuple[LetterWords, int, bool]:
    number, mine = own.get((use, length, language), (0, None))
    if mine is not None:
        return mine, number, True
    letter = sample(use, tuple(book().procedures.values()), language, at)
    there = asked.words_for((use, *uses(letter)), length, language, own)
    return there.words, number, False


def _preview(
    use: str, length: str, language: str, words: LetterWords, standing: Standing
) -> dict[str, Any]:
    """The words filled in for a made-up case; nothing where they may not stand."""
    try:
        words = check_words(use, words.title, words.body)
    except Invalid:
        return {"filled": None}
    letter = sample(use, tuple(book().procedures.values()), language, standing.at)
    with override(language):
        filled = fill(words, values(letter), _SHORT if length == "short" else 0)
    return {"filled": filled, "parts": parts_of(filled), "characters": len(filled.body)}


def _here(use: str, length: str) -> str:
    return reverse("desk:admin_letter", args=[use, length])


def _look(use: str, length: str, request: HttpRequest, standing: Standing) -> str:
    check_words(use, request.POST.get("title", ""), request.POST.get("body", ""))
    return ""


def _save(use: str, length: str, request: HttpRequest, standing: Standing) -> str:
    set_letter_text(
        standing.actor, use, length, text(request, "language"),
        request.POST.get("title", ""), request.POST.get("body", ""),
        standing.at, number=_number(request),
    )  # fmt: skip
    done(request, _("These words are in force now."))
    return _here(use, length)


def _reset(use: str, length: str, request: HttpRequest, standing: Standing) -> str:
    reset_letter_text(
        standing.actor, use, length, text(request, "language"), standing.at, number=_number(request)
    )
    done(request, _("The words that come with the product are in force again."))
    return _here(use, length)


def _number(request: HttpRequest) -> int:
    given = text(request, "number")
    return int(given) if given.isdecimal() and len(given) < 9 else -1
