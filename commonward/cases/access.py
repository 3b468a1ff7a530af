"""One look-up hands a case to a person, or refuses; each look into a file is noted."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from commonward.areas.queries.paths import paths_of
from commonward.cases.actions.sealing import masters
from commonward.cases.models import Case, CaseKey, Report, Task
from commonward.cases.queries.reference import book
from commonward.core import causes, sealing
from commonward.core.refusals import N_, Missing
from commonward.core.rights import (
    APART,
    PROGRAMME,
    SEALED,
    URGENT,
    Actor,
    Right,
    refuse_onlooker,
)
from commonward.people.actions import record_access
from commonward.people.queries import revisions as read_revisions

SEES_ALL = ("intake_officer", "dispatcher", "duty_chief", "leader", "grid_worker")
"""Posts that see the cases of their area and categories; a handler sees those of their team."""
SEES_DISPUTES = ("coordinator",)
"""The same of a dispute: nobody else sees that it exists, leaders not either."""
WORKS_ON_DISPUTES = ("mediator", "panelist", "clerk", "legal_aid")
"""Posts that see the disputes of their team."""
SEES_INCIDENTS = ("response_coordinator",)
"""The same of an incident; a unit sees what it was sent to through its own room alone."""
SEES_PROGRAMMES = ("programme_officer", "leader")
"""The same of the programmes' cases."""
WORKS_ON_PROGRAMMES = ("handler", "grid_worker", "dispatcher", "duty_chief", "intake_officer")
"""Posts that see those of their team, and those on which their team has a task."""
CIRCLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    SEALED: (SEES_DISPUTES, WORKS_ON_DISPUTES),
    URGENT: (SEES_INCIDENTS, ()),
    PROGRAMME: (SEES_PROGRAMMES, WORKS_ON_PROGRAMMES),
}
"""How the code of a category that stands apart begins → who sees all of it, who that of their team."""

ASKED: Mapping[str, tuple[str, ...]] = {PROGRAMME: WORKS_ON_PROGRAMMES}
"""Of which circles a task lets its team see the case, by which posts. Outside the circles a task
does so for handlers; a dispute and an incident are shown to nobody by a task."""


def access_case(number: str, actor: Actor, at: datetime, *, door: str, what: str = "read") -> Case:
    """The case with this number, if this person may see it; the look is noted.

    Raises Missing alike where there is none and where there is none for this person.
    """
    case = visible_case(number, actor)
    causes.note(case=case.number)
    if actor.account is not None:
        if actor.seen_by is not None:  # whoever looks is noted, not the one whose eyes they use
            what = f"{what} as account {actor.account}"
        record_access(actor.seen_by or actor.account, None, number, what, door, at)
    return case


def visible_case(number: str, actor: Actor) -> Case:
    """The same before a change, which is noted by its event and shows nothing of the file."""
    case = (
        Case.objects.select_related("category", "area", "team", "procedure")
        # A procedure is some 20 kB of text, which the book has read already.
        .defer("procedure__text")
        .filter(number=number)
        .first()
    )
    if case is None or not may_see(case, actor):
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    return case


def may_see(case: Case, actor: Actor) -> bool:
    """Whether this person may see this case at all."""
    if actor.report is not None:
        return Report.objects.filter(pk=actor.report, case=case).exists()
    if actor.role == "system":
        return True
    code = book().categories[case.category_id].code
    if sees(actor, case.area_path, code, (case.team_id, case.handling_team_id)):
        return True
    asked = shown_by_tasks(code)
    if not asked or not actor.roles_for(asked, "see", case.area_path, code):
        return False
    return Task.objects.filter(case=case, team_id__in=actor.teams).exists()


def sees(actor: Actor, area_path: str, category: str, teams: Iterable[int | None]) -> bool:
    """The same rule of staff for a case whose teams, those of its tasks too, are known."""
    everywhere, of_team = CIRCLES.get(category[:2], (SEES_ALL, ("handler",)))
    if actor.roles_for(everywhere, "see", area_path, category):
        return True
    if not actor.roles_for(of_team, "see", area_path, category):
        return False
    return not actor.teams.isdisjoint(teams)


def shown_by_tasks(category: str) -> tuple[str, ...]:
    """The posts to whose teams a task shows a case of this category."""
    return ASKED.get(category[:2], () if category.startswith(APART) else ("handler",))


def seen_by(actor: Actor, revisions: Mapping[str, int] | None = None) -> Q:
    """The same rule as a condition on cases, for lists; nothing is seen without a grant."""
    seen = Q(pk__in=[])
    for way in ways_to_see(actor, revisions):
        if not way:
            return way
        seen |= way
    return seen


