"""Text messages as a channel (短信): one session a pass, by SMPP or by HTTP as the site set it."""

import threading

from django.conf import settings

from commonward.core.channels import Channel, Message, Sent
from commonward.core.refusals import N_
from commonward.core.sms.numbers import canonical, masked
from commonward.core.sms.provider import Provider, provider_of
from commonward.doors.sms import by_http
from commonward.doors.sms.answering import write
from commonward.doors.sms.session import Session
from commonward.doors.sms.submitting import submit
from commonward.doors.sms.taking import take_delivered

LONGEST = 500
"""Characters of one message: eight parts in Chinese."""

_line = threading.local()


def provider() -> Provider:
    """The site's own."""
    return provider_of(settings.SMS)


def checked(number: str) -> str:
    """A mobile number as it is kept. Raises Invalid."""
    by = provider()
    return canonical(number, by.country, abroad=by.abroad)


def send(message: Message) -> Sent:
    """Hand one message to the provider. Raises Refused, Later."""
    by = provider()
    if by.protocol == "http":
        return by_http.send(message, by)
    try:
        return submit(_session(by), message, by)
    except Exception:
        # A refused message may leave a good session; one that broke must not be used again.
        if not getattr(_line, "session", None) or not _line.session.good:
            close()
        raise


def close() -> None:
    """End the session of this pass."""
    session: Session | None = getattr(_line, "session", None)
    _line.session = None
    if session is not None:
        session.close()


def _session(by: Provider) -> Session:
    if getattr(_line, "session", None) is None:
        _line.session = Session(by, take_delivered)
        _line.session.bind()
    found: Session = _line.session
    return found


CHANNEL = Channel(
    code="sms",
    title=N_("Text message"),
    asked=N_("Mobile number"),
    kind="tel",
    example="13812345678",
    check=checked,
    mask=masked,
    longest=LONGEST,
    rings=True,
    send=send,
    close=close,
    write=write,
    ready=lambda: bool(settings.SMS),
)
