"""Whom the centre has to call back: cases that were closed and whose reporters were not heard."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.models import Case, Report
from commonward.cases.queries.listed import CaseLine, Filters, lines
from commonward.cases.queries.lists import case_list
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Refusal
from commonward.core.rights import Actor
from commonward.people.queries import revisions as read_revisions

VERB = "content"
"""The verb of whoever says that they are content; the stages that offer it owe a callback."""


@dataclass(frozen=True, slots=True)
class CallbackReport:
    """One reporter of the case: how they told it, whether they can be reached, what they said."""

    number: str
    channel: str
    language: str
    received_at: datetime
    has_contact: bool
    reached: bool | None
    solved: bool | None
    satisfied: int | None


@dataclass(frozen=True, slots=True)
class Callback:
    """A case whose callback is owed; it is due at `line.due_at`."""

    line: CaseLine
    reports: tuple[CallbackReport, ...]


@dataclass(frozen=True, slots=True)
class CallbackPage:
    """Some of the list; `next_key` asks for more and is empty at the end."""

    rows: tuple[Callback, ...]
    next_key: str


def callback_stages(revisions: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """The stages of all procedures in which a callback is owed."""
    return tuple(
        sorted(
            {
                name
                for procedure in book(revisions).procedures.values()
                for name, stage in procedure.stages.items()
                if stage.closed
                and not stage.ends
                and any(verb.name == VERB for verb in procedure.by_stage[name])
            }
        )
    )


def callbacks(
    actor: Actor, at: datetime, *, mine: bool = False, after: str = "", size: int = 50
) -> CallbackPage:
    """The cases whose callback is owed (待回访), the soonest due first, with their reporters.

    `mine` leaves those of the actor's own teams. Nobody's details are in it. Raises Invalid.
    """
    stages = callback_stages(read_revisions())
    if not stages:
        return CallbackPage((), "")
    page = case_list(
        actor, Filters(state="open", stages=stages, mine=mine), "due", at, after=after, size=size
    )
    told = _told([line.id for line in page.rows])
    return CallbackPage(
        tuple(Callback(line, tuple(told[line.id])) for line in page.rows), page.next_key
    )


def callback_of(case: Case, at: datetime) -> Callback:
    """One case that `cases.access` has handed over, as the list shows it; Refusal where no
    callback is owed (any more)."""
    marks = read_revisions()
    [line] = lines([case.pk], at, marks)
    if line.stage not in callback_stages(marks):
        raise Refusal(
            N_("Case {number} owes no callback: its stage is “{stage}”."),
            number=case.number,
            stage=case.stage,
            code="stage",
        )
    return Callback(line, tuple(_told([case.pk])[case.pk]))


def _told(ids: list[int]) -> dict[int, list[CallbackReport]]:
    told: dict[int, list[CallbackReport]] = defaultdict(list)
    fields = (
        "number", "channel", "language", "received_at", "contact", "reached", "solved", "satisfied",
    )  # fmt: skip
    # Two queries: one condition over both ways would read every report.
    own = Report.objects.filter(case_id__in=ids).values_list("case_id", *fields)
    joined = Report.objects.filter(case__joined_to_id__in=ids)
    followers = joined.values_list("case__joined_to_id", *fields)
    for case, *row in (*own.order_by("id"), *followers.order_by("id")):
        number, channel, language, received_at, contact, *said = row
        told[case].append(
            CallbackReport(number, channel, language, received_at, contact is not None, *said)
        )
    return told
