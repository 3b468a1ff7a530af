"""Write the mails of mediation: neutral words to a side, and to an office a number or sealed papers."""

import base64
from email.message import EmailMessage as Parts
from email.policy import SMTP
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import dateformat, timezone, translation
from django.utils.translation import gettext as _

from commonward.core.answering_by_mail import RECEIPT, WORDS
from commonward.core.confirmation import RULINGS
from commonward.core.disputes import PARTNERS
from commonward.core.meetings import Entry, feed
from commonward.core.refusals import N_
from commonward.disputes.actions.handing import ANSWERS
from commonward.disputes.queries.telling import Meeting, ToOffice, ToSide
from commonward.doors.email.address import address, headers
from commonward.doors.look.naming import moment_format
from commonward.doors.look.showing import language, named

SUBJECTS = {
    "invitation": N_("An invitation: no. {number}"),
    "reminder": N_("A reminder of an invitation: no. {number}"),
    "session": N_("An appointment: no. {number}"),
    "session_moved": N_("An appointment was changed: no. {number}"),
    "session_cancelled": N_("An appointment does not take place: no. {number}"),
    "session_soon": N_("An appointment within a day: no. {number}"),
    "due_soon": N_("Something falls due soon: no. {number}"),
}
"""Whoever sees the list of somebody's mails learns a number and nothing else."""
UNREAD = {
    "words": N_("its first line is none of the words below"),
    "defects": N_("something is lacking in the application"),
}
TAKEN = {
    RECEIPT: N_("received"),
    **RULINGS,
    "defects": N_("something is lacking"),
    "returned": N_("returned to mediation"),
    "ended": N_("ended there"),
}


def to_side(told: ToSide) -> EmailMessage:
    """The mail to somebody on a side; it says no word of what the dispute is about."""
    with translation.override(_reads(told.language)):
        meeting = told.meeting
        context: dict[str, Any] = {
            "told": told,
            "link": address("portal:dispute_mine", told.key) if told.key else "",
            "follow": f"{address('portal:dispute_follow')}",
            "meeting": meeting,
            "place": _place(meeting) if meeting else "",
            "begins": _moment(meeting.start) if meeting else "",
            "ends": timezone.localtime(meeting.end).strftime("%H:%M") if meeting else "",
            "due": _day(told.due),
            "team": named(*told.team),
            "contact": told.contact or settings.CONTACT,
        }
        mail = EmailMessage(
            subject=_(SUBJECTS[told.what]).format(number=told.number),
            body=render_to_string("email/side.txt", context).strip() + "\n",
            from_email=settings.MAIL_FROM,
            to=[told.to],
            headers=headers(told.delivery, told.made_at),
        )
        if meeting is not None:
            entry = Entry(
                f"session-{meeting.id}@commonward",
                meeting.start,
                meeting.end,
                _("Appointment, no. {number}").format(number=told.number),
                context["place"],
                meeting.sequence,
                meeting.cancelled,
            )
            calendar = feed([entry], _("Appointment"), told.made_at).decode()
            mail.attach("appointment.ics", calendar, "text/calendar")
    return mail


def to_office(told: ToOffice) -> EmailMessage:
    """The mail to an office: with its certificate the papers go along, sealed for its key; without
    one it reads them where it signs in."""
    with translation.override(_reads(told.language)):
        zh, en = PARTNERS[told.kind]
        context = {
            "told": told,
            "what": named(zh, _(en)),
            "last_day": _day(told.last_day),
            "box": address("desk:handover_box"),
            "answers": _answers(told) if settings.MAILBOX else [],
            "taken": _(TAKEN[told.reason]) if told.reason in TAKEN else "",
            "why": _(UNREAD.get(told.reason, N_("it does not fit where this hand-over stands"))),
            "contact": settings.CONTACT,
        }
        subject = _("Hand-over {number} #{token}").format(number=told.number, token=told.token)
        body = render_to_string("email/office.txt", context).strip() + "\n"
        given = headers(told.delivery, told.made_at)
        if told.certificate and told.package:
            return _Sealed(told, body, subject=subject, from_email=settings.MAIL_FROM,
                           to=[told.to], headers=given)  # fmt: skip
        return EmailMessage(subject=subject, body=body, from_email=settings.MAIL_FROM,
                            to=[told.to], headers=given)  # fmt: skip


class _Sealed(EmailMessage):
    """A mail whose whole content only the holder of a certificate's key can read (S/MIME, RFC 8551)."""

    def __init__(self, told: ToOffice, words: str, **given: Any) -> None:
        super().__init__(**given)
        inner = Parts(policy=SMTP)
        inner.set_content(words)
        inner.add_attachment(
            told.package, maintype="application", subtype="pdf", filename=f"{told.number}.pdf"
        )
        self._sealed = (
            pkcs7.PKCS7EnvelopeBuilder()
            .set_data(inner.as_bytes())
            .set_content_encryption_algorithm(AES256)
            .add_recipient(x509.load_pem_x509_certificate(told.certificate.encode()))
            .encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
        )

    def message(self, **given: Any) -> Any:
        """The envelope in the place of the text."""
        made = super().message(**given)
        del made["Content-Type"], made["Content-Transfer-Encoding"]
        made["Content-Type"] = (
            'application/pkcs7-mime; smime-type="enveloped-data"; name="smime.p7m"'
        )
        made["Content-Transfer-Encoding"] = "base64"
        made["Content-Disposition"] = 'attachment; filename="smime.p7m"'
        made.set_payload(base64.encodebytes(self._sealed).decode())
        return made


def _answers(told: ToOffice) -> list[tuple[str, str]]:
    """What may stand on the first line of an answer, and what it means."""
    zh = language().startswith("zh")
    says = (RECEIPT, *RULINGS, "defects") if told.confirms else (RECEIPT, *ANSWERS)
    return [(WORDS[one][0 if zh else -1], _(TAKEN[one])) for one in says]


def _place(meeting: Meeting) -> str:
    return " ".join(one for one in (named(*meeting.room), meeting.address, meeting.place) if one)


def _moment(at: Any) -> str:
    return dateformat.format(timezone.localtime(at), moment_format())


def _day(day: Any) -> str:
    return dateformat.format(day, moment_format().split(" H")[0].rstrip(",")) if day else ""


def _reads(given: str) -> str:
    """The language a mail is written in: the reader's own where the site has it."""
    return given if given in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
