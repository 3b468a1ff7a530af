"""Where a command's words go."""

from typing import IO, Any, cast

from django.core.management.base import OutputWrapper
from rich.console import Console


def console(out: OutputWrapper, width: int) -> Console:
    """A console on a command's output: as wide as the terminal, or so wide where there is none."""
    # Names out of files are printed as they are: "[Block 3]" is no colour.
    return Console(
        file=cast(IO[Any], out),
        markup=False,
        highlight=False,
        width=None if out.isatty() else width,
    )
