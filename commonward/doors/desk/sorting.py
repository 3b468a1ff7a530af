"""What the words of a report suggested, as the desk's pages show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from commonward.cases.actions.suggesting import SORTS
from commonward.cases.models import Case
from commonward.cases.queries.reference import Book, book
from commonward.cases.queries.suggested import STARTING, suggestion_of
from commonward.core.rights import APART
from commonward.doors.desk.choices import choices
from commonward.doors.desk.naming import written
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing
from commonward.people.queries import revisions


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem that the words may mean; `percent` is its probability as people read it, None
    where nothing was learnt yet and none is measured."""

    code: str
    name: str
    percent: int | None
    because: tuple[str, ...]


def kinds(given: Sequence[Mapping[str, Any]], known: Book, version: str) -> list[Kind]:
    """The kept suggestions in the reader's words; a category that is gone is left out."""
    found = []
    for one in given:
        code = str(one["code"])
        if code in known.codes:
            facts = known.categories[known.codes[code]]
            found.append(
                Kind(
                    code,
                    named(facts.name, facts.name_en),
                    percent(float(one["probability"])) if calibrated(version) else None,
                    tuple(map(str, one["because"])),
                )
            )
    return found


def calibrated(version: str) -> bool:
    """Whether a trained model said it, whose probabilities are measured; the seeds' are not."""
    return not version.startswith(STARTING)


def percent(probability: float) -> int:
    """Never 100: a model is never quite sure, and nobody should read that it is."""
    return min(99, round(100 * probability))


def others() -> list[str]:
    """Every other kind, as a field takes it."""
    return [
        written(code, name) for code, name in choices(revisions()).categories
        if not code.startswith(APART)
    ]  # fmt: skip


def on_case(found: Case, standing: Standing) -> dict[str, Any]:
    """For the case's page: what was suggested, whether it was routed, who decided what."""
    known = book()
    code = known.categories[found.category_id].code
    kept = None if code.startswith(APART) else suggestion_of(found)
    if kept is None or not (kept.given or kept.routed or kept.decided_at):
        return {"words": None}
    may = bool(standing.actor.roles_for(SORTS, "recategorise", found.area_path, code))
    shown = kinds(kept.given, known, kept.version)
    chosen = known.codes.get(kept.chosen)
    facts = known.categories[chosen] if chosen is not None else None
    return {
        "words": {
            "version": kept.version,
            "kinds": shown,
            "routed": kept.routed and kept.given_back_at is None and kept.decided_at is None,
            "best": shown[0] if shown else None,
            "decided_at": kept.decided_at,
            "by": kept.decided_by.name if kept.decided_by else "",
            "chosen": named(facts.name, facts.name_en) if facts else kept.chosen,
            "accepted": kept.accepted,
            "href": reverse("desk:case_sort", args=[found.number])
            if may and kept.decided_at is None and found.is_open
            else "",
            "now": code,
        },
        "words_others": others() if may and kept.decided_at is None else [],
    }
