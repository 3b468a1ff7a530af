"""Personal data never reaches a log line (日志脱敏), whether people read it or programs.

`Hidden` goes over each line for people: what leads to a person, values that a database puts into
its errors, and paths, which may hold a receipt's token. `Lines` writes for programs (a JSON object
a line) and tells by name only what cannot hold a word of anybody: numbers, names of our routes,
kinds of faults and where in the code they rose. Words of arguments and of exceptions are left out.
"""

import json
import logging
import os
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ImproperlyConfigured

from commonward.core import causes
from commonward.core.finding import hidden
from commonward.core.refusals import Refusal

REQUESTS = "commonward.requests"
"""The logger of one line for each request."""
PROCESS = ["command"]
"""What this process is: "web", "live", or the word of its command."""
LEFT_OUT = "…"
"""In the place of an argument that may be somebody's words."""
_OF_THE_CODE = (ImportError, AttributeError, NameError, OSError, ImproperlyConfigured)
MOST_FRAMES = 12
MOST_CAUSES = 5

_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_OF_A_DATABASE = re.compile(
    # What PostgreSQL says beside its first line holds the row's values; so do the quoted ones.
    r"(?m)(^\s*(?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT|WHERE|LINE \d+):)(?:.*(?:\n(?!\s*(?:File |\S+Error|$)).*)*)"
)
_FAILING_ROW = re.compile(r"(?s)(Failing row contains )\(.*?\)(?=\.?\s*(?:\n|$))")
_KEY = re.compile(r"(Key \([^)]*\)=)\(.*\)")
_QUOTED = re.compile(
    r"((?:invalid input|invalid value|value too long|out of range|malformed)[^\n]*?)(['\"]).*(['\"])"
)
_KIND = re.compile(
    r"[A-Z][A-Za-z]*(?:Error|Exception|Warning|Timeout|Refused|NotCalled|Invalid|Missing|Forbidden|Stale|Refusal|Later)"
)
_CONSTRAINT = re.compile(r"(?:UNIQUE|CHECK|NOT NULL|FOREIGN KEY) constraint failed(?:: [\w., ]+)?")
_WORD = re.compile(r"[a-z][a-z_]{0,40}")


def _told(text: str) -> str:
    """The text without what leads to a person, also where an address has it escaped (%E5%BE%AE…)."""
    text = _FAILING_ROW.sub(r"\1(…)", text)
    text = _KEY.sub(r"\1(…)", text)
    text = _OF_A_DATABASE.sub(r"\1 …", text)
    text = _QUOTED.sub(r"\1\2…\3", text)
    return hidden(_ESCAPED.sub(lambda found: _CONTROLS.sub(" ", unquote(found.group())), text))


def route_of(request: Any) -> str:
    """The name of the route that a request met, never its path: a path may hold a token."""
    match = getattr(request, "resolver_match", None)
    return str(match.view_name or match.app_name) if match is not None else "none"


class Hidden(logging.Filter):
    """Rewrites each record, with its arguments and traceback, before a handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: a record is changed, never dropped."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            # A line whose arguments do not fit is still told, without them.
            message = str(record.msg)
        if isinstance(path, str) and len(path) > 1:
            message = message.replace(path, route_of(request))
        record.msg, record.args = _told(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _trace(record.exc_info[1])
        if record.exc_text:
            record.exc_text = _told(record.exc_text)
        if record.stack_info:
            record.stack_info = _told(record.stack_info)
        return True


class Lines(logging.Formatter):
    """A JSON object a line: docs/how-to/operate.md names its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record holds."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z",
            "level": record.levelname.lower(),
            "what": _what(record),
            "by": record.name,
            "process": PROCESS[0],
            "pid": os.getpid(),
        }
        going = causes.current()
        if going is not None:
            line["request"] = going.cause.trace
            line.update(going.facts)
        request = getattr(record, "request", None)
        if request is not None and "route" not in line:
            line["route"] = route_of(request)
        for name in ("status", "status_code", "ms"):
            value = getattr(record, name, None)
            if isinstance(value, int | float):
                line["status" if name == "status_code" else name] = value
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = [_fault(one) for one in _chain(record.exc_info[1])]
        return json.dumps(line, ensure_ascii=False)


