"""What the holder of a receipt follows: where it stands, who has it, by when, what happened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from commonward.cases.actions.receipts import digest_of
from commonward.cases.models import Case, Event, Receipt, Remark, Report
from commonward.cases.queries.asked import (
    ANSWERED,
    ASKED,
    WITHDRAWN,
    Question,
    open_questions,
)
from commonward.cases.queries.data_requests import EVENTS as OF_DATA
from commonward.cases.queries.explaining import offered_to, why
from commonward.cases.queries.hiding import EVENTS, Hiding, hidings_of
from commonward.cases.queries.public import shown_answers
from commonward.cases.queries.reference import book
from commonward.core.checking import shown
from commonward.core.procedures import Stage, Verb
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Missing
from commonward.core.rights import reporter
from commonward.core.routing import Words
from commonward.people.models import Team
from commonward.people.queries import reading_once

_OWN_VERBS = ("opened", "me_too")
_TOLD_VERBS = ("add_words", "photos_added", "called_back")
"""Steps that move nothing and are told to the reporter who took them."""
_BETWEEN = (ASKED, ANSWERED, WITHDRAWN, *EVENTS, *OF_DATA)
"""What goes on between the office and one reporter; the office may write the answer down, too."""

_Row: TypeAlias = tuple[int, int, int, datetime, str, str, str, int | None, str]
"""(event, case, procedure, at, verb, from stage, to stage, report, role)."""


@dataclass(frozen=True, slots=True)
class Has:
    """The team that has it now, as residents may know it."""

    name: str
    name_en: str
    contact: str


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a case stands, as its reporters may know it."""

    stage: Stage
    has: Has | None
    due_at: datetime | None
    reopen_until: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened. `stage` is the one entered, or None; `words` are the public reason
    (masked), or the reporter's own words; `mine` says that the reporter did it."""

    id: int
    at: datetime
    verb: str
    title: Text | None
    stage: Stage | None
    words: str
    mine: bool

    @property
    def asks(self) -> bool:
        """Whether the office asked this reporter something."""
        return self.verb == ASKED


@dataclass(frozen=True, slots=True)
class Followed:
    """A report as its holder sees it (办理进度). `case` is the one that is worked on, which is
    another than the report's own where that was joined; `version` is its version."""

    report: int
    number: str
    case: str
    version: int
    category: int
    words: str
    address: str
    answers: Mapping[str, Any]
    received_at: datetime
    stage: Stage
    has: Has | None
    why: tuple[Words, ...]
    due_at: datetime | None
    late: bool
    provisional: bool
    paused: bool
    closed_at: datetime | None
    outcome: str
    reopen_until: datetime | None
    satisfied: int | None
    keep_years: int
    public: bool
    steps: tuple[Told, ...]
    possible: tuple[Verb, ...]
    rights: tuple[Verb, ...]
    """Every step that the procedure gives a reporter, possible now or not."""
    questions: tuple[Question, ...]
    """What the office asked this reporter and waits for."""
    hidden: tuple[Hiding, ...]
    """What of this report the office hid from the public."""

    @property
    def joined(self) -> bool:
        """Whether another report's case is worked on in the place of its own."""
        return self.case != self.number


def report_of_token(token: str) -> int:
    """The report that an open link leads to. Raises Missing for a wrong or revoked one."""
    found = (
        Receipt.objects.filter(digest=digest_of(token), revoked_at=None)
        .values_list("report_id", flat=True)
        .first()
    )
    if found is None:
        raise Missing(N_("This link opens nothing: it was replaced or closed, or is mistyped."))
    return found


def report_of_receipt(receipt: int) -> int:
    """The report of a receipt that is still open. Raises Missing."""
    found = (
        Receipt.objects.filter(pk=receipt, revoked_at=None)
        .values_list("report_id", flat=True)
        .first()
    )
    if found is None:
        raise Missing(N_("This link opens nothing: it was replaced or closed, or is mistyped."))
    return found


