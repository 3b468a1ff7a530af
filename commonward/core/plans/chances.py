"""Random numbers inside numba kernels: the same seed gives the same run on every machine."""

import numpy as np
from numba import njit


def seeded(seed: int) -> "np.ndarray":
    """A state for `draw`: any whole number gives another stream."""
    return np.array([(seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64], np.uint64)


@njit(cache=True, inline="always")
def draw(state):  # type: ignore[no-untyped-def]
    """The next 64 random bits (xorshift64*, Vigna 2016); `state` is an array of one uint64."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return x * np.uint64(2685821657736338717)


@njit(cache=True, inline="always")
def below(state, count):  # type: ignore[no-untyped-def]
    """A random whole number from 0 to count - 1 (count below 2^31)."""
    return np.int64(((draw(state) >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32))


@njit(cache=True, inline="always")
def share(state):  # type: ignore[no-untyped-def]
    """A random number of [0, 1)."""
    return np.float64(draw(state) >> np.uint64(11)) * 1.1102230246251565e-16
