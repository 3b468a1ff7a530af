"""What caused what (起因): one random number for a request and for all that follows from it.

The number is drawn here, never taken from whoever asks, and says nothing of anybody. It stands in
log lines, goes with events and asked work to the workers (`people.actions.causes`), and is the
trace of OpenTelemetry where a site switches that on (`config.tracing` gives the `TRACER`). Its form
is that of W3C Trace Context: 00-<32 hex digits>-<16 hex digits>-<01: kept, 00: not kept>.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from commonward.core.numbers import ALPHABET, LENGTH

P = ParamSpec("P")
R = TypeVar("R")

FACTS = frozenset({"route", "case", "status", "verb", "channel", "kind", "worker"})
"""All that may be said of a part of the work. Each is a name of ours or a number: never a word of
a person's, a path, a query or an address."""
LONGEST_FACT = 80

_FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])")
_NAME = re.compile(rf"[A-Za-z0-9_:.-]{{0,{LONGEST_FACT}}}")
_CASE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Cause:
    """One part of the work: `trace` is the same for all that one request caused."""

    trace: str
    span: str
    kept: bool = True

    def written(self) -> str:
        """As it goes to a worker."""
        return f"00-{self.trace}-{self.span}-0{self.kept:d}"


def read(text: str) -> Cause | None:
    """What `written` wrote; None for anything else.

    >>> read("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").kept
    True
    """
    found = _FORM.fullmatch(text)
    return found and Cause(found[1], found[2], found[3] == "1")


def fact(name: str, value: object) -> str | int | None:
    """The value as it may be told; None where it is not one of those (then it is left out)."""
    if name not in FACTS:
        return None
    if isinstance(value, int):
        return int(value)
    text = str(value)
    fits = _CASE if name == "case" else _NAME
    return text if fits.fullmatch(text) else None


@dataclass(slots=True)
class Going:
    """The part of the work that is going on, and what may be told of it."""

    cause: Cause
    facts: dict[str, str | int] = field(default_factory=dict)


class Tracer(Protocol):
    """Who is told of each part of the work: `config.tracing`, or nobody."""

    def span(
        self, name: str, kind: str, parent: Cause | None, going: Callable[[Cause], Going]
    ) -> AbstractContextManager[Going]:
        """A part that begins here and ends with the block; `going` is given its own cause."""
        ...


TRACER: list[Tracer] = []
"""At most one; none: nobody is told, and a part within another costs nothing."""

_going: ContextVar[Going | None] = ContextVar("commonward_going", default=None)


def current() -> Going | None:
    """The part that is going on in this thread or task; None where nothing told of one."""
    return _going.get()


def note(**facts: object) -> None:
    """Say something of the part that is going on; nothing happens where none is."""
    going = _going.get()
    if going is not None:
        _noted(going, facts)


def _noted(going: Going, facts: Mapping[str, object]) -> None:
    for name, value in facts.items():
        told = fact(name, value)
        if told is not None:
            going.facts.setdefault(name, told)  # the first step is what was asked for


@contextmanager
def begun(name: str, kind: str, parent: Cause | None = None, **facts: object) -> Iterator[Going]:
    """A part of the work that comes from outside ("server") or from what was owed ("consumer").

    Without a parent it is the beginning of a trace. `name` is a constant of the code.
    """

    def going(cause: Cause) -> Going:
        made = Going(cause)
        _noted(made, facts)
        return made

    if TRACER:
        inner = TRACER[0].span(name, kind, parent, going)
    else:
        trace = parent.trace if parent else secrets.token_hex(16)
        inner = nullcontext(
            going(Cause(trace, secrets.token_hex(8), parent.kept if parent else False))
        )
    with inner as one:
        before = _going.set(one)
        try:
            yield one
        finally:
            _going.reset(before)


@contextmanager
def _within(name: str, before: Going) -> Iterator[Going]:
    def going(cause: Cause) -> Going:
        return Going(cause, before.facts)  # what is learnt within is known outside

    with TRACER[0].span(name, "internal", before.cause, going) as one:
        token = _going.set(one)
        try:
            yield one
        finally:
            _going.reset(token)


def part(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A verb that is a part of its own in a trace; where nobody traces it is called as it is."""

    def decorate(verb: Callable[P, R]) -> Callable[P, R]:
        @wraps(verb)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            before = _going.get() if TRACER else None
            if before is None:
                return verb(*args, **kwargs)
            with _within(name, before):
                return verb(*args, **kwargs)

        return called

    return decorate
