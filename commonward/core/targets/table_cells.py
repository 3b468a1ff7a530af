"""The cells of a plan's table: texts, numbers, days, directions and milestones as people write them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from commonward.core.refusals import N_, Invalid
from commonward.core.spreadsheets import FORMULA_SIGNS
from commonward.core.targets.course import BELOW, DOWN, UP, Milestone

LONGEST_TITLE, LONGEST_UNIT, LONGEST_WORDS = 300, 30, 1_000
MOST_MILESTONES = 24
PLACES = Decimal("0.0001")
_MOST = Decimal(10) ** 14
DIRECTIONS: Mapping[str, str] = {
    "up": UP, "rise": UP, "增加": UP, "提高": UP, "上升": UP, "完成": UP,
    "down": DOWN, "fall": DOWN, "减少": DOWN, "下降": DOWN, "降低": DOWN,
    "below": BELOW, "keep below": BELOW, "不超过": BELOW, "控制在": BELOW,
}  # fmt: skip
_YES = frozenset({"yes", "y", "true", "1", "是", "公开", ""})
_NO = frozenset({"no", "n", "false", "0", "否", "不公开"})


def text(cell: Any) -> str:
    """A cell as one line of words; "" for none."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    plain = " ".join(str(cell).split())
    # A mark before a sign was set so that no spreadsheet takes the text for a formula.
    return plain[1:] if plain[:1] == "'" and plain[1:2] in FORMULA_SIGNS else plain


def _title(most: int, *, needed: bool = False) -> Any:
    def of(cell: Any, name: str) -> str:
        given = text(cell)
        if "\x00" in given:
            raise Invalid(N_("There is a sign in it that is no text."), field=name)
        if needed and not given:
            raise Invalid(N_("This may not be empty."), field=name)
        if len(given) > most:
            raise Invalid(
                N_("It has {given} characters; at most {most} are taken."),
                given=len(given), most=most, field=name,
            )  # fmt: skip
        return given

    return of


def _number(cell: Any, name: str) -> int:
    given = text(cell)
    if not given.isascii() or not given.isdecimal() or not 1 <= int(given[:9]) <= 9999:
        raise Invalid(N_("Give a whole number from 1."), field=name)
    return int(given)


def amount(cell: Any, name: str) -> Decimal:
    """A decimal number as a cell gives it. Raises Invalid."""
    if isinstance(cell, bool | date):
        raise Invalid(N_("Give a number, for example 12.5."), field=name)
    given = text(cell).replace(",", "").replace("，", "")
    try:
        found = Decimal(given)
        if not found.is_finite() or abs(found) >= _MOST:
            raise Invalid(N_("Give a number, for example 12.5."), field=name)
        kept = found.quantize(PLACES)
    except InvalidOperation:
        raise Invalid(N_("Give a number, for example 12.5."), field=name) from None
    if kept != found:
        raise Invalid(N_("At most four places after the point are kept."), field=name)
    return kept.normalize() + Decimal(0)


def _weight(cell: Any, name: str) -> Decimal | None:
    if not text(cell):
        return None
    found = amount(cell, name)
    if not 0 < found <= 1000:
        raise Invalid(N_("A weight is a number above 0, at most 1000."), field=name)
    return found


def day(cell: Any, name: str) -> date:
    """A day as a cell gives it: a date, 2026-03-31, 2026/3/31, 2026年3月31日. Raises Invalid."""
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        plain = text(cell).replace("年", "-").replace("月", "-").removesuffix("日")
        parts = plain.replace("/", "-").replace(".", "-").removesuffix(" 00:00:00").split("-")
        try:
            year, month, number = (int(one) for one in parts if one.isascii())
            found = date(year, month, number)
        except ValueError:
            raise Invalid(N_("Give the day as 2026-03-31."), field=name) from None
    if not 2000 <= found.year <= 2100:
        raise Invalid(N_("Give the day as 2026-03-31."), field=name)
    return found


def _direction(cell: Any, name: str) -> str:
    found = DIRECTIONS.get(text(cell).casefold())
    if found is None:
        raise Invalid(N_("The direction is one of {known}."), known="up, down, below", field=name)
    return found


def _public(cell: Any, name: str) -> bool:
    given = text(cell).casefold()
    if given not in _YES | _NO:
        raise Invalid(N_("Say yes or no."), field=name)
    return given in _YES


def _codes(cell: Any, name: str) -> tuple[str, ...]:
    parts = text(cell).replace("；", ";").replace("，", ";").replace(",", ";").split(";")
    found = tuple(one.strip() for one in parts if one.strip())
    if len(found) > 12:
        raise Invalid(N_("At most {most} partners are taken."), most=12, field=name)
    return found


def milestones(cell: Any, name: str) -> tuple[Milestone, ...]:
    """ "2026-03-31=20; 2026-06-30=50" as milestones. Raises Invalid."""
    parts = [
        one for one in text(cell).replace("；", ";").replace("：", "=").split(";") if one.strip()
    ]
    if len(parts) > MOST_MILESTONES:
        raise Invalid(N_("At most {most} milestones are taken."), most=MOST_MILESTONES, field=name)
    found = []
    for one in parts:
        when, sign, value = one.partition("=")
        if not sign:
            raise Invalid(N_("Write milestones as 2026-03-31=20; 2026-06-30=50."), field=name)
        found.append(Milestone(day(when, name), amount(value, name)))
    return tuple(found)


READS: Mapping[str, Any] = {
    "group_no": _number, "group": _title(LONGEST_TITLE), "group_en": _title(LONGEST_TITLE),
    "task_no": _number, "task": _title(LONGEST_TITLE), "task_en": _title(LONGEST_TITLE),
    "task_weight": _weight, "target_no": _number,
    "target": _title(LONGEST_TITLE, needed=True), "target_en": _title(LONGEST_TITLE),
    "unit": _title(LONGEST_UNIT, needed=True), "unit_en": _title(LONGEST_UNIT),
    "direction": _direction, "baseline": amount, "wanted": amount, "begins": day, "due": day,
    "weight": _weight, "owner": _title(64, needed=True), "partners": _codes,
    "checker": _title(64), "evidence": _title(LONGEST_WORDS), "formula": _title(80),
    "milestones": milestones, "public": _public,
}  # fmt: skip
