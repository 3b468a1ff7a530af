"""The model of categories that answers now, kept in memory until another one takes its place."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commonward.cases.models import AutoRoute, Category, Standard, WordModel, WordSettings
from commonward.cases.queries.spelling import MARK as MARK
from commonward.cases.queries.spelling import table
from commonward.core.refusals import Invalid
from commonward.core.rights import APART
from commonward.core.triage.said import Reads
from commonward.people.queries import InMemory, revisions

if TYPE_CHECKING:
    from commonward.core.triage.starting import Seed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """From which confidence on a category is given without a person."""

    confidence: float
    short: float | None
    """The same for a text of few characters; None where a person always looks at those."""
    version: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How words are read here now: whether at all, by what, and what of it needs no person.

    `unsorted` is the code of the category where a report without one waits, "" for none.
    """

    on: bool = True
    model: Reads | None = None
    """The champion; None before the first training, when the seeds speak (`starting`)."""
    unsorted: str = ""
    routes: Mapping[str, Route] | None = None

    def routes_alone(self, code: str, probability: float, words: str) -> bool:
        """Whether the site lets this category be given at this probability without a person.

        A few words need a confidence of their own: one that is safe for a letter is not for them.

        A confidence holds for the model on whose card it was set: after another training a
        person looks at it again, since its precision is another one.
        """
        from commonward.core.triage.judging import SHORT  # noqa: PLC0415 (loads what reads words)

        found = (self.routes or {}).get(code)
        if not self.on or found is None or self.model is None:
            return False
        needed = found.short if len("".join(words.split())) <= SHORT else found.confidence
        return found.version == self.model.version and needed is not None and probability >= needed


def reading(marks: Mapping[str, int] | None = None) -> Reading:
    """How words are read now: no query while nothing changed, none at all before the first model."""
    known = revisions() if marks is None else marks
    return _reading.at(known) if MARK in known else _NOTHING_SET


def _load() -> Reading:
    kept = WordSettings.objects.select_related("unsorted").first()
    on = kept is None or kept.on
    return Reading(
        on=on,
        model=_champion() if on else None,
        unsorted=kept.unsorted.code if kept is not None and kept.unsorted is not None else "",
        routes={
            one.category.code: Route(one.confidence, one.short, one.version)
            for one in AutoRoute.objects.select_related("category")
        },
    )


def _champion() -> Reads | None:
    found = WordModel.objects.filter(state="champion").first()
    return None if found is None else loaded(found)


def loaded(row: WordModel) -> Reads | None:
    """The model of a row; None where its bytes are gone or are not those that were judged."""
    from commonward.core.triage.model import load  # noqa: PLC0415 (loads what reads words)

    content = bytes(row.content or b"")
    if hashlib.sha256(content).hexdigest() != row.digest:
        log.error("the model of words %s is not what was kept: it is not used", row.version)
        return None
    try:
        found: Reads = load(content)
    except Invalid:
        log.exception("the model of words %s cannot be read", row.version)
        return None
    return found


def starting(marks: Mapping[str, int]) -> Reads:
    """What reads before there are cases to learn from: the site's own names, keywords and filing
    conditions (冷启动); loaded once for each state of the categories and of the table of words."""
    return _starting.at(marks)


def seeds() -> "list[Seed]":
    """What is known of each kind that can be reported, before any case (2 queries)."""
    from commonward.core.triage.starting import Seed  # noqa: PLC0415 (loads what reads words)

    told: dict[int, list[str]] = {}
    for category, condition in Standard.objects.filter(active=True).values_list(
        "category_id", "condition"
    ):
        told.setdefault(category, []).append(condition)
    return [
        Seed(
            one.code,
            tuple(dict.fromkeys(w for w in (one.name, one.name_en, *_parted(one.keywords)) if w)),
            " ".join([one.about, *told.get(one.pk, ())[:_CONDITIONS]]).strip(),
        )
        for one in Category.objects.filter(active=True, reportable=True).order_by("code")
        if not one.code.startswith(APART)
    ]


def _parted(keywords: str) -> list[str]:
    return [w.strip() for w in keywords.replace("，", ",").split(",") if w.strip()]


def _start() -> Reads:
    from commonward.core.triage.starting import Starting  # noqa: PLC0415 (as above)

    return Starting.of(seeds(), table())


_CONDITIONS = 40
_NOTHING_SET = Reading()
_reading: InMemory[Reading] = InMemory(MARK, _load)
_starting: InMemory[Reads] = InMemory("cases", _start)
