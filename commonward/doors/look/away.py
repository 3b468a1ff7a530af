"""Faults that pass: the database is away or full, a folder takes nothing. Whoever asked is told to
ask again (503), and a worker stays and tries again."""

import errno

from django.db import InterfaceError, InternalError, OperationalError

from commonward.core.refusals import N_

AWAY = N_(
    "What this site keeps things in is away or full. Ask again in a minute: with the same "
    "Idempotency-Key or If-Match nothing happens twice."
)

AGAIN_AFTER = 30
"""Seconds after which whoever was refused may ask again (Retry-After)."""

_FOLDER = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE})
_READ_ONLY = "25006"
"""What PostgreSQL says of a write on a standby, or on what was the primary a moment ago."""


def passes(fault: BaseException | None) -> bool:
    """Whether it is what this site stands on that failed, and not the site itself."""
    if isinstance(fault, (OperationalError, InterfaceError)):
        return True
    if isinstance(fault, InternalError):
        return getattr(fault.__cause__, "sqlstate", None) == _READ_ONLY
    return isinstance(fault, OSError) and fault.errno in _FOLDER
