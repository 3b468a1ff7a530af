"""A small IMAP server on this machine: one mailbox, and what a test wants it to be unable to do."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Mailbox:
    """Mails by UID with their flags; `moved` are those of other folders. Before a command
    with `dies_at` in it the connection is cut; what it `refuses` is answered with NO."""

    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    moved: dict[str, list[bytes]] = field(default_factory=dict)
    can: str = "IMAP4rev1 UIDPLUS MOVE"
    keywords: bool = True
    password: str = "p@ss"
    dies_at: str = ""
    refuses: str = ""
    told: list[str] = field(default_factory=list)
    port: int = 0

    def put(self, raw: bytes) -> int:
        """One more mail."""
        uid = max(self.mails, default=0) + 1
        self.mails[uid], self.flags[uid] = raw, set()
        return uid

    @property
    def url(self) -> str:
        return f"imap://me:p%40ss@127.0.0.1:{self.port}/INBOX"


class _Line(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            words = rest.split(" ")
            command = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
            self.box.told.append(rest)
            if self.box.dies_at and self.box.dies_at in rest:
                self.box.dies_at = ""
                return
            if command == "LOGOUT":
                self._say("* BYE", f"{tag} OK bye")
                return
            self._say(f"{tag} {self._done(command, words, rest)}")

    def _done(self, command: str, words: list[str], rest: str) -> str:
        box = self.box
        if box.refuses and box.refuses in rest:
            return "NO cannot"
        if command == "CAPABILITY":
            self._say(f"* CAPABILITY {box.can}")
        elif command == "LOGIN":
            return "OK in" if rest.endswith(f'"{box.password}"') else "NO who are you"
        elif command == "SELECT":
            kept = r"\*" if box.keywords else ""
            self._say(
                f"* {len(box.mails)} EXISTS", rf"* OK [PERMANENTFLAGS (\Seen \Deleted {kept})] x"
            )
        elif command == "UID SEARCH":
            none = {"UNDELETED": r"\Deleted", "UNSEEN": r"\Seen"}
            out = {none[w] for w in words if w in none}
            if "UNKEYWORD" in words:
                out.add(words[words.index("UNKEYWORD") + 1])
            found = [str(u) for u in sorted(box.mails) if not box.flags[u] & out]
            self._say(" ".join(["* SEARCH", *found]))
        elif command == "UID FETCH":
            self._fetch([int(u) for u in words[2].split(",")], rest)
        else:
            return self._changed(command, words)
        return "OK done"

    def _changed(self, command: str, words: list[str]) -> str:
        box = self.box
        if command == "UID STORE":
            box.flags[int(words[2])] |= set(re.findall(r"[\\\w]+", words[4]))
        elif command in ("UID MOVE", "UID COPY"):
            box.moved.setdefault(words[3].strip('"'), []).append(box.mails[int(words[2])])
            if command == "UID MOVE":
                del box.mails[int(words[2])]
        elif command == "UID EXPUNGE":
            if r"\Deleted" in box.flags[int(words[2])]:
                del box.mails[int(words[2])]
        else:
            return "BAD what"
        return "OK done"

    def _fetch(self, uids: list[int], rest: str) -> None:
        for uid in uids:
            raw = self.box.mails.get(uid)
            if raw is None:
                continue
            if "RFC822.SIZE" in rest:
                self._say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            else:
                self._say(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}")
                self.wfile.write(raw)
                self._say(")")

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    tls: ssl.SSLContext | None = None

    def get_request(self) -> Any:
        line, where = super().get_request()
        return (self.tls.wrap_socket(line, server_side=True) if self.tls else line), where

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away: the test asserts what it says."""


@contextmanager
def serving(box: Mailbox, tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """The server, while the test runs."""
    handler = type("Line", (_Line,), {"box": box})
    with _Server(("127.0.0.1", 0), handler) as server:
        server.tls = tls
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()
