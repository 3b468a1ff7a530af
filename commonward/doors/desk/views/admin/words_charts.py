"""The pictures and tables of a model's card, and of what a confidence would have meant."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from commonward.cases.models import WordModel
from commonward.cases.queries.measured import curve
from commonward.core.indicators.pictures import Cell, Chart, Column, Form, Series, Table

_SHARE = "share"


def of_kind(row: WordModel | None, code: str) -> dict[str, Any] | None:
    """The measures of one category on a card, as people read them; None where it has none."""
    if row is None:
        return None
    found = next((one for one in row.card.get("by_code", ()) if one["code"] == code), None)
    if found is None or found["count"] is None:
        return None
    return {
        "count": found["count"],
        "recall": _percent(found["recall"]),
        "precision": _percent(found["precision"]),
    }


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def by_confidence(row: WordModel, code: str) -> Chart:
    """How many were right, and how many would have needed no person, from each confidence on."""
    points = curve(row, code) or curve(row, code, short=True)
    labels = [f"{100 * p.confidence:.0f} %" for p in points]
    return Chart(
        name="confidence",
        form=Form.LINE,
        title=_("What a confidence would have meant in the month held back"),
        about=_(
            "From each confidence on: how many of a hundred were right, and how many of a hundred "
            "answers of this kind would have needed no person."
        ),
        unit=_SHARE,
        label_title=_("From a confidence of"),
        labels=labels,
        series=(
            Series(
                _("Right"), [p.precision for p in points],
                low=[p.surely for p in points], high=[1.0 for _p in points], tone="good",
            ),
            Series(_("Without a person"), [p.share for p in points], tone="quiet"),
        ),
        interval=_("surely from"),
        notes=(_("Points that stand for fewer than five answers are left out."),) if points else (),
    )  # fmt: skip


def calibration(row: WordModel) -> Chart:
    """Whether the probabilities hold: said against came true, by tenths."""
    bins = row.card.get("calibration", ())
    return Chart(
        name="calibration",
        form=Form.BARS,
        title=_("Do its probabilities hold?"),
        about=_(
            "Of a hundred answers given with a confidence, so many were right: both should be alike."
        ),
        unit=_SHARE,
        label_title=_("Confidence"),
        labels=[f"{100 * b['from']:.0f}–{100 * b['from'] + 10:.0f} %" for b in bins],
        series=(
            Series(_("Said"), [b["said"] for b in bins], tone="quiet"),
            Series(_("Right"), [b["right"] for b in bins], tone="main"),
        ),
    )


def card_tables(
    row: WordModel, name_of: Callable[[str], str], types: Mapping[str, str]
) -> list[Table]:
    """The card's measures by category, by length and by kind of area."""
    card = row.card
    measures = (
        Column(_("Cases held back"), "count"),
        Column(_("Right"), _SHARE),
        Column(_("Probability away from what came true"), _SHARE),
    )

    def line(first: str, one: Mapping[str, Any]) -> list[Cell]:
        return [Cell(first), Cell(one["count"]), Cell(one["right"]), Cell(one["calibration_error"])]

    return [
        Table(
            "by-kind",
            _("By category"),
            (
                Column(_("Category")),
                Column(_("Cases held back"), "count"),
                Column(_("Of its cases found"), _SHARE),
                Column(_("Of its answers right"), _SHARE),
                Column(_("F1"), _SHARE),
            ),
            [
                [Cell(name_of(one["code"])), Cell(one["count"]), Cell(one["recall"]),
                 Cell(one["precision"]), Cell(one["f"])]
                for one in card.get("by_code", ())
            ],
        ),
        Table(
            "by-length",
            _("By length"),
            (Column(_("Characters")), *measures),
            [
                line(
                    f"{one['from']}–{one['below'] - 1}" if one["below"] else f"≥ {one['from']}", one
                )
                for one in card.get("by_length", ())
            ],
        ),
        Table(
            "by-area",
            _("By kind of area"),
            (Column(_("Kind of area")), *measures),
            [
                line(
                    _(types[one["area_type"]]) if one["area_type"] in types
                    else one["area_type"] or _("place unknown"),
                    one,
                )
                for one in card.get("by_area_type", ())
            ],
        ),
        Table(
            "mixed-up",
            _("Most often taken for each other"),
            (Column(_("Was")), Column(_("Taken for")), Column(_("Cases"), "count")),
            [
                [Cell(name_of(one["right"])), Cell(name_of(one["said"])), Cell(one["count"])]
                for one in card.get("mixed_up", ())
            ],
        ),
    ]  # fmt: skip
