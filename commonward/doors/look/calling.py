"""One call of another program or installation: to the address that was checked, and to no other.

The name is looked up once, each address that it stands for is checked, and the connection goes to
the checked one: a name that answers differently the second time gains nothing. Redirects are not
followed, and no answer is waited for longer than `LONGEST`.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from threading import Timer
from urllib.parse import SplitResult

from commonward.core.hooking import is_outside

LONGEST = 20.0
"""Seconds for one call, from connecting to the answer's status."""


class NotCalled(OSError):
    """The name stands for an address that this site does not call; the argument says which kind."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: the status, the headers by lower-case name, and what was read of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchange(
    address: SplitResult,
    body: bytes,
    headers: dict[str, str],
    *,
    private: bool,
    stay: bool = False,
    most: int = 0,
    longest: float = LONGEST,
    method: str = "POST",
) -> Answered:
    """Send the body and read at most so many bytes of the answer's, within `longest` seconds.

    `private` allows our own network, `stay` nothing but this machine. Raises OSError where nothing
    answers in time, NotCalled for an address that is not allowed, and http.client.HTTPException
    for what is no answer.
    """
    host = address.hostname or ""
    secure = address.scheme == "https"
    port = address.port or (443 if secure else 80)
    plain = socket.create_connection(
        (_checked(host, port, private=private, stay=stay), port), longest
    )
    # A receiver that answers byte by byte would hold the line for hours.
    over = Timer(longest, _cut, [plain])
    over.daemon = True
    over.start()
    try:
        line = _trusting().wrap_socket(plain, server_hostname=host) if secure else plain
        with line:
            connection = http.client.HTTPConnection(host, port, timeout=longest)
            connection.sock = line
            target = (address.path or "/") + (f"?{address.query}" if address.query else "")
            connection.request(method, target, body or None, {"Host": address.netloc, **headers})
            found = connection.getresponse()
            read = found.read(most) if most else b""
            return Answered(
                found.status, {name.lower(): value for name, value in found.getheaders()}, read
            )
    finally:
        over.cancel()
        plain.close()


@cache
def _trusting() -> ssl.SSLContext:
    """Whom this machine trusts; read once, because that takes longer than a call."""
    return ssl.create_default_context()


def _checked(host: str, port: int, *, private: bool, stay: bool) -> str:
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not private and not all(is_outside(one) for one in found):
        raise NotCalled("own network")
    if stay and not all(ip_address(one.partition("%")[0]).is_loopback for one in found):
        raise NotCalled("another machine")
    return found[0]


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
