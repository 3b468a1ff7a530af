"""Addresses of this site for somebody who reads them elsewhere, and the name of one message."""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac


def address(name: str, *given: str) -> str:
    """A page of this site, for somebody who reads it elsewhere."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, args=given)}"


def key_of(delivery: int) -> str:
    """The same for each attempt, and no count of the messages that were sent."""
    drawn = salted_hmac("commonward.mail", str(delivery), algorithm="sha256").hexdigest()
    return f"commonward.{drawn[:32]}"
