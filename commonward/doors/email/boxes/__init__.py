"""Where mails lie until they are taken: a Maildir folder, or a mailbox on a server by IMAP.

COMMONWARD_MAILBOX names it: `/path` or `maildir:/path`, `imaps://user:password@host/INBOX`,
`imap+tls://…` (STARTTLS), `imap://…` (plain: on this machine only). `?taken=Folder` moves what was
taken into that folder of the server instead of deleting it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import urlsplit

from commonward.doors.email.boxes.imap import opened_by_imap
from commonward.doors.email.boxes.maildir import Maildir


class Letter(Protocol):
    """One mail in its box."""

    @property
    def name(self) -> str:
        """What the box calls it."""

    def read(self) -> bytes | None:
        """All of it; None where it is too large, or was taken away meanwhile."""

    def taken(self) -> None:
        """It is kept here now: it goes out of the box."""

    def leave(self) -> None:
        """Looked at by a program, read by nobody: it stays unread for a person."""


class Box(Protocol):
    """A box of them."""

    def letters(self, most: int) -> Iterator[Letter]:
        """Those that nobody looked at yet, the oldest first."""


@contextmanager
def opened(where: str) -> Iterator[Box]:
    """The box that a setting names, for one pass. Raises OSError where it cannot be reached."""
    scheme = urlsplit(where).scheme
    if scheme in ("imap", "imaps", "imap+tls"):
        with opened_by_imap(where) as box:
            yield box
    else:
        yield Maildir(where.removeprefix("maildir:"))
