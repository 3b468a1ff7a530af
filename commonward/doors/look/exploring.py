"""The explorer as every door shows it: the same answers lead to the same page, whoever types them.

Nothing is kept: the answers stand in the address, what is filled into a letter goes no further
than the page that shows it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from commonward.core.danger import numbers_to_call
from commonward.core.explorer import (
    Asked,
    Contact,
    Explorer,
    Gated,
    Letter,
    Outcome,
    Route,
    ask,
    letter_text,
)
from commonward.core.explorer.model import Cited, Taken
from commonward.core.explorer.walk import LONGEST_FIELD
from commonward.core.refusals import N_, Missing
from commonward.doors.look.showing import language, said

_EMERGENCY = ("110", "119", "120")
_HOTLINE = "hotline"


def answers_of(query: QueryDict) -> tuple[str, ...]:
    """The answers in an address: `?a=no.home.neighbours`."""
    given = query.get("a", "")[:1000]
    return tuple(given.split(".")) if given else ()


def walked(explorer: Explorer, answers: Sequence[str], door: str) -> dict[str, Any]:
    """What the page after these answers shows; `door` is the name of the addresses' door.

    Raises Invalid for answers that do not fit the questions.
    """
    step = ask(explorer, answers)
    here = reverse(f"{door}:explorer")
    context: dict[str, Any] = {
        "title": said(explorer.title),
        "start": here,
        "back": _at(here, answers[:-1]) if answers else "",
        "taken": _taken(step.taken, here),
        "keep_query": f"{urlencode({'a': '.'.join(answers)})}&" if answers else "",
        "number": len(answers) + 1,
        "most": explorer.most,
    }
    if isinstance(step, Asked):
        return context | {"question": _question(step, here, answers)}
    if isinstance(step, Gated):
        return context | {"gate": _gate(step, explorer), "call": _call(step)}
    return context | {"outcome": _outcome(step, explorer, answers, door)}


def letter_of(explorer: Explorer, code: str) -> Letter:
    """The letter of this code. Raises Missing."""
    found = explorer.letters.get(code)
    if found is None:
        raise Missing(N_("There is no such letter."))
    return found


def letter_shown(
    letter: Letter, answers: Sequence[str], given: Mapping[str, str] | None, door: str
) -> dict[str, Any]:
    """The page of a letter: its blanks, and the letter itself once they are filled (`given`)."""
    typed = {field.code: (given or {}).get(field.code, "") for field in letter.fields}
    return {
        "title": said(letter.title),
        "fields": [
            {"code": field.code, "label": said(field.label), "long": field.long,
             "value": typed[field.code]}
            for field in letter.fields
        ],
        "most": LONGEST_FIELD,
        "letter": letter_text(letter, typed, language()) if given is not None else "",
        "call": numbers_to_call("\n".join(typed.values())),
        "back": _at(reverse(f"{door}:explorer"), answers),
        "keep_query": f"{urlencode({'a': '.'.join(answers)})}&" if answers else "",
    }  # fmt: skip


def _at(here: str, answers: Sequence[str]) -> str:
    return f"{here}?{urlencode({'a': '.'.join(answers)})}" if answers else here


def _taken(taken: Taken, here: str) -> list[dict[str, str]]:
    before: list[str] = []
    found = []
    for question, answer in taken:
        found.append(
            {"ask": said(question.ask), "say": said(answer.say), "href": _at(here, before)}
        )
        before.append(answer.code)
    return found


def _question(step: Asked, here: str, answers: Sequence[str]) -> dict[str, Any]:
    asked = step.question
    return {
        "ask": said(asked.ask),
        "hint": said(asked.hint) if asked.hint else "",
        "answers": [
            {
                "say": said(answer.say),
                "hint": said(answer.hint) if answer.hint else "",
                "href": _at(here, (*answers, answer.code)),
            }
            for answer in asked.answers
        ],
    }


def _contact(contact: Contact, explorer: Explorer) -> dict[str, str]:
    hotline = explorer.contacts.get(_HOTLINE)
    return {
        "title": said(contact.title),
        "phone": contact.phone,
        "where": said(contact.where) if contact.where else "",
        "hours": said(contact.hours) if contact.hours else "",
        "ask": hotline.phone if hotline and not contact.phone else "",
    }


def _gate(step: Gated, explorer: Explorer) -> dict[str, Any]:
    gate = step.gate
    return {
        "title": said(gate.title),
        "why": said(gate.why),
        "then": said(gate.then),
        "source": said(gate.source),
        "urgent": gate.urgent,
        "contacts": [_contact(contact, explorer) for contact in step.contacts],
    }


def _call(step: Gated) -> tuple[str, ...]:
    """The emergency numbers of an urgent gate, for the top of the page."""
    if not step.gate.urgent:
        return ()
    return tuple(c.phone for c in step.contacts if c.phone in _EMERGENCY)


def _outcome(
    step: Outcome, explorer: Explorer, answers: Sequence[str], door: str
) -> dict[str, Any]:
    # As the forms of registration name them: a fact is "fact_" and its name, yes is 1.
    facts = {f"fact_{name}": int(value) for name, value in step.facts.items()}
    return {
        "kind": said(step.kind.title),
        "routes": [_route(route, explorer, answers, door) for route in step.routes],
        "handed": urlencode({"kind": step.kind.code, **facts}),
    }


def _route(route: Route, explorer: Explorer, answers: Sequence[str], door: str) -> dict[str, Any]:
    letter = ""
    if route.letter:
        letter = _at(reverse(f"{door}:explorer_letter", args=[route.letter]), answers)
    return {
        "title": said(route.title),
        "what": said(route.what),
        "limits": [_cited(limit) for limit in route.limits],
        "cost": _cited(route.cost) if route.cost else None,
        "papers": [said(paper) for paper in route.papers],
        "contact": _contact(explorer.contacts[route.contact], explorer),
        "letter": letter,
        "registers": route.registers,
    }


def _cited(one: Cited) -> dict[str, str]:
    return {"text": said(one.text), "source": said(one.source) if one.source else ""}
