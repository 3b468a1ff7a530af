"""A mailbox on a server, by IMAP (RFC 3501): its own flags say what was looked at, nothing here does.

So a pass that dies is gone on with by the next one, whoever runs it.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from commonward.core.mailed import MOST_BYTES

TIMEOUT = 30
LEFT = "CommonwardLeft"
"""The keyword of a mail that stays for a person; where the server keeps none it is marked as seen."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


class Away(OSError):
    """The server cannot be reached, or let nobody in; the argument holds no password."""


class NotDone(Exception):
    """The server will not do this one thing; it still is there."""


@dataclass(frozen=True, slots=True)
class Lying:
    """One mail of it, by its UID."""

    box: "Imap"
    uid: int
    size: int

    @property
    def name(self) -> str:
        """Its number there."""
        return f"UID {self.uid}"

    def read(self) -> bytes | None:
        """Its content, without marking it as seen; None where the server cannot read it either."""
        if self.size > MOST_BYTES:
            return None
        try:
            found = self.box.asked("FETCH", str(self.uid), "(BODY.PEEK[])")
        except NotDone:
            return None
        return next((bytes(one[1]) for one in found if isinstance(one, tuple)), None)

    def taken(self) -> None:
        """Move it, where a folder is named; else delete it, and no other mail with it."""
        box = self.box
        if box.folder:
            box.flag(self.uid, r"\Seen")
            if box.can("MOVE"):
                box.asked("MOVE", str(self.uid), quoted(box.folder))
                return
            box.asked("COPY", str(self.uid), quoted(box.folder))
        box.flag(self.uid, r"\Deleted")
        if box.can("UIDPLUS"):
            box.asked("EXPUNGE", str(self.uid))

    def leave(self) -> None:
        """Mark that a program looked at it."""
        self.box.flag(self.uid, LEFT if self.box.keywords else r"\Seen")


@dataclass(slots=True)
class Imap:
    """The mailbox, while a connection is open."""

    line: Any
    folder: str
    keywords: bool

    def letters(self, most: int) -> Iterator[Lying]:
        """Those that no program looked at, by UID."""
        new = ("UNKEYWORD", LEFT) if self.keywords else ("UNSEEN",)
        found = self.asked("SEARCH", "UNDELETED", *new)
        uids = sorted(int(one) for row in found if row for one in bytes(row).split())[:most]
        if not uids:
            return
        sizes: dict[int, int] = {}
        for row in self.asked("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)"):
            told = b" ".join(row) if isinstance(row, tuple) else bytes(row or b"")
            uid, size = _UID.search(told), _SIZE.search(told)
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
        for one in uids:
            if one in sizes:
                yield Lying(self, one, sizes[one])

    def asked(self, command: str, *words: str) -> list[Any]:
        """What the server answers. Raises NotDone where it will not, Away where it is gone."""
        try:
            how, found = self.line.uid(command, *words)
        except (imaplib.IMAP4.abort, OSError, EOFError) as fault:
            raise Away(type(fault).__name__) from fault
        except imaplib.IMAP4.error as fault:
            raise NotDone(command) from fault
        if how != "OK":
            raise NotDone(command)
        return list(found)

    def flag(self, uid: int, flag: str) -> None:
        """Put a flag on one."""
        self.asked("STORE", str(uid), "+FLAGS.SILENT", f"({flag})")

    def can(self, what: str) -> bool:
        """Whether the server says so."""
        return what in self.line.capabilities


@contextmanager
def opened_by_imap(where: str) -> Iterator[Imap]:
    """Sign in, and sign out whatever happens."""
    told = urlsplit(where)
    folder = parse_qs(told.query).get("taken", [""])[0]
    line = _connected(told.scheme, told.hostname or "localhost", told.port)
    try:
        yield _signed_in(line, told, folder)
    finally:
        try:
            line.logout()
        except (imaplib.IMAP4.error, OSError):
            with suppress(OSError):
                line.shutdown()


def _signed_in(line: Any, told: SplitResult, folder: str) -> Imap:
    try:
        line.login(unquote(told.username or ""), unquote(told.password or ""))
        # What a server can do may be more once somebody has signed in.
        how, found = line.capability()
        if how == "OK" and found and found[-1]:
            line.capabilities = tuple(bytes(found[-1]).decode("ascii", "replace").upper().split())
        how, _ = line.select(quoted(unquote(told.path.strip("/")) or "INBOX"))
        if how != "OK":
            raise Away("there is no such folder")
        flags = b" ".join(one for one in line.response("PERMANENTFLAGS")[1] if one)
    except (imaplib.IMAP4.error, EOFError) as fault:
        # Its words may repeat who signed in.
        raise Away(type(fault).__name__) from fault
    return Imap(line, folder, rb"\*" in flags or LEFT.encode() in flags)


def quoted(name: str) -> str:
    r"""A folder's name as the protocol writes it.

    >>> quoted('In "box"')
    '"In \\"box\\""'
    """
    plain = "".join(sign for sign in name if sign.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    checked = ssl.create_default_context()
    try:
        if scheme == "imaps":
            return imaplib.IMAP4_SSL(host, port or 993, ssl_context=checked, timeout=TIMEOUT)
        if scheme == "imap" and host not in ("localhost", "127.0.0.1", "::1"):
            raise Away("a password goes over the network with TLS only: write imaps or imap+tls")
        line = imaplib.IMAP4(host, port or 143, timeout=TIMEOUT)
        if scheme == "imap+tls":
            line.starttls(checked)
    except imaplib.IMAP4.error as fault:
        raise Away(type(fault).__name__) from fault
    return line
