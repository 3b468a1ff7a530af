"""Which kinds of problem the words may mean: by the site's model, else by its own keywords."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from commonward.cases.access import seen_by
from commonward.cases.models import Case, Suggestion
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.reading import reading, starting
from commonward.cases.queries.services import services
from commonward.core.rights import APART, Actor
from commonward.core.triage.said import Suggested
from commonward.people.queries import revisions as read_revisions

MOST = 3
LONGEST = 4_000
"""Characters that are read: a longer description is refused, after this was asked."""
_LOOKED_AT = 12
"""Of the model's answers, before those that cannot be reported are left out."""
ON_A_PAGE = 50
STARTING = "seeds-"
"""How the version begins of what reads before anything was learnt (core.triage.starting)."""
LEAST = 0.02
"""What a trained model finds less likely is not worth a line."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What the words may mean: only a trained model's probabilities are `calibrated`."""

    version: str
    kinds: tuple[Suggested, ...]
    calibrated: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits for a person to say what it is, or that was routed without one."""

    line: CaseLine
    report: int
    version: str
    given: Sequence[Mapping[str, Any]]
    shown_at: datetime
    routed: bool


def offered(words: str, marks: Mapping[str, int] | None = None, *, most: int = MOST) -> Offered:
    """The likeliest kinds of problem that can be reported, the best first; writes nothing.

    Disputes and incidents are never among them: their own rooms ask for them. Where the site
    has switched it off nothing is computed.
    """
    known = read_revisions() if marks is None else marks
    now = reading(known)
    if not now.on or not words.strip():
        return Offered("", (), calibrated=False)
    open_to_all = {
        s.code: s for s in services(known).values() if s.reportable and not s.code.startswith(APART)
    }
    model = now.model or starting(known)
    likely = model.suggest(words[:LONGEST], most=_LOOKED_AT)
    least = LEAST if now.model is not None else 0.0
    kept = [s for s in likely if s.code in open_to_all and s.probability >= least]
    return Offered(model.version, tuple(kept[:most]), calibrated=now.model is not None)


def as_kept(kinds: Sequence[Suggested]) -> list[dict[str, Any]]:
    """As `Suggestion.given` holds them."""
    return [
        {"code": s.code, "probability": round(s.probability, 4), "because": list(s.because)}
        for s in kinds
    ]


def waiting(actor: Actor, at: datetime, *, size: int = ON_A_PAGE) -> tuple[Waiting, ...]:
    """Open cases that nobody has sorted yet, the oldest first, of those the actor may see."""
    marks = read_revisions()
    rows = list(
        Suggestion.objects.filter(
            Q(routed=False) | Q(given_back_at__isnull=False),
            decided_at=None,
            case__in=Case.objects.filter(seen_by(actor, marks), is_open=True),
        ).order_by("shown_at", "id")[:size]
    )
    shown = {line.id: line for line in lines([row.case_id for row in rows], at, marks)}
    return tuple(
        Waiting(shown[row.case_id], row.report_id, row.version, row.given, row.shown_at, row.routed)
        for row in rows
        if row.case_id in shown
    )


def suggestion_of(case: Case) -> Suggestion | None:
    """What was suggested for a case's first report, if anything (1 query); ask may_see before."""
    return Suggestion.objects.select_related("decided_by").filter(case=case).order_by("id").first()


@dataclass(frozen=True, slots=True)
class Correction:
    """A suggestion that a person did not follow: from what to what; no case, no words."""

    at: datetime
    version: str
    suggested: str
    probability: float
    chosen: str
    routed: bool


def corrections(size: int = 30) -> tuple[Correction, ...]:
    """The latest corrections, the newest first; they name categories alone."""
    rows = Suggestion.objects.filter(accepted=False).order_by("-decided_at", "-id")[:size]
    return tuple(
        Correction(
            row.decided_at or row.shown_at, row.version,
            str(row.given[0]["code"]), float(row.given[0]["probability"]), row.chosen, row.routed,
        )
        for row in rows
        if row.given and not row.chosen.startswith(APART)
    )  # fmt: skip
