"""Register a dispute, from whichever door it came (受理登记)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from commonward.cases.actions import Said, open_case
from commonward.cases.actions.alarming import alarm
from commonward.cases.models import Case, Report
from commonward.core.disputes import KINDS, SOURCES, TRACKS, category_of, gate_of, place_cell
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.actions.grading import graded_by_rules
from commonward.disputes.actions.moving import ROOM, move
from commonward.disputes.actions.needs import check_wants, keep_wants
from commonward.disputes.actions.passes import new_pass
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import seal
from commonward.disputes.actions.sides import add_party, checked
from commonward.disputes.actions.terms import begin_terms
from commonward.disputes.models import Dispute, Side

LONGEST_WORDS = 4000
MOST_FACTS = 60
MAY_REGISTER = ("coordinator", "mediator", "intake_officer", "grid_worker", "handler", "duty_chief")
"""Posts that take a dispute in; what is in it afterwards, the posts of mediation alone see."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as told at registration; `details` are sealed at once (`sides.DETAILS`)."""

    details: Mapping[str, str]
    part: str = "party"


@dataclass(frozen=True, slots=True)
class Application:
    """What one side, or an office, asks for (申请书, 受理登记表).

    `words` is that side's own account, `wants` what it asks for, `neutral` the one sentence that
    both sides are told.
    `facts` are yes, no or numbers. `applicant` and `others` are the people of side "a" and "b";
    the other side may be unknown yet.
    """

    kind: str
    words: str = ""
    neutral: str = ""
    wants: str = ""
    facts: Mapping[str, bool | int] = field(default_factory=dict)
    applicant: tuple[Person, ...] = ()
    others: tuple[Person, ...] = ()
    source: str = "applied"
    source_ref: str = ""
    track: str = "general"
    came_from: str = ""
    enterprise: bool = False
    group: bool = False
    households: int = 1
    oral: bool = False
    minor: bool = False
    needs_supporter: bool = False
    language: str = ""
    lat: float | None = None
    lon: float | None = None
    place: str = ""
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """The dispute's number, and the applicant's secret link where somebody may hold one."""

    number: str
    key: str = ""
    gated: bool = False


def register(
    given: Application,
    at: datetime,
    actor: Actor = SYSTEM,
    *,
    channel: str = "portal",
    key: str = "",
    idempotency: str = "",
    grade: str = "",
    grade_why: Mapping[str, object] | None = None,
) -> Registered:
    """Register a dispute: filed as a case, its words sealed, graded, routed, its clocks started.

    Without a `grade` the rules in force give it, by the stated facts.

    Sent again under the same `idempotency` key of a channel nothing is added. A hard gate that
    the facts meet is refused with code "gate" to a resident, who is shown whom to call; an
    office's registration is kept and closed as gated, so that it is counted.
    Raises Invalid naming the field, Forbidden.
    """
    _check(given)
    gate = gate_of(given.facts)
    by_staff = actor.account is not None
    if gate is not None and not by_staff:
        raise Refusal(gate.why, code="gate", field=gate.call)
    if not grade:
        found = graded_by_rules(given.facts, at)
        grade, grade_why = found.colour, found.to_data()
    with transaction.atomic():
        report = open_case(
            category_of(given.kind),
            Said(
                channel=channel,
                lat=given.lat,
                lon=given.lon,
                language=given.language,
                idempotency=idempotency,
            ),
            at,
            actor=actor,
            origin="grid" if given.source == "grid" else "public",
            grade=grade,
            source="dispute" if given.source_ref else "",
            source_ref=f"{given.source}:{given.source_ref}" if given.source_ref else "",
            area_code=given.area_code,
            public=False,
            room=ROOM,
        )
        case = report.case
        if Dispute.objects.filter(pk=case.pk).exists():
            return Registered(case.number, key)
        if by_staff:
            _may_register(actor, case)
        made = _keep(given, case, report, at, actor, grade_why or {}, key)
        begin_terms(made[0], at)
        alarm(case, given.words, at, report=report.pk, sealed=True)
        if gate is not None:
            move(made[0], "gate", SYSTEM, at, {"reason": gate.why})
        return Registered(case.number, made[1], gated=gate is not None)


