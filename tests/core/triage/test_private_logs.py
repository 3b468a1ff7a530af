"""What the site writes to its log holds nobody's number, address or name."""

import io
import logging
import logging.config
from typing import Any

from django.conf import settings


def written_by(say: Any) -> str:
    """What the site's own handler writes for what `say` logs, formatted and all."""
    out = io.StringIO()
    config: dict[str, Any] = dict(settings.LOGGING)
    shape = config["handlers"]["stderr"]
    handler = logging.StreamHandler(out)
    for name in shape["filters"]:
        handler.addFilter(
            logging.config.DictConfigurator(config).configure_filter(dict(config["filters"][name]))
        )
    logger = logging.getLogger("commonward.test_private_logs")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        say(logger)
    finally:
        logger.removeHandler(handler)
        logger.propagate = True
    return out.getvalue()


def test_words_and_arguments_are_hidden() -> None:
    line = written_by(
        lambda log: log.warning(
            "no team for %s of %s at %s", "张女士", "13912345678", "li@example.org"
        )
    )
    assert line.startswith("no team for")
    for private in ("张女士", "13912345678", "li@example.org"):
        assert private not in line


def test_a_traceback_is_hidden_and_told() -> None:
    def fail(log: logging.Logger) -> None:
        try:
            raise ValueError("bad number 139 1234 5678")
        except ValueError:
            log.exception("a delivery failed")

    line = written_by(fail)
    assert "ValueError" in line
    assert "139 1234 5678" not in line


def test_a_line_whose_arguments_do_not_fit_is_told_without_them() -> None:
    line = written_by(lambda log: log.warning("two: %s %s", "13912345678"))
    assert line.startswith("two:")
    assert "13912345678" not in line
