"""The explorer that is in force, and the versions before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from commonward.core.explorer import Explorer, parse, read_toml, shipped, shipped_text
from commonward.disputes.models import ExplorerVersion

MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class Current:
    """The explorer in force; `number` 0 is the shipped one."""

    number: int
    explorer: Explorer


def current_explorer(at: datetime) -> Current:
    """The explorer in force at that moment (1 query while nothing changed)."""
    found = (
        ExplorerVersion.objects.filter(adopted_at__lte=at)
        .order_by("-adopted_at", "-number")
        .values_list("number", "digest")
        .first()
    )
    return Current(0, shipped()) if found is None else Current(found[0], _read(*found))


def explorer_text(at: datetime) -> str:
    """The same as its file."""
    number = current_explorer(at).number
    return ExplorerVersion.objects.get(number=number).text if number else shipped_text()


def explorer_versions(at: datetime) -> Sequence[ExplorerVersion]:
    """The newest versions, without their texts."""
    rows = ExplorerVersion.objects.filter(adopted_at__lte=at).defer("text")
    return list(rows.select_related("by").order_by("-adopted_at", "-number")[:MOST_VERSIONS])


@lru_cache(maxsize=8)
def _read(number: int, digest: str) -> Explorer:
    """Reading a text takes some hundredths of a second; the digest makes another one of it."""
    return parse(read_toml(ExplorerVersion.objects.get(number=number, digest=digest).text))
