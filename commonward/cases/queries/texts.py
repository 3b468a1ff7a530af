"""The standard texts that fit a case, the most particular first, and their versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Subquery

from commonward.cases.models import StandardText, StandardTextVersion
from commonward.cases.queries.listed import CaseLine
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor
from commonward.people.queries import InMemory, revisions

EDITORS = ("administrator", "duty_chief")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A standard text in its newest version."""

    id: int
    name: str
    category: str
    stage: str
    language: str
    version: int
    active: bool
    words: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """The words somebody left, and when; `by` is empty for the set-up."""

    number: int
    words: str
    by: str
    at: datetime


def may_edit(actor: Actor, verb: str, category: str = "") -> bool:
    """Whether this person writes texts and answers for the categories with this prefix."""
    return actor.role == "system" or bool(actor.roles_for(EDITORS, verb, "", category))


def require_editor(actor: Actor, verb: str, category: str) -> None:
    """Refuses (Forbidden) all but administrators and duty chiefs for the whole site."""
    if not may_edit(actor, verb, category):
        raise Forbidden(
            N_("Texts and answers are written by administrators and duty chiefs of the whole site.")
        )


def require_staff(actor: Actor) -> None:
    """Refuses (Forbidden) whoever holds no post here."""
    if actor.role != "system" and not actor.rights:
        raise Forbidden(N_("This is for members of staff."))


def texts_for(
    actor: Actor,
    language: str,
    *,
    category: str,
    stage: str,
    marks: Mapping[str, int] | None = None,
) -> tuple[TextLine, ...]:
    """The texts for a case of this category (its whole code) in this stage: those for just this
    stage and the longest prefix first, then by name. Raises Forbidden."""
    require_staff(actor)
    fitting = [
        text
        for text in _texts.at(revisions() if marks is None else marks)
        if text.active
        and text.language == language
        and category.startswith(text.category)
        and text.stage in ("", stage)
    ]
    return tuple(sorted(fitting, key=lambda t: (t.stage == "", -len(t.category), t.name)))


def all_texts(actor: Actor) -> tuple[TextLine, ...]:
    """Every standard text, retired ones last. Raises Forbidden."""
    require_staff(actor)
    return tuple(
        sorted(
            _texts.at(revisions()),
            key=lambda t: (not t.active, t.category, t.stage, t.name, t.language),
        )
    )


def text_of(actor: Actor, text: int) -> TextLine:
    """One standard text; raises Missing."""
    found = next((t for t in all_texts(actor) if t.id == text), None)
    if found is None:
        raise Missing(N_("There is no such text."), field="text")
    return found


def versions_of(actor: Actor, text: int) -> tuple[VersionLine, ...]:
    """What a text said and who wrote it, the newest first (1 query). Raises Forbidden."""
    require_staff(actor)
    rows = StandardTextVersion.objects.filter(text_id=text).order_by("-number")
    return tuple(
        VersionLine(number, words, by or "", at)
        for number, words, by, at in rows.values_list("number", "words", "by__name", "at")
    )


def values_of(line: CaseLine, language: str, due: str) -> dict[str, str]:
    """What fills the places of a text for this case; `due` as the door writes moments."""
    chinese = language.startswith("zh")
    team = line.team
    return {
        "number": line.number,
        "due": due,
        "stage": line.stage_title.in_language(language),
        "team": "" if team is None else team.name if chinese else team.name_en or team.name,
        "category": line.category_name if chinese else line.category_name_en or line.category_name,
    }


def _load() -> list[TextLine]:
    newest = StandardTextVersion.objects.filter(
        text=OuterRef("pk"), number=OuterRef("version")
    ).values("words")
    rows = StandardText.objects.annotate(words=Subquery(newest)).order_by(F("id"))
    return [
        TextLine(*row)
        for row in rows.values_list(
            "id", "name", "category", "stage", "language", "version", "active", "words"
        )
    ]


_texts: InMemory[list[TextLine]] = InMemory("texts", _load)
