"""One look-up hands a case to a person, or refuses; each look into a file is noted."""

import json
from datetime import datetime

from django.db.models import Q

from commonward.cases.actions.sealing import masters
from commonward.cases.models import Case, CaseKey, Report, Task
from commonward.cases.queries.reference import book
from commonward.core import sealing
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor, Right
from commonward.people.actions import record_access

SEES_ALL = ("intake_officer", "dispatcher", "duty_chief", "leader", "grid_worker")
"""Posts that see the cases of their area and categories; a handler sees those of their team."""


def access_case(number: str, actor: Actor, at: datetime, *, door: str, what: str = "read") -> Case:
    """The case with this number, if this person may see it; the look is noted.

    Raises Missing alike where there is none and where there is none for this person.
    """
    case = (
        Case.objects.select_related("category", "area", "team", "procedure")
        .filter(number=number)
        .first()
    )
    if case is None or not may_see(case, actor):
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    if actor.account is not None:
        record_access(actor.account, None, number, what, door, at)
    return case


def may_see(case: Case, actor: Actor) -> bool:
    """Whether this person may see this case at all."""
    if actor.report is not None:
        return Report.objects.filter(pk=actor.report, case=case).exists()
    if actor.role == "system":
        return True
    code = book().categories[case.category_id].code
    if actor.roles_for(SEES_ALL, "see", case.area_path, code):
        return True
    if not actor.roles_for(("handler",), "see", case.area_path, code):
        return False
    if case.team_id in actor.teams or case.handling_team_id in actor.teams:
        return True
    return Task.objects.filter(case=case, team_id__in=actor.teams).exists()


def seen_by(actor: Actor) -> Q:
    """The same rule as a condition on cases, for lists; nothing is seen without a grant."""
    if actor.role == "system":
        return Q()
    seen = Q(pk__in=[])
    for right in actor.rights:
        if right.verbs and "see" not in right.verbs:
            continue
        if right.role in SEES_ALL:
            seen |= _covered(right)
        elif right.role == "handler" and actor.teams:
            own = Q(team_id__in=actor.teams) | Q(handling_team_id__in=actor.teams)
            asked = Q(pk__in=Task.objects.filter(team_id__in=actor.teams).values("case_id"))
            seen |= (own | asked) & _covered(right)
    return seen


def _covered(right: Right) -> Q:
    covered = ~Q(pk__in=[])
    if right.area:
        covered &= Q(area_path__contains=f"/{right.area}/")
    if right.categories:
        some = Q(pk__in=[])
        for prefix in right.categories:
            some |= Q(category__code__startswith=prefix)
        covered &= some
    return covered


def contact_of(report: Report, actor: Actor, at: datetime, *, door: str) -> dict[str, str]:
    """A reporter's details, for those who work on the case; empty once shredded. Noted."""
    case = access_case(report.case.number, actor, at, door=door, what="contact")
    if report.contact is None:
        return {}
    key = CaseKey.objects.filter(case=case).first()
    if key is None or key.wrapped is None:
        return {}
    opened = sealing.unwrap(key.wrapped, masters(), case.number)
    found: dict[str, str] = json.loads(sealing.open_sealed(report.contact, opened, report.number))
    return found
