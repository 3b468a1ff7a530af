"""A category's questions as a form asks them, and the answers as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from commonward.core.answers import check_answers
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid
from commonward.doors.look.showing import named


def in_order(questions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The questions as the category orders them."""
    return sorted(questions, key=lambda q: int(q.get("order", 0) or 0))


def prompt(question: Mapping[str, Any]) -> str:
    """The question in the reader's language."""
    code = str(question["code"])
    return named(str(question.get("prompt") or code), str(question.get("prompt_en") or ""))


def shown(question: Mapping[str, Any], answer: Any) -> dict[str, Any]:
    """What the template needs: kind, prompt, values with whether they are chosen, the text."""
    kind = str(question["datatype"])
    chosen = answer if isinstance(answer, list) else [answer] if answer not in (None, "") else []
    text = str(chosen[0]) if chosen else ""
    if kind == "datetime" and text:
        local = datetime.fromisoformat(text).astimezone(ZoneInfo(settings.SITE_ZONE))
        text = local.strftime("%Y-%m-%dT%H:%M")
    return {
        "code": str(question["code"]),
        "kind": kind,
        "prompt": prompt(question),
        "required": bool(question.get("required")),
        "text": text,
        "values": [
            {
                "key": str(v["key"]),
                "name": _value_name(v),
                "chosen": str(v["key"]) in chosen,
            }
            for v in question.get("values", ())
        ],
    }


def taken(question: Mapping[str, Any], given: Sequence[str]) -> dict[str, Any]:
    """The answer as it will be kept, under its code; nothing for an optional one left empty.

    Raises Invalid (field "answer") in the words of the question, not of its code.
    """
    code, kind = str(question["code"]), str(question["datatype"])
    answers: list[str] = [a.replace("\x00", "").strip() for a in given if a.strip()]
    if kind == "datetime" and answers:
        answers = [_with_zone(answers[0])]
    value: Any = answers if kind == "multivaluelist" else answers[0] if answers else ""
    try:
        return check_answers([{**question, "when": None}], {code: value})
    except Invalid as refusal:
        if refusal.code == "required":
            raise Invalid(N_("Please answer this question."), field="answer") from refusal
        if kind == "date":
            raise Invalid(
                N_("Please write a day like 2026-01-31; “{given}” is none."),
                field="answer",
                given=value[:40],
            ) from refusal
        if kind == "number":
            raise Invalid(
                N_("Please write a number; “{given}” is none."), field="answer", given=value[:40]
            ) from refusal
        values = {**refusal.values, "which": prompt(question)}
        raise Invalid(refusal.text, field="answer", code=refusal.code, **values) from refusal


def told(
    questions: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Question and answer as the public reads them, masked."""
    found = []
    for question in in_order(questions):
        code = str(question["code"])
        if code not in answers:
            continue
        given = answers[code] if isinstance(answers[code], list) else [answers[code]]
        names = {str(v["key"]): _value_name(v) for v in question.get("values", ())}
        text = _(", ").join(names.get(str(one), mask(str(one))) for one in given)
        if question["datatype"] == "datetime":
            text = str(shown(question, given[0])["text"]).replace("T", " ")
        found.append((prompt(question), text))
    return found


def _value_name(value: Mapping[str, Any]) -> str:
    return named(str(value["name"]), str(value.get("name_en") or ""))


def _with_zone(text: str) -> str:
    """A form's moment has no zone: it is that of the office's clocks."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(settings.SITE_ZONE))
    return moment.isoformat()
