"""What the plain data of a set of indicators may hold, before anything of it is understood."""

from collections.abc import Mapping
from typing import Any

from commonward.core.refusals import N_, Invalid, Refusal

_TOLD = ("about", "about_zh")
KEYS: Mapping[str, tuple[str, ...]] = {
    "conditions": ("is", *_TOLD),
    "counts": ("of", "moment", "where", "measure", *_TOLD),
    "constants": ("is", *_TOLD),
    "indicators": (
        "group", "title", "title_zh", *_TOLD, "formula", "unit", "better", "bands", "source", "source_zh", "cut",
        "public", "own", "least", "caveat", "caveat_zh", "targets", "apart",
    ),
}  # fmt: skip
"""The parts of a set, and what an entry of each may say."""
PARTS = tuple(KEYS)
_SHAPES: Mapping[str, tuple[type, ...]] = {
    "is": (str, int, float), "bands": (list, tuple), "public": (bool,), "own": (bool,),
    "least": (int,), "targets": (Mapping,),
}  # fmt: skip
"""What a key holds, where it is no text."""
_LONGEST = 2_000


def checked(part: str, entries: Any) -> None:
    """Raises Invalid where a part holds no entries, or an entry a key that nobody reads: that is a
    slip of the pen, and is said so rather than passed over."""
    _named(part, entries)
    if part == "conditions":
        for table, inner in entries.items():
            _named(table, inner)
            _entries(part, inner)
    else:
        _entries(part, entries)


def _named(part: Any, entries: Any) -> None:
    if not isinstance(entries, Mapping):
        raise Invalid(N_("“{name}” holds entries by their names."), name=str(part)[:60])


def _entries(part: str, entries: Mapping[str, Any]) -> None:
    for name, entry in entries.items():
        with inside(str(name)):
            if isinstance(entry, Mapping):
                for key, value in entry.items():
                    _key(part, key, value)
            elif part in ("counts", "indicators"):
                _named(name, entry)


def _key(part: str, key: str, value: Any) -> None:
    if key not in KEYS[part]:
        raise Invalid(
            N_("“{key}” is not known here; there are {known}."),
            key=str(key)[:60],
            known=", ".join(KEYS[part]),
        )
    if not isinstance(value, _SHAPES.get(key, (str,))) or len(str(value)) > _LONGEST:
        raise Invalid(N_("“{key}” cannot hold this: {value}"), key=key, value=str(value)[:80])


class inside:
    """Says in which entry something was refused."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        if not self.name.isidentifier():
            raise Invalid(N_("“{name}” cannot be a name."), name=self.name[:60])

    def __exit__(self, kind: Any, fault: BaseException | None, trace: Any) -> None:
        if isinstance(fault, Refusal) and "entry" not in fault.values:
            fault.values = {**fault.values, "entry": self.name}
            fault.args = (f"{self.name}: {fault}",)
