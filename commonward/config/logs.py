"""Personal data never reaches a log line (日志脱敏): numbers, addresses and names are hidden first."""

import logging

from commonward.core.finding import hidden

_BUILT_IN = logging.Formatter()


class Hidden(logging.Filter):
    """Rewrites each record, with its arguments and traceback, before a handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: a record is changed, never dropped."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            # A line whose arguments do not fit is still told, without them.
            message = str(record.msg)
        record.msg, record.args = hidden(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _BUILT_IN.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = hidden(record.exc_text)
        if record.stack_info:
            record.stack_info = hidden(record.stack_info)
        return True
