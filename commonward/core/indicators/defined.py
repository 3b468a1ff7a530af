"""What a set of indicators is made of, once it is checked: counts, bands, indicators (指标定义)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commonward.core.indicators.conditions import Condition
from commonward.core.indicators.facts import Column, Facts, Kind
from commonward.core.indicators.formulas import Formula, Unit


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of one table that are counted, or a measure of one of their columns."""

    name: str
    facts: Facts
    moment: str
    where: Condition
    measure: str
    column: Column | None
    about: Mapping[str, str]
    text: str
    """The condition as it was written."""

    @property
    def unit(self) -> Unit:
        """What its figure is measured in."""
        if self.measure in ("count", "distinct") or self.column is None:
            return Unit.COUNT
        if self.ages or self.column.kind is Kind.SECONDS:
            return Unit.SECONDS
        return Unit.COUNT if self.measure == "sum" else Unit.NUMBER

    @property
    def ages(self) -> bool:
        """Whether its column is a moment, whose age at the end of the window is measured."""
        return self.column is not None and self.column.kind is Kind.MOMENT

    @property
    def additive(self) -> bool:
        """Whether figures of parts add up to that of the whole."""
        return self.measure in ("count", "sum")


@dataclass(frozen=True, slots=True)
class Band:
    """From this value on (for `better = "less"`: up to it) a figure is called so."""

    bound: float
    name: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure (指标): its formula, its unit, which way is better, its bands, its source.

    `names` are its title and explanation by language ("en", "zh"). `group` sorts it on pages.
    `public` figures are published; below `least` of its denominator nobody is ranked by it.
    """

    name: str
    group: str
    titles: Mapping[str, str]
    about: Mapping[str, str]
    formula: Formula
    text: str
    unit: Unit
    better: str
    bands: tuple[Band, ...]
    source: str
    cut: str
    public: bool
    own: bool
    least: int
    caveats: Mapping[str, str] = field(default_factory=dict)
    """What must be known to read it rightly, by language; "" where nothing is."""
    targets: Mapping[str, float] = field(default_factory=dict)
    """What the site wants it to reach, by level ("all" where none is named), as it was written:
    shares in per cent, times in seconds."""
    apart: str = ""
    """Who may read it, where not everybody who looks at figures may: "response" (urgent help)."""
    source_zh: str = ""

    def title(self, language: str) -> str:
        """Its title in Chinese or English."""
        return self.titles["zh" if language.startswith("zh") else "en"]

    def source_in(self, language: str) -> str:
        """Where its definition comes from, in Chinese where the book says it so."""
        return (self.source_zh if language.startswith("zh") else "") or self.source

    def target(self, level: str = "") -> float | None:
        """What it should reach on a level, in its own unit; None where the site set nothing."""
        found = self.targets.get(level, self.targets.get("all"))
        return found / 100 if found is not None and self.unit is Unit.SHARE else found

    def band(self, value: float | None) -> str:
        """What a value is called (A–E, for one); "" where no band holds it."""
        if value is None:
            return ""
        shown = value * 100 if self.unit is Unit.SHARE else value
        for one in self.bands:
            if (shown <= one.bound) if self.better == "less" else (shown >= one.bound):
                return one.name
        return ""
