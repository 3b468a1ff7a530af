"""The `commonward` command: `run`, `demo`, and every management command of the doors."""

import os
import sys
from importlib.metadata import version

from commonward.config import standing


def main() -> None:
    """Run the command named on the command line; `commonward manage WORD` is `commonward WORD`."""
    if sys.argv[1:2] == ["manage"]:
        del sys.argv[1]
    match sys.argv[1:2]:
        case ["--version"]:
            print(f"commonward {version('commonward')}")  # noqa: T201 (a terminal's word)
            return
        case ["run"]:
            raise SystemExit(standing.run(sys.argv[2:]))
        case ["demo"] if "--headless" not in sys.argv:
            raise SystemExit(standing.demo(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonward.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (settings first)

    from commonward.config import logs, tracing  # noqa: PLC0415 (settings first)

    word = sys.argv[1] if len(sys.argv) > 1 else ""
    logs.process_is(word)
    tracing.start(logs.PROCESS[0])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
