"""What files of areas hold once read: rows, rows left out, outlines mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from commonward.core import codes
from commonward.core.codes import Code
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True, slots=True)
class Outline:
    """One row of a file: a checked code, a name, and (from GeoJSON) a valid WGS-84 geometry.

    `geometry` None says nothing about the shape; `where` is "file, line 3" or "file, feature 3".
    """

    code: Code
    name: str
    name_en: str
    geometry: Any
    where: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was left out, and why."""

    where: str
    refusal: Invalid


@dataclass(frozen=True, slots=True)
class Mending:
    """What had to be changed in an outline: the fault in words, and the area changed in m².

    `values` fill the places of `fault`, as in a refusal; the words for crossing rings are GEOS's.
    """

    code: str
    fault: str
    square_metres: float
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Given:
    """What the files hold: rows by code, rows left out, and outlines mended."""

    rows: dict[str, Outline] = field(default_factory=dict)
    rejected: list[Reject] = field(default_factory=list)
    mended: list[Mending] = field(default_factory=list)

    def add(self, row: Outline) -> None:
        """Take a row; a second one of the same code completes the first, or is left out."""
        first = self.rows.get(row.code.text)
        if first is None:
            self.rows[row.code.text] = row
        elif (
            first.geometry is not None
            and row.geometry is not None
            and not first.geometry.equals_exact(row.geometry, 1e-9)
        ):
            self.reject(
                row.where,
                N_("{given} has another outline at {first}; one code has one outline"),
                given=row.code.text,
                first=first.where,
            )
        elif first.name != row.name:
            self.reject(
                row.where,
                N_("{given} is called {first} at {place}, and {second} here"),
                given=row.code.text,
                first=first.name,
                place=first.where,
                second=row.name,
            )
        else:
            self.rows[row.code.text] = replace(
                first,
                geometry=first.geometry or row.geometry,
                name_en=first.name_en or row.name_en,
            )

    def reject(self, where: str, text: str, **values: Any) -> None:
        """Leave a row out, saying why."""
        self.rejected.append(Reject(where, Invalid(text, **values)))

    def merge(self, other: "Given") -> None:
        """Take everything from a further file."""
        self.rejected.extend(other.rejected)
        self.mended.extend(other.mended)
        for row in other.rows.values():
            self.add(row)

    def keep_level(self, level: str) -> None:
        """Leave out the rows of other levels. Raises Invalid for a level without codes."""
        if level not in codes.LENGTHS:
            raise Invalid(
                N_("{level} is no level with a code; use one of {levels}"),
                level=level,
                levels=", ".join(codes.LENGTHS),
            )
        for text, row in list(self.rows.items()):
            if row.code.level != level:
                del self.rows[text]
                self.reject(
                    row.where,
                    N_("{given} is a {level}, not a {wanted}"),
                    given=text,
                    level=row.code.level,
                    wanted=level,
                )

    def keep_within(self, code: str) -> None:
        """Keep the area `code`, what lies above it and what lies below it; drop the rest."""
        kept = codes.parse(code)
        self.rows = {
            text: row
            for text, row in self.rows.items()
            if text in {kept.text, *kept.ancestors} or kept.text in row.code.ancestors
        }


def checked_name(given: object) -> str:
    """A name as written, without spaces around it. Raises Invalid."""
    name = given.strip() if isinstance(given, str) else ""
    if not name:
        raise Invalid(N_("the name is missing"), field="name")
    if len(name) > 200 or not name.isprintable():
        raise Invalid(
            N_("{name} is no name: up to 200 printable characters are"),
            field="name",
            name=repr(name[:40]),
        )
    return name


def check_ancestor(code: Code, given: object) -> None:
    """Raises Invalid when a row names an area above it that its own digits contradict."""
    if given is None or given == "":
        return
    above = codes.parse(given)
    if above.text != code.text and above.text not in code.ancestors:
        raise Invalid(
            N_("{given} is said to lie in {above}, but by its digits it lies in {parent}"),
            field="parent",
            given=code.text,
            above=above.text,
            parent=code.parent or "-",
        )
