"""What the site's own mail server found about a sender (SPF, DKIM, DMARC): shown, never trusted.

Only the topmost field of the server that the site names counts: whoever writes a mail can write
such fields into it, below. It says how far a From line is true, not who somebody is; it opens nothing.

>>> checked_sender(("mx.example.org; dmarc=pass header.from=a.example",), "mx.example.org", "x@a.example")
'yes'
>>> checked_sender(("evil.example; dmarc=pass",), "mx.example.org", "x@a.example")
'unknown'
"""

import re
from collections.abc import Iterable

_COMMENT = re.compile(r"\([^()]{0,500}\)")
_METHOD = re.compile(r"\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)(.*)", re.IGNORECASE | re.S)
_SIGNED = re.compile(r"\bheader\.(?:d|i)\s*=\s*\"?@?(?:[^\s;@\"]*@)?([^\s;\"]+)", re.IGNORECASE)
_MAILED = re.compile(r"\bsmtp\.mailfrom\s*=\s*\"?(?:[^\s;@\"]*@)?([^\s;\"]+)", re.IGNORECASE)
_FROM = re.compile(r"\bheader\.from\s*=\s*\"?(?:[^\s;@\"]*@)?([^\s;\"]+)", re.IGNORECASE)


def checked_sender(fields: Iterable[str], server: str, sender: str) -> str:
    """ "yes", "no" or "unknown" of whether the domain of this address sent it."""
    domain = sender.rpartition("@")[2].lower().rstrip(".")
    told = next((one for one in fields if _by(one) == server.strip().lower()), None)
    if told is None or not server.strip() or not domain:
        return "unknown"
    failed = False
    sure = False
    for part in _COMMENT.sub(" ", told[:8000]).split(";")[1:]:
        found = _METHOD.match(part)
        if found is None:
            continue
        method, result, rest = found[1].lower(), found[2].lower(), found[3]
        if method == "dmarc" and result in ("pass", "fail"):
            named = _FROM.search(rest)
            if result == "fail":
                return "no"
            if named is None or _same(named[1], domain):
                return "yes"
        elif method in ("dkim", "spf"):
            named = (_SIGNED if method == "dkim" else _MAILED).search(rest)
            sure |= result == "pass" and named is not None and _same(named[1], domain)
            failed |= result in ("fail", "softfail", "hardfail")
    return "yes" if sure else "no" if failed else "unknown"


def _by(field: str) -> str:
    """The server that wrote a field."""
    words = _COMMENT.sub(" ", field[:8000]).partition(";")[0].split()
    return words[0].lower().strip('"') if words else ""


def _same(named: str, domain: str) -> bool:
    """Whether a domain is the sender's own, or one above or below it (relaxed alignment)."""
    other = named.lower().rstrip(".")
    if "." not in other:
        return False
    return domain == other or domain.endswith("." + other) or other.endswith("." + domain)
