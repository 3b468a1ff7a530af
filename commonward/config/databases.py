"""What DATABASE_URL says: the embedded file, one PostgreSQL server, or several of which one writes."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url

LINE = {
    # A server that fell silent must not be waited for by every thread until the kernel gives up,
    # which takes it minutes: whoever waits is told, and asks the next server.
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""How long a line to PostgreSQL may be silent; what DATABASE_URL itself says goes before it."""
AGAIN_WITHIN = 5.0
"""Seconds for which the pool tries by itself. After them the next request tries at once; for longer,
its pauses would double, and a server that is back would be found up to minutes later."""


def parsed(url: str) -> dict[str, Any]:
    """As Django wants it. `postgresql://user@one:5432,two:5432/name` names several servers: the one
    that takes writes is looked for, each time a line is made."""
    parts = urlsplit(url)
    user, at, hosts = parts.netloc.rpartition("@")
    if "," not in hosts:
        return _with_line(dict(dj_database_url.parse(url)))
    servers = [urlsplit(f"//{one}") for one in hosts.split(",")]
    alone = urlunsplit(parts._replace(netloc=f"{user}{at}{servers[0].netloc}"))
    found = _with_line(dict(dj_database_url.parse(alone)))
    found["HOST"] = ",".join(one.hostname or "" for one in servers)
    found["PORT"] = ",".join(str(one.port or 5432) for one in servers)
    # A standby takes no report.
    found["OPTIONS"].setdefault("target_session_attrs", "read-write")
    return found


def _with_line(found: dict[str, Any]) -> dict[str, Any]:
    if found["ENGINE"].endswith("postgresql"):
        found["OPTIONS"] = {**LINE, **found.get("OPTIONS", {})}
        # A line that broke since its last use is replaced before anybody writes by it.
        found["CONN_HEALTH_CHECKS"] = True
    return found
