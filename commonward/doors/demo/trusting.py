"""What trust looks like at work: a review of access under way, a right for an emergency that was."""

from datetime import datetime, timedelta

from commonward.cases.actions.emergencies import note_break_glass
from commonward.cases.models import Case
from commonward.cases.queries.posts_used import posts_used
from commonward.core.rights import SYSTEM
from commonward.doors.demo.robots import SOURCE
from commonward.people.actions.breaking_glass import (
    ask_break_glass,
    decide_break_glass,
    end_break_glass,
)
from commonward.people.actions.reviews import begin_review, decide_line
from commonward.people.models import ReviewLine
from commonward.people.queries import account_by_login, actor_for, teams_on

_WHY = "市民来电说水漫进了配电房，经办单位无人接听。A caller says that water runs into a switch room; nobody answers there."
DUE = timedelta(days=21)


def begin(ends: datetime) -> int:
    """A case read by an intake officer for an hour; the grants of a grid's team asked about."""
    _read_once(ends - timedelta(hours=3))
    return _reviewed(ends - timedelta(days=1))


def _read_once(at: datetime) -> None:
    case = (
        Case.objects.filter(source=SOURCE, stage="handle", opened_at__lt=at)
        .select_related("category")
        .order_by("-id")[:1]
        .get()
    )
    asker, second = (actor_for(account_by_login(one), at) for one in ("demo-intake", "demo-leader"))
    asked = ask_break_glass(
        asker, _WHY, 1, at=at, area_path=case.area_path, category=case.category.code,
        case_number=case.number,
    )  # fmt: skip
    at += timedelta(minutes=4)
    decide_break_glass(second, asked.pk, give=True, at=at, area_path=case.area_path)
    note_break_glass(second, case.number, asked.pk, ended=False, at=at)
    at += timedelta(minutes=40)
    end_break_glass(asker, asked.pk, at=at)
    note_break_glass(asker, case.number, asked.pk, ended=True, at=at)


def _reviewed(at: datetime) -> int:
    """A grid's team: most of its grants are kept, the last one ends (its holder does not act here)."""
    grid = [team for team in teams_on(at) if team.kind == "grid"][-1]
    made = begin_review(SYSTEM, at + DUE, at=at, used=posts_used(at), team=grid.id, months=12)
    administrator = actor_for(account_by_login("demo-admin"), at)
    lines = list(ReviewLine.objects.filter(review=made).order_by("pk").values_list("pk", flat=True))
    decided = [*((line, "needed") for line in lines[: len(lines) // 2]), (lines[-1], "moved")]
    for number, (line, reason) in enumerate(decided, start=1):
        decide_line(administrator, line, reason=reason, at=at + timedelta(minutes=number))
    return len(lines)
