"""Writers of one process take turns in the order in which they came.

SQLite lets one writer in at a time and has no queue: each of the others sleeps and looks again,
and one that is unlucky waits many turns of the rest (seconds, with sixteen writers). Here a thread
that begins a transaction waits for its turn first; SQLite's own waiting remains for the writers of
other processes.
"""

import threading
from collections import deque
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base

PATIENCE = 20.0
"""Seconds after which a writer no longer waits for its turn but leaves it to SQLite: whoever has
the turn may be stuck, and a queue must not make that worse."""


class Turns:
    """Who may write now, and who comes next."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self, patience: float = PATIENCE) -> bool:
        """Wait for the turn; False where it did not come within so many seconds."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            bell = threading.Lock()
            bell.acquire()
            self._waiting.append(bell)
        if bell.acquire(timeout=patience):
            return True
        with self._guard, suppress(ValueError):
            self._waiting.remove(bell)
            return False
        # It was rung just now, between the waiting and the guard.
        return True

    def give(self) -> None:
        """Let the next one in."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_turns: dict[str, Turns] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, where a transaction begins when its turn has come and gives it on at its end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        turns = _turns.setdefault(str(self.settings_dict["NAME"]), Turns())
        self._has_turn = turns.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs lack it
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        # A commit that fails leaves the transaction open: its rollback gives the turn on.
        super()._commit()  # type: ignore[misc]  # the stubs lack it
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs lack it
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs lack it
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _turns[str(self.settings_dict["NAME"])].give()