def _what(record: logging.LogRecord) -> str:
    """The constant sentence of the code, with its numbers filled in.

    A line of a library whose sentence was filled before it came to us may hold anything.
    """
    ours = record.name.split(".")[0] == "commonward"
    if not ours and not record.args:
        return LEFT_OUT
    given = record.args if isinstance(record.args, tuple) else ()
    text = str(record.msg) if isinstance(record.msg, str) else LEFT_OUT
    if not given:
        return LEFT_OUT if record.args else text
    try:
        return re.sub(r"%[-+ #0-9.]*[dfr]", "%s", text) % tuple(_argument(one) for one in given)
    except (TypeError, ValueError):
        return text


def _argument(value: object) -> str:
    if value is None or isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, Refusal):
        return value.text  # a constant of the code; its values are not told
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str) and _KIND.fullmatch(value):
        return value
    return LEFT_OUT


def _trace(fault: BaseException | None) -> str:
    """The traceback for people: where and of which kind; its words only where they are the code's.

    What broke may have held somebody's words at that moment, opened a second ago: a fault that is
    told with them would keep them where no deletion reaches.
    """
    if fault is None:
        return ""
    told = []
    for one in reversed(_chain(fault)):
        told.append("Traceback (most recent call last):\n")
        told += traceback.format_tb(one.__traceback__)
        told.append(f"{type(one).__name__}: {_words_of(one)}\n")
    return "".join(told).rstrip("\n")


def _words_of(fault: BaseException) -> str:
    """What it says, of kinds that tell names of the code, of files and of tables; else nothing."""
    if isinstance(fault, Refusal):
        return fault.text
    database = type(fault).__module__.startswith(("django.db", "psycopg", "sqlite3"))
    return str(fault) if database or isinstance(fault, _OF_THE_CODE) else LEFT_OUT


def _chain(fault: BaseException) -> list[BaseException]:
    """The fault and what caused it, the first cause last."""
    found: list[BaseException] = []
    one: BaseException | None = fault
    while one is not None and len(found) < MOST_CAUSES and one not in found:
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found


def _fault(fault: BaseException) -> dict[str, Any]:
    """Its kind, where it rose, and what a database names by our own names."""
    told: dict[str, Any] = {"kind": type(fault).__name__, "at": _frames(fault.__traceback__)}
    if isinstance(fault, Refusal):
        told["says"] = fault.text
    state, found = getattr(fault, "sqlstate", None), getattr(fault, "diag", None)
    if isinstance(state, str) and re.fullmatch(r"[0-9A-Z]{5}", state):
        told["sqlstate"] = state
        for name in ("table_name", "constraint_name", "column_name"):
            value = getattr(found, name, None)
            if isinstance(value, str) and re.fullmatch(r"\w{1,63}", value):
                told[name.removesuffix("_name")] = value
    elif type(fault).__name__ == "IntegrityError" and _CONSTRAINT.fullmatch(str(fault)):
        told["constraint"] = str(fault)
    return told


def _frames(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        file = code.co_filename.rsplit("/commonward/", 1)[-1].rsplit("/site-packages/", 1)[-1]
        found.append(f"{file}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-MOST_FRAMES:]


def process_is(name: str) -> None:
    """Say what this process is; what it dies of is a line as all others, without the words."""
    PROCESS[0] = name if _WORD.fullmatch(name) else "command"
    log = logging.getLogger("commonward.process")

    def died(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
            return
        log.critical("the process ended by a fault", exc_info=(kind, fault, trace))

    def thread_died(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            of = (given.exc_type, given.exc_value, given.exc_traceback)
            log.error("a thread ended by a fault", exc_info=of)

    sys.excepthook = died
    threading.excepthook = thread_died
