"""The receipt of a report that came by text message: its number, its code, and what to do next."""

import json
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from commonward.cases.actions.receipts import code_of, token_of
from commonward.cases.actions.sealing import unseal_bytes
from commonward.cases.models import Delivery, Report
from commonward.core.channels import Message
from commonward.core.danger import numbers_to_call
from commonward.doors.outbox.address import address, key_of

ROOM = "sms"
"""Messages of this door's own, in the outbox of all."""


def lane_of(report: int | str) -> str:
    """The lane of a report's receipt, by which it is written again."""
    return f"sms{report}"


def write(delivery: int, at: datetime) -> Message | None:
    """The receipt, the same at each attempt; None where the number is gone."""
    found = Delivery.objects.filter(pk=delivery, room=ROOM).first()
    if found is None:
        return None
    report = (
        Report.objects.select_related("case").filter(pk=int(found.lane[len(lane_of("")) :])).first()
    )
    if report is None or report.contact is None:
        return None
    contact = unseal_bytes(report.case, report.contact, report.number)
    if not contact:
        return None
    with translation.override(report.language or None):
        text = _text(report.number, report.words)
    return Message(
        key=key_of(delivery),
        to=json.loads(contact)["phone"],
        language=report.language,
        title="",
        text=text,
        made_at=found.made_at,
    )


def _text(number: str, words: str) -> str:
    code = code_of(token_of(f"sms {number}"))
    call = numbers_to_call(words)
    told = _(
        "Report {number}, code {code}. Follow it: {link} To add something, send {number} {code} "
        "and your words."
    ).format(number=number, code=code, link=f"{address('portal:follow')}?number={number}")
    if call:
        told = _("In danger now? Call {numbers}.").format(numbers=" / ".join(call)) + " " + told
    elif settings.CONTACT:
        told += " " + settings.CONTACT
    return told
