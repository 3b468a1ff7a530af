"""What every mail carries: its name, its moment, and addresses of this site."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import dateformat
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language


def address(name: str, *given: str) -> str:
    """A page of this site, for somebody who reads it elsewhere."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, args=given)}"


def headers(delivery: int, made_at: datetime) -> dict[str, str]:
    """The same for each attempt, down to name and date; no program answers them by itself."""
    chinese = (get_language() or "").startswith("zh")
    return {
        "Message-ID": f"<{_name(delivery)}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        "Date": dateformat.format(made_at, "r"),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "zh-Hans" if chinese else "en",
    }


def _name(delivery: int) -> str:
    """The same for each attempt, and no count of the mails that were sent."""
    drawn = salted_hmac("commonward.mail", str(delivery), algorithm="sha256").hexdigest()
    return f"commonward.{drawn[:32]}"
