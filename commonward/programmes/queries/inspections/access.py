"""Who may see and keep places and campaigns: by area; a team sees what it visits."""

from django.db.models import Q

from commonward.areas.queries.paths import paths_of
from commonward.cases.access import below
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import PROGRAMME, Actor, refuse_onlooker
from commonward.programmes.models import Campaign, Place, Visit

SUBJECT = f"{PROGRAMME}inspection"
"""What a grant's categories are asked for: inspections open no case of their own."""
KEEPS = ("programme_officer",)
SEES = ("programme_officer", "leader")
VISITS = ("grid_worker", "handler")


def keeps(actor: Actor, area_path: str) -> bool:
    """Whether this person keeps places and campaigns of this part of the tree."""
    return actor.role == "system" or bool(actor.roles_for(KEEPS, "inspect", area_path, SUBJECT))


def require_keeper(actor: Actor, area_path: str) -> None:
    """Raises Forbidden for whoever keeps no inspections there."""
    refuse_onlooker(actor)
    if not keeps(actor, area_path):
        raise Forbidden(N_("Only who keeps the inspections of this area does this."))


def seen_places(actor: Actor, field: str = "area_path") -> Q:
    """The condition on places (or what has their path in `field`) that this person sees by area."""
    if actor.role == "system":
        return Q()
    found = Q(pk__in=[])
    for right in actor.rights:
        if right.role not in SEES or (right.verbs and "see" not in right.verbs):
            continue
        if right.categories and not any(SUBJECT.startswith(one) for one in right.categories):
            continue
        if not right.area:
            return Q()
        found |= below(paths_of(right.area), field)
    return found


def campaign_for(code: str, actor: Actor) -> Campaign:
    """The campaign, for who sees its area or has visits in it. Raises Missing."""
    found = Campaign.objects.filter(code=code).first()
    if found is not None and (
        actor.role == "system"
        or actor.roles_for(SEES, "see", found.area_path, SUBJECT)
        or (
            any(right.role in VISITS for right in actor.rights)
            and Visit.objects.filter(campaign=found, team_id__in=actor.teams).exists()
        )
    ):
        return found
    raise Missing(N_("There is no such campaign, or none that you may see."))


def office_campaign(code: str, actor: Actor) -> Campaign:
    """The campaign, for who sees its whole area. Raises Missing."""
    found = Campaign.objects.filter(code=code).first()
    if found is None or not (
        actor.role == "system" or actor.roles_for(SEES, "see", found.area_path, SUBJECT)
    ):
        raise Missing(N_("There is no such campaign, or none that you may see."))
    return found


def place_for(code: str, actor: Actor) -> Place:
    """The place, for who sees its area or visits it. Raises Missing."""
    found = Place.objects.filter(code=code).first()
    if found is not None and (
        actor.role == "system"
        or actor.roles_for(SEES, "see", found.area_path, SUBJECT)
        or (
            any(right.role in VISITS for right in actor.rights)
            and Visit.objects.filter(place=found, team_id__in=actor.teams).exists()
        )
    ):
        return found
    raise Missing(N_("There is no such place, or none that you may see."))
