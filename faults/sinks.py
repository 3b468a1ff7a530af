"""Where the site's mails and hooks go: a process that takes them and writes down under which key.

python -m faults.sinks FILE [HOST]     prints the two ports; one line of FILE for each arrival
"""

import hashlib
import json
import os
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

FILE: Any = None
_lock = threading.Lock()


def arrived(kind: str, key: str, body: bytes) -> None:
    """Written down before it is acknowledged, as a receiver that keeps what it takes."""
    line = json.dumps({"kind": kind, "key": key, "sum": hashlib.sha256(body).hexdigest()[:16]})
    with _lock:
        FILE.write(line + "\n")
        FILE.flush()
        os.fsync(FILE.fileno())


class Mails:
    """Every mail is taken."""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Note the Message-ID."""
        key = next(
            (
                line.split(b":", 1)[1].strip().decode()
                for line in bytes(envelope.content).splitlines()
                if line.lower().startswith(b"message-id:")
            ),
            "",
        )
        arrived("mail", key, b"")
        return "250 OK"


class Hooks(BaseHTTPRequestHandler):
    """Every call is taken."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Note the webhook-id and what the call says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        arrived("hook", self.headers.get("webhook-id", ""), body)
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class Server(ThreadingHTTPServer):
    """Whoever is killed while it speaks hangs up, and that is no word of the table."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Nothing: what came whole is written down."""


def main(path: str, host: str = "127.0.0.1") -> None:
    """Until the pipe to us closes."""
    global FILE
    with Path(path).open("a", encoding="utf-8") as FILE:
        _serve(host)


def _serve(host: str) -> None:
    hooks = Server((host, 0), Hooks)
    threading.Thread(target=hooks.serve_forever, daemon=True).start()
    with socket.socket() as probe:
        probe.bind((host, 0))
        port = int(probe.getsockname()[1])
    mails = Controller(Mails(), hostname=host, port=port)
    mails.start()
    print(json.dumps({"hooks": hooks.server_address[1], "mails": port}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
