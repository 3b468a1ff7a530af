"""The giver's side: offer a case or a task, take the offer back, write consents down (移送方)."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from commonward.areas.queries import calendar_name_for, revisions
from commonward.cases.actions import timing
from commonward.cases.actions.federating.keys import own_name
from commonward.cases.actions.federating.standing import (
    case_of,
    last_event,
    locked,
    standing_of,
    write,
)
from commonward.cases.actions.moving import check_version, in_order, touch
from commonward.cases.actions.moving import locked as locked_case
from commonward.cases.actions.recording import record
from commonward.cases.models import (
    Case,
    Clock,
    HandOver,
    HandOverConsent,
    HandOverPart,
    Neighbour,
    Photo,
    Report,
    Task,
)
from commonward.cases.queries.reference import book
from commonward.core.consents import NEIGHBOUR, newest
from commonward.core.federation import handing
from commonward.core.federation.offering import (
    MOST_PARTS,
    MOST_REPORTS,
    Attached,
    Offered,
    Told,
)
from commonward.core.federation.promising import Promise
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import APART, Actor, refuse_onlooker

GIVES = ("dispatcher", "duty_chief", "leader")
"""Posts that hand a matter to a neighbour, and that take one."""
WAYS = ("phone", "counter", "letter")
"""How a consent was given that somebody at the desk writes down."""


def offer(
    number: str,
    neighbour: int,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    task: int | None = None,
    version: int | None = None,
) -> HandOver:
    """Offer a case (or one task of it) to a neighbour; it stays ours until the neighbour has
    accepted and our commit is written. Raises Missing, Forbidden, Invalid, Stale, and Refusal
    "stage", "away", "loop" or "neighbour"."""
    if not 3 <= len(reason.strip()) <= 1000:
        raise Invalid(N_("Say why it belongs there, in at most 1000 characters."), field="reason")
    with transaction.atomic():
        case = locked_case(number)
        check_version(case, version)
        at = in_order(case, at)
        role = _role(case, actor)
        to = _may_have(case, neighbour, at)
        work = _task(case, task)
        content, photos = _content(case, reason.strip(), at, work)
        begun = handing.offer(own_name(), to.origin, _way_here(case), content.to_data())
        row = HandOver(
            key=secrets.token_hex(16), neighbour=to, side=handing.GIVER, state=begun.state,
            what=content.what, case=case, task=work, clock=content.promise.to_data(),
            promised_at=content.promise.due, reason=reason.strip(), made_at=at, changed_at=at,
        )  # fmt: skip
        if HandOver.objects.filter(
            case=case, task=work, side=handing.GIVER, ended_at=None
        ).exists():
            raise Refusal(N_("It is offered to a neighbour already."), code="away")
        write(row, begun, at)
        HandOverPart.objects.bulk_create(
            [HandOverPart(hand_over=row, digest=d, size=s, photo=p) for p, d, s in photos]
        )
        record(
            case, "offered_on", at, actor, role=role, team=case.team_id,
            task=work.pk if work else None, data={"hand_over": row.pk, "to": to.origin},
            words=reason.strip(), public=True,
        )  # fmt: skip
        touch(case, at)
        row.told_event = last_event(case)
        row.save(update_fields=["told_event"])
    return row


def withdraw(hand_over: int, actor: Actor, at: datetime) -> HandOver:
    """Take an offer back that is not committed. Raises Missing, Forbidden, Refusal "stage"."""
    with transaction.atomic():
        row = locked(hand_over)
        case = locked_case(case_of(row).number)
        at = in_order(case, at)
        role = _role(case, actor)
        write(row, handing.withdraw(standing_of(row)), at)
        record(
            case, "offer_withdrawn", at, actor, role=role, team=case.team_id,
            data={"hand_over": row.pk},
        )  # fmt: skip
        touch(case, at)
    return row


def consent(
    hand_over: int, report: str, given: bool, how: str, actor: Actor, at: datetime
) -> HandOverConsent:
    """Whether this reporter's details go along with this hand-over (移送同意): said by the reporter
    on their page, or written down by who heard it, with how it was given.

    What has left already is not taken back by a later no. Raises Missing, Forbidden, Invalid.
    """
    with transaction.atomic():
        row = locked(hand_over)
        case = locked_case(case_of(row).number)
        at = in_order(case, at)
        told = Report.objects.filter(number=report, case=case).first()
        if told is None or (actor.role == "reporter" and actor.report != told.pk):
            raise Missing(N_("There is no report {number}."), number=report)
        if row.side != handing.GIVER:
            raise Missing(N_("There is no such hand-over."))
        mine = actor.role == "reporter"
        role = "reporter" if mine else _role(case, actor, "intake_officer", "handler")
        way = "page" if mine else how
        if not mine and way not in WAYS:
            raise Invalid(N_("Say how the consent was given."), field="how")
        if row.ended_at is not None:
            raise Refusal(N_("This hand-over has ended."), code="stage")
        made, _new = HandOverConsent.objects.update_or_create(
            hand_over=row,
            report=told,
            defaults={"given": given, "how": way, "account_id": actor.account, "at": at},
        )
        now = standing_of(row)
        passed = row.state == handing.AWAY or (
            row.state == handing.COMMITTED and not any(o.kind == "transfer" for o in now.owed)
        )
        if given and made.sent_at is None and passed:
            # The commit has gone without it: it follows with a letter of its own.
            write(row, handing.say(now, {"what": "contacts"}), at)
        record(
            case, "consent_given" if given else "consent_refused", at, actor, role=role,
            report=told.pk, team=case.team_id, data={"hand_over": row.pk, "how": way, **({"told": newest(NEIGHBOUR)} if mine else {})},
        )  # fmt: skip
        touch(case, at)
    return made


def send_again(hand_over: int, actor: Actor, at: datetime) -> HandOver:
    """What could not be delivered is tried at once. Raises Missing, Forbidden."""
    refuse_onlooker(actor)
    with transaction.atomic():
        row = locked(hand_over)
        if not actor.roles_for((*GIVES, "system"), "hand_over", "", ""):
            raise Forbidden(N_("Your post does not hand matters to neighbours."))
        row.next_at, row.attempts, row.failing_since = at, 0, None
        row.save(update_fields=["next_at", "attempts", "failing_since"])
    return row


def _role(case: Case, actor: Actor, *more: str) -> str:
    code = book().categories[case.category_id].code
    held = actor.roles_for((*GIVES, *more), "hand_over", case.area_path, code)
    if not held:
        raise Forbidden(N_("Your post does not hand matters to neighbours."))
    return held[0]


def _may_have(case: Case, neighbour: int, at: datetime) -> Neighbour:
    found = Neighbour.objects.filter(pk=neighbour, ended_at=None, speaks="commonward").first()
    if found is None:
        raise Missing(N_("There is no such neighbour, or it has ended."), field="neighbour")
    if found.paused_at is not None or found.compared_at is None:
        raise Refusal(
            N_("{name} is paused, or its key was not compared yet."), code="neighbour",
            field="neighbour", name=found.name,
        )  # fmt: skip
    known = book()
    code = known.categories[case.category_id].code
    procedure = known.procedures[case.procedure_id]
    if code.startswith(APART) or procedure.room:
        raise Refusal(N_("Disputes, incidents and programmes are not handed on."), code="stage")
    if found.categories and not code.startswith(tuple(found.categories)):
        raise Refusal(
            N_("{name} takes no matters of this category."), code="neighbour", field="neighbour",
            name=found.name,
        )  # fmt: skip
    if (found.hands_from and at < found.hands_from) or (
        found.hands_until and at >= found.hands_until
    ):
        raise Refusal(
            N_("Nothing is handed to {name} at this time."), code="neighbour", field="neighbour",
            name=found.name,
        )  # fmt: skip
    if not case.is_open or procedure.stages[case.stage].closed:
        raise Refusal(N_("A case that is closed is not handed on."), code="stage")
    if case.away_since is not None:
        raise Refusal(N_("A neighbour has this case already."), code="away")
    return found


def _task(case: Case, task: int | None) -> Task | None:
    if task is None:
        return None
    found = Task.objects.filter(pk=task, case=case, is_open=True).first()
    if found is None:
        raise Missing(N_("There is no such task."), field="task")
    return found


def _way_here(case: Case) -> tuple[str, ...]:
    """The installations that had it before us, where it was handed to us itself."""
    came = HandOver.objects.filter(case=case, side=handing.TAKER, state=handing.ACTIVE).first()
    return tuple(came.way) if came is not None else ()


def _content(
    case: Case, reason: str, at: datetime, task: Task | None
) -> tuple[Offered, list[tuple[Photo, str, int]]]:
    known = book()
    facts = known.categories[case.category_id]
    reports = list(Report.objects.filter(case=case).order_by("id")[:MOST_REPORTS])
    photos = []
    for photo in Photo.objects.filter(case=case).order_by("id")[:MOST_PARTS]:
        path = settings.MEDIA_ROOT / photo.name
        if path.is_file():
            content = path.read_bytes()
            photos.append((photo, hashlib.sha256(content).hexdigest(), len(content)))
    told: list[dict[str, Any]] = [dict(r.answers) for r in reports[:1]]
    return Offered(
        what="task" if task else "case",
        ref=case.number,
        category=facts.code,
        category_name=facts.name[:120],
        grade=case.grade,
        reason=reason,
        lat=case.lat,
        lon=case.lon,
        address=case.address,
        reports=tuple(
            Told(r.number, r.words, r.received_at.isoformat(), r.language) for r in reports
        ),
        promise=promise_of(case, at),
        parts=tuple(Attached(digest, size) for _photo, digest, size in photos),
        way=(),
        answers=told[0] if told else {},
        public=case.public,
    ), photos


def promise_of(case: Case, at: datetime) -> Promise:
    """What the reporter was promised: the clock of the whole case, else that of the handling,
    which is reckoned from now where nobody handles it yet."""
    now = revisions()
    known = book(now)
    procedure = known.procedures[case.procedure_id]
    running = {c.kind: c for c in Clock.objects.filter(case=case, task=None, stopped_at=None)}
    clock = running.get("total")
    if clock is None:
        stage = procedure.stages[case.stage]
        clock = running.get("stage") if stage.duty == "handle" else None
    if clock is None:
        handles = next((s for s in procedure.stages.values() if s.duty == "handle"), None)
        standard = known.standards[case.standard_id][1] if case.standard_id else None
        code = known.categories[case.category_id].code
        limit = procedure.limit_for(handles.name, case.grade, code, standard) if handles else None
        if limit is not None:
            name = calendar_name_for(case.area_path, now)
            clock = timing.start(case, "stage", limit, at, procedure, name, now)
    if clock is None or clock.due_at is None:
        return Promise(None, "", "", 0, at)
    rule = str(timing.face(clock).limit)
    left = int((clock.due_at - at).total_seconds())
    return Promise(clock.due_at, clock.calendar, rule, left, at)
