"""Two providers on this machine that do as a test wishes: a message centre (SMPP 3.4) and one by
HTTP. Each remembers what it was handed, and what it would have sent to a telephone."""

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from commonward.core.sms import pdu
from commonward.core.sms.alphabet import Alphabet, decoded
from commonward.core.sms.parts import parted, whole
from commonward.core.sms.pdu import Answer, Bind, Pdu, Sms


@dataclass
class Centre:
    """A message centre. `moods` are used up one by each submit_sm: "ok", "twice" (answers twice),
    "throttled", "full", "nobody", "broken" (octets that are no unit), "bomb" (says that it sends
    4 GB), "silent" (takes it and says nothing), "hangs up" (takes it and ends), "nameless",
    "garbled" (an answer that cannot be read), "other" (answers what nobody asked, then right),
    "enquires" (asks whether we are there first). `owed` are texts and receipts that it sends as
    soon as somebody is bound; each is sent again until it is answered with 0."""

    password: str = "secret"
    port: int = 0
    moods: list[str] = field(default_factory=list)
    submitted: list[Sms] = field(default_factory=list)
    owed: list[Sms] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    """The status with which each text or receipt was answered."""
    heard: list[int] = field(default_factory=list)
    """Every command that came."""
    named: int = 0
    stop: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """The address of it, as COMMONWARD_SMS says it."""
        return f"smpp://site:secret@127.0.0.1:{self.port}?source=10690000"

    def shown(self) -> list[str]:
        """What telephones would show: parts put together, the same part under one name once."""
        there: dict[tuple[str, int], tuple[int, dict[int, str]]] = {}
        found = []
        for sms in self.submitted:
            alphabet: Alphabet = "ucs2" if sms.coding == 8 else "gsm"
            if not sms.esm_class & pdu.HAS_HEADER:
                found.append(decoded(sms.content, alphabet))
                continue
            place, octets = parted(sms.content)
            assert place is not None
            total, parts = there.setdefault((sms.destination, place.reference), (place.total, {}))
            parts[place.number] = decoded(octets, alphabet)
            text = whole(total, parts)
            if text is not None and text not in found:
                found.append(text)
        return found


def serve(centre: Centre, tls: ssl.SSLContext | None = None) -> None:
    """Let it listen, by TLS where it is given; `stop` ends it."""

    class Line(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with_line(centre, self.request)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, *_given: Any) -> None:
            return  # a line that the other side did not trust

    server = Server(("127.0.0.1", 0), Line)
    if tls is not None:
        server.socket = _by_tls(server.socket, tls)
    centre.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    centre.stop = stop


@dataclass
class Spoken:
    """One line to the centre: what it handed over on it and nobody answered yet."""

    centre: Centre
    line: socket.socket
    waiting: dict[int, Sms] = field(default_factory=dict)
    number: int = 0

    def say(self, command: int, sequence: int, status: int = 0, body: Any = None) -> None:
        self.line.sendall(pdu.encode(Pdu(command, sequence, status, body)))

    def hand_over(self) -> None:
        while self.centre.owed:
            self.number += 1
            self.waiting[self.number] = self.centre.owed.pop(0)
            self.say(pdu.DELIVER_SM, self.number, 0, self.waiting[self.number])

    def met(self, came: Pdu) -> bool:
        """Answer one unit; False ends the line."""
        if isinstance(came.body, Bind):
            right = came.body.password == self.centre.password
            name = Answer("centre" if right else "")
            self.say(came.command | pdu.RESPONSE, came.sequence, 0 if right else 0x0E, name)
            if right:
                self.hand_over()
        elif isinstance(came.body, Sms):
            if not _submitted(self.centre, self.line, came, came.body, self.say):
                return False
            self.hand_over()
        elif came.command == pdu.DELIVER_SM | pdu.RESPONSE:
            self.centre.answered.append(came.status)
            sent = self.waiting.pop(came.sequence)
            if came.status == pdu.LATER:
                self.centre.owed.append(sent)
        elif came.command in (pdu.UNBIND, pdu.ENQUIRE_LINK):
            self.say(came.command | pdu.RESPONSE, came.sequence)
            return came.command != pdu.UNBIND
        return True


def with_line(centre: Centre, line: socket.socket) -> None:
    """Speak with whoever connected, until one of both ends it; what was not answered is owed."""
    read, spoken = line.makefile("rb"), Spoken(centre, line)
    while begins := read.read(4):
        came = pdu.decode(begins + read.read(int.from_bytes(begins, "big") - 4))
        centre.heard.append(came.command)
        if not spoken.met(came):
            break
    read.close()
    centre.owed.extend(spoken.waiting.values())


