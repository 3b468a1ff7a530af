"""What an intake officer does while somebody is on the line, each as one change."""

from datetime import datetime

from django.db import transaction

from commonward.cases.actions.alarming import seen
from commonward.cases.actions.moving import act, in_order, locked, touch
from commonward.cases.actions.opening import Said, open_case
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Report
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.core.rights import Actor

EMERGENCY_NUMBERS = ("110", "119", "120")
"""Police (报警), fire and rescue (消防救援), ambulance (急救)."""
HANDED_OVER = "handed_over"
ANSWER = "answer"
"""The verb of a procedure whose cases can be answered at once."""
HANDS_OVER = ("intake_officer", "dispatcher", "duty_chief", "leader", "handler", "grid_worker")


def hand_over(number: str, to: str, actor: Actor, at: datetime, *, words: str = "") -> Case:
    """Note that a danger was handed to 110, 119 or 120 (移交紧急服务); the case goes on as it is.

    Raises Missing, Forbidden, or Invalid for another number.
    """
    if to not in EMERGENCY_NUMBERS:
        raise Invalid(
            N_("Danger is handed to one of {known}."),
            known=", ".join(EMERGENCY_NUMBERS),
            field="to",
        )
    with transaction.atomic():
        case = locked(number)
        at = in_order(case, at)
        code = book().categories[case.category_id].code
        roles = actor.roles_for(HANDS_OVER, HANDED_OVER, case.area_path, code)
        if not roles:
            raise Forbidden(N_("Handing over is for those who work on the case."))
        touch(case, at)
        record(
            case, HANDED_OVER, at, actor, role=roles[0], team=case.team_id,
            data={"emergency": to}, words=words,
        )  # fmt: skip
        seen(case, actor, at, roles[0], urgent=True)
    return case


def open_handed_over(
    category: str, said: Said, to: str, actor: Actor, at: datetime, *, area_code: str = ""
) -> Report:
    """Open a case for a danger and note at once to whom it was handed over.

    It opens in the most urgent grade of its procedure that is called so, "urgent", where there is
    one. Sent again, nothing is added.
    """
    known = book()
    _, procedure = known.procedure_in_force(known.category(category).procedure)
    grade = "urgent" if "urgent" in procedure.grades else procedure.grades[0]
    with transaction.atomic():
        report = open_case(category, said, at, actor=actor, grade=grade, area_code=area_code)
        if report.case.version == 1:
            hand_over(report.case.number, to, actor, at)
    return report


def open_answered(
    category: str, said: Said, words: str, actor: Actor, at: datetime, *, area_code: str = ""
) -> Report:
    """Open an enquiry and answer it on the line (直接答复). Sent again, nothing is added.

    Raises Refusal where this kind of case cannot be answered at once.
    """
    with transaction.atomic():
        report = open_case(category, said, at, actor=actor, area_code=area_code)
        if report.case.version == 1:
            act(report.case.number, ANSWER, actor, at, {"words": words})
    return report
