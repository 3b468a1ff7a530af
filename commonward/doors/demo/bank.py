"""A bank's computer that speaks our protocol, on this machine (模拟银行): honest, or bad in a way one
names. The demonstration runs it, and so do the tests."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WAYS = (
    "confirms", "acknowledges", "refuses", "silent", "down", "lies", "wrong_signature", "unsigned",
    "another_request", "too_late", "in_part", "in_two_steps",
)  # fmt: skip
FAULTS: dict[str, tuple[int, dict[str, Any]]] = {
    "down": (503, {"error": "maintenance"}),
    "lies": (200, {"code": 500, "msg": "system busy"}),
}


@dataclass
class Bank:
    """The simulator: what reached it, how it behaves, and what it did."""

    address: str = ""
    secret: bytes = b""
    way: str = "confirms"
    slow: float = 0.0
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    frozen: dict[str, list[str]] = field(default_factory=dict)
    """Request → accounts that were frozen for it: the effect, which must happen once."""
    effects: int = 0
    refused: int = 0
    release: threading.Event = field(default_factory=threading.Event)

    def is_ours(self, headers: dict[str, str], body: bytes) -> bool:
        """Whether the call was signed with the secret that was agreed."""
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        drawn = base64.b64encode(hmac.new(self.secret, signed, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(headers["webhook-signature"], f"v1,{drawn}")

    def answer(self, told: dict[str, Any]) -> dict[str, Any]:
        """What it does and says; asked again under the same name it does nothing more."""
        request = told["request"]
        asked = sum(one["request"] == request for one in self.got)
        later = self.way == "acknowledges" or (self.way == "in_two_steps" and asked < 2)
        if told["type"] == "payment.stop.test" or later:
            return {"request": request, "state": "acknowledged", "reference": "B-1"}
        if self.way == "refuses":
            return {"request": request, "state": "refused", "reason": "No such account."}
        if request not in self.frozen:
            self.frozen[request] = [one["account"] for one in told["transfers"]]
            self.effects += 1
        result = self.way if self.way in ("too_late", "in_part") else "stopped"
        return {"request": request, "state": "confirmed", "result": result, "reference": "B-1"}


@contextmanager
def bank(secret: bytes = b"") -> Iterator[Bank]:
    """One that listens on this machine until the block ends."""
    made = Bank(secret=secret)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if not made.is_ours(headers, body):
                made.refused += 1
                return self._say(401, {"error": "signature"}, b"")
            with lock:
                made.got.append(json.loads(body))
                made.headers.append(headers)
            if made.way == "silent":
                made.release.wait(30)
                return None
            time.sleep(made.slow)
            if made.way in FAULTS:
                return self._say(*FAULTS[made.way], made.secret)
            return self._answer(json.loads(body))

        def _answer(self, told: dict[str, Any]) -> None:
            with lock:
                said = made.answer(told)
            if made.way == "another_request":
                said["request"] = "0" * 32
            keys = {"wrong_signature": b"x" * 32, "unsigned": b""}
            self._say(200, said, keys.get(made.way, made.secret))

        def _say(self, status: int, said: dict[str, Any], key: bytes) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if key:
                name, moment = self.headers["webhook-id"], str(int(time.time()))
                signed = f"{name}.{moment}.".encode() + body
                drawn = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
                self.send_header("webhook-timestamp", moment)
                self.send_header("webhook-signature", f"v1,{drawn}")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}/stop"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        made.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
