"""How much one network address may send (限流), without keeping which address that is.

A bucket of tokens that fills again with time. It is known by a keyed hash of the day and the
address, and deleted when the day is over: tomorrow's hash is another, so nothing joins two days.
"""

import ipaddress
import math
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from commonward.cases.models import Allowance
from commonward.core.refusals import N_, Refusal

_MARK = 32
_NETWORK = 64
"""Bits of an IPv6 address that tell one connection to the internet from another."""


def spend(address: str, at: datetime, an_hour: int, use: str = "") -> None:
    """Count one sending from a network address; `an_hour` of them may come at once, and as many
    each hour (0: any number). Raises Refusal "allowance", in words and with the time to wait.

    An address that cannot be read shares one bucket with all such. What is sent for another `use`
    has a bucket of its own.
    """
    if an_hour <= 0:
        return
    day = at.astimezone(UTC).date()
    with transaction.atomic():
        made, new = Allowance.objects.select_for_update().get_or_create(
            day=day, mark=mark_of(address, at, use), defaults={"left": float(an_hour), "at": at}
        )
        if new:
            Allowance.objects.exclude(day=day).delete()
        hours = max((at - made.at) / timedelta(hours=1), 0.0)
        left = min(made.left + hours * an_hour, float(an_hour))
        if left >= 1:
            made.left, made.at = left - 1, max(at, made.at)
            made.save(update_fields=["left", "at"])
            return
    minutes = math.ceil((1 - left) * 60 / an_hour)
    raise Refusal(
        N_(
            "Very much came from your network in a short time. What you wrote stands here still: "
            "please send it again in {minutes} minutes, or tell us by telephone or at the counter."
        ),
        minutes=max(minutes, 1),
        code="allowance",
    )


def first_today(address: str, at: datetime, use: str) -> bool:
    """Whether this network does this for the first time today; noted as every sending is."""
    day = at.astimezone(UTC).date()
    _, new = Allowance.objects.get_or_create(
        day=day, mark=mark_of(address, at, use), defaults={"left": 0.0, "at": at}
    )
    return new


def one_more_today(whose: str, at: datetime, most: int, use: str) -> bool:
    """Count one of at most so many a day of somebody's for this use; False where it is one too many.

    What is kept is a keyed hash of the day and whose it is, until the day is over.
    """
    day = at.astimezone(UTC).date()
    told = f"{day.isoformat()} {whose.strip().casefold()} {use}"
    mark = salted_hmac("commonward.allowance", told, algorithm="sha256").hexdigest()[:_MARK]
    with transaction.atomic():
        made, _ = Allowance.objects.select_for_update().get_or_create(
            day=day, mark=mark, defaults={"left": float(most), "at": at}
        )
        if made.left < 1:
            return False
        made.left -= 1
        made.save(update_fields=["left"])
    return True


def mark_of(address: str, at: datetime, use: str = "") -> str:
    """What is kept of a network address today, for one use."""
    day = at.astimezone(UTC).date().isoformat()
    told = f"{day} {_network(address)}" + (f" {use}" if use else "")
    return salted_hmac("commonward.allowance", told, algorithm="sha256").hexdigest()[:_MARK]


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _NETWORK), strict=False))
    return str(found)
