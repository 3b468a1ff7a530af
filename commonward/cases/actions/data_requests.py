"""A reporter asks for a correction or deletion of what is kept of them; an officer answers (更正、删除).

Whoever holds the receipt asks about this one report. The answer is owed within a month: yes, and it
is done, or no with a reason that the reporter reads. That it was asked and done stays in the record;
what stood there before does not.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.cases.actions.erasing import (
    Taken,
    correct,
    erase_all,
    erase_contact,
    erase_said,
    write_down,
)
from commonward.cases.actions.forgetting import forget_one
from commonward.cases.actions.moving import check_version, in_order, locked, touch
from commonward.cases.actions.opening import LONGEST_WORDS
from commonward.cases.actions.recording import record
from commonward.cases.actions.sealing import CONTACT_FIELDS, LONGEST_CONTACT, seal_words
from commonward.cases.models import Case, DataRequest, Report, Task
from commonward.cases.queries.data_requests import (
    ANSWER_WITHIN,
    ASKED,
    ERASED,
    GRANTED,
    REFUSED,
    WISHES,
    answers_as,
    wanted_of,
)
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor

_LONGEST = {"words": LONGEST_WORDS, "place": 300}


def ask_data(
    report_id: int, kind: str, what: str, wanted: Mapping[str, str], actor: Actor, at: datetime
) -> DataRequest:
    """Ask for a correction (`wanted`: what it should say) or a deletion; answered within a month.

    Raises Forbidden, Invalid, and Refusal "asked" while the same waits for its answer.
    """
    if actor.report != report_id:
        raise Forbidden(N_("Whoever holds the receipt may ask for this."))
    if (kind, what) not in WISHES:
        raise Invalid(N_("Choose what is to be corrected or deleted."), field="wish")
    given = _wanted(what, wanted) if kind == "correct" else {}
    with transaction.atomic():
        report = Report.objects.select_related("case").get(pk=report_id)
        case = locked(report.case.number)
        at = in_order(case, at)
        try:
            with transaction.atomic():
                made = DataRequest.objects.create(
                    case=case, report=report, kind=kind, what=what,
                    asked_at=at, due_at=at + ANSWER_WITHIN,
                )  # fmt: skip
        except IntegrityError:
            raise Refusal(
                N_("The same has been asked already and is not decided yet."), code="asked"
            ) from None
        if given:
            told = json.dumps(given, ensure_ascii=False)
            made.wanted = seal_words(case, told, f"request {made.pk}")
            made.save(update_fields=["wanted"])
        record(
            case, ASKED, at, actor, role="reporter", team=case.team_id, report=report.pk,
            data={"request": made.pk, "kind": kind, "what": what},
        )  # fmt: skip
        touch(case, at)
    return made


def answer_data(
    request_id: int,
    grant: bool,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    version: int | None = None,
) -> DataRequest:
    """Yes, and it is done; or no. Either with words that the reporter reads.

    Everything of a case that is not ended is deleted when it has ended. Raises Missing, Forbidden,
    Invalid, Stale, and Refusal "state" where it was answered.
    """
    with transaction.atomic():
        made = DataRequest.objects.select_related("report", "case").filter(pk=request_id).first()
        if made is None:
            raise Missing(N_("There is no such request."))
        case = locked(made.case.number)
        check_version(case, version)
        at = in_order(case, at)
        role = answers_as(case, actor)
        if not role:
            raise Forbidden(N_("Requests about personal data are answered by the centre."))
        made.refresh_from_db(fields=["state", "wanted"])
        if made.state != "asked":
            raise Refusal(
                N_("This request has been decided: {state}."), state=made.state, code="state"
            )
        said = reason.strip()
        if not said or len(said) > LONGEST_WORDS:
            raise Invalid(N_("Give the reason for the decision."), field="reason")
        report = Report.objects.select_for_update(of=("self",)).get(pk=made.report_id)
        wanted = wanted_of(made, case)
        made.wanted, made.answered_at = None, at
        made.state = _state(made, case, grant=grant)
        made.save(update_fields=["wanted", "answered_at", "state"])
        taken = Taken()
        if grant and made.kind == "correct":
            taken = correct(case, report, made.what, wanted)
        elif grant and made.what == "contact":
            erase_contact(case, report)
        event = record(
            case, GRANTED if grant else REFUSED, at, actor, role=role, team=case.team_id,
            report=report.pk, words=said,
            data={
                "request": made.pk, "kind": made.kind, "what": made.what,
                **({"now": taken.now} if taken.now else {}),
            },
        )  # fmt: skip
        write_down(taken, event)
        touch(case, at)
        if grant and made.what == "all" and made.state == "done":
            _delete(made, case, report, at)
    return made


def erase_granted(at: datetime) -> int:
    """Delete what was granted while its case still ran, of those that have ended; says how many."""
    done = 0
    for pk in list(DataRequest.objects.filter(state="granted").values_list("pk", flat=True)):
        with transaction.atomic():
            made = DataRequest.objects.select_related("case").get(pk=pk)
            case = locked(made.case.number)
            if not _ended(case):
                continue
            report = Report.objects.select_for_update(of=("self",)).get(pk=made.report_id)
            made.state = "done"
            made.save(update_fields=["state"])
            _delete(made, case, report, in_order(case, at))
            done += 1
    return done


def _delete(made: DataRequest, case: Case, report: Report, at: datetime) -> None:
    """All of a report: with its case where nobody else told of it, else its own part alone."""
    if case.joined_to is not None:
        main = locked(case.joined_to.number)
        _say(erase_said(main, report), made, main, report, in_order(main, at))
    if not Report.objects.filter(case=case).exclude(pk=report.pk).exists():
        forget_one(case.number, at)
        return
    _say(erase_all(case, report), made, case, report, at)


def _say(taken: Taken, made: DataRequest, case: Case, report: Report, at: datetime) -> None:
    event = record(
        case, ERASED, at, SYSTEM, team=case.team_id, report=report.pk,
        data={"request": made.pk, "what": made.what, "now": taken.now},
    )  # fmt: skip
    write_down(taken, event)
    touch(case, at)


def _state(made: DataRequest, case: Case, *, grant: bool) -> str:
    if not grant:
        return "refused"
    return "granted" if made.what == "all" and not _ended(case) else "done"


def _ended(case: Case) -> bool:
    """Whether nothing of it goes on: neither itself, nor what it was joined to, nor its parts."""
    main = case.joined_to
    return not (
        case.is_open
        or (main is not None and main.is_open)
        or Case.objects.filter(parent=case, is_open=True).exists()
        or Task.objects.filter(case=case, is_open=True).exists()
    )


def _wanted(what: str, given: Mapping[str, str]) -> dict[str, str]:
    names = CONTACT_FIELDS if what == "contact" else (what,)
    most = _LONGEST.get(what, LONGEST_CONTACT)
    found = {name: given[name].strip() for name in names if given.get(name, "").strip()}
    if not found:
        raise Invalid(N_("Write what it should say."), field="wanted")
    for value in found.values():
        if len(value) > most or "\x00" in value:
            raise Invalid(
                N_("The description has {given} characters; at most {most} are taken."),
                given=len(value),
                most=most,
                field="wanted",
            )
    return found
