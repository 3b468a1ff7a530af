"""How a long run is watched: it tells how far it is, may be stopped, and keeps the best so far."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

STATES = ("waiting", "running", "ended", "stopped", "refused", "failed")
"""How a question to a planner stands: `stopped` has the best found by then, `refused` no answer
can exist, `failed` the run broke off."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: the best value so far and the proven bound, in the model's own unit."""

    step: str
    done: int
    total: int
    best: float | None = None
    bound: float | None = None

    @property
    def gap(self) -> float | None:
        """The proven relative distance of the best from the optimum; None where none is known."""
        if self.best is None or self.bound is None:
            return None
        if self.best == self.bound:
            return 0.0
        return abs(self.best - self.bound) / max(abs(self.best), 1e-12)


def _nobody(progress: Progress) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


@dataclass
class Watch:
    """Who watches a run: `tell` hears of progress, `stop` is asked, `seconds` of wall clock at most.

    A run that is not cut gives the same result for the same seed; one that is cut gives the best it
    had found by then, and says so.
    """

    tell: Callable[[Progress], None] = _nobody
    stop: Callable[[], bool] = _never
    seconds: float = float("inf")
    _begun: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds that remain, at least 0."""
        return max(0.0, self.seconds - (time.monotonic() - self._begun))

    @property
    def over(self) -> bool:
        """Whether the run must end now with the best so far."""
        return self.left <= 0.0 or self.stop()
