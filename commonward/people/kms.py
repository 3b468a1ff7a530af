"""A key service (KMS, 密钥服务) wraps and unwraps the site's master keys: a command, or an address.

It is asked with one JSON object and answers with one: `{"wrap": B64}` → `{"wrapped": B64}`, and
`{"unwrap": B64}` → `{"plain": B64}`. A command reads it from its standard input and writes the
answer to its standard output; an address is sent it by POST, with COMMONWARD_KMS_TOKEN as a
bearer. It is asked once in a process for each master key, never for a case.
"""

import http.client
import json
import shlex
import subprocess
from base64 import b64decode, b64encode
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from commonward.core.refusals import N_, Refusal

_SECONDS = 20
_MOST = 1 << 16
"""Bytes of an answer: a wrapped secret is much shorter everywhere."""


class KmsSilent(Refusal):
    """The key service gave no answer, or one that cannot be read. What it said is not repeated."""

    code = "kms_silent"


def wrap(secret: str) -> str:
    """The secret as the service wrapped it, in base64. Raises KmsSilent."""
    wrapped = _asked({"wrap": b64encode(secret.encode()).decode()}, "wrapped")
    return b64encode(wrapped).decode()


@lru_cache(maxsize=32)
def unwrap(wrapped: str) -> str:
    """The secret again; a process asks once. Raises KmsSilent."""
    try:
        return _asked({"unwrap": wrapped}, "plain").decode()
    except UnicodeDecodeError:
        pass
    raise _silent("answer")


def _asked(question: dict[str, str], wanted: str) -> bytes:
    service = settings.KMS
    if not service:
        raise KmsSilent(N_("A master key is kept by a key service, and COMMONWARD_KMS names none."))
    sent = json.dumps(question).encode()
    try:
        by_address = service.startswith(("https://", "http://"))
        said = _posted(service, sent) if by_address else _run(service, sent)
        return b64decode(json.loads(said)[wanted], validate=True)
    except (OSError, subprocess.SubprocessError, http.client.HTTPException) as fault:
        why = type(fault).__name__
    except (ValueError, KeyError, TypeError, RecursionError):
        why = "answer"
    # What it was asked and said are secrets: neither goes into the message, nor into a chain.
    raise _silent(why) from None


def _silent(why: str) -> KmsSilent:
    return KmsSilent(N_("The key service did not answer as it should ({why})."), why=why)


def _run(command: str, sent: bytes) -> bytes:
    done = subprocess.run(  # noqa: S603 (the administrator's own command, without a shell)
        shlex.split(command), input=sent, capture_output=True, timeout=_SECONDS, check=True
    )
    return done.stdout


def _posted(address: str, sent: bytes) -> bytes:
    to = urlsplit(address)
    kind = http.client.HTTPSConnection if to.scheme == "https" else http.client.HTTPConnection
    line = kind(to.hostname or "", to.port, timeout=_SECONDS)
    headers = {"Content-Type": "application/json"}
    if settings.KMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.KMS_TOKEN}"
    try:
        path = f"{to.path or '/'}?{to.query}" if to.query else to.path or "/"
        line.request("POST", path, sent, headers)
        answer = line.getresponse()
        said = answer.read(_MOST)
        if answer.status != http.client.OK:
            raise http.client.HTTPException
        return said
    finally:
        line.close()
