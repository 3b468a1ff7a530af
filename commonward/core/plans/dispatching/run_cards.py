"""Run cards (出动方案): which needs a kind of call has, by priority and alarm level. Data, not code."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.plans.dispatching.units import Need
from commonward.core.refusals import N_, Invalid, Missing

_SHIPPED = Path(__file__).with_name("run_cards.toml")
_KNOWN = {"agency", "kind", "number", "skills", "crew"}


@dataclass(frozen=True, slots=True)
class RunCard:
    """What a kind of call at a priority (1 is the most urgent) brings: `levels[0]` at once."""

    kind: str
    priority: int
    levels: tuple[tuple[Need, ...], ...]

    def needs(self, level: int = 1) -> tuple[Need, ...]:
        """All needs up to an alarm level (1 …), those of one force and demand put together."""
        self._checked(level)
        return _together(need for added in self.levels[:level] for need in added)

    def added(self, level: int) -> tuple[Need, ...]:
        """What raising the alarm to this level brings besides what is on its way."""
        self._checked(level)
        return self.levels[level - 1]

    def _checked(self, level: int) -> None:
        if not 1 <= level <= len(self.levels):
            raise Invalid(
                N_("This call has alarm levels 1 to {most}."), field="level", most=len(self.levels)
            )


class RunCards:
    """The cards of a site."""

    def __init__(self, cards: Iterable[RunCard]) -> None:
        self._cards: dict[tuple[str, int], RunCard] = {}
        for card in cards:
            if (card.kind, card.priority) in self._cards:
                raise Invalid(
                    N_("There are two run cards for “{kind}” at priority {priority}: leave one."),
                    field="cards",
                    kind=card.kind,
                    priority=card.priority,
                )
            self._cards[card.kind, card.priority] = card

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of call that have a card, in the order of the file."""
        return tuple(dict.fromkeys(kind for kind, _ in self._cards))

    def card(self, kind: str, priority: int) -> RunCard:
        """The card at this priority, or the nearest more urgent one, or the most like it.

        A call without a card of its priority gets more rather than less. Raises Missing where the
        kind has none at all.
        """
        known = sorted(level for name, level in self._cards if name == kind)
        if not known:
            raise Missing(N_("There is no run card for “{kind}”: write one."), kind=kind)
        above = [level for level in known if level <= priority]
        return self._cards[kind, above[-1] if above else known[0]]


def read_run_cards(path: Path) -> RunCards:
    """The cards of a TOML file of the form of the shipped one; Invalid says what is wrong."""
    try:
        given = tomllib.loads(path.read_text())["cards"]
        return RunCards(_card(one) for one in given)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Invalid(
            N_("“{name}” is no file of run cards: {fault}."),
            field="cards",
            name=path.name,
            fault=str(error),
        ) from error


@cache
def shipped() -> RunCards:
    """The cards that come with the project."""
    return read_run_cards(_SHIPPED)


def _card(given: Mapping[str, Any]) -> RunCard:
    levels = tuple(tuple(_need(one) for one in level["needs"]) for level in given["levels"])
    if not levels or not all(levels):
        raise Invalid(
            N_("The run card for “{kind}” has a level without a need."),
            field="cards",
            kind=str(given["kind"]),
        )
    return RunCard(str(given["kind"]), int(given["priority"]), levels)


def _need(given: Mapping[str, Any]) -> Need:
    unknown = sorted(set(given) - _KNOWN)
    if unknown:
        raise ValueError(f"unknown word {unknown[0]!r}")
    return Need(
        str(given["agency"]),
        str(given["kind"]),
        int(given.get("number", 1)),
        frozenset(given.get("skills", ())),
        int(given.get("crew", 0)),
    )


def _together(needs: Iterable[Need]) -> tuple[Need, ...]:
    number: dict[tuple[str, str, frozenset[str], int], int] = {}
    for need in needs:
        same = (need.agency, need.kind, need.skills, need.crew)
        number[same] = number.get(same, 0) + need.number
    return tuple(
        Need(agency, kind, count, skills, crew)
        for (agency, kind, skills, crew), count in number.items()
    )
