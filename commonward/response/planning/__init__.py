"""The kinds of planning that a site offers (规划): a module here is a kind, under its own name.

A module has the four functions of `Planner`. The libraries that it needs are imported when it runs
(`core.plans`, late), never when the site starts.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast

from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Missing

Keep = Callable[[Mapping[str, Any]], None]
"""Keeps a better answer while the run goes on; costs little, may be called often."""


class Planner(Protocol):
    """What the module of a kind offers; all values are JSON (numbers, texts, lists, objects)."""

    def checked(self, asked: Mapping[str, Any], area: str) -> dict[str, Any]:
        """The choices of the form, completed. Raises Invalid naming the field."""
        ...

    def gathered(self, asked: Mapping[str, Any], area: str, at: datetime) -> dict[str, Any]:
        """All that the run needs from the database (counts and places, never people).

        Raises Invalid or Refusal with what is missing.
        """
        ...

    def planned(
        self, given: Mapping[str, Any], seed: int, watch: Watch, keep: Keep
    ) -> dict[str, Any]:
        """The answer, without the database. Same input and seed, same answer, unless cut.

        Raises Invalid with the smallest reason found where there is no answer.
        """
        ...


@cache
def kinds() -> tuple[str, ...]:
    """The kinds that there are, by name."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))


def planner(kind: str) -> Planner:
    """The planner of this kind. Raises Missing."""
    if kind not in kinds():
        raise Missing(N_("There is no planning of the kind “{kind}”."), kind=kind)
    return cast(Planner, importlib.import_module(f"{__name__}.{kind}"))