def _submitted(
    centre: Centre, line: socket.socket, came: Pdu, sms: Sms, say: Callable[..., None]
) -> bool:
    mood = centre.moods.pop(0) if centre.moods else "ok"
    told = pdu.SUBMIT_SM | pdu.RESPONSE
    refused = {
        "throttled": pdu.THROTTLED, "full": pdu.QUEUE_FULL, "nobody": pdu.BAD_RECEIVER,
    }  # fmt: skip
    if mood in refused:
        line.sendall(pdu.encode(Pdu(told, came.sequence, refused[mood]))[:16])
        return True
    if mood == "broken":
        line.sendall(b"\x00\x00\x00\x04HTTP/1.1 200 OK\r\n\r\n")
        return True
    if mood == "bomb":
        line.sendall(b"\xff\xff\xff\xff" + b"\x80\x00\x00\x04" + bytes(8))
        return True
    centre.submitted.append(sms)
    if mood in ("silent", "hangs up"):
        return mood == "silent"
    if mood == "garbled":
        line.sendall(
            b"\x00\x00\x00\x14" + told.to_bytes(4, "big") + bytes(4)
            + came.sequence.to_bytes(4, "big") + b"aaaa"
        )  # fmt: skip
        return True
    if mood == "enquires":
        say(pdu.ENQUIRE_LINK, 77)
    if mood == "other":
        say(told, came.sequence + 1000, 0, Answer("not yours"))
    centre.named += 1
    name = "" if mood == "nameless" else f"m{centre.named}"
    say(told, came.sequence, 0, Answer(name))
    if mood == "twice":
        say(told, came.sequence, 0, Answer(name))
    return True


def receipt(name: str, stat: str = "DELIVRD", err: str = "000") -> Sms:
    """A receipt of a message of ours, as centres write it."""
    text = f"id:{name} sub:001 dlvrd:001 submit date:2603020800 done date:2603020801 stat:{stat} err:{err} text:"
    return Sms("8613812345678", "10690000", text.encode(), esm_class=pdu.IS_RECEIPT)


@dataclass
class Gateway:
    """A provider by HTTP. `moods` are used up one by each POST: "ok", "lies" (200 with an error),
    "lies nobody" (200 with an error that names the number), "empty" (200 without anything),
    "page" (200 with a page), "down" (503), "throttled" (429), "forgets" (takes it and hangs up),
    "slow" (takes it and says so when nobody listens any more), "locked" (401). The same key is the same message."""

    port: int = 0
    moods: list[str] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By key, what it would have sent to a telephone."""
    posts: list[dict[str, str]] = field(default_factory=list)
    """The headers of each POST."""
    late: threading.Event = field(default_factory=threading.Event)
    """What a slow one waits for."""
    stop: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """The address of it, as COMMONWARD_SMS says it."""
        return f"http://site:secret@127.0.0.1:{self.port}/v1/messages?source=Tongli"

    def answer(self, key: str, told: dict[str, Any]) -> tuple[int, Any]:
        """The status and what stands in the body; None hangs up."""
        mood = self.moods.pop(0) if self.moods else "ok"
        if mood == "lies":
            return 200, {"id": "m-bad", "status": "failed", "error": {"code": "no_credit"}}
        if mood == "lies nobody":
            return 200, {"error": {"code": "unknown_subscriber", "message": f"{told['to']}?"}}
        if mood in ("empty", "page"):
            return 200, {} if mood == "empty" else "<html>Welcome</html>"
        if mood in ("down", "throttled", "locked"):
            return {"down": 503, "throttled": 429, "locked": 401}[mood], {}
        self.taken.setdefault(key, told)
        if mood == "slow":
            self.late.wait(20)
        if mood in ("forgets", "slow"):
            return 0, None
        return 202, {"id": f"m-{list(self.taken).index(key) + 1}", "status": "accepted"}


def _by_tls(plain: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
    """Each line agrees on its keys in its own thread, with the first octet that is read."""
    return tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)


def serve_http(gateway: Gateway, tls: ssl.SSLContext | None = None) -> None:
    """Let it listen, by TLS where it is given; `stop` ends it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            gateway.posts.append({name.lower(): value for name, value in self.headers.items()})
            status, told = gateway.answer(self.headers["Idempotency-Key"], body)
            if told is None:
                self.connection.close()
                return
            answer = (told if isinstance(told, str) else json.dumps(told)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_given: Any) -> None:
            return  # a line that the other side did not trust

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = _by_tls(server.socket, tls)
    gateway.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()

    def stop() -> None:
        gateway.late.set()
        server.shutdown()
        server.server_close()
        thread.join()

    gateway.stop = stop
