"""The table's part for the doors without posts (`table/others.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import reverse

from tests.rights.table import FOLDER


@dataclass(frozen=True)
class Other:
    """An address of such a door: to whom it opens, what it takes and what stands in it."""

    name: str
    open: str
    takes: tuple[str, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    written: str = ""
    """The path itself, where the address has no name."""
    counted: str = ""
    """Why a running number may stand in it."""
    coming: bool = False
    """It is of a part that is still being built: it is asked for as soon as it is there."""

    def path(self, number: str) -> str:
        """The address with this number where one is asked for."""
        if self.written:
            return self.written.format(number=number)
        return reverse(
            self.name, kwargs={k: v.format(number=number) for k, v in self.given.items()}
        )

    @property
    def names_a_case(self) -> bool:
        """Whether the number of a case stands in it."""
        return "{number}" in f"{self.written}{dict(self.given)}"


def _others() -> Mapping[str, Other]:
    told = tomllib.loads((FOLDER / "others.toml").read_text(encoding="utf-8"))["others"]
    return {
        name: Other(
            name, row["open"], tuple(row["takes"].lower().split()), row.get("given", {}),
            row.get("path", ""), row.get("counted", ""),
            row.get("coming", False),
        )
        for name, row in told.items()
    }  # fmt: skip


OTHERS = _others()
