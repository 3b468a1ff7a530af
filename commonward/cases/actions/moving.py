"""Take one step of a procedure with a case: lock → ask core → write → record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.areas.queries import locate, revisions
from commonward.cases.actions import timing
from commonward.cases.actions.alarming import alarm_by_reporter
from commonward.cases.actions.finding import WORDS_ADDED, find_again
from commonward.cases.actions.handing import team_that_answers
from commonward.cases.actions.recording import in_short, record
from commonward.cases.actions.rows import CASES, answered, doers, reports_of, unanswered, waiting
from commonward.cases.models import Case, Report
from commonward.cases.queries.answering import team_for
from commonward.cases.queries.reference import Book, book
from commonward.core.causes import part
from commonward.core.procedures import Procedure, Situation, Step, step
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import Actor

CALLBACK_FIELDS = ("reached", "solved", "satisfied")
STAYS = ("note", WORDS_ADDED)
"""What is still written on a case that a neighbour has."""


def locked(number: str) -> Case:
    """The case, locked until the transaction ends and read after the lock."""
    found = CASES.select("number = %s", [number], lock=True)
    if not found:
        raise Missing(N_("There is no case {number}."), number=number)
    return found[0]


def in_order(case: Case, at: datetime) -> datetime:
    """`at`, or the case's last change if that is later: machines' clocks differ, a log has one
    order, and nothing is written before what it follows."""
    return max(at, case.changed_at)


def touch(case: Case, at: datetime) -> None:
    """Note that a locked case was changed: its version rises, so that others are told."""
    _changed(case, at)
    CASES.update(case)


def _changed(case: Case, at: datetime) -> None:
    case.version += 1
    case.changed_at = at
    # New words may stand in a case that was forgotten already: its time comes once more.
    case.forgotten_at = None


def check_version(case: Case, version: int | None) -> None:
    """Two people at one case are told, not overwritten."""
    if version is not None and version != case.version:
        raise Stale(
            N_("Case {number} was changed in the meantime (version {now}, you had {had})."),
            number=case.number,
            now=case.version,
            had=version,
        )


def situation(case: Case, procedure: Procedure, verb: str, known: Book) -> Situation:
    """Where the case stands; what costs a query is read only for verbs that need it."""
    found = procedure.verbs.get(verb)
    waits = 0
    done_by: dict[str, frozenset[int]] = {}
    done_by_teams: dict[str, frozenset[int]] = {}
    if found is not None and found.waits:
        waits = waiting(case.pk)
    if found is not None and found.apart_from:
        rows = doers(case.pk, found.apart_from)
        for name in found.apart_from:
            done_by[name] = frozenset(a for v, a, _ in rows if v == name and a is not None)
            # The event names who had the case: that is the doer's team only where it must be.
            if procedure.verbs[name].own_team:
                done_by_teams[name] = frozenset(
                    t for v, _, t in rows if v == name and t is not None
                )
    return Situation(
        stage=case.stage,
        area_path=case.area_path,
        category=known.categories[case.category_id].code,
        team=case.team_id,
        back_to=case.back_to,
        counters=case.counters,
        closed_at=case.closed_at,
        waits_for=waits,
        done_by=done_by,
        done_by_teams=done_by_teams,
    )


@part("act")
def act(
    number: str,
    verb: str,
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
    room: str = "",
) -> Case:
    """Take the step `verb` with a case; the whole of it happens, or nothing.

    `room` names the room that takes it, where the procedure leaves its steps to one.

    `given` fills what the verb needs: reason, words, result (free words, kept apart from the
    event), team, category, standard, outcome, lat, lon, address, reached, solved, satisfied,
    report (number of the one who was called back), used (which standard texts and articles stand
    in the words, with their versions). Raises Missing, Forbidden, Invalid, Refusal
    (code "stage", "bound", "final", "waits", "window", "approval", "apart") or Stale.
    """
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        return take(case, verb, actor, in_order(case, at), given or {}, room=room)


def take(
    case: Case,
    verb: str,
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any],
    *,
    approved: bool = False,
    seconds: int | None = None,
    room: str = "",
) -> Case:
    """Take a step with a case that is already locked in this transaction.

    `approved` and `seconds` come from a granted approval (`cases.actions.approving`).
    """
    now = revisions()
    known = book(now)
    procedure = known.procedures[case.procedure_id]
    if actor.role == "reporter" and actor.report not in dict(reports_of(case.pk)):
        raise Missing(N_("There is no case {number}."), number=case.number)
    _check_room(case, procedure, actor, room)
    refuse_away(case, actor.role, verb)
    taken = step(
        procedure, verb, actor, situation(case, procedure, verb, known), given, at,
        approved=approved,
    )  # fmt: skip
    if taken.to.name == "joined" and case.joined_to_id is None:
        raise Invalid(N_("Say which case it is the same as: join it to that one."), field="into")
    spent = int((at - case.stage_since).total_seconds())
    before = (case.team_id, case.routing)
    data: dict[str, Any] = {"used": list(given["used"])} if given.get("used") else {}
    case.counters = dict(taken.counters)
    _fill(case, taken, given, data, known, at, now)
    if taken.moves:
        _enter(case, taken, at, known, given.get("team"), now)
    elif "team" in given and given["team"] not in (None, ""):
        case.team_id = team_that_answers(given["team"], at, now)
        case.unrouted = False
        case.routing = {}
    clocks = timing.after_step(case, procedure, taken, at, known, given, now, seconds)
    if clocks is not None:
        timing.nearest(case, clocks, now)
    _changed(case, at)
    CASES.update(case)
    if clocks is not None:
        timing.save(clocks)
    if case.routing and (case.team_id, case.routing) != before:
        data["routing"] = in_short(case.routing)
    if taken.moves and case.team_id != before[0]:
        data["to_team"] = case.team_id
    report = _answer_reporters(case, taken, actor, given, at)
    words = next((str(given[k]) for k in ("reason", "result", "words") if given.get(k)), "")
    record(
        case,
        verb,
        at,
        actor,
        role=taken.role,
        from_stage=taken.from_.name,
        to_stage=taken.to.name,
        team=before[0],
        report=report,
        spent=spent if taken.moves else None,
        data=data,
        # A remark lies open; a room that keeps more than the case seals the words of its steps.
        words="" if procedure.room else words,
        public=taken.verb.public,
    )
    if verb in (WORDS_ADDED, "locate"):
        find_again([case])
    alarm_by_reporter(case, "" if procedure.room else words, actor, at)
    return case


def refuse_away(case: Case, role: str, verb: str) -> None:
    """Raises Refusal "away" where a neighbouring installation has the case (core.federation)."""
    if case.away_since is not None and verb not in STAYS and role != "system":
        raise Refusal(
            N_("A neighbouring office has case {number}; until it comes back it is only noted on."),
            number=case.number,
            code="away",
        )


def _check_room(case: Case, procedure: Procedure, actor: Actor, room: str) -> None:
    if procedure.room != room and actor.role != "system":
        raise Refusal(
            N_("Case {number} is moved on its own page only, where all of it is kept."),
            number=case.number,
            code="room",
        )


def _fill(
    case: Case,
    taken: Step,
    given: Mapping[str, Any],
    data: dict[str, Any],
    known: Book,
    at: datetime,
    now: Mapping[str, int],
) -> None:
    """What a verb fills in on the case itself."""
    outcome = taken.verb.outcome or str(given.get("outcome", "") or "")
    if outcome and (taken.to.closed or taken.to.ends):
        case.outcome = outcome[:30]
        data["outcome"] = case.outcome
    for name in CALLBACK_FIELDS:
        if given.get(name) is not None:
            data[name] = given[name]
    place_changed = False
    if taken.verb.name == "recategorise":
        facts = known.category(str(given["category"]))
        same = known.categories[case.category_id].procedure == facts.procedure
        if not same:
            raise Invalid(
                N_("“{code}” follows another procedure; refuse this case and open one there."),
                code=facts.code,
                field="category",
            )
        data["category"] = [known.categories[case.category_id].code, facts.code]
        case.category_id = facts.id
        case.standard_id = None
        place_changed = True
    if given.get("standard") is not None:
        standard = int(given["standard"])
        if known.standards.get(standard, (None, None))[0] != case.category_id:
            raise Invalid(
                N_("This filing condition does not belong to the case's category."),
                field="standard",
            )
        case.standard_id = standard
        data["standard"] = standard
    if taken.verb.name == "locate":
        _locate(case, given, at, now)
        place_changed = True
    if place_changed and not taken.moves:
        team_for(case, taken.to, known.categories[case.category_id], at, now)


def _locate(case: Case, given: Mapping[str, Any], at: datetime, now: Mapping[str, int]) -> None:
    if given.get("lat") is None or given.get("lon") is None:
        raise Invalid(N_("“locate” needs lat and lon."), field="lat")
    lat, lon = float(given["lat"]), float(given["lon"])
    found = locate(lat, lon, at=at, revisions=now)
    if found.outside:
        raise Invalid(N_("This place is outside the area served."), field="lat", code="outside")
    case.lat, case.lon = lat, lon
    case.area_id, case.area_path = found.area_id, found.path
    if given.get("address"):
        case.address = str(given["address"])[:300]


def _enter(
    case: Case, taken: Step, at: datetime, known: Book, team: Any, now: Mapping[str, int]
) -> None:
    """Enter a stage: who has the case there, and whether it is open, closed or ended."""
    to = taken.to
    case.back_to = taken.from_.name if to.pauses else ""
    case.stage = to.name
    case.stage_since = at
    case.paused = to.pauses
    chosen = team_that_answers(team, at, now) if team not in (None, "") else None
    if taken.verb.to == "<":
        chosen = case.handling_team_id
    team_for(
        case, to, known.categories[case.category_id], at, now, chosen=_again(case, taken, chosen)
    )
    if to.team in ("chosen", "anew") and case.team_id is not None:
        case.handling_team_id = case.team_id
    if to.closed and case.closed_at is None:
        case.closed_at = at
    elif not to.closed:
        case.closed_at = None
        case.outcome = ""
    case.is_open = not to.ends


def _again(case: Case, taken: Step, chosen: int | None) -> int | None:
    """Rework goes back to those who handled it, unless somebody else is named."""
    if chosen is None and taken.to.team == "chosen":
        return case.handling_team_id
    return chosen


def _answer_reporters(
    case: Case, taken: Step, actor: Actor, given: Mapping[str, Any], at: datetime
) -> int | None:
    """Note what a reporter said when called back, and that all were answered at the end."""
    chosen = None
    if taken.from_.closed and any(given.get(k) is not None for k in CALLBACK_FIELDS):
        wanted = given.get("report")
        chosen = next(
            (
                report
                for report, number in reports_of(case.pk)
                if (actor.report is None or actor.report == report)
                and (not wanted or wanted == number)
            ),
            None,
        )
        if chosen is None:
            raise Missing(N_("This report does not belong to the case."), field="report")
        Report.objects.filter(pk=chosen).update(**said_back(given))
    if taken.moves and taken.to.ends:
        answered(case.pk, at)
    elif taken.moves and not taken.to.closed and taken.from_.closed:
        unanswered(case.pk)
    return chosen


def said_back(given: Mapping[str, Any]) -> dict[str, Any]:
    """The three callback answers, checked: reached and solved yes or no, satisfied 1 to 5."""
    kept: dict[str, Any] = {}
    for name in ("reached", "solved"):
        if given.get(name) is not None:
            kept[name] = given[name] in (True, "true", "yes", "1", 1)
    if given.get("satisfied") not in (None, ""):
        try:
            mark = int(given["satisfied"])
        except (TypeError, ValueError):
            mark = 0
        if not 1 <= mark <= 5:
            raise Invalid(
                N_("satisfied is a number from 1 (not at all) to 5 (fully)."), field="satisfied"
            )
        kept["satisfied"] = mark
    return kept


def call_back(
    report_number: str,
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any],
    *,
    version: int | None = None,
) -> Report:
    """Note one more reporter's answer to the callback (回访); the case stays where it is."""
    with transaction.atomic():
        report = Report.objects.filter(number=report_number).first()
        if report is None:
            raise Missing(N_("There is no report {number}."), number=report_number)
        case = CASES.select("id = %s", [report.case_id], lock=True)[0]
        check_version(case, version)
        at = in_order(case, at)
        known = book()
        if case.closed_at is None:
            raise Refusal(
                N_("Case {number} is not closed yet; the callback comes after."),
                number=case.number,
                code="stage",
            )
        category = known.categories[case.category_id].code
        mine = actor.report == report.pk
        if not mine and not actor.roles_for(
            ("intake_officer",), "call_back", case.area_path, category
        ):
            raise Forbidden(N_("The callback is for intake officers and the reporter."))
        kept = said_back(given)
        if not kept:
            raise Invalid(N_("Say at least one of reached, solved, satisfied."), field="reached")
        Report.objects.filter(pk=report.pk).update(**kept)
        touch(case, at)
        record(
            case, "called_back", at, actor, role="reporter" if mine else "intake_officer",
            report=report.pk, team=case.team_id, data=kept,
        )  # fmt: skip
    report.refresh_from_db()
    return report
