"""Grades as they are shown: with every reason, and what another table would change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.core.grading import COLOURS, Fact, GradeTable, Reason, grade, read_table
from commonward.core.outcomes import Table, suppressed, table
from commonward.core.refusals import Invalid
from commonward.core.rights import Actor
from commonward.disputes.access import require, sees
from commonward.disputes.actions.sealing import unseal
from commonward.disputes.models import Dispute, GradeWord
from commonward.disputes.queries.ruling import grade_table

PREVIEWED = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Stated:
    """A question, and what was stated in answer to it (None: nobody was asked)."""

    fact: Fact
    value: bool | int | None


@dataclass(frozen=True, slots=True)
class Said:
    """An objection or the reason of a regrade; `words` are empty for whom they are not meant."""

    id: int
    kind: str
    side: str
    before: str
    after: str
    words: str
    said_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade of a dispute: its colour, whether rules or a person gave it, reasons, facts.

    `by_rules` is what the rules alone say of the present facts; `version` their table's.
    """

    colour: str
    by_hand: bool
    by_rules: str
    reasons: Sequence[Reason]
    version: str
    facts: Sequence[Stated]
    said: Sequence[Said]


def graded(dispute: Dispute, actor: Actor, at: datetime) -> Graded:
    """The grade as this person sees it; raises Forbidden where the summary is not for them."""
    require(dispute, actor, "summary")
    rules = grade_table(at)
    found = grade(rules, known_facts(rules, dispute.facts))
    return Graded(
        colour=dispute.case.grade,
        by_hand=bool(dispute.grade_why.get("by_hand")),
        by_rules=found.colour,
        reasons=found.reasons,
        version=found.version,
        facts=[Stated(fact, dispute.facts.get(fact.name)) for fact in rules.facts],
        said=_said(dispute, actor),
    )


def known_facts(rules: GradeTable, facts: Mapping[str, object]) -> dict[str, bool | int]:
    """Facts of a dispute that fit the questions of a table, which may be newer than the answers."""
    fitting: dict[str, bool | int] = {}
    for fact in rules.facts:
        value = facts.get(fact.name)
        if isinstance(value, bool) == (fact.kind == "yes_no") and isinstance(value, bool | int):
            fitting[fact.name] = value
    return fitting


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would change among the disputes of the last month: `moved` counts them by
    grade before (rows) and after (columns), small numbers hidden; `fault` says why there is none."""

    moved: Table | None
    fault: Invalid | None = None


def preview(text: str, at: datetime) -> Preview:
    """The effect of a table that is not in force yet, by facts alone: no dispute is shown."""
    try:
        new = read_table(text)
    except Invalid as fault:
        return Preview(None, fault)
    old = grade_table(at)
    counts: Counter[tuple[str, str]] = Counter()
    rows = Dispute.objects.filter(registered_at__gt=at - PREVIEWED, registered_at__lte=at)
    for facts in rows.values_list("facts", flat=True).iterator():
        before = grade(old, known_facts(old, facts)).colour
        after = grade(new, known_facts(new, facts)).colour
        counts[before, after] += 1
    return Preview(suppressed(table(counts, COLOURS, COLOURS)))


def _said(dispute: Dispute, actor: Actor) -> Sequence[Said]:
    rows = GradeWord.objects.filter(dispute=dispute).select_related("side").order_by("id")
    return [
        Said(
            id=row.pk,
            kind=row.kind,
            side=row.side.letter if row.side else "",
            before=row.before,
            after=row.after,
            words=unseal(dispute, row.words, f"grade {row.pk}")
            if sees(dispute, actor, "words", side=row.side)
            else "",
            said_at=row.said_at,
            answered_at=row.answered_at,
        )
        for row in rows
    ]
