"""Drills as those see them who keep them or take part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from commonward.core.refusals import N_, Missing
from commonward.core.rights import PROGRAMME, Actor
from commonward.programmes.models import Drill, DrillChange, DrillEntry, DrillTeam

CATEGORY = f"{PROGRAMME}drill"
KEEPS = ("programme_officer", "leader")
TAKES_PART = ("handler", "grid_worker", "dispatcher", "duty_chief", "intake_officer")
EVERYBODY = (*KEEPS, *TAKES_PART)
MOST = 200


def keeps(found: Drill, actor: Actor) -> bool:
    """Whether this person keeps this drill."""
    return actor.role == "system" or bool(
        actor.roles_for(KEEPS, "keep", found.case.area_path, CATEGORY)
    )


def drill_of(code: str, actor: Actor) -> Drill:
    """The drill of this code, for who keeps it or takes part. Raises Missing."""
    found = Drill.objects.select_related("case", "area").filter(code=code).first()
    if found is None or not (keeps(found, actor) or _concerned(found, actor)):
        raise Missing(N_("There is no drill {code}, or none that you may see."), code=code)
    return found


def _concerned(found: Drill, actor: Actor) -> bool:
    if not actor.roles_for(TAKES_PART, "see", found.case.area_path, CATEGORY):
        return False
    own = Q(drill=found, team__in=actor.teams)
    return DrillTeam.objects.filter(own).exists() or DrillChange.objects.filter(own).exists()


@dataclass(frozen=True, slots=True)
class DrillLine:
    """A drill in a list: how many changes there are, made and late."""

    drill: Drill
    changes: int
    made: int
    late: int


def drills_for(actor: Actor, today: date) -> list[DrillLine]:
    """The drills that this person sees, the newest first (2 queries)."""
    rows = Drill.objects.select_related("case", "area")
    if actor.role != "system" and not actor.roles_for(KEEPS, "keep", "", CATEGORY):
        own = DrillTeam.objects.filter(team__in=actor.teams).values("drill")
        changing = DrillChange.objects.filter(team__in=actor.teams).values("drill")
        seen = Q(pk__in=own) | Q(pk__in=changing)
        for right in actor.rights:
            if right.role in KEEPS and right.area:
                seen |= Q(case__area_path__contains=f"/{right.area}/")
        rows = rows.filter(seen)
    counted = rows.annotate(
        all_changes=Count("changes"),
        made=Count("changes", filter=Q(changes__checked_at__isnull=False)),
        late=Count(
            "changes",
            filter=Q(changes__checked_at=None, changes__said_at=None, changes__due_on__lt=today),
        ),
    )
    return [
        DrillLine(one, one.all_changes, one.made, one.late)
        for one in counted.order_by("-on", "code")[:MOST]
    ]


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a drill as its page shows it."""

    teams: Sequence[DrillTeam]
    log: Sequence[DrillEntry]
    changes: Sequence[DrillChange]


def whole_of(found: Drill) -> Whole:
    """Teams, log and changes (3 queries)."""
    return Whole(
        list(DrillTeam.objects.filter(drill=found).select_related("team").order_by("team__name")),
        list(DrillEntry.objects.filter(drill=found).order_by("at", "pk")),
        list(
            DrillChange.objects.filter(drill=found)
            .select_related("team", "task")
            .order_by("due_on", "pk")
        ),
    )
