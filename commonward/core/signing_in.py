"""Signing in, in plain numbers: how long a wrong try makes wait, when a session ends, which browser.

A limit counts for a login *from one network* (or on one device that is known), never for a login
alone: whoever guesses makes nobody else wait. It slows and never locks.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

FREE_TRIES = 5
"""Wrong tries that cost nothing: people mistype."""
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_WAIT_KNOWN = timedelta(minutes=1)
"""On a device that has signed in before: only who holds it can spend its tries."""
FORGOTTEN_AFTER = timedelta(hours=24)
"""A wrong try counts no longer after a day without another one."""
_FIRST_WAIT = timedelta(seconds=2)


def wait_after(wrong: int, *, known: bool = False) -> timedelta:
    """How long the next try has to wait after so many wrong ones: twice as long each time.

    >>> [wait_after(wrong).total_seconds() for wrong in (4, 5, 6, 7, 40)]
    [0.0, 2.0, 4.0, 8.0, 900.0]
    """
    longest = LONGEST_WAIT_KNOWN if known else LONGEST_WAIT
    if wrong < FREE_TRIES:
        return timedelta()
    # Beyond these doublings it is the longest anyway; the number must not grow without bound.
    return min(longest, _FIRST_WAIT * (1 << min(wrong - FREE_TRIES, 12)))


def network_part(address: str) -> str:
    """The network that counts as one place: an IPv4 address, or the /64 that one IPv6 line has.

    >>> network_part("2001:db8:1:2:3:4:5:6")
    '2001:db8:1:2::/64'
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False))


@dataclass(frozen=True, slots=True)
class ByRole:
    """A number for everybody, and other ones for some posts."""

    everybody: int
    roles: Mapping[str, int]

    @classmethod
    def parse(cls, text: str) -> "ByRole":
        """“120, administrator=30”. Raises ValueError in words.

        >>> ByRole.parse("120, administrator=30").least(["leader", "administrator"])
        30
        """
        everybody, roles = None, {}
        for part in filter(None, (one.strip() for one in text.split(","))):
            role, parted, number = part.rpartition("=")
            if not number.strip().isdecimal() or int(number) < 1:
                raise ValueError(f"“{part}” is no number above 0: 120, administrator=30")
            if parted:
                roles[role.strip()] = int(number)
            else:
                everybody = int(number)
        if everybody is None:
            raise ValueError(f"“{text}” has no number for everybody: 120, administrator=30")
        return cls(everybody, roles)

    def least(self, roles: Iterable[str]) -> int:
        """What holds for who has these posts: the smallest that is set for one of them, else
        everybody's."""
        own = [self.roles[role] for role in roles if role in self.roles]
        return min(own, default=self.everybody)

    @property
    def most(self) -> int:
        """The largest of all."""
        return max((self.everybody, *self.roles.values()))


_BROWSERS = (
    ("wechat", "MicroMessenger/"), ("edge", "Edg"), ("opera", "OPR/"), ("firefox", "Firefox/"),
    ("firefox", "FxiOS/"), ("chrome", "Chrome/"), ("chrome", "CriOS/"), ("safari", "Safari/"),
)  # fmt: skip
_SYSTEMS = (
    ("android", "Android"), ("harmony", "HarmonyOS"), ("ios", "iPhone"), ("ios", "iPad"),
    ("windows", "Windows"), ("mac", "Macintosh"), ("linux", "Linux"),
)  # fmt: skip


def browser_kind(user_agent: str) -> str:
    """The kind of a browser and of its system, and no more of what it tells of itself.

    >>> browser_kind("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'firefox/linux'
    """
    browser = next((name for name, sign in _BROWSERS if sign in user_agent), "other")
    system = next((name for name, sign in _SYSTEMS if sign in user_agent), "other")
    return f"{browser}/{system}"


def way_of(methods: Iterable[tuple[str, str]]) -> str:
    """In which way somebody signed in, of what was asked: (method, its kind).

    >>> way_of([("password", ""), ("mfa", "totp")])
    'password+totp'
    """
    found = []
    for method, kind in methods:
        name = {"socialaccount": "office", "mfa": kind}.get(method, method)
        if re.fullmatch(r"[a-z_]{1,20}", name) and name not in found:
            found.append(name)
    return "+".join(found)[:40] or "password"
