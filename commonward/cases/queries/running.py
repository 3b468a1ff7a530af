"""Which transactions may still end: what a reader of numbered rows must not take for missing.

A snapshot's own upper end (`pg_snapshot_xmax`) is one more than the last transaction that *ended*:
one that runs may have a higher number and is in neither of its ends. So the numbers of those that
run are asked of their locks; each holds one on its own number from before it writes anything until
after its rows are seen (PostgreSQL documentation, "Locks": pg_locks, `transactionid`).
"""

from django.db import connection

_HELD = (
    "SELECT transactionid::text::bigint FROM pg_locks WHERE locktype = 'transactionid' AND granted"
)
_ENDED = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_TURN = 1 << 32


def begun_until_now() -> int:
    """Above the number of every transaction that was running when the last look was made (2
    queries). 0 where one writes alone.

    Asked after that look: who runs has a lock, and who ended in between is below the second
    answer. Not for a transaction that stays with one snapshot (REPEATABLE READ).
    """
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_HELD)
        held = [low for (low,) in cursor.fetchall()]
        cursor.execute(_ENDED)
        (ended,) = cursor.fetchone()
    # A lock tells the lower 32 bits; less than half a turn ahead of the end is what runs beyond it.
    ahead = [(low - ended) % _TURN for low in held]
    return int(ended) + max((one + 1 for one in ahead if one < _TURN // 2), default=0)


def oldest_running() -> int:
    """Every transaction with a lower number has ended (1 query). 0 where one writes alone."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (oldest,) = cursor.fetchone()
    return int(oldest)
