"""The `commonward` command: every management command of the doors, with our settings."""

import os
import sys


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonward.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (settings first)

    from commonward.config import logs, tracing  # noqa: PLC0415 (settings first)

    word = sys.argv[1] if len(sys.argv) > 1 else ""
    logs.process_is(word)
    tracing.start(logs.PROCESS[0])
    execute_from_command_line(sys.argv)
