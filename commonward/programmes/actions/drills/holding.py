"""Plan a drill, hold it with a log, end it: an exercise, of which nothing goes to real help (演练)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from commonward.areas.models import Area
from commonward.cases.actions import act, adopt_procedure, open_case, set_category
from commonward.cases.actions.moving import locked
from commonward.cases.actions.opening import Said
from commonward.cases.models import Category, ProcedureVersion
from commonward.core.ballots.codes import ALPHABET
from commonward.core.procedures import shipped
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.people.access import require_administrator
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import file_under
from commonward.programmes.actions.drills.frame import (
    LONGEST_TITLE,
    LONGEST_WORDS,
    ROOM,
    entered,
    note,
    opened,
    said,
)
from commonward.programmes.models import Drill, DrillEntry, DrillTeam
from commonward.programmes.queries.drills import CATEGORY, KEEPS

PROCEDURE = "drill"
MOST_TEAMS, MOST_ENTRIES = 30, 500


@dataclass(frozen=True, slots=True)
class DrillGiven:
    """What is said of a drill that is planned."""

    title: str
    scenario: str
    aims: str
    area: int
    on: date
    teams: tuple[int, ...]
    title_en: str = ""
    scenario_en: str = ""
    aims_en: str = ""


def set_up_learning(at: datetime, actor: Actor = SYSTEM) -> None:
    """Adopt the procedure of drills and make their category. Raises Forbidden."""
    require_administrator(actor, "set_up_learning")
    if not ProcedureVersion.objects.filter(name=PROCEDURE).exists():
        adopt_procedure(shipped(PROCEDURE), at=at, actor=actor)
    if not Category.objects.filter(code=CATEGORY).exists():
        set_category(
            CATEGORY, "演练", name_en="Drill", procedure=PROCEDURE, group="专项工作",
            reportable=False, actor=actor,
        )  # fmt: skip


def plan_drill(given: DrillGiven, actor: Actor, at: datetime, *, code: str = "") -> Drill:
    """Plan one: its case is opened without a word of the scenario, so that nothing reads it as real.

    `code` makes a repeated sending one. Raises Forbidden, Invalid.
    """
    refuse_onlooker(actor)
    area = Area.objects.filter(pk=given.area).first()
    if area is None:
        raise Invalid(N_("Choose one of the list."), field="area")
    if actor.role != "system" and not actor.roles_for(KEEPS, "keep", area.path, CATEGORY):
        raise Forbidden(N_("Only who keeps the programmes of this area does this."))
    known = Drill.objects.filter(code=code).first() if code else None
    if known is not None:
        return known
    code = code or "".join(secrets.choice(ALPHABET) for _ in range(8)).lower()
    with transaction.atomic():
        case = open_case(
            CATEGORY, Said(channel="desk", words=f"演练 {code}"), at, actor=actor, origin="office",
            public=False, room=ROOM,
        ).case  # fmt: skip
        file_under(case, area)
        made = Drill.objects.create(
            case=case, code=code, area=area, on=given.on,
            title=said("title", given.title, LONGEST_TITLE),
            title_en=said("title_en", given.title_en, LONGEST_TITLE, needed=False),
            scenario=said("scenario", given.scenario, LONGEST_WORDS),
            scenario_en=said("scenario_en", given.scenario_en, LONGEST_WORDS, needed=False),
            aims=said("aims", given.aims, LONGEST_WORDS),
            aims_en=said("aims_en", given.aims_en, LONGEST_WORDS, needed=False),
        )  # fmt: skip
        _join(made, given.teams)
        note(made, "planned", actor, at, {"teams": len(given.teams)})
    return made


def begin_drill(code: str, actor: Actor, at: datetime) -> Drill:
    """The exercise begins; from now on its log is written. Raises as `cases.actions.act`."""
    return _moved(code, "begin", actor, at, "planned")


def write_entry(code: str, words: str, actor: Actor, at: datetime) -> DrillEntry:
    """Write a line of the log, at this moment: by who keeps the drill and by teams that take part.

    Raises Missing, Invalid, Refusal.
    """
    kept = said("words", words)
    with transaction.atomic():
        found, at = entered(code, actor, at, "running")
        if DrillEntry.objects.filter(drill=found).count() >= MOST_ENTRIES:
            raise Refusal(N_("The log has at most {most} lines."), most=MOST_ENTRIES, code="bound")
        made = DrillEntry.objects.create(drill=found, at=at, words=kept)
        note(found, "entry", actor, at, {"entry": made.pk})
    return made


def finish_drill(code: str, actor: Actor, at: datetime) -> Drill:
    """The exercise is over; it is looked back on next."""
    return _moved(code, "finish", actor, at, "running")


def call_off_drill(code: str, actor: Actor, at: datetime) -> Drill:
    """It is not held."""
    return _moved(code, "call_off", actor, at, "planned")


def _moved(code: str, verb: str, actor: Actor, at: datetime, stage: str) -> Drill:
    with transaction.atomic():
        found, at = opened(code, actor, at, stage)
        act(found.case.number, verb, actor, at, room=ROOM)
        found.case = locked(found.case.number)
    return found


def _join(found: Drill, teams: Sequence[int]) -> None:
    chosen = list(dict.fromkeys(teams))
    if not 1 <= len(chosen) <= MOST_TEAMS:
        raise Invalid(N_("Between 1 and {most} teams take part."), most=MOST_TEAMS, field="teams")
    known = set(Team.objects.filter(pk__in=chosen, active=True).values_list("pk", flat=True))
    if known != set(chosen):
        raise Invalid(N_("Choose one of the list."), field="teams")
    DrillTeam.objects.bulk_create([DrillTeam(drill=found, team_id=one) for one in chosen])