def ways_to_see(actor: Actor, revisions: Mapping[str, int] | None = None) -> list[Q]:
    """The same rule in parts, each of which an index can answer: a case is seen by any of them.

    An empty condition among them means every case; no way at all means none.
    """
    if actor.role == "system":
        return [Q()]
    if actor.report is not None:
        return [Q(pk__in=Report.objects.filter(pk=actor.report).values("case_id"))]
    marks = read_revisions() if revisions is None else revisions
    seeing = [r for r in actor.rights if not r.verbs or "see" in r.verbs]
    sealed = categories_under(APART, marks)
    ways = []
    everywhere = _covered_by_any([r for r in seeing if r.role in SEES_ALL], marks)
    if everywhere is not None:
        # A site without mediation asks for no category, and its lists are the quicker for it.
        ways.append(everywhere & ~Q(category_id__in=sealed) if sealed else everywhere)
    handled = _covered_by_any([r for r in seeing if r.role == "handler"], marks)
    if handled is not None and actor.teams:
        asked = Task.objects.filter(team_id__in=actor.teams)
        if sealed:
            handled &= ~Q(category_id__in=sealed)
        ways += [
            handled & Q(team_id__in=actor.teams),
            handled & Q(handling_team_id__in=actor.teams),
            handled & Q(pk__in=asked.values("case_id")),
        ]
    for start in APART if sealed else ():
        ways += _ways_apart(actor, seeing, start, marks)
    return ways


def _ways_apart(
    actor: Actor, seeing: Sequence[Right], start: str, marks: Mapping[str, int]
) -> list[Q]:
    """The ways to the cases of one circle; none where the site has no such category."""
    ids = categories_under((start,), marks)
    if not ids:
        return []
    kept = Q(category_id__in=ids)
    sees_all, of_team = CIRCLES[start]
    ways = []
    everywhere = _covered_by_any([r for r in seeing if r.role in sees_all], marks)
    if everywhere is not None:
        ways.append(everywhere & kept)
    worked = _covered_by_any([r for r in seeing if r.role in of_team], marks)
    if worked is not None and actor.teams:
        ways += [
            worked & kept & Q(team_id__in=actor.teams),
            worked & kept & Q(handling_team_id__in=actor.teams),
        ]
        if start in ASKED:
            asked = Task.objects.filter(team_id__in=actor.teams)
            ways.append(worked & kept & Q(pk__in=asked.values("case_id")))
    return ways


def _covered_by_any(rights: Sequence[Right], revisions: Mapping[str, int]) -> Q | None:
    found: Q | None = None
    for right in rights:
        paths = paths_of(right.area, revisions) if right.area else ()
        ids = categories_under(right.categories, revisions)
        if (right.area and not paths) or (right.categories and not ids):
            continue
        covered = below(paths) if right.area else Q()
        if right.categories:
            covered &= Q(category_id__in=ids)
        if not covered:
            return covered
        found = covered if found is None else found | covered
    return found


def below(paths: Iterable[str], field: str = "area_path") -> Q:
    """Cases filed under any of these paths of areas, or further down; none for no path.

    `field` leads from what is asked to the case's path.
    """
    found = Q(pk__in=[])
    for path in paths:
        if connection.vendor == "postgresql":
            found |= Q(**{f"{field}__startswith": path})
        else:
            # SQLite's LIKE uses no index; a path ends in "/", and "0" is the next character.
            found |= Q(**{f"{field}__gte": path, f"{field}__lt": f"{path[:-1]}0"})
    return found


def categories_under(prefixes: Iterable[str], revisions: Mapping[str, int]) -> list[int]:
    """The ids of the categories whose code begins with any of these."""
    starts = tuple(prefixes)
    return [c.id for c in book(revisions).categories.values() if c.code.startswith(starts)]


def contact_of(report: Report, actor: Actor, at: datetime, *, door: str) -> dict[str, str]:
    """A reporter's details, for those who work on the case; empty once shredded. Noted."""
    refuse_onlooker(actor)
    case = access_case(report.case.number, actor, at, door=door, what="contact")
    if report.contact is None:
        return {}
    key = CaseKey.objects.filter(case=case).first()
    if key is None or key.wrapped is None:
        return {}
    opened = sealing.unwrap(key.wrapped, masters(), case.number)
    found: dict[str, str] = json.loads(sealing.open_sealed(report.contact, opened, report.number))
    return found
