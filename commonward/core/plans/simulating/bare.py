"""numba for functions that allocate nothing: no references are counted."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def bare(function: Kernel) -> Kernel:
    """The function compiled, kept on disk, without counting references to its arrays.

    Some fifty arrays go from one small function to the next; counting their references took
    six sevenths of a simulation. Only for functions that allocate nothing and return no array:
    numba refuses others.
    """
    compiled: Kernel = njit(cache=True, error_model="numpy", _nrt=False)(function)
    return compiled
