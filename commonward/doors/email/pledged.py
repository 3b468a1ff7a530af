"""Write the mails to offices outside that are members of an alliance: neutral words, a calendar file."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import dateformat, timezone, translation
from django.utils.translation import gettext as _

from commonward.core.meetings import Entry, feed
from commonward.core.refusals import N_
from commonward.doors.email.address import headers
from commonward.doors.look.naming import moment_format
from commonward.doors.look.showing import named
from commonward.programmes.queries.pledges import ToUnit

SUBJECTS = {
    "soon": N_("Something falls due soon: no. {number}"),
    "late": N_("Something is overdue: no. {number}"),
    "meeting": N_("An appointment: no. {number}"),
}


def to_unit(told: ToUnit) -> EmailMessage:
    """The mail; it names the alliance and a day, not what is owed."""
    with translation.override(told.language):
        context = {
            "told": told,
            "title": named(*told.title),
            "due": told.due_on.isoformat() if told.due_on else "",
            "begins": dateformat.format(timezone.localtime(told.starts), moment_format())
            if told.starts
            else "",
            "contact": settings.CONTACT,
        }
        mail = EmailMessage(
            subject=_(SUBJECTS[told.what]).format(number=told.code),
            body=render_to_string("email/unit.txt", context).strip() + "\n",
            from_email=settings.MAIL_FROM,
            to=[told.to],
            headers=headers(told.delivery, told.made_at),
        )
        if told.starts is not None and told.ends is not None:
            entry = Entry(
                f"alliance-{told.meeting}@commonward", told.starts, told.ends,
                _("Appointment, no. {number}").format(number=told.code), told.place,
            )  # fmt: skip
            calendar = feed([entry], _("Appointment"), told.made_at).decode()
            mail.attach("appointment.ics", calendar, "text/calendar")
    return mail
