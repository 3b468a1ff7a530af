"""The monthly reports that were made (月度报告): files in a folder, with what they were made of."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from commonward.core.refusals import N_, Invalid, Missing

LANGUAGES = ("en", "zh-hans")
FACTS = "made.json"
_MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was made: its month, when, and under which version of the figures."""

    month: date
    at: datetime
    version: str
    sizes: dict[str, int]
    """Bytes by language."""

    @property
    def name(self) -> str:
        """As it stands in an address: 2026-10."""
        return f"{self.month:%Y-%m}"


def folder() -> Path:
    """Where the reports are kept."""
    return Path(settings.VAR) / "reports"


def month_of(text: str) -> date:
    """The first day of a month written as 2026-10. Raises Invalid."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise Invalid(N_("Write a month as 2026-10."), field="month")
    return date(int(found[1]), int(found[2]), 1)


def over(month: date, at: datetime) -> bool:
    """Whether a month's figures are complete: it is over, and so is the first day after it."""
    today = timezone.localtime(at).date()
    following = date(month.year + month.month // 12, month.month % 12 + 1, 2)
    return today >= following


def last_over(at: datetime) -> date:
    """The newest month whose figures are complete."""
    today = timezone.localtime(at).date()
    month = today.replace(day=1)
    while not over(month, at):
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return month


def made(month: date) -> Made | None:
    """The report of a month, if it was made."""
    try:
        facts = json.loads((folder() / f"{month:%Y-%m}" / FACTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Made(
        month, datetime.fromisoformat(facts["at"]), str(facts["version"]), dict(facts["sizes"])
    )


def all_made() -> list[Made]:
    """All reports, the newest month first."""
    if not folder().is_dir():
        return []
    names = sorted((p.name for p in folder().iterdir() if _MONTH.fullmatch(p.name)), reverse=True)
    return [one for name in names if (one := made(month_of(name))) is not None]


def pdf_of(month: date, language: str) -> bytes:
    """A report's file. Raises Missing."""
    path = folder() / f"{month:%Y-%m}" / f"{language}.pdf"
    if language not in LANGUAGES or not path.is_file():
        raise Missing(N_("This report was not made yet."))
    return path.read_bytes()
