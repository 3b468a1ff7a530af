"""Read one mail as it came over the line.

>>> mail = read_mail(b"From: A <a@example.org>\\nSubject: Lamp\\n\\nIt is dark.\\n", "example.org")
>>> mail.kind, mail.sender, mail.words
('words', 'a@example.org', 'It is dark.')
"""

import email
import re
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.utils import getaddresses, parsedate_tz

from commonward.core.channels import unseen_out
from commonward.core.mailed.kinds import OUR_KEY, bounced, first, kind_of, looks_bounced
from commonward.core.mailed.model import Bounce, Mail
from commonward.core.mailed.parts import Bounded, Gathered, Part, gather
from commonward.core.mailed.quoting import own_words
from commonward.core.mailed.spelling import header
from commonward.core.refusals import N_, Invalid

MOST_BYTES = 25_000_000
MOST_HEADERS = 300_000
MOST_BOUNDARIES = 120
MOST_LINES = 1_000_000
MOST_WORDS = 1_000_000
MOST_ANSWERED = 40
"""Of the mails that one answers, the nearest are looked at."""

_ENDS = re.compile(rb"\r?\n\r?\n")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}")
_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to", "resent-to")


def read_mail(raw: bytes, host: str) -> Mail:
    """The mail; `host` is the name in the Message-ID of our own mails.

    Raises Invalid for what is too large or too deep to be read, and nothing else.
    """
    _bounds(raw)
    try:
        parsed = email.message_from_bytes(raw, Bounded, policy=policy.compat32)
        return _read(parsed, raw, host)
    except Invalid:
        raise
    except Exception as why:  # whatever a stranger can write: the library has its own faults too
        raise Invalid(N_("This mail cannot be read."), field="mail") from why


def _bounds(raw: bytes) -> None:
    if len(raw) > MOST_BYTES:
        raise Invalid(N_("This mail is larger than is taken."), field="mail")
    end = _ENDS.search(raw, 0, MOST_HEADERS + 2)
    # Each line of a head becomes objects of a hundred bytes and more.
    if (end is None and len(raw) > MOST_HEADERS) or raw.count(b"\n") > MOST_LINES:
        raise Invalid(N_("This mail is larger than is taken."), field="mail")
    # Each level of parts is looked at again for each line below it.
    if len(re.findall(rb"boundary\s*\*?\s*=", raw, re.IGNORECASE)) > MOST_BOUNDARIES:
        raise Invalid(N_("This mail has too many parts within one another."), field="mail")


def _read(parsed: Part, raw: bytes, host: str) -> Mail:
    fields = _fields(parsed)
    subject = header(first(fields, "subject"))[:400]
    sender = _sender(fields)
    found = gather(parsed)
    whole = _clean("\n\n".join(one for one in found.texts if one.strip())[:MOST_WORDS])
    kind = kind_of(fields, sender, subject, host)
    bounce = _bounce(parsed, found, sender, subject)
    if bounce is not None and kind != "loop":
        kind = "bounce"
    elif _disposition(parsed):
        kind = "auto"
    return Mail(
        kind=kind,
        subject=subject,
        sender=sender,
        to=_recipients(fields),
        words=own_words(whole),
        whole=whole,
        message_id=header(first(fields, "message-id"))[:400],
        ours=_ours(fields, raw if kind == "bounce" else b"", host),
        sent_at=_date(first(fields, "date")),
        files=tuple(found.files),
        left_out=tuple(found.left_out),
        bounce=bounce,
        checks=tuple(header(one) for one in fields.get("authentication-results", ())[:20]),
    )


def _fields(parsed: Part) -> dict[str, tuple[str, ...]]:
    made: dict[str, list[str]] = {}
    for key, value in parsed.raw_items():
        made.setdefault(key.lower(), []).append(str(value))
    return {key: tuple(values) for key, values in made.items()}


def _sender(fields: dict[str, tuple[str, ...]]) -> str:
    """The one address in From; "" for none or several: then nobody is sure who wrote."""
    froms = fields.get("from", ())
    if len(froms) != 1:
        return ""
    found = {address for address in _addresses(froms[0]) if address}
    return found.pop() if len(found) == 1 else ""


def _addresses(raw: str) -> list[str]:
    """The addresses in a header. Names are left out before they are decoded: an encoded name that
    looks like an address is a name."""
    try:
        found = [one[1] for one in getaddresses([raw[:4000].replace("\n", " ")])]
    except Exception:  # the library's own faults with broken quotes
        found = []
    return [one.strip() for one in found if _ADDRESS.fullmatch(one.strip())][:40]


def _recipients(fields: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    found = [one for name in _TO for raw in fields.get(name, ()) for one in _addresses(raw)]
    return tuple(dict.fromkeys(found))[:80]


def _ours(fields: dict[str, tuple[str, ...]], returned: bytes, host: str) -> tuple[str, ...]:
    """The keys of our mails that it answers, nearest first; of a bounce, those within it."""
    told = [*fields.get("in-reply-to", ())]
    for one in fields.get("references", ()):
        told += reversed(one.split()[-MOST_ANSWERED:])
    if returned:
        told.append(returned[:MOST_HEADERS].decode("latin-1"))
    own = re.compile(OUR_KEY.pattern.replace("(?=@)", "@") + re.escape(host) + r"\b", re.IGNORECASE)
    found = [hit.partition("@")[0].lower() for text in told for hit in own.findall(text)]
    return tuple(dict.fromkeys(found))[:MOST_ANSWERED]


def _bounce(parsed: Part, found: Gathered, sender: str, subject: str) -> Bounce | None:
    told = bounced(found.reports)
    if told is None and looks_bounced(sender, subject):
        return Bounce("failed")
    return told


def _disposition(parsed: Part) -> bool:
    """A receipt that somebody opened a mail of ours: nothing is noted of that."""
    kind = parsed.get("content-type", "")
    return "disposition-notification" in str(kind).lower()


def _date(raw: str) -> datetime | None:
    """When it says that it was sent; a date without a zone is taken for one of Greenwich."""
    try:
        told = parsedate_tz(header(raw)[:100])
        if told is None:
            return None
        zone = timezone(timedelta(seconds=told[9])) if told[9] else UTC
        return datetime(*told[:6], tzinfo=zone)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _clean(text: str) -> str:
    plain = unseen_out(text.replace("\x00", "").replace("\xa0", " "))
    plain = "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in plain)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(one.rstrip() for one in plain.split("\n"))).strip()
