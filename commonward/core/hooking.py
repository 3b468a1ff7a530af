"""Telling another program by HTTP (回调通知): which addresses may be called, and the signature.

The form is that of Standard Webhooks 1.0.0 (standardwebhooks.com): a secret "whsec_" + base64,
and `v1,` + base64 of HMAC-SHA256 over "id.timestamp.body", so that receivers need no code of ours.
What is sent is a CloudEvent 1.0 in structured JSON mode (cloudevents.io, application/cloudevents+json).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from commonward.core.refusals import N_, Invalid

LONGEST_ADDRESS = 500
_PREFIX = "whsec_"
_TRANSLATED = ip_network("64:ff9b::/96")


def secret_text(key: bytes) -> str:
    """The secret as its owner writes it down: "whsec_" and base64."""
    return _PREFIX + base64.b64encode(key).decode()


def signature(key: bytes, message: str, timestamp: int, body: bytes) -> str:
    """What stands in `webhook-signature`; `timestamp` is in seconds since 1970."""
    signed = f"{message}.{timestamp}.".encode() + body
    drawn = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(drawn).decode()}"


def signatures(keys: Sequence[bytes], message: str, timestamp: int, body: bytes) -> str:
    """The signatures of every secret that holds, with a space between: while a secret is changed
    the old and the new one both sign, and the receiver takes whichever it knows."""
    return " ".join(signature(key, message, timestamp, body) for key in keys)


def cloud_event(
    id_: str, source: str, type_: str, at: datetime, data: Mapping[str, Any], subject: str = ""
) -> dict[str, Any]:
    """A CloudEvent 1.0 as JSON: `id` and `source` together name it once and for all."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": type_,
        "time": at.isoformat(),
        **({"subject": subject} if subject else {}),
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def is_outside(address: str) -> bool:
    """Whether an IP address belongs to the public network, also inside IPv6 forms of IPv4.

    Everything of this machine and this network (loopback, private, link-local, multicast,
    carrier's, documentation) is not: a hook must not reach what only we can reach.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_outside(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found in _TRANSLATED:
            return False
    return found.is_global and not found.is_multicast


def hook_address(address: str, *, private: bool) -> SplitResult:
    """The address taken apart. Raises Invalid in words for one that is not called.

    Where `private` networks are allowed, plain http is too. Names are looked up only when it is
    called, and what they stand for is checked then.
    """
    refused = Invalid(
        N_("The address is like https://example.org/hook, without a password in it."),
        field="address",
    )
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        raise refused
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(
            N_("An address has at most {most} characters."), field="address", most=LONGEST_ADDRESS
        )
    try:
        found = urlsplit(address)
        port = found.port
    except ValueError:
        raise refused from None
    if found.scheme not in ("https", "http") or not found.hostname or port == 0:
        raise refused
    if "@" in found.netloc or found.fragment:
        raise refused
    if private:
        return found
    if found.scheme != "https":
        raise Invalid(N_("Only https is called: what is sent must not be read on the way."),
                      field="address")  # fmt: skip
    try:
        outside = is_outside(found.hostname)
    except ValueError:
        outside = found.hostname != "localhost" and not found.hostname.endswith(".localhost")
    if not outside:
        raise Invalid(
            N_("This address lies in this machine or its own network and is not called."),
            field="address",
        )
    return found
