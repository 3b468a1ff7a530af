"""Support whoever was deceived (事后帮扶): opened with their consent alone, ended at their word."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commonward.cases.access import visible_case
from commonward.cases.actions import Said, open_case
from commonward.cases.actions.moving import act, in_order, locked
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.urgent.support import offer
from commonward.response.access import COORDINATES
from commonward.response.actions.recording import ROOM
from commonward.response.actions.sealing import seal, seal_data
from commonward.response.actions.setting_up import SUPPORT
from commonward.response.models import PaymentStop, Support, SupportNote
from commonward.response.queries.payments import told_of

STEPS = (
    "contact", "offer", "call_week", "call_month", "close_helped", "end_unreached", "withdraw",
)  # fmt: skip
LONGEST_LINE, LONGEST_WORDS = 200, 2000


def open_support(
    number: str,
    actor: Actor,
    at: datetime,
    *,
    by_phone: bool = False,
    callback: str = "",
    suits: str = "",
    relatives: bool = False,
) -> Support:
    """Open the support case of a payment stop: with the consent that was given on the portal, or
    `by_phone` to who calls back. Opened again nothing is added.

    `callback` is the number to call where the report had none; `suits` when it suits. Raises
    Forbidden, Invalid without consent or number, Missing.
    """
    refuse_onlooker(actor)
    case = visible_case(number, actor)
    _require(actor, case.area_path, case.category.code)
    with transaction.atomic():
        stop = PaymentStop.objects.filter(pk=case.pk).first()
        if stop is None:
            raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
        stop.case = locked(case.number)
        known = Support.objects.select_related("case").filter(stop=stop).first()
        if known is not None:
            return known
        told = told_of(stop)
        if not by_phone and not told["support"]:
            raise Invalid(
                N_("Without the word of whoever was deceived no support case is opened."),
                field="by_phone",
            )
        facts = {
            "callback": _line("callback", callback) or told["callback"],
            "suits": _line("suits", suits),
        }
        if not facts["callback"]:
            raise Invalid(N_("Say which number to call."), field="callback")
        said = Said(channel="phone" if by_phone else "portal")
        report = open_case(SUPPORT, said, at, actor=actor, public=False, room=ROOM)
        made = Support(
            case=report.case,
            stop=stop,
            consent="phone" if by_phone else "portal",
            consented_at=at if by_phone else stop.told_at,
            relatives=relatives,
        )
        made.facts = seal_data(report.case, facts, "support")
        made.save(force_insert=True)
    return made


def support_step(
    number: str,
    verb: str,
    actor: Actor,
    at: datetime,
    *,
    words: str = "",
    offered: Sequence[str] = (),
    relatives: bool | None = None,
) -> Support:
    """Take a step of it, with what was said and what was offered. Raises as `cases.actions.act`.

    What tells others is offered only where they agreed that relatives may be spoken to.
    """
    refuse_onlooker(actor)
    if verb not in STEPS:
        raise Invalid(N_("This page does not know that step."), field="do")
    if len(words) > LONGEST_WORDS or "\x00" in words:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which="words",
            most=LONGEST_WORDS,
            field="words",
        )
    case = visible_case(number, actor)
    _require(actor, case.area_path, case.category.code)
    with transaction.atomic():
        found = Support.objects.filter(pk=case.pk).first()
        if found is None:
            raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
        at = in_order(locked(case.number), at)
        if relatives is not None:
            found.relatives = relatives
        _check_offered(offered, relatives=found.relatives)
        found.case = act(case.number, verb, actor, at, room=ROOM)
        found.offered = sorted({*found.offered, *offered})
        found.save(update_fields=["offered", "relatives"])
        if words.strip():
            note = SupportNote.objects.create(support=found, at=at, verb=verb)
            note.words = seal(found.case, words.strip(), f"support {note.pk}")
            note.save(update_fields=["words"])
    return found


def _check_offered(offered: Sequence[str], *, relatives: bool) -> None:
    known = offer().aids
    for code in offered:
        if code not in known:
            raise Invalid(N_("Choose one of the list."), field="offered")
        if known[code].consent and not relatives:
            raise Refusal(
                N_("Relatives are told only where whoever was deceived agreed to it."),
                code="consent",
            )


def _require(actor: Actor, area_path: str, category: str) -> None:
    if not actor.roles_for(COORDINATES, "see", area_path, category):
        raise Forbidden(N_("Only who coordinates urgent help here does this."))


def _line(name: str, value: str) -> str:
    if len(value) > LONGEST_LINE or "\x00" in value:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which=name,
            most=LONGEST_LINE,
            field=name,
        )
    return value.strip()
