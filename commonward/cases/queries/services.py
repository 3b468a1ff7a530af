"""What can be reported (服务目录): the categories open to everybody, with their questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.cases.models import Category
from commonward.people.queries import InMemory


@dataclass(frozen=True, slots=True)
class Service:
    """A category as the public sees it; `reportable` tells whether it is offered now."""

    id: int
    code: str
    name: str
    name_en: str
    about: str
    keywords: tuple[str, ...]
    group: str
    group_en: str
    questions: Sequence[Mapping[str, Any]]
    reportable: bool

    def named(self, language: str) -> str:
        """Its name in this language; the Chinese one where there is no other."""
        return self.name if language.startswith("zh") else self.name_en or self.name

    def grouped(self, language: str) -> str:
        """What it belongs to, in this language."""
        return self.group if language.startswith("zh") else self.group_en or self.group


def _load() -> dict[int, Service]:
    rows = list(Category.objects.select_related("parent").order_by("code"))
    return {
        row.pk: Service(
            id=row.pk,
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            about=row.about,
            keywords=_words(row.keywords) or tuple(n for n in (row.name, row.name_en) if n),
            group=row.group or (row.parent.name if row.parent else row.name),
            group_en=(row.parent.name_en if row.parent else "") or row.group or row.name_en,
            questions=tuple(row.questions),
            reportable=row.reportable and row.active,
        )
        for row in rows
    }


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.replace("，", ",").split(",") if (word := part.strip()))


_kept = InMemory("cases", _load)


def services(revisions: Mapping[str, int]) -> Mapping[int, Service]:
    """Every category by its id, in the order of codes; kept in memory until one changes."""
    return _kept.at(revisions)


def service(code: str, revisions: Mapping[str, int]) -> Service | None:
    """The service with this code, if it can be reported now."""
    return next((s for s in services(revisions).values() if s.code == code and s.reportable), None)