def _keep(
    given: Application,
    case: Case,
    report: Report,
    at: datetime,
    actor: Actor,
    grade_why: Mapping[str, object],
    key: str,
) -> tuple[Dispute, str]:
    """Everything the room keeps of a dispute whose case has just been opened."""
    cell = ""
    if given.lat is not None and given.lon is not None:
        cell = place_cell(given.lat, given.lon)
        # The area is enough to route it; a point on a map would show where people quarrel.
        Case.objects.filter(pk=case.pk).update(lat=None, lon=None)
        Report.objects.filter(pk=report.pk).update(lat=None, lon=None)
        case.lat = case.lon = None
    dispute = Dispute(
        case=case,
        kind=given.kind,
        source=given.source,
        track=given.track,
        enterprise=given.enterprise,
        group=given.group,
        oral=given.oral,
        facts=dict(given.facts),
        grade_why=dict(grade_why),
        place_cell=cell,
        came_from=_came_from(given.came_from),
        registered_at=at,
    )
    dispute.words = seal(dispute, given.words, "words")
    dispute.neutral = seal(dispute, given.neutral, "neutral") if given.neutral else None
    dispute.place = seal(dispute, given.place, "place") if given.place else None
    dispute.save(force_insert=True)
    first = Side.objects.create(
        dispute=dispute,
        letter="a",
        language=given.language[:10],
        minor=given.minor,
        needs_supporter=given.needs_supporter or given.minor,
        households=given.households,
    )
    Side.objects.create(dispute=dispute, letter="b")
    keep_wants(dispute, first, given.wants)
    parties = [add_party(dispute, "a", p.part, p.details, actor, at) for p in given.applicant]
    for person in given.others:
        add_party(dispute, "b", person.part, person.details, actor, at)
    if given.source == "applied" and parties:
        # Whoever asks for mediation wants it: the application is that side's yes, until it is
        # taken back.
        Side.objects.filter(pk=first.pk).update(answer="agreed", answered_at=at)
    note(
        dispute, "dispute_registered", at, actor,
        data={"kind": given.kind, "source": given.source, "track": given.track,
              "oral": given.oral},
    )  # fmt: skip
    return dispute, new_pass(parties[0].pk, at, key=key) if parties else ""


def _came_from(number: str) -> Case | None:
    if not number:
        return None
    found = Case.objects.filter(number=number).first()
    if found is None:
        raise Invalid(N_("There is no case {number}."), number=number, field="came_from")
    return found


def _may_register(actor: Actor, case: Case) -> None:
    if not actor.roles_for(MAY_REGISTER, "register", case.area_path, case.category.code):
        raise Forbidden(N_("Disputes are registered by those who take reports in."))


def _check(given: Application) -> None:
    for name, value, known in (
        ("kind", given.kind, KINDS),
        ("source", given.source, SOURCES),
        ("track", given.track, TRACKS),
    ):
        if value not in known:
            raise Invalid(
                N_("“{value}” is not a {which}; known are {known}."),
                value=value,
                which=name,
                known=", ".join(known),
                field=name,
            )
    for name in ("words", "neutral", "place"):
        text = getattr(given, name)
        if len(text) > LONGEST_WORDS or "\x00" in text:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name,
                most=LONGEST_WORDS,
                field=name,
            )
    check_wants(given.wants)
    if not given.words.strip():
        raise Invalid(N_("Say in a few words what it is about."), field="words")
    if len(given.facts) > MOST_FACTS or not all(
        isinstance(v, bool | int) for v in given.facts.values()
    ):
        raise Invalid(N_("A stated fact is yes, no or a number."), field="facts")
    for person in (*given.applicant, *given.others):
        checked(person.details)
    if given.minor and not any(p.part == "supporter" for p in given.applicant):
        raise Invalid(
            N_("A minor does not stand here alone: name a guardian or another supporter."),
            field="applicant",
        )
