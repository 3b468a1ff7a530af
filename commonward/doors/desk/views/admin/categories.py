"""Categories with their questions, and their filing conditions with limits."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions import set_category, set_standard
from commonward.cases.actions.adopting import DATATYPES
from commonward.cases.queries.categories import category_card, category_tree
from commonward.cases.queries.procedures import in_force
from commonward.core.calendars import Limit
from commonward.core.procedures import parse
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import Deed, administer, done, text
from commonward.doors.desk.views.admin.limits import limit_field, limit_given
from commonward.doors.desk.views.admin.wording import (
    answer_kinds,
    category_kinds,
    limit_told,
)
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing, for_staff

KINDS = ("component", "event", "enquiry", "service")
_BLANK_QUESTIONS = 2


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def categories(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The tree of categories, and adding one."""

    def shown() -> dict[str, Any]:
        rows = [
            {"code": c.code, "name": named(c.name, c.name_en), "deep": c.parent_id is not None,
             "reportable": c.reportable, "standards": count}
            for c, count in category_tree()
        ]  # fmt: skip
        return {"rows": rows, **_offered()}

    return administer(request, standing, "desk/admin/categories.html", shown, {"save": _save})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def category(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One category: its words, its questions, its filing conditions."""

    def shown() -> dict[str, Any]:
        card = category_card(code)
        following = max((s.number for s in card.standards), default=0) + 1
        blank = [{"order": len(card.category.questions) + 1 + n} for n in range(_BLANK_QUESTIONS)]
        return {
            "card": card,
            "questions": [*map(_typed, card.category.questions), *blank],
            "datatypes": answer_kinds(tuple(DATATYPES)),
            "standards": [
                {
                    "row": s,
                    "limit": limit_field(f"limit-{s.number}", _("Limit"), s.limit, request.POST),
                    "told": limit_told(s.limit),
                }
                for s in card.standards
            ],
            "next": following,
            "new_limit": limit_field(f"limit-{following}", _("Limit"), None, request.POST),
            **_offered(),
        }

    deeds: dict[str, Deed] = {
        "save": _save,
        "questions": partial(_questions, code),
        "standard": partial(_standard, code),
    }
    return administer(request, standing, "desk/admin/category.html", shown, deeds)


def _offered() -> dict[str, Any]:
    procedures = [
        (p.name, said(p.title)) for v in in_force() if (p := parse(v.text)).about == "case"
    ]
    return {"kinds": category_kinds(KINDS), "procedures": procedures}


def _typed(question: dict[str, Any]) -> dict[str, Any]:
    """A question as the form's fields: its choices one a line, its condition in one line."""
    when = question.get("when") or {}
    return {
        **question,
        "choices": "\n".join(
            f"{v['key']} = {v.get('name', '')} / {v.get('name_en', '')}".removesuffix(" / ")
            for v in question.get("values", ())
        ),
        "when": f"{when['question']} = {', '.join(when.get('is', ()))}" if when else "",
    }


def _count(request: HttpRequest, name: str, otherwise: int) -> int:
    given = text(request, name)
    if not given:
        return otherwise
    if not given.isdecimal() or len(given) > 6:
        raise Invalid(N_("“{name}” is a whole number."), field=name, name=name)
    return int(given)


def _save(request: HttpRequest, standing: Standing) -> str:
    code = text(request, "code")
    before = next((c for c, _n in category_tree() if c.code == code), None)
    made = set_category(
        code,
        text(request, "name"),
        name_en=text(request, "name_en"),
        kind=text(request, "kind") or "event",
        parent=text(request, "parent"),
        procedure=text(request, "procedure") or "service_matter",
        group=text(request, "group"),
        keywords=text(request, "keywords"),
        about=text(request, "about"),
        questions=before.questions if before else (),
        near_metres=_count(request, "near_metres", 50),
        near_hours=_count(request, "near_hours", 24),
        reportable="reportable" in request.POST,
        actor=standing.actor,
    )
    done(request, _("Saved."))
    return reverse("desk:admin_category", args=[made.code])


def _questions(code: str, request: HttpRequest, standing: Standing) -> str:
    """Every question of the category as the form has them; a row without a code is left out."""
    rows = category_card(code).category
    asked = []
    for place in range(1, 101):
        field = f"code-{place}"
        if field not in request.POST:
            break
        if text(request, field):
            asked.append(_question(request, place))
    set_category(
        code, rows.name, name_en=rows.name_en, kind=rows.kind,
        parent=rows.parent.code if rows.parent else "", procedure=rows.procedure,
        group=rows.group, keywords=rows.keywords, about=rows.about, questions=asked,
        near_metres=rows.near_metres, near_hours=rows.near_hours, reportable=rows.reportable,
        actor=standing.actor,
    )  # fmt: skip
    done(request, _("Questions saved."))
    return reverse("desk:admin_category", args=[code])


def _question(request: HttpRequest, place: int) -> dict[str, Any]:
    def of(name: str) -> str:
        return text(request, f"{name}-{place}")

    made: dict[str, Any] = {
        "code": of("code"),
        "datatype": of("datatype"),
        "required": f"required-{place}" in request.POST,
        "prompt": of("prompt"),
        "prompt_en": of("prompt_en"),
        "order": place,
    }
    if not made["prompt"]:
        raise Invalid(N_("The question {which} asks nothing: write it."), which=made["code"])
    if made["datatype"].endswith("list"):
        made["values"] = [_value(line) for line in of("values").splitlines() if line.strip()]
    if of("when"):
        question, _equals, answers = of("when").partition("=")
        made["when"] = {
            "question": question.strip(),
            "is": [one.strip() for one in answers.replace("，", ",").split(",") if one.strip()],
        }
    return made


def _value(line: str) -> dict[str, str]:
    key, equals, names = line.partition("=")
    name, _slash, name_en = names.partition("/")
    if not equals or not key.strip() or not name.strip():
        raise Invalid(
            N_("“{line}”: write a choice like “asphalt = 沥青 / asphalt”."), line=line.strip()[:60]
        )
    made = {"key": key.strip(), "name": name.strip()}
    return {**made, "name_en": name_en.strip()} if name_en.strip() else made


def _standard(code: str, request: HttpRequest, standing: Standing) -> str:
    number = _count(request, "number", 1)
    limit = limit_given(request, f"limit-{number}", _("Limit"), may_lack=True)
    if not text(request, "condition"):
        raise Invalid(N_("Say when this condition holds."), field="condition")
    set_standard(
        code,
        number,
        text(request, "condition"),
        closing=text(request, "closing"),
        limit=Limit.parse(limit) if limit else None,
        limit_text=limit,
        handler=text(request, "handler"),
        source="desk",
        actor=standing.actor,
    )
    done(request, _("Saved."))
    return reverse("desk:admin_category", args=[code])
