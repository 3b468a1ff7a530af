"""A question to a reporter, and its answer (向诉求人提问、答复).

Neither is a step of a procedure: the case stays where it is and its clocks run on. Whoever was
asked is told on their own page and by mail, and the office reads the answer on the case.
"""

from datetime import datetime

from django.db import transaction

from commonward.cases.actions.alarming import alarm
from commonward.cases.actions.moving import check_version, in_order, locked, touch
from commonward.cases.actions.opening import LONGEST_WORDS
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Event, Report
from commonward.cases.queries.asked import ANSWERED, ASKED, WITHDRAWN, asks_as, open_questions
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor

MOST_OPEN = 3
"""Questions that one reporter has not answered yet: more of them is an interrogation."""


def ask_reporter(
    number: str,
    words: str,
    actor: Actor,
    at: datetime,
    *,
    report: str = "",
    version: int | None = None,
) -> Event:
    """Ask a reporter of this case something; `report` names whose number, else the first one's.

    Whoever works on the case may ask, a handler only while their team has it. Raises Missing,
    Forbidden, Invalid, Stale, and Refusal "stage" (ended) or "bound" (too many open ones).
    """
    said = _words(words)
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        at = in_order(case, at)
        role = _role(case, actor)
        if not case.is_open:
            raise Refusal(
                N_("Case {number} has ended; there is nothing more to ask about it."),
                number=number,
                code="stage",
            )
        asked = _report(case, report)
        waiting = sum(q.report == asked.number for q in open_questions(case.pk))
        if waiting >= MOST_OPEN:
            raise Refusal(
                N_("{count} questions to this reporter are not answered yet; wait, or call."),
                count=waiting,
                code="bound",
            )
        event = record(
            case, ASKED, at, actor, role=role, team=case.team_id, report=asked.pk, words=said
        )
        touch(case, at)
    return event


def answer_question(
    number: str,
    question: int,
    words: str,
    actor: Actor,
    at: datetime,
    *,
    version: int | None = None,
) -> Event:
    """The reporter's answer to a question (its event's id), or what an officer heard by telephone.

    Raises Missing where no such question is open for them, Forbidden, Invalid, Stale.
    """
    said = _words(words)
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        at = in_order(case, at)
        found = next((q for q in open_questions(case.pk) if q.id == question), None)
        mine = actor.role == "reporter"
        if found is None or (mine and found.report_id != actor.report):
            raise Missing(
                N_("This question is not open (any more): it was answered or taken back.")
            )
        role = "reporter" if mine else _role(case, actor)
        event = record(
            case, ANSWERED, at, actor, role=role, team=case.team_id, report=found.report_id,
            words=said, data={"question": question},
        )  # fmt: skip
        alarm(case, said, at, report=found.report_id)
        touch(case, at)
    return event


def withdraw_question(
    number: str, question: int, actor: Actor, at: datetime, *, version: int | None = None
) -> Event:
    """Take a question back that needs no answer any more. Raises Missing, Forbidden, Stale."""
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        at = in_order(case, at)
        role = _role(case, actor)
        found = next((q for q in open_questions(case.pk) if q.id == question), None)
        if found is None:
            raise Missing(
                N_("This question is not open (any more): it was answered or taken back.")
            )
        event = record(
            case, WITHDRAWN, at, actor, role=role, team=case.team_id, report=found.report_id,
            data={"question": question},
        )  # fmt: skip
        touch(case, at)
    return event


def _words(words: str) -> str:
    said = words.strip()
    if not said:
        raise Invalid(N_("Please say it in a few words."), field="words")
    if len(said) > LONGEST_WORDS:
        raise Invalid(
            N_("The description has {given} characters; at most {most} are taken."),
            given=len(said),
            most=LONGEST_WORDS,
            field="words",
        )
    return said


def _role(case: Case, actor: Actor) -> str:
    held = asks_as(case, actor)
    if not held:
        raise Forbidden(N_("Only those who work on the case may ask its reporter."))
    return held


def _report(case: Case, number: str) -> Report:
    """The report asked about: of the case itself, or of one that was joined to it."""
    rows = Report.objects.filter(case=case) | Report.objects.filter(case__joined_to=case)
    if number:
        rows = rows.filter(number=number)
    found = rows.order_by("id").first()
    if found is None:
        raise Missing(N_("This report does not belong to the case."), field="report")
    return found
