"""How grave a risk of a project is: two words and a table (风险矩阵), never a figure of persons.

The table is data with a version; each row of a review keeps the version by which it was read. A
site that wants another table adds one: what was decided by an older one stays readable by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Invalid

LIKELY: Mapping[str, Text] = {
    "rare": Text("hardly to be expected", "几乎不会发生"),
    "possible": Text("possible", "可能发生"),
    "likely": Text("likely", "很可能发生"),
    "expected": Text("to be expected", "预计会发生"),
}
"""How likely, from least to most."""
GRAVE: Mapping[str, Text] = {
    "slight": Text("slight: over in days, nobody loses anything", "轻微：数日内可消除，无人受损"),
    "felt": Text("felt: trouble for weeks, can be made good", "一般：影响数周，可以弥补"),
    "grave": Text("grave: losses that must be made good", "较重：造成损失，必须予以补偿"),
    "lasting": Text("lasting: health, home or living is touched", "严重：影响健康、住房或生计"),
}
"""How grave it would be for those affected, from least to most."""
LEVELS: Mapping[str, Text] = {
    "low": Text("low", "低"),
    "middle": Text("middle", "中"),
    "high": Text("high", "高"),
    "stop": Text("too high to go on as planned", "过高，不宜按原方案实施"),
}
"""What the table says, from least to most."""
SHAPES: Mapping[str, str] = {"low": "○", "middle": "◐", "high": "●", "stop": "■"}
"""A shape for each level: a reader who sees no colours loses nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `cells[grave][likely]` is a level, rows and columns from least to most."""

    version: str
    cells: tuple[tuple[str, ...], ...]

    def level(self, likely: str, grave: str) -> str:
        """The level of two words. Raises Invalid for a word that the table does not know."""
        if likely not in LIKELY:
            raise Invalid(N_("Say how likely it is: choose one of the words."), field="likely")
        if grave not in GRAVE:
            raise Invalid(N_("Say how grave it would be: choose one of the words."), field="grave")
        return self.cells[list(GRAVE).index(grave)][list(LIKELY).index(likely)]


TABLES: Mapping[str, Table] = {
    "table-1": Table(
        "table-1",
        (
            ("low", "low", "low", "middle"),
            ("low", "low", "middle", "middle"),
            ("low", "middle", "high", "high"),
            ("middle", "high", "high", "stop"),
        ),
    ),
}
"""Every table that was ever in force."""
NOW = "table-1"
"""The one in force."""


def level_of(likely: str, grave: str, version: str = NOW) -> str:
    """The level by the table of that version. Raises Invalid."""
    table = TABLES.get(version)
    if table is None:
        raise Invalid(N_("There is no table of risks “{version}”."), version=version)
    return table.level(likely, grave)
