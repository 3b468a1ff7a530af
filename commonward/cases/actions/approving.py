"""Ask a higher level for more time, a suspension or the removal of a mark, and decide it."""

from datetime import datetime, timedelta

from django.db import transaction

from commonward.areas.queries import revisions
from commonward.cases.actions import hiding, timing
from commonward.cases.actions.moving import check_version, in_order, locked, take, touch
from commonward.cases.actions.recording import record
from commonward.cases.actions.rows import CASES
from commonward.cases.models import Approval, Case, Report
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.levels import OBJECTION, VERBS, levels_of
from commonward.cases.queries.reference import book
from commonward.core.calendars import Limit
from commonward.core.procedures import Procedure
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor


def ask_extension(
    number: str,
    limit: Limit,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    version: int | None = None,
) -> Approval:
    """Ask for more time (延期): at most as long as the original limit, so many times in all."""
    with transaction.atomic():
        case, at, procedure = _asked(number, "extend", actor, at, reason, version)
        clock = _stage_clock(case)
        original = timing.face(clock).limit
        if limit.unit != original.unit:
            raise Invalid(
                N_("The limit runs in {unit}; ask for the extension in {unit} too."),
                unit=original.unit.value,
                field="limit",
            )
        if limit.seconds > original.seconds:
            raise Invalid(
                N_("An extension is at most as long as the original limit, {limit}."),
                limit=str(original),
                field="limit",
            )
        granted = Approval.objects.filter(case=case, kind="extension", state="granted").count()
        if granted >= procedure.extensions:
            raise Refusal(
                N_("It was extended {count} times already, which is the bound."),
                count=granted,
                code="bound",
            )
        return _ask(case, "extension", actor, at, reason, seconds=limit.seconds)


def ask_suspension(
    number: str, until: datetime, reason: str, actor: Actor, at: datetime,
    *, version: int | None = None,
) -> Approval:  # fmt: skip
    """Ask to suspend (挂账): once, before it is overdue, with an end within the bound."""
    with transaction.atomic():
        case, at, procedure = _asked(number, "suspend", actor, at, reason, version)
        if until <= at:
            raise Invalid(N_("The end of a suspension lies after its beginning."), field="until")
        if until > at + timedelta(days=procedure.suspension_days):
            raise Invalid(
                N_("A suspension is at most {days} days long."),
                days=procedure.suspension_days,
                field="until",
            )
        due = _stage_clock(case).due_at
        if due is not None and due < at:
            raise Refusal(
                N_("It is overdue since {due}; a case is suspended only before that."),
                due=due.isoformat(timespec="minutes"),
                code="overdue",
            )
        if case.counters.get("suspend"):
            raise Refusal(N_("It was suspended once already, which is the bound."), code="bound")
        return _ask(case, "suspension", actor, at, reason, until=until)


def appeal_mark(
    number: str, reason: str, actor: Actor, at: datetime, *, version: int | None = None
) -> Approval:
    """Appeal against an overtime mark (超时申诉): once, after closing; the raw facts stay."""
    with transaction.atomic():
        case, at, procedure = _asked(number, "appeal_mark", actor, at, reason, version)
        if Approval.objects.filter(case=case, kind="appeal").exists():
            raise Refusal(N_("The mark was appealed already; that is possible once."), code="bound")
        if not ClockRow.objects.filter(case=case, task=None, met=False).exists():
            raise Refusal(N_("No limit of this case was missed; there is no mark."), code="nothing")
        return _ask(case, "appeal", actor, at, reason)


