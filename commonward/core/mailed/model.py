"""A mail as it was read."""

from dataclasses import dataclass
from datetime import datetime

KINDS = ("words", "bulk", "auto", "bounce", "loop")
"""From a person; to many or by a machine that reads no answers; by itself; a delivery's end; ours."""


@dataclass(frozen=True, slots=True)
class File:
    """A picture or a PDF beside the words, told by its content; `kind` is "picture" or "pdf"."""

    name: str
    kind: str
    data: bytes
    inline: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not kept, and why: "kind", "tnef", "sealed", "mail", "many" or "large"."""

    name: str
    size: int
    why: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server says became of a mail: "failed", "delayed" or "delivered", and its code."""

    action: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """`words` are the writer's own, `whole` all of the text. `ours` are the keys of our own mails
    that it answers, the nearest first; `to` whom it was sent to. `sent_at` is None where the date
    cannot be read."""

    kind: str
    subject: str
    sender: str
    to: tuple[str, ...]
    words: str
    whole: str
    message_id: str
    ours: tuple[str, ...] = ()
    sent_at: datetime | None = None
    files: tuple[File, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    bounce: Bounce | None = None
    checks: tuple[str, ...] = ()
    """The fields Authentication-Results, from the top: whoever sent it may have written them."""
