"""Questions to a case's reporters as the desk shows them, and the forms that ask and answer."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.cases.actions.asking import answer_question, ask_reporter, withdraw_question
from commonward.cases.actions.photos import Ready
from commonward.cases.models import Case
from commonward.cases.queries.asked import asks_as, questions_of
from commonward.cases.queries.filed import reports_of
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.doors.desk import wording
from commonward.doors.desk.filling import Field, Group, Option
from commonward.doors.desk.sheets import Reads, Sheet
from commonward.doors.look.standing import Standing

_NOT_YOURS = N_("Only those who work on the case may ask its reporter.")


def questions_shown(case: Case, standing: Standing) -> dict[str, Any]:
    """What the case page shows: every question with its answer, and where to ask or answer."""
    may = bool(asks_as(case, standing.actor))
    rows = [
        {
            "line": one,
            "answer": reverse("desk:question_answer", args=[case.number, one.id])
            if may and one.is_open
            else "",
            "withdraw": reverse("desk:question_withdraw", args=[case.number, one.id])
            if may and one.is_open
            else "",
        }
        for one in questions_of(case.pk)
    ]
    ask = may and case.is_open and bool(reports_of(case))
    return {
        "questions": rows,
        "questions_open": sum(1 for row in rows if row["answer"]),
        "question_ask": reverse("desk:question_ask", args=[case.number]) if ask else "",
    }


def of_asking(case: Case, standing: Standing) -> Sheet:
    """The form that asks a reporter something. Raises Forbidden, Missing (nobody reported it)."""
    _require(case, standing)
    reports = reports_of(case)
    if not reports:
        raise Missing(N_("Nobody reported this case: there is nobody to ask."))
    fields = [
        Field("words", "text", _("Question"), True, _("Ask one thing. No clock stops for it.")),
    ]
    if len(reports) > 1:
        options = tuple(
            Option(r.number, r.number, wording.word(wording.CHANNELS, r.channel)) for r in reports
        )
        fields.insert(0, Field("report", "select", _("Whom"), True, groups=(Group("", options),)))

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return ask_reporter(
            case.number,
            given["words"],
            standing.actor,
            standing.at,
            report=given.get("report") or reports[0].number,
            version=version,
        )

    def reads(given: Mapping[str, Any]) -> Reads | None:
        # They read their own questions unmasked, as they were written.
        words = str(given["words"])
        return Reads(_("The office asks you:"), "", words, False, alone=True) if words else None

    ended = _("Case {number} has ended; there is nothing more to ask about it.")
    return _sheet(
        case,
        _("Ask the reporter"),
        tuple(fields),
        take,
        reads=reads,
        barred="" if case.is_open else ended.format(number=case.number),
    )


def of_answer(case: Case, question: int, standing: Standing) -> Sheet:
    """The form that notes what a reporter answered by telephone. Raises Forbidden, Missing."""
    about = _asked(case, question, standing)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return answer_question(
            case.number, question, given["words"], standing.actor, standing.at, version=version
        )

    field = Field("words", "text", _("What they answered"), True)
    return _sheet(case, _("Note the answer"), (field,), take, about=about)


def of_withdrawal(case: Case, question: int, standing: Standing) -> Sheet:
    """The form that takes a question back. Raises Forbidden, Missing."""
    about = _asked(case, question, standing)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return withdraw_question(
            case.number, question, standing.actor, standing.at, version=version
        )

    return _sheet(case, _("Take the question back"), (), take, about=about)


def _require(case: Case, standing: Standing) -> None:
    if not asks_as(case, standing.actor):
        raise Forbidden(_NOT_YOURS)


def _asked(case: Case, question: int, standing: Standing) -> str:
    """The words of an open question."""
    _require(case, standing)
    found = next((q for q in questions_of(case.pk) if q.id == question and q.is_open), None)
    if found is None:
        raise Missing(N_("This question is not open (any more): it was answered or taken back."))
    return _("“{words}”").format(words=found.words)


def _sheet(
    case: Case,
    title: str,
    fields: tuple[Field, ...],
    take: Any,
    *,
    about: str = "",
    barred: str = "",
    reads: Any = None,
) -> Sheet:
    return Sheet(
        title=title,
        button=title,
        fields=fields,
        version=case.version,
        procedure=book().procedures[case.procedure_id],
        take=take,
        about=about,
        barred=barred,
        reads=reads or (lambda given: None),
    )
