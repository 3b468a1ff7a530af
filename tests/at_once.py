"""Several jobs at one moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

PATIENCE = 90
"""Seconds after which threads hang."""


def together(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all at once, each in a thread with its own connection; results or what was raised."""
    barrier = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def one(n: int) -> None:
        try:
            barrier.wait(PATIENCE)
            results[n] = jobs[n]()
        except Exception as raised:
            results[n] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(n,), daemon=True) for n in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not [t for t in threads if t.is_alive()], "somebody waits for ever"
    return results