@reading_once()
def followed(report_id: int, at: datetime) -> Followed:
    """Everything that the reporter may read about their report. Raises Missing."""
    report = Report.objects.select_related("case").filter(pk=report_id).first()
    if report is None:
        raise Missing(N_("There is no such report."))
    own = report.case
    case = (
        own
        if own.joined_to_id is None
        else Case.objects.select_related("team", "handling_team").get(pk=own.joined_to_id)
    )
    procedure = book().procedures[case.procedure_id]
    actor = reporter(report.pk)
    stands = where_it_stands(case)
    decided = why(case)
    return Followed(
        report=report.pk,
        number=report.number,
        case=case.number,
        version=case.version,
        category=case.category_id,
        words=report.words,
        address=report.address,
        answers=shown_answers(report.answers),
        received_at=report.received_at,
        stage=stands.stage,
        has=stands.has,
        why=(decided.because,) if decided else (),
        due_at=stands.due_at,
        late=stands.due_at is not None and stands.due_at < at,
        provisional=case.provisional,
        paused=case.paused,
        closed_at=case.closed_at,
        outcome=case.outcome,
        reopen_until=stands.reopen_until,
        satisfied=report.satisfied,
        keep_years=procedure.keep_years,
        public=report.public and own.public,
        steps=steps_of([(report.pk, own.pk, case.pk)])[report.pk],
        possible=tuple(v for v in offered_to(actor, case, at) if "reporter" in v.who),
        rights=tuple(v for v in procedure.verbs.values() if "reporter" in v.who),
        questions=tuple(q for q in open_questions(case.pk) if q.report_id == report.pk),
        hidden=hidings_of(own, (report,)),
    )


def _has(team: Team | None) -> Has | None:
    return None if team is None else Has(team.name, team.name_en or team.name, team.contact)


def where_it_stands(case: Case) -> Stands:
    """What a reporter may know of the case that is worked on; its team is read where it was not."""
    procedure = book().procedures[case.procedure_id]
    stage = procedure.stages[case.stage]
    # Once it is closed, a limit is the office's own, unless an answer is owed.
    owed = not stage.closed or stage.team == "handling"
    team = case.team if not stage.closed else case.handling_team or case.team
    again = procedure.reopen_days if case.closed_at is not None else 0
    return Stands(
        stage=stage,
        has=_has(team),
        due_at=None if case.paused or not owed else case.due_at,
        reopen_until=case.closed_at + timedelta(days=again) if case.closed_at and again else None,
    )


def steps_of(reports: Sequence[tuple[int, int, int]]) -> Mapping[int, tuple[Told, ...]]:
    """By report, the stages entered, public reasons, what its reporter did or was asked; nobody
    else's words. Given are (report, its own case, the case that is worked on); 2 queries for all."""
    rows = list(
        Event.objects.filter(case_id__in={case for _, *both in reports for case in both}, task=None)
        .order_by("id")
        .values_list(
            "id", "case_id", "case__procedure_id", "at", "verb", "from_stage", "to_stage",
            "report_id", "role",
        )
    )  # fmt: skip
    remarks = {r.event_id: r for r in Remark.objects.filter(event_id__in=[row[0] for row in rows])}
    by_case: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        by_case[row[1]].append(row)
    found = {}
    for report, own, case in reports:
        mine = by_case[own]
        # The rows of both in the order in which they happened.
        both = mine if case == own else sorted(mine + by_case[case])
        found[report] = _steps(report, own, both, remarks)
    return found


def _steps(
    report: int, own: int, rows: Sequence[_Row], remarks: Mapping[int, Remark]
) -> tuple[Told, ...]:
    known = book()
    joined_at = max((row[3] for row in rows if row[1] == own), default=None)
    found = []
    for id_, of, procedure_id, at, verb, before, after, by, role in rows:
        if of != own and joined_at is not None and at < joined_at:
            continue
        procedure = known.procedures[procedure_id]
        for_me = by == report
        mine = for_me and (verb not in _BETWEEN or role == "reporter")
        moves = before != after
        said = remarks.get(id_)
        words = (
            said.words
            if said and for_me
            else shown(said.words, said.marks)
            if said and said.public
            else ""
        )
        if not (moves or words or (for_me and verb in (*_TOLD_VERBS, *_OWN_VERBS, *_BETWEEN))):
            continue
        title = procedure.verbs[verb].title if verb in procedure.verbs else None
        stage = procedure.stages[after] if moves else None
        found.append(Told(id_, at, verb, title, stage, words, mine))
    return tuple(found)
