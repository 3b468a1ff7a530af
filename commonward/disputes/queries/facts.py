"""The rows of facts about disputes: how many there were and how they ended, and nothing else."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from commonward.core.indicators.facts import LEVELS
from commonward.core.outcomes import OPEN, outcome_of
from commonward.disputes.models import Dispute, Holding, Side

Fact = tuple[Any, ...]
"""The values of one row, in the order of the table's columns."""
CHUNK = 1_000
_COLUMNS = ("pk", "kind", "source", "result", "ended_at", "level", "registered_at",
            "case__area_path")  # fmt: skip
_SECOND = timedelta(seconds=1)


def facts(
    levels: dict[str, str] | None = None, cases: Sequence[int] | None = None
) -> Iterator[list[Fact]]:
    """The disputes among these cases, or all, some at a time (3 queries for each).

    `levels` says which level of the tree a code of an area is of.
    """
    if cases is None:
        last = 0
        while ids := list(
            Dispute.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
        ):
            yield _chunk(ids, levels or {})
            last = ids[-1]
        return
    ordered = sorted(set(cases))
    for start in range(0, len(ordered), CHUNK):
        yield _chunk(ordered[start : start + CHUNK], levels or {})


def _chunk(ids: Sequence[int], levels: dict[str, str]) -> list[Fact]:
    confirmed = _confirmed(ids)
    found = []
    rows = Dispute.objects.filter(pk__in=ids).order_by("pk").values_list(*_COLUMNS)
    for pk, kind, source, result, ended, level, registered, path in rows:
        at_level = {levels[code]: code for code in path.split("/") if code in levels}
        found.append((
            pk, kind, source, outcome_of(result) if ended is not None else OPEN,
            *(at_level.get(one, "") for one in LEVELS[:2]), registered, ended,
            bool(level), ended is not None and pk in confirmed,
            None if ended is None else (ended - registered) // _SECOND,
        ))  # fmt: skip
    return found


def _confirmed(ids: Sequence[int]) -> set[int]:
    """Where every side, and there is more than one, said that it was performed."""
    rows = Holding.objects.filter(side__dispute__in=ids).values_list("side", "holds")
    said = dict(rows)
    sides: dict[int, list[bool]] = {}
    if said:
        for side, dispute in Side.objects.filter(dispute__in=ids).values_list("pk", "dispute"):
            sides.setdefault(dispute, []).append(said.get(side, False))
    return {dispute for dispute, all_said in sides.items() if len(all_said) > 1 and all(all_said)}
