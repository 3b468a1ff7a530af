"""Personal data never reaches a log line (日志脱敏): numbers, addresses and names are hidden first."""

import logging
import re
from urllib.parse import unquote

from commonward.core.finding import hidden

_BUILT_IN = logging.Formatter()
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def _told(text: str) -> str:
    """The text without what leads to a person, also where an address has it escaped (%E5%BE%AE…)."""
    return hidden(_ESCAPED.sub(lambda found: _CONTROLS.sub(" ", unquote(found.group())), text))


class Hidden(logging.Filter):
    """Rewrites each record, with its arguments and traceback, before a handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: a record is changed, never dropped."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            # A line whose arguments do not fit is still told, without them.
            message = str(record.msg)
        record.msg, record.args = _told(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _BUILT_IN.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _told(record.exc_text)
        if record.stack_info:
            record.stack_info = _told(record.stack_info)
        return True
