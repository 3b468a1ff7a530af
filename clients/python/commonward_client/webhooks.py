"""Whether a call really comes from the site (Standard Webhooks 1.0.0), and the event in it."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST_AGO = 300
"""Seconds that a call may be old, or ahead: an older one may be somebody's copy."""


class NotGenuine(Exception):
    """The call is not signed by the site, is too old, or is no CloudEvent."""


def verified(
    body: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    *,
    now: float | None = None,
) -> dict[str, Any]:
    """The CloudEvent of a call. Raises NotGenuine.

    Any of the secrets may have signed it, so that one can be changed without losing a call. The
    same event may come again: keep its `id` and pass over those you know.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        name, moment = given["webhook-id"], int(given["webhook-timestamp"])
        told = given["webhook-signature"].split()
    except (KeyError, ValueError):
        raise NotGenuine("It carries no id, time and signature of a webhook.") from None
    if abs((time.time() if now is None else now) - moment) > LONGEST_AGO:
        raise NotGenuine("It is too old, or the clocks differ.")
    signed = f"{name}.{moment}.".encode() + body
    drawn = []
    for secret in secrets:
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            raise ValueError("A secret is “whsec_” and base64.") from None
        mark = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        drawn.append(f"v1,{mark}".encode())
    # Every pair is compared: how long it takes tells nothing of which one fitted.
    fits = [hmac.compare_digest(one.encode(), ours) for one in told for ours in drawn]
    if not any(fits):
        raise NotGenuine("None of the secrets signed it.")
    try:
        event = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict) or event.get("specversion") != "1.0":
        raise NotGenuine("It holds no CloudEvent 1.0.")
    return event
