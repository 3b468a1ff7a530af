"""Write the mails that rooms above owe: mediation's and alliances'. A report's own are the outbox's."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.utils import timezone

from commonward.disputes.queries.telling import ToOffice, message
from commonward.doors.email.pledged import to_unit
from commonward.doors.email.talks import to_office, to_side
from commonward.programmes.queries.pledges import unit_mail


def mail_of(delivery: int, at: datetime) -> EmailMessage | None:
    """The mail of whatever a room owes; None where there is nothing (any more) to send."""
    told = message(delivery, at)
    if told is None:
        unit = unit_mail(delivery, timezone.localdate(at))
        return None if unit is None else to_unit(unit)
    return to_office(told) if isinstance(told, ToOffice) else to_side(told)
