"""Set up what cases stand on: procedures, categories, filing conditions."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonward.areas.actions import bump
from commonward.cases.models import Category, ProcedureVersion, Standard
from commonward.core.calendars import Limit
from commonward.core.procedures import check, parse, shipped, shipped_names
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import SEALED, SYSTEM, Actor
from commonward.people.access import require_administrator
from commonward.people.actions import record_change


def adopt_procedure(
    data: Mapping[str, Any], *, at: datetime, actor: Actor = SYSTEM
) -> ProcedureVersion:
    """Bring a procedure into force for cases opened from now on (办理程序生效).

    Open cases keep the version they were opened under. Adopting the same text again changes
    nothing. Raises Forbidden, and Invalid with every fault in words.
    """
    require_administrator(actor, "adopt_procedure")
    procedure = parse(data)
    faults = check(procedure)
    if faults:
        raise Invalid(
            N_("The procedure {name} cannot come into force: {faults}"),
            name=procedure.name,
            faults=" ".join(faults),
            code="procedure",
        )
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        known = list(
            ProcedureVersion.objects.select_for_update()
            .filter(name=procedure.name)
            .order_by("number")
        )
        current = next((v for v in known if v.in_force), None)
        if current is not None and current.digest == digest:
            return current
        ProcedureVersion.objects.filter(name=procedure.name, in_force=True).update(in_force=False)
        made = ProcedureVersion.objects.create(
            name=procedure.name,
            number=known[-1].number + 1 if known else 1,
            text=json.loads(text),
            digest=digest,
            adopted_at=at,
        )
        record_change(actor, "adopt_procedure", procedure.name, at, {"version": made.number})
        bump("cases")
    return made


def adopt_shipped(at: datetime) -> list[ProcedureVersion]:
    """Adopt every procedure the product ships that has no version yet."""
    known = set(ProcedureVersion.objects.values_list("name", flat=True))
    return [adopt_procedure(shipped(n), at=at) for n in shipped_names() if n not in known]


def set_category(
    code: str,
    name: str,
    *,
    name_en: str = "",
    kind: str = "event",
    parent: str = "",
    procedure: str = "service_matter",
    group: str = "",
    keywords: str = "",
    about: str = "",
    questions: Sequence[Mapping[str, Any]] = (),
    near_metres: int = 50,
    near_hours: int = 24,
    reportable: bool = True,
    actor: Actor = SYSTEM,
) -> Category:
    """Add or change a category; the code stays, cases refer to it. Raises Forbidden, Invalid."""
    require_administrator(actor, "set_category")
    if not code.strip() or not name.strip():
        raise Invalid(N_("A category needs a code and a name."), field="code")
    above = Category.objects.filter(code=parent).first() if parent else None
    if parent and above is None:
        raise Invalid(N_("There is no category “{parent}” to stand above."), parent=parent)
    if (kind == "dispute") != code.startswith(SEALED):
        raise Invalid(
            N_("Categories of disputes, and no others, have codes that begin with {start}."),
            start=SEALED,
            field="code",
        )
    _check_questions(questions)
    with transaction.atomic():
        found, _ = Category.objects.update_or_create(
            code=code,
            defaults={
                "name": name,
                "name_en": name_en,
                "kind": kind,
                "parent": above,
                "procedure": procedure,
                "group": group,
                "keywords": keywords,
                "about": about,
                "questions": [dict(q) for q in questions],
                "near_metres": near_metres,
                "near_hours": near_hours,
                "reportable": reportable,
            },
        )
        if actor.account is not None:  # an import of thousands is one line of its own command
            record_change(actor, "set_category", code, timezone.now(), {"name": name})
        bump("cases")
    return found


DATATYPES = ("string", "number", "datetime", "date", "text", "singlevaluelist", "multivaluelist")
"""The datatypes of Open311 service attributes, and days."""


def _check_questions(questions: Sequence[Mapping[str, Any]]) -> None:
    seen: dict[str, int] = {}
    for q in questions:
        code = str(q.get("code", ""))
        if not code or code in seen:
            raise Invalid(
                N_("Each question needs a code of its own; “{which}” is not."), which=code
            )
        when = q.get("when")
        place = int(q.get("order", 0) or 0)
        if when and not isinstance(when.get("is", []), list):
            raise Invalid(
                N_("The question {which}: “is” lists the answers after which it is asked."),
                which=code,
            )
        if when and seen.get(str(when.get("question", "")), place + 1) > place:
            raise Invalid(
                N_("The question {which} depends on one that is not asked before it."),
                which=code,
            )
        seen[code] = place
        if q.get("datatype") not in DATATYPES:
            raise Invalid(
                N_("The question {which}: datatype must be one of {known}."),
                which=code,
                known=", ".join(DATATYPES),
            )
        if str(q["datatype"]).endswith("list") and not q.get("values"):
            raise Invalid(N_("The question {which} is a list without values."), which=code)


def set_standard(
    category: str,
    number: int,
    condition: str,
    *,
    closing: str = "",
    limit: Limit | None = None,
    limit_text: str = "",
    handler: str = "",
    source: str = "",
    actor: Actor = SYSTEM,
) -> Standard:
    """Add or change one filing condition with its limit and closing condition.

    Raises Forbidden, Invalid.
    """
    require_administrator(actor, "set_standard")
    above = Category.objects.filter(code=category).first()
    if above is None:
        raise Invalid(N_("There is no category “{category}”."), category=category)
    with transaction.atomic():
        found, _ = Standard.objects.update_or_create(
            category=above,
            number=number,
            defaults={
                "condition": condition,
                "closing": closing,
                "limit": limit.to_data() if limit else None,
                "limit_text": limit_text,
                "handler": handler,
                "source": source,
            },
        )
        if actor.account is not None:
            about = f"{category}/{number}"
            record_change(actor, "set_standard", about, timezone.now(), {"limit": found.limit})
        bump("cases")
    return found
