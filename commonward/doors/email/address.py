"""What every mail carries: its name, its moment; and addresses of this site."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import dateformat
from django.utils.translation import get_language

from commonward.doors.outbox.address import address, key_of

__all__ = ["address", "headers", "headers_of"]


def headers(delivery: int, made_at: datetime) -> dict[str, str]:
    """The same for each attempt, down to name and date; no program answers them by itself."""
    return headers_of(key_of(delivery), made_at)


def headers_of(key: str, made_at: datetime) -> dict[str, str]:
    """The same of a message by its key."""
    chinese = (get_language() or "").startswith("zh")
    return {
        "Message-ID": f"<{key}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        "Date": dateformat.format(made_at, "r"),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "zh-Hans" if chinese else "en",
    }
