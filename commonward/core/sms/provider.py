"""Who carries text messages for a site, as one address says it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from commonward.core.refusals import N_, Invalid
from commonward.core.sms.alphabet import Alphabet

_PORTS = {"smpp": 2775, "smpps": 3550}
_OPTIONS = frozenset(
    {
        "source", "country", "abroad", "category", "parts", "reference", "alphabet", "window",
        "extension", "ids", "service",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provider:
    """`source` is who the messages are from. The others are as docs/how-to/sms.md tells them."""

    protocol: Literal["smpp", "http"]
    address: SplitResult
    host: str
    port: int
    secure: bool
    user: str
    password: str
    source: str
    country: str = "86"
    abroad: bool = False
    category: str = ""
    payload: bool = True
    wide: bool = False
    alphabet: Alphabet | None = None
    window: int = 10
    extension: bool = False
    decimal_ids: bool = False
    service: str = ""


@lru_cache(maxsize=8)
def provider_of(text: str) -> Provider:
    """What COMMONWARD_SMS says. Raises Invalid, which never repeats the password."""
    url = urlsplit(text)
    if url.scheme not in ("smpp", "smpps", "http", "https") or not url.hostname:
        raise _wrong(
            "smpp://user:password@host:2775?source=…, https://user:secret@host/path?source=…"
        )
    given = dict(parse_qsl(url.query, keep_blank_values=True))
    strange = sorted(set(given) - _OPTIONS)
    if strange:
        raise _wrong(f"{', '.join(strange)}?")
    source = given.get("source", "")
    if not 1 <= len(source) <= 20 or not source.isascii():
        raise _wrong("source=…")
    window, country = given.get("window", "10"), given.get("country", "86")
    if not (window.isdecimal() and 1 <= int(window) <= 100):
        raise _wrong("window=1…100")
    if not (country.isascii() and country.isdecimal() and len(country) <= 3):
        raise _wrong("country=86")
    smpp = url.scheme in _PORTS
    secure = url.scheme in ("smpps", "https")
    port = url.port or _PORTS.get(url.scheme) or (443 if secure else 80)
    bare = SplitResult(
        url.scheme, url.netloc.rpartition("@")[2], url.path, "", ""
    )  # the name and the secret go into a header, and into no log
    return Provider(
        protocol="smpp" if smpp else "http",
        address=bare, host=url.hostname, port=port, secure=secure,
        user=unquote(url.username or ""), password=unquote(url.password or ""),
        source=source, country=country, abroad=given.get("abroad") == "yes",
        category=given.get("category", ""), payload=given.get("parts") != "udh",
        wide=given.get("reference") == "16",
        alphabet="ucs2" if given.get("alphabet") == "ucs2" else None,
        window=int(window), extension=given.get("extension") == "yes",
        decimal_ids=given.get("ids") == "decimal", service=given.get("service", "")[:5],
    )  # fmt: skip


def _wrong(right: str) -> Invalid:
    return Invalid(N_("COMMONWARD_SMS cannot be read; it wants: {right}"), right=right, field="sms")
