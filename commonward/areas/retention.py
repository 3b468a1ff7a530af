"""What this room keeps: places, calendars and rules, nothing about a person (保存期限)."""

from collections.abc import Mapping

from commonward.core.retention import Kept

KEPT: tuple[Kept, ...] = ()

IMPERSONAL: Mapping[str, tuple[str, ...]] = {
    "WorkCalendar": ("name", "zone", "rules"),
    "CalendarYear": ("days", "source"),
    "Area": ("code", "name", "name_en", "level", "kind", "path"),
    "Shape": ("wkb",),
    "AnsweringRule": ("name", "duty", "category", "area_code", "grade", "hours"),
    "News": ("kind", "title", "title_en", "words", "words_en"),
    "PlaceName": ("name", "aliases", "kind", "source", "licence"),
}
