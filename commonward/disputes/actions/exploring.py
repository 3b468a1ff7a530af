"""Change the explorer: the whole text is checked, then it is a new version."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.core.explorer import Explorer, check, parse, read_toml, shipped_text
from commonward.core.refusals import N_, Invalid, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.models import ExplorerVersion
from commonward.disputes.queries.grading import known_facts
from commonward.disputes.queries.ruling import grade_table
from commonward.people.access import require_administrator
from commonward.people.actions import record_change


def explorer_faults(text: str, at: datetime) -> list[Invalid]:
    """All that keeps a text from coming into force, in words; empty where nothing does."""
    try:
        explorer = parse(read_toml(text))
    except Invalid as refused:
        return [refused]
    return check(explorer) or _unasked(explorer, at)


def _unasked(explorer: Explorer, at: datetime) -> list[Invalid]:
    """Facts that the grading in force does not ask, or asks in another form: they would be lost."""
    table = grade_table(at)
    return [
        Invalid(
            N_("{where}: the grading asks no “{fact}” of this form; it asks {known}."),
            where=f"questions.{question.code}.{answer.code}",
            fact=name,
            known=", ".join(fact.name for fact in table.facts),
            field="text",
            code="explorer",
        )
        for question in explorer.questions.values()
        for answer in question.answers
        for name, value in answer.facts.items()
        if not known_facts(table, {name: value})
    ]


def adopt_explorer(
    text: str, *, at: datetime, actor: Actor = SYSTEM, upon: int | None = None
) -> ExplorerVersion | None:
    """Bring a text of the explorer into force (指引生效); None where it is in force already.

    `upon` is the number of the version that the text was written upon (0: the shipped one).
    Raises Forbidden, Stale when another one came into force meanwhile, Invalid with the first
    fault.
    """
    require_administrator(actor, "adopt_explorer")
    faults = explorer_faults(text, at)
    if faults:
        raise faults[0]
    text = text.replace("\r\n", "\n")
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        rows = ExplorerVersion.objects.select_for_update().order_by("-number")
        last = rows.first()
        number = last.number if last else 0
        if upon is not None and upon != number:
            raise Stale(N_("Somebody else changed the explorer in the meantime; look at it again."))
        before = last.digest if last else hashlib.sha256(shipped_text().encode()).hexdigest()
        if before == digest:
            return None
        try:
            with transaction.atomic():
                made = ExplorerVersion.objects.create(
                    number=number + 1, text=text, digest=digest, adopted_at=at, by_id=actor.account
                )
        except IntegrityError as clash:
            raise Stale(
                N_("Somebody else changed the explorer in the meantime; look at it again.")
            ) from clash
        record_change(actor, "adopt_explorer", "explorer", at, {"version": made.number})
    return made
