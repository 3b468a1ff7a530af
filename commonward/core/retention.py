"""How long personal data is kept, and how it ends: the register's one row (保存期限).

Each room with tables has a `retention.py` that sorts every text, file and JSON field of its
models into two: `KEPT: tuple[Kept, ...]` for what may say something about a person, and
`IMPERSONAL: Mapping[str, tuple[str, ...]]` (model name → fields) for what cannot. A guard test
refuses a field that stands in neither or in both. `WRAPPED: tuple[Wrapped, ...]`, where a room has
any, names each column whose keys a master key wraps, so that all of them follow a new one.
"""

from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of personal data: where it is, why it is there, and how it is destroyed.

    `model` is "app_label.ModelName", `fields` its field names; the other four are sentences for
    the people concerned and for whoever inspects the office. Raises ValueError when one is empty.
    """

    model: str
    fields: tuple[str, ...]
    what: str
    why: str
    how_long: str
    destroyed_by: str

    def __post_init__(self) -> None:
        for name in ("model", "fields", "what", "why", "how_long", "destroyed_by"):
            if not getattr(self, name):
                raise ValueError(f"A retention rule needs `{name}`: say it, or drop the data.")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One column that holds keys as a master key wrapped them (what follows them is left alone).

    `context` is what each was wrapped for: a text with fields of its row in braces, by their names
    in a query ("case {case__number}").
    """

    model: str
    field: str
    context: str

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the row that the context needs."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.context) if name)
