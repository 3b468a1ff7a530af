"""What can be reported, and what is asked for each."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from commonward.areas.queries import revisions
from commonward.cases.queries.services import Service, service, services
from commonward.doors.open311.asking import Ask, Problem, resource
from commonward.doors.open311.writing import Many


def listed(ask: Ask) -> HttpResponse:
    """GET services: every category that can be reported."""
    offered = [s for s in services(revisions()).values() if s.reportable]
    items = [
        {
            "service_code": s.code,
            "service_name": s.named(ask.language),
            "description": s.about or s.named(ask.language),
            "metadata": bool(s.questions),
            "type": "realtime",
            "keywords": ",".join(s.keywords),
            "group": s.grouped(ask.language),
        }
        for s in offered
    ]
    return ask.answer("services", Many("service", items))


def defined(ask: Ask) -> HttpResponse:
    """GET services/{code}: the questions of one category."""
    found = wanted(ask.path["code"], revisions())
    body = {
        "service_code": found.code,
        "attributes": Many(
            "attribute",
            [_question(q, place, ask.language) for place, q in enumerate(found.questions, 1)],
        ),
    }
    return ask.answer("service_definition", body)


def wanted(code: str, now: Mapping[str, int]) -> Service:
    """The service with this code; Problem 404 when it cannot be reported here."""
    found = service(code, now)
    if found is None:
        raise Problem(
            404,
            _("service_code “{code}” was not found; ask for the list of services.").format(
                code=code
            ),
        )
    return found


def asked(question: Mapping[str, Any], language: str) -> str:
    """A question in this language."""
    chinese, english = question.get("prompt", ""), question.get("prompt_en", "")
    return str((chinese or english) if language.startswith("zh") else (english or chinese))


def _question(question: Mapping[str, Any], place: int, language: str) -> dict[str, Any]:
    values = [
        {"key": str(v["key"]), "name": _choice(v, language)} for v in question.get("values", ())
    ]
    return {
        "variable": True,
        "code": question["code"],
        # The standard knows no days and no conditions: such a question is asked without force.
        "datatype": "string" if question["datatype"] == "date" else question["datatype"],
        "required": bool(question.get("required")) and not question.get("when"),
        "datatype_description": _in_words(str(question["datatype"])),
        "order": int(question.get("order") or place),
        "description": asked(question, language) or question["code"],
        **({"values": Many("value", values)} if values else {}),
    }


def _choice(value: Mapping[str, Any], language: str) -> str:
    chinese, english = value.get("name", ""), value.get("name_en", "")
    return str((chinese or english) if language.startswith("zh") else (english or chinese))


def _in_words(datatype: str) -> str:
    return {
        "string": _("One line of text"),
        "text": _("Text, which may have several lines"),
        "number": _("A number"),
        "datetime": _("A date and time with a zone, like 2026-01-31T08:00:00+08:00"),
        "date": _("A day, like 2026-01-31"),
        "singlevaluelist": _("One of the values"),
        "multivaluelist": _("One or several of the values"),
    }[datatype]


list_view = resource(GET=listed)
definition_view = resource(GET=defined)
