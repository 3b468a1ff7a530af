"""Keeping reference data in memory, and knowing when it is old."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

from commonward.people.models import Revision
from commonward.people.rows import fixed_cursor

T = TypeVar("T")

# Fixed, because every request asks it: building it anew would cost more than its answer.
_ALL = f"SELECT name, number FROM {Revision._meta.db_table}"  # noqa: S608 (a constant)

_held: ContextVar[list[dict[str, int]] | None] = ContextVar("revisions_read_once", default=None)


def revisions() -> dict[str, int]:
    """The mark of each kind of reference data (1 query); a request asks once and hands it on."""
    held = _held.get()
    if held is None:
        return _read()
    if not held:
        held.append(_read())
    return held[0]


@contextmanager
def reading_once() -> Iterator[None]:
    """Within it the marks are read once: for a page that only reads, which asked ten times.

    All of the page is then of one state, too. Never around what changes reference data.
    """
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def _read() -> dict[str, int]:
    with fixed_cursor() as cursor:
        cursor.execute(_ALL)
        return dict(cursor.fetchall())


class InMemory(Generic[T]):
    """One kind of reference data, loaded once for each of its marks and shared by all threads.

    A kind that was never marked is loaded each time: nobody would say when it changes.
    """

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        self._name = name
        self._load = load
        self._kept: tuple[int, T] | None = None

    def at(self, marks: Mapping[str, int]) -> T:
        """What belongs to these marks, which were read before (`revisions`)."""
        mark = marks.get(self._name)
        kept = self._kept
        if kept is not None and kept[0] == mark:
            return kept[1]
        loaded = self._load()
        if mark is not None:
            self._kept = (mark, loaded)
        return loaded
