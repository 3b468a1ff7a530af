"""The agreement of a dispute as one person may see it: clause by clause, with what was signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from commonward.core.agreements.clauses import Agreement as Terms
from commonward.core.agreements.drafting import Drafted, draft
from commonward.core.agreements.linting import Finding, lint
from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.actions.agreements import (
    in_force,
    in_hand,
    on_paper_only,
    terms_of,
    unsigned_by,
)
from commonward.disputes.actions.sealing import unseal, unseal_data
from commonward.disputes.models import Agreement, Dispute, Party, Side, Signature


@dataclass(frozen=True, slots=True)
class Said:
    """What a side said to a version; `words` is an objection, for those who may read it."""

    letter: str
    says: str
    way: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One version as this person may see it."""

    version: int
    state: str
    oral: bool
    digest: str
    terms: Terms
    clauses: Sequence[Drafted]
    said: Sequence[Said]
    unsigned: Sequence[str]
    effective_at: datetime | None
    paper_only: bool
    rules: str


def agreement_shown(dispute: Dispute, actor: Actor, language: str) -> Shown | None:
    """The version in hand, else the one in force; None where there is none for this person.

    A party sees no draft: what is not proposed yet may still change under their eyes.
    """
    if not sees(dispute, actor, "agreement"):
        return None
    found = in_hand(dispute)
    if found is None or (found.state == "draft" and actor.party is not None):
        found = in_force(dispute)
    return None if found is None else _shown(found, dispute, language)


def binding_terms(dispute: Dispute) -> tuple[Agreement, Terms] | None:
    """The agreement in force with its clauses, for the room's own followers (performance, papers)."""
    found = in_force(dispute)
    return None if found is None else (found, terms_of(found, dispute))


def findings_of(dispute: Dispute, on: date) -> list[Finding]:
    """What is unclear in the version in hand, if it were signed on this day."""
    found = in_hand(dispute)
    return [] if found is None else lint(terms_of(found, dispute), on)


def objections(dispute: Dispute) -> list[Said]:
    """What sides objected to in earlier versions, the newest first."""
    rows = Signature.objects.filter(agreement__dispute=dispute, says="objected")
    return [
        _said(row, dispute)
        for row in rows.select_related("agreement", "side").order_by("-at", "-pk")
    ]


def names_of(dispute: Dispute) -> Mapping[str, str]:
    """What each side is called on a paper: its parties' names, else its letter."""
    names: dict[str, list[str]] = {}
    people = Party.objects.filter(side__dispute=dispute, part="party", left_at=None)
    for one in people.select_related("side").order_by("pk"):
        name = unseal_data(dispute, one.details, f"party {one.pk}").get("name")
        names.setdefault(one.side.letter, []).append(str(name or ""))
    letters = Side.objects.filter(dispute=dispute).values_list("letter", flat=True)
    return {
        letter: "、".join(name for name in names.get(letter, []) if name) or letter.upper()
        for letter in letters
    }


def _shown(found: Agreement, dispute: Dispute, language: str) -> Shown:
    terms = terms_of(found, dispute)
    rows = Signature.objects.filter(agreement=found).select_related("agreement", "side")
    return Shown(
        version=found.version,
        state=found.state,
        oral=found.oral,
        digest=found.digest,
        terms=terms,
        clauses=draft(terms, names_of(dispute), language),
        said=[_said(row, dispute) for row in rows.order_by("at", "pk")],
        unsigned=unsigned_by(found, dispute),
        effective_at=found.effective_at,
        paper_only=on_paper_only(dispute, terms),
        rules=found.rules,
    )


def _said(row: Signature, dispute: Dispute) -> Said:
    letter = row.side.letter
    context = f"objection {row.agreement.version} {letter}"
    return Said(letter, row.says, row.way, row.at, unseal(dispute, row.words, context))
