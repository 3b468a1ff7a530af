"""Filing conditions (立案条件) as municipal tables write them: codes, conditions, limits in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from commonward.core.calendars import Limit, Unit
from commonward.core.refusals import N_, Invalid

COLUMNS = (
    "source", "kind", "big_code", "big_name", "small_code", "small_name", "condition",
    "close_condition", "limit_text",
)  # fmt: skip
"""The columns without which a table is refused."""

LETTERS: Mapping[str, str] = {"component": "C", "event": "E"}
"""Parts (部件) and events (事件) are numbered apart, each from 01; the letter keeps them apart here."""

UNITS: Mapping[str, Unit] = {
    "紧急工作时": Unit.URGENT_HOUR,
    "紧急工作日": Unit.URGENT_DAY,
    "紧急小时": Unit.URGENT_HOUR,
    "工作时": Unit.WORK_HOUR,
    "工作小时": Unit.WORK_HOUR,
    "工作日": Unit.WORK_DAY,
    "小时": Unit.URGENT_HOUR,
    "时": Unit.URGENT_HOUR,
    "分钟": Unit.URGENT_MINUTE,
    "天": Unit.DAY,
    "日": Unit.DAY,
    "自然日": Unit.DAY,
    "日历天": Unit.DAY,
}
"""Words of the tables. An hour or minute that is not called a working one runs day and night
(the tables write 工作时 where office hours are meant), and a day 天 is a calendar day."""

SEASONS: Mapping[str, str] = {"种植季节": "planting"}
"""Words for a part of the year, and the season of the calendar that they name."""

_WRITTEN = re.compile(
    r"(?P<season>[^\d\s]{2,8}季节?)?(?P<amount>\d{1,5})个?(?P<unit>"
    + "|".join(sorted(UNITS, key=len, reverse=True))
    + r")(?:内)?(?P<rest>制止|完成|处置|恢复|清理)?"
)
_TWO_DIGITS = re.compile(r"\d{2}")


@dataclass(frozen=True, slots=True)
class Condition:
    """One filing condition, checked: `big` and `small` are category codes such as C01 and C0101."""

    kind: str
    big: str
    big_name: str
    small: str
    small_name: str
    condition: str
    closing: str
    limit: Limit
    limit_text: str
    handler: str
    source: str
    extension: bool
    """A local extension (地方扩展), numbered downwards from 99."""


def limit_in_words(text: str) -> Limit:
    """The limit that a table's words mean.

    >>> str(limit_in_words("2紧急工作时"))
    '2 urgent_hour'
    >>> str(limit_in_words("4小时"))
    '4 urgent_hour'
    >>> str(limit_in_words("1紧急工作时制止"))
    '1 urgent_hour'
    >>> str(limit_in_words("种植季节15工作日"))
    '15 work_day season:planting'
    """
    written = _WRITTEN.fullmatch("".join(text.split()))
    season = SEASONS.get(written["season"], "") if written and written["season"] else ""
    if written is None or (written["season"] and not season):
        raise Invalid(
            N_("“{given}” is not a limit; write an amount and a unit, such as {examples}."),
            given=text[:60],
            examples="2紧急工作时, 4工作时, 3工作日, 5天, 种植季节15工作日",
            field="limit_text",
        )
    return Limit(int(written["amount"]), UNITS[written["unit"]], season=season)


def condition_of(row: Mapping[str, str]) -> Condition:
    """One row of a table, by column name. Raises Invalid naming the column.

    `handler` may be empty: then the routing rules alone say who answers.
    """
    given = {name: (value or "").strip() for name, value in row.items()}
    kind = given["kind"]
    if kind not in LETTERS:
        raise Invalid(
            N_("“{given}” is not a kind; it is component (部件) or event (事件)."),
            given=kind,
            field="kind",
        )
    for name in ("big_code", "small_code"):
        if not _TWO_DIGITS.fullmatch(given[name]):
            raise Invalid(
                N_(
                    "“{given}” is not a {which}: two digits are; a local extension (增) is "
                    "numbered downwards from 99."
                ),
                given=given[name],
                which=name,
                field=name,
            )
    for name in ("big_name", "small_name", "condition", "limit_text"):
        if not given[name]:
            raise Invalid(N_("{which} is empty."), which=name, field=name)
    big = LETTERS[kind] + given["big_code"]
    small = big + given["small_code"]
    full = given.get("full_code", "")
    if full and full != small[1:]:
        raise Invalid(
            N_("The full code {full} is not made of {big} and {small}."),
            full=full,
            big=given["big_code"],
            small=given["small_code"],
            field="full_code",
        )
    return Condition(
        kind=kind,
        big=big,
        big_name=given["big_name"],
        small=small,
        small_name=given["small_name"],
        condition=given["condition"],
        closing=given["close_condition"],
        limit=limit_in_words(given["limit_text"]),
        limit_text=given["limit_text"],
        handler=given.get("handler", ""),
        source=given["source"],
        extension=given.get("local_extension", "").lower() == "true",
    )
