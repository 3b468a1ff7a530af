"""What the office tells the people of an area now."""

from dataclasses import dataclass
from datetime import datetime

from commonward.areas.models import News

MOST = 20


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One piece of news or prevention (公告、防范提示); English texts are "" where none exist."""

    id: int
    kind: str
    title: str
    title_en: str
    words: str
    words_en: str
    area: str
    since: datetime
    until: datetime


def news_at(area_path: str, at: datetime, *, coming: bool = False) -> tuple[NewsItem, ...]:
    """What holds in an area, from whichever level, the newest first (1 query).

    `coming` adds what begins only later, for those who write it.
    """
    codes = area_path.strip("/").split("/")
    rows = News.objects.filter(area__code__in=codes, valid_until__gt=at)
    if not coming:
        rows = rows.filter(valid_from__lte=at)
    return tuple(
        NewsItem(*row)
        for row in rows.order_by("-valid_from", "-id").values_list(
            "id", "kind", "title", "title_en", "words", "words_en", "area__code", "valid_from",
            "valid_until",
        )[:MOST]
    )  # fmt: skip
