"""A key service at an address (密钥服务): asked over HTTP, believed only where it answers as told."""

import json
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commonward.people import keyring, kms

Answer = tuple[int, dict[str, str], bytes]
WORKING_TOKEN = "let me in"


class Service:
    """A small one that wraps and unwraps; `instead` answers in its place."""

    def __init__(self) -> None:
        self._key = AESGCM(AESGCM.generate_key(256))
        self.asked: list[tuple[str, str]] = []
        self.instead: Callable[[dict[str, str]], Answer] | None = None
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service.asked.append((self.path, self.headers.get("Authorization", "")))
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, headers, body = (service.instead or service.answer)(question)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/keys?ring=city"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def answer(self, question: dict[str, str]) -> Answer:
        """As operate.md tells it."""
        if "wrap" in question:
            nonce = secrets.token_bytes(12)
            made = nonce + self._key.encrypt(nonce, b64decode(question["wrap"]), None)
            said = {"wrapped": b64encode(made).decode()}
        else:
            kept = b64decode(question["unwrap"])
            plain = self._key.decrypt(kept[:12], kept[12:], None)
            said = {"plain": b64encode(plain).decode()}
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()

    def end(self) -> None:
        """It is away: its port refuses."""
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(10)


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[Service]:
    """One that this site is told of; nothing is remembered of an earlier one."""
    made = Service()
    settings.VAR, settings.MASTER_KEY_FILE = tmp_path, tmp_path / "master-key"
    settings.KMS, settings.KMS_TOKEN = made.address, WORKING_TOKEN
    kms.unwrap.cache_clear()
    keyring._seen.clear()
    yield made
    made.end()
    kms.unwrap.cache_clear()
    keyring._seen.clear()


def test_what_it_wrapped_it_opens_and_a_process_asks_once(service: Service) -> None:
    secret = secrets.token_urlsafe(48)
    wrapped = kms.wrap(secret)
    assert secret not in wrapped
    assert kms.unwrap(wrapped) == kms.unwrap(wrapped) == secret
    assert service.asked == [("/keys?ring=city", f"Bearer {WORKING_TOKEN}")] * 2


def test_without_a_token_none_is_sent(service: Service, settings: Any) -> None:
    settings.KMS_TOKEN = ""
    kms.wrap("a secret")
    assert service.asked == [("/keys?ring=city", "")]


def test_while_it_is_away_nothing_opens_and_when_it_is_back_all_does(
    service: Service, settings: Any
) -> None:
    wrapped = kms.wrap("a secret of the city")
    away = Service()
    away.end()
    settings.KMS = away.address
    with pytest.raises(kms.KmsSilent) as refused:
        kms.unwrap(wrapped)
    assert wrapped not in str(refused.value) and refused.value.__cause__ is None
    settings.KMS = service.address
    assert kms.unwrap(wrapped) == "a secret of the city", "its silence was not remembered"


def _told(**said: Any) -> bytes:
    return json.dumps(said).encode()


SECRET = b64encode(b"another secret").decode()


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, _told(plain=SECRET)),
        (403, {}, _told(plain=SECRET)),
        (302, {"Location": "/elsewhere"}, b""),
        (204, {}, b""),
        (200, {}, b""),
        (200, {}, b"<html>sign in</html>"),
        (200, {}, b"\xff\xfe"),
        (200, {}, b"[]"),
        (200, {}, b"null"),
        (200, {}, _told(wrapped=SECRET)),
        (200, {}, _told(plain=None)),
        (200, {}, _told(plain=7)),
        (200, {}, _told(plain="not base64!")),
        (200, {}, _told(plain=b64encode(b"\xff\xfe").decode())),
        (200, {}, b" " * (1 << 17) + _told(plain=SECRET)),
        (200, {}, b"[" * 60_000),
    ],
    ids=range(16),
)
def test_a_wrong_answer_is_a_refusal_in_words_that_repeats_nothing(
    service: Service, answer: Answer
) -> None:
    wrapped = kms.wrap("a secret of the city")
    service.instead = lambda _question: answer
    with pytest.raises(kms.KmsSilent) as refused:
        kms.unwrap(wrapped)
    told = f"{refused.value} {refused.value.__cause__}"
    assert all(one not in told for one in (wrapped, SECRET, WORKING_TOKEN, "another secret"))
    assert len(service.asked) == 2, "no redirect is followed, and nothing is asked again"


def test_who_never_answers_is_not_waited_for(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped = kms.wrap("a secret of the city")
    go_on = threading.Event()

    def never(question: dict[str, str]) -> Answer:
        go_on.wait(60)
        return service.answer(question)

    service.instead = never
    monkeypatch.setattr(kms, "_SECONDS", 0.3)
    with pytest.raises(kms.KmsSilent):
        kms.unwrap(wrapped)
    go_on.set()
