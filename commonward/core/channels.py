"""A way by which somebody is told (渠道): what its addresses look like, and how one message goes out.

A door that can tell somebody has a file `channel.py` holding `CHANNEL`; nothing else registers it.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

MAIL = "mail"
HOOK = "hook"


@dataclass(frozen=True, slots=True)
class Message:
    """One message, written. `key` is the same at each attempt and of no other message: whatever can
    be told twice is told under it. `html` is "" where the channel speaks none; `stop` is the page
    that ends these messages, `answer` what an answer to it is known by ("": none); `own` is what only the channel's own door knows to send.
    """

    key: str
    to: str
    language: str
    title: str
    text: str
    made_at: datetime
    html: str = ""
    stop: str = ""
    answer: str = ""
    own: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it; `provider_id` is what it calls it ("" where it does not say), by which
    a receipt may come later."""

    provider_id: str = ""


class Refused(Exception):
    """The provider will never take anything for this address; the argument says why, without it."""


class Later(Exception):
    """It was not taken now; the argument says why, without any address.

    `provider` says that the provider itself is at fault: nothing more is sent by this channel for a
    while, and the other messages lose no attempt.
    """

    def __init__(self, fault: str, *, provider: bool = False) -> None:
        super().__init__(fault)
        self.provider = provider


def _none() -> None:
    return None


def _mostly_hidden(address: str) -> str:
    return "…" + address[-2:] if len(address) > 4 else "…"


@dataclass(frozen=True, slots=True)
class Channel:
    """What a door says of its channel.

    `code` is at most 12 letters, `title` an English text for the translators. `check` gives the
    address as it is kept, or raises Invalid (field "address"); `asked` is what to ask for
    ("": nobody names an address, it is known from where a report came), `kind`
    the `type` of the input. `ready` tells whether the site has set it up: else it is not offered.
    `send` sends one message; `close` ends a pass. `write` writes a delivery that has no
    subscription (a room's); None where there is nothing to send. `rings` says that it wakes people:
    the site's quiet hours hold. `longest` is in characters (0: any length).
    """

    code: str
    title: str
    asked: str
    check: Callable[[str], str]
    send: Callable[[Message], Sent]
    ready: Callable[[], bool]
    mask: Callable[[str], str] = _mostly_hidden
    longest: int = 0
    speaks_html: bool = False
    rings: bool = False
    kind: str = "text"
    example: str = ""
    write: Callable[[int, datetime], Message | None] | None = None
    close: Callable[[], None] = _none


def one_line(words: str) -> str:
    """Fit for a header: one line, no sign that is not seen.

    >>> one_line("Report 7:" + chr(13) + chr(10) + " Bcc: eve")
    'Report 7: Bcc: eve'
    """
    return " ".join(unseen_out(words).split())


_TURNING = frozenset(
    chr(code)
    for code in (
        0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF,
        *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029,
    )
)  # fmt: skip
"""What turns the direction of writing or hides between signs; joiners of scripts and emoji stay."""


def unseen_out(words: str) -> str:
    """Without what turns the direction of writing around or is not seen at all; line ends stay.

    >>> unseen_out("pay" + chr(0x202E) + "ment" + chr(7))
    'payment'
    """
    return "".join(
        sign
        for sign in words.replace("\r\n", "\n").replace("\r", "\n")
        if sign in "\n\t" or (unicodedata.category(sign) != "Cc" and sign not in _TURNING)
    )
