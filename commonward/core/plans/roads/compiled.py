"""numba where it is installed; without it the same functions run as plain Python, slower."""

from collections.abc import Callable
from typing import Any, TypeVar

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

try:
    import numba

    COMPILED = True
except ImportError:
    numba = None
    COMPILED = False


def compiled(function: Kernel) -> Kernel:
    """The function compiled and kept on disk, or itself."""
    return numba.njit(cache=True)(function) if COMPILED else function