def decide(
    approval_id: int,
    grant: bool,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    version: int | None = None,
) -> Approval:
    """One level decides (审批); the last level's yes takes the step, any no ends it.

    The reason for more time or a suspension that was granted is told to the reporters, and so is
    that of whatever was decided about an objection to hiding.
    """
    with transaction.atomic():
        found = Approval.objects.filter(pk=approval_id).first()
        if found is None:
            raise Missing(N_("There is no such request."))
        case = CASES.select("id = %s", [found.case_id], lock=True)[0]
        check_version(case, version)
        at = in_order(case, at)
        found.refresh_from_db()
        if found.state != "asked":
            raise Refusal(N_("This request has been decided: {state}."), state=found.state)
        known = book()
        procedure = known.procedures[case.procedure_id]
        levels = levels_of(procedure, found.kind)
        code = known.categories[case.category_id].code
        role = levels[found.level]
        objected = _judged(case, found, role, actor, code)
        if not reason.strip():
            raise Invalid(N_("Give the reason for the decision."), field="reason")
        if not grant:
            found.state, found.decided_at = "refused", at
        elif found.level + 1 < len(levels):
            found.level += 1
        else:
            found.state, found.decided_at = "granted", at
        found.save(update_fields=["state", "level", "decided_at"])
        record(
            case, f"{found.kind}_{'approved' if grant else 'refused'}", at, actor,
            role=role, team=case.team_id, words=reason, report=objected.pk if objected else None,
            data={"approval": found.pk, "level": found.level},
            # Whoever waits longer is owed the reason; that of a mark is the office's own.
            public=found.state == "granted" and found.kind not in ("appeal", OBJECTION),
        )  # fmt: skip
        if objected is not None and found.state == "granted":
            hiding.restore(case, None)
            hiding.restore(case, objected, marks=True)
            touch(case, at)
        elif found.state == "granted":
            _carry_out(case, found, actor, at)
        else:
            touch(case, at)
    return found


def _judged(case: Case, found: Approval, role: str, actor: Actor, code: str) -> Report | None:
    """The report whose holder objected, if it is an objection. Raises Forbidden to the unfit."""
    if not actor.roles_for((role,), VERBS[found.kind], case.area_path, code):
        raise Forbidden(N_("At this level a {role} decides."), role=role)
    if actor.account is not None and actor.account == found.asked_by_id:
        raise Forbidden(N_("Nobody decides what they asked for themselves."), code="apart")
    if found.kind != OBJECTION:
        return None
    if actor.account in hiding.hid_it(case):
        raise Forbidden(N_("Whoever hid it does not judge the objection."), code="apart")
    return hiding.objector(found)


def _carry_out(case: Case, found: Approval, actor: Actor, at: datetime) -> None:
    verb = VERBS[found.kind]
    if found.kind == "appeal":
        case.counted = False
    given = {"until": found.until} if found.until else {}
    take(case, verb, actor, at, given, approved=True, seconds=found.seconds)


def _asked(
    number: str, verb: str, actor: Actor, at: datetime, reason: str, version: int | None
) -> tuple[Case, datetime, Procedure]:
    """What every request has in common: the handlers ask, in a stage where the verb exists."""
    case = locked(number)
    check_version(case, version)
    known = book(revisions())
    procedure = known.procedures[case.procedure_id]
    found = procedure.verbs.get(verb)
    if found is None or not found.approval or case.stage not in found.from_:
        raise Refusal(
            N_("“{verb}” cannot be asked for in the stage {stage}."),
            verb=verb,
            stage=case.stage,
            code="stage",
        )
    code = known.categories[case.category_id].code
    asks = actor.roles_for(("handler", "dispatcher"), f"ask_{verb}", case.area_path, code)
    if not asks or ("dispatcher" not in asks and case.handling_team_id not in actor.teams):
        raise Forbidden(N_("Only the team that handles the case, or the dispatcher, may ask."))
    if not reason.strip():
        raise Invalid(N_("Give the reason."), field="reason")
    return case, in_order(case, at), procedure


def _stage_clock(case: Case) -> ClockRow:
    found = ClockRow.objects.filter(case=case, task=None, kind="stage", stopped_at=None).first()
    if found is None:
        raise Refusal(N_("No limit is running in this stage."), code="nothing")
    return found


def _ask(
    case: Case,
    kind: str,
    actor: Actor,
    at: datetime,
    reason: str,
    *,
    seconds: int | None = None,
    until: datetime | None = None,
) -> Approval:
    if Approval.objects.filter(case=case, kind=kind, state="asked").exists():
        raise Refusal(N_("The same has been asked already and is not decided yet."), code="asked")
    made = Approval.objects.create(
        case=case, kind=kind, seconds=seconds, until=until, asked_by_id=actor.account, asked_at=at
    )
    record(
        case, f"{kind}_asked", at, actor, role="handler", team=case.team_id, words=reason,
        data={"approval": made.pk, **({"seconds": seconds} if seconds else {})},
    )  # fmt: skip
    touch(case, at)
    return made
