"""Hide a case, or one report's words, from the public; show it again; object to it (公开与屏蔽).

Nothing is hidden for criticising: only private data, or what the law plainly forbids, with a
reason that the reporter reads and may object to. A leader decides, who never hid it.
"""

from datetime import datetime

from django.db import transaction

from commonward.cases.actions.moving import check_version, in_order, locked, touch
from commonward.cases.actions.opening import LONGEST_WORDS
from commonward.cases.actions.recording import record
from commonward.cases.models import Approval, Case, Event, Report
from commonward.cases.queries.hiding import (
    GROUNDS,
    HIDDEN,
    MARKED,
    OBJECTED,
    SHOWN,
    hides_as,
    hidings_of,
)
from commonward.cases.queries.levels import OBJECTION
from commonward.core.checking import hides, without_hiding
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor


def hide(
    number: str,
    ground: str,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    report: str = "",
    version: int | None = None,
) -> Case:
    """Hide a public case from everybody outside, or (with `report`) the words of that report.

    `ground` is one of `GROUNDS`. Raises Missing, Forbidden, Invalid, Stale, and Refusal "state"
    where it is not public.
    """
    with transaction.atomic():
        case, role = _held(number, actor, version)
        at = in_order(case, at)
        if ground not in GROUNDS:
            raise Invalid(
                N_("Only private data and what the law plainly forbids is hidden: choose which."),
                field="ground",
            )
        said = _words(reason)
        if report:
            told = _report(case, report)
            if not told.public or told.hidden_at is not None:
                raise Refusal(N_("The public does not see these words now."), code="state")
            told.hidden_at = at
            told.save(update_fields=["hidden_at"])
        else:
            told = None
            if not case.public:
                raise Refusal(N_("The public does not see this case now."), code="state")
            case.public, case.hidden_at = False, at
        record(
            case, HIDDEN, at, actor, role=role, team=case.team_id,
            report=told.pk if told else None, data={"ground": ground}, words=said,
            # The whole case concerns all its reporters, one report's words that one alone.
            public=told is None,
        )  # fmt: skip
        touch(case, at)
    return case


def show_again(
    number: str,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    report: str = "",
    version: int | None = None,
) -> Case:
    """Show what was hidden again. What a reporter asked to keep from the public stays so.

    Raises Missing, Forbidden, Invalid, Stale, and Refusal "state" where nothing is hidden.
    """
    with transaction.atomic():
        case, role = _held(number, actor, version)
        at = in_order(case, at)
        said = _words(reason)
        told = _report(case, report) if report else None
        if (told.hidden_at if told else case.hidden_at) is None:
            raise Refusal(N_("Nothing of it is hidden by the office."), code="state")
        restore(case, told)
        record(
            case, SHOWN, at, actor, role=role, team=case.team_id,
            report=told.pk if told else None, words=said, public=told is None,
        )  # fmt: skip
        touch(case, at)
    return case


def object_to_hiding(report_id: int, reason: str, actor: Actor, at: datetime) -> Approval:
    """A reporter objects (异议) to what of their report is hidden, once for each hiding.

    Raises Missing where nothing is hidden, Invalid without words, Refusal "bound" for a second
    time or "asked" while another reporter's objection to the same case waits.
    """
    said = _words(reason)
    if actor.report != report_id:
        raise Forbidden(N_("Whoever holds the receipt may object."))
    with transaction.atomic():
        report = Report.objects.select_related("case").get(pk=report_id)
        case = locked(report.case.number)
        at = in_order(case, at)
        report.refresh_from_db(fields=["hidden_at", "marks"])
        mine = [h for h in hidings_of(case, (report,)) if not h.objection]
        marked = any(hides(part) for part in report.marks.values())
        if case.hidden_at is None and report.hidden_at is None and not marked:
            raise Missing(N_("Nothing of your report is hidden any more."))
        if not mine:
            raise Refusal(N_("An objection was made already; that is possible once."), code="bound")
        if Approval.objects.filter(case=case, kind=OBJECTION, state="asked").exists():
            raise Refusal(
                N_("The same has been asked already and is not decided yet."), code="asked"
            )
        made = Approval.objects.create(case=case, kind=OBJECTION, asked_at=at)
        record(
            case, OBJECTED, at, actor, role="reporter", team=case.team_id, report=report_id,
            words=said, data={"approval": made.pk},
        )  # fmt: skip
        touch(case, at)
    return made


def objector(approval: Approval) -> Report:
    """The report whose holder made this objection."""
    made = next(
        e
        for e in Event.objects.select_related("report").filter(
            case_id=approval.case_id, verb=OBJECTED
        )
        if e.data.get("approval") == approval.pk
    )
    if made.report is None:
        raise Missing(N_("This report does not belong to the case."), field="report")
    return made.report


def hid_it(case: Case) -> set[int]:
    """The accounts that hid something of this case: none of them judges an objection."""
    rows = Event.objects.filter(case=case, verb__in=(HIDDEN, MARKED), account__isnull=False)
    return {account for account in rows.values_list("account_id", flat=True) if account}


def restore(case: Case, report: Report | None, *, marks: bool = False) -> None:
    """Let the public see a locked case again, or this report's words, with `marks` also the single
    stretches that somebody hid; the caller writes the case."""
    if report is not None:
        report.hidden_at = None
        if marks:
            report.marks = {
                part: left for part, one in report.marks.items() if (left := without_hiding(one))
            }
        report.save(update_fields=["hidden_at", "marks"])
    elif case.hidden_at is not None:
        case.public, case.hidden_at = True, None


def _held(number: str, actor: Actor, version: int | None) -> tuple[Case, str]:
    case = locked(number)
    check_version(case, version)
    role = hides_as(case, actor)
    if not role:
        raise Forbidden(N_("What the public sees is decided by the centre's officers."))
    return case, role


def _report(case: Case, number: str) -> Report:
    found = Report.objects.filter(case=case, number=number).first()
    if found is None:
        raise Missing(N_("There is no report {number}."), number=number)
    return found


def _words(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Invalid(N_("Give the reason."), field="reason")
    if len(said) > LONGEST_WORDS:
        raise Invalid(
            N_("The description has {given} characters; at most {most} are taken."),
            given=len(said),
            most=LONGEST_WORDS,
            field="reason",
        )
    return said
