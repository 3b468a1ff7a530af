"""The office's list of interpreting services with their languages (口译服务单位)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.disputes.actions.mediators import refuse_others
from commonward.disputes.models import InterpretingService, Session
from commonward.people.actions import record_change

MOST_LANGUAGES = 40


def put_service(
    actor: Actor, name: str, languages: Sequence[str], at: datetime, *, name_en: str = "",
    call: str = "", at_once: int = 1, service: int | None = None, active: bool = True,
) -> InterpretingService:  # fmt: skip
    """Add or change a service; `call` is its published telephone, `at_once` how many interpreters
    it can send at the same time. Raises Forbidden, Invalid naming the field, Missing."""
    refuse_others(actor)
    given = [" ".join(text.split()) for text in (name, name_en, call)]
    if not given[0] or any(len(text) > 120 or "\x00" in text for text in given):
        raise Invalid(N_("Name the service, in at most 120 characters."), field="service_name")
    codes = sorted({one.strip() for one in languages if one.strip()})
    if not codes or len(codes) > MOST_LANGUAGES or any(len(one) > 10 for one in codes):
        raise Invalid(N_("Say which languages it interprets."), field="service_language")
    if not 1 <= at_once <= 99:
        raise Invalid(N_("It sends between 1 and 99 interpreters at once."), field="at_once")
    with transaction.atomic():
        found = (
            InterpretingService()
            if service is None
            else InterpretingService.objects.filter(pk=service).first()
        )
        if found is None:
            raise Missing(N_("There is no such service."))
        found.name, found.name_en, found.call = given
        found.languages, found.at_once, found.active = codes, at_once, active
        found.save()
        record_change(actor, "put_service", f"interpreting {found.pk}", at)
    return found


def service_for(
    wanted: int | None, language: str, start: datetime, end: datetime, own: int | None
) -> InterpretingService | None:
    """The service, locked, if it interprets this language and has somebody free then.

    `own` is the session that is moved. Raises Missing, Invalid, Refusal "taken".
    """
    if wanted is None:
        return None
    found = InterpretingService.objects.select_for_update().filter(pk=wanted, active=True).first()
    if found is None:
        raise Missing(N_("There is no such service."), field="interpreting")
    if language not in found.languages:
        raise Invalid(N_("This service does not interpret that language."), field="interpreting")
    there = Session.objects.filter(
        state="planned", interpreting=found, start__lt=end, end__gt=start
    ).exclude(pk=own or 0)
    if there.count() >= found.at_once:
        raise Refusal(
            N_("The interpreting service has nobody free then."), code="taken",
            field="interpreting",
        )  # fmt: skip
    return found
