"""What inspections stand on at a site: the categories of faults, and the checklists' versions."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.cases.actions import set_category
from commonward.cases.models import Category
from commonward.core.inspecting.checklist import read_checklist, shipped
from commonward.core.refusals import N_, Forbidden, Invalid, Stale
from commonward.core.rights import APART, SYSTEM, Actor, refuse_onlooker
from commonward.people.actions import record_change
from commonward.programmes.models import Checklist
from commonward.programmes.queries.inspections.access import KEEPS, SUBJECT

GROUP = "检查发现"
CATEGORIES = {
    "J1": ("检查发现的隐患", "Faults found by inspection"),
    "J101": ("消防通道与器材", "Fire exits and equipment"),
    "J102": ("用电用气", "Electricity and gas"),
    "J103": ("房屋结构", "Structure of a building"),
    "J104": ("环境卫生", "Cleanliness"),
    "J105": ("食品安全", "Food safety"),
    "J106": ("生产施工安全", "Safety at work and on sites"),
    "J107": ("临水安全", "Safety by the water"),
    "J108": ("校门口交通", "Traffic at school gates"),
    "J109": ("其他设施", "Other faults"),
}


def set_up(at: datetime, actor: Actor = SYSTEM) -> int:
    """Make the categories that are missing and bring the shipped checklists into force.

    What a site has changed stays as it is; how many rows were made.
    """
    there = set(Category.objects.filter(code__in=CATEGORIES).values_list("code", flat=True))
    made = 0
    for code, (name, name_en) in CATEGORIES.items():
        if code not in there:
            set_category(
                code, name, name_en=name_en, group=GROUP, parent="" if code == "J1" else "J1",
                reportable=False,
            )  # fmt: skip
            made += 1
    known = set(Checklist.objects.values_list("kind", flat=True))
    for kind, text in shipped().items():
        if kind not in known:
            _write(kind, 0, text, at, actor)
            made += 1
    return made


def adopt_checklist(
    kind: str, text: str, upon: int, actor: Actor, at: datetime
) -> Checklist | None:
    """Bring a text into force as the kind's next version (清单生效); None where it is already.

    `upon` is the number of the version that it was written upon. Visits that stand planned keep
    theirs. Raises Forbidden, Invalid with the first fault, Stale.
    """
    require_writer(actor)
    text = text.replace("\r\n", "\n").strip() + "\n"
    wanted = read_checklist(text)
    if wanted.kind != kind:
        raise Invalid(
            N_("This text is of the kind {given}, not {kind}."),
            given=wanted.kind,
            kind=kind,
            field="text",
        )
    _check_categories({item.category for item in wanted.items})
    last = Checklist.objects.filter(kind=kind).order_by("-number").first()
    number, now = (last.number, last.text) if last else (0, "")
    if number != upon:
        raise Stale(
            N_("Somebody else changed this checklist in the meantime; look at it again."),
            field="text",
        )
    if now == text:
        return None
    return _write(kind, number, text, at, actor)


def require_writer(actor: Actor) -> None:
    """Raises Forbidden: a checklist holds for the whole site."""
    refuse_onlooker(actor)
    allowed = (*KEEPS, "administrator")
    if actor.role != "system" and not actor.roles_for(allowed, "inspect", "", SUBJECT):
        raise Forbidden(N_("Checklists hold for the whole site: who keeps all of it writes them."))


def _check_categories(wanted: set[str]) -> None:
    there = {
        code: procedure
        for code, procedure in Category.objects.filter(code__in=wanted).values_list(
            "code", "procedure"
        )
    }
    missing = sorted(wanted - set(there))
    if missing:
        raise Invalid(
            N_("There is no category {code}: a fault could not be filed."),
            code=missing[0],
            field="text",
        )
    apart = sorted(
        code for code, how in there.items() if code.startswith(APART) or how != "service_matter"
    )
    if apart:
        raise Invalid(
            N_("{code} is no service matter: a fault is filed as one."), code=apart[0], field="text"
        )


def _write(kind: str, number: int, text: str, at: datetime, actor: Actor) -> Checklist:
    try:
        with transaction.atomic():
            made = Checklist.objects.create(
                kind=kind,
                number=number + 1,
                text=text,
                digest=hashlib.sha256(text.encode()).hexdigest(),
                adopted_at=at,
                by_id=actor.account,
            )
            record_change(actor, "adopt_checklist", kind, at, {"version": made.number})
    except IntegrityError as clash:
        raise Stale(
            N_("Somebody else changed this checklist in the meantime; look at it again.")
        ) from clash
    return made
