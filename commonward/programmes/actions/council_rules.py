"""What proposals, votes and councils stand on at a site: a procedure and a category for each (设置)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from commonward.areas.models import Area
from commonward.cases.actions import adopt_procedure, set_category
from commonward.cases.models import Case, Category, ProcedureVersion
from commonward.core.procedures import shipped
from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.core.rights import PROGRAMME, SYSTEM, Actor, refuse_onlooker
from commonward.people.access import require_administrator

ROOM = "programmes"
PROPOSAL = f"{PROGRAMME}proposal"
VOTE = f"{PROGRAMME}vote"
COUNCIL = f"{PROGRAMME}council"
KEEPS = ("programme_officer",)
"""Who keeps proposals, votes and councils."""
_NAMES = {
    PROPOSAL: ("居民提案", "Proposal", "proposal"),
    VOTE: ("居民表决", "Vote", "vote"),
    COUNCIL: ("居民议事会", "Council of residents", "council"),
}
_GROUP = "居民议事"
LONGEST_WORDS = 2000


def set_up_councils(at: datetime, actor: Actor = SYSTEM) -> int:
    """Adopt the procedures and make the categories that are missing; how many were made.

    What a site has changed stays as it is. Raises Forbidden.
    """
    require_administrator(actor, "set_up_councils")
    there = set(Category.objects.filter(code__in=_NAMES).values_list("code", flat=True))
    for code, (name, name_en, procedure) in _NAMES.items():
        if not ProcedureVersion.objects.filter(name=procedure).exists():
            adopt_procedure(shipped(procedure), at=at, actor=actor)
        if code not in there:
            set_category(
                code, name, name_en=name_en, procedure=procedure, group=_GROUP, reportable=False,
                actor=actor,
            )  # fmt: skip
    return len(_NAMES) - len(there)


def require_keeper(actor: Actor, area_path: str, category: str) -> None:
    """Only who keeps the programmes here. Raises Forbidden."""
    refuse_onlooker(actor)
    if actor.role != "system" and not actor.roles_for(KEEPS, "keep", area_path, category):
        raise Forbidden(N_("Only who keeps the programmes of this area does this."))


def file_under(case: Case, area: Area) -> None:
    """File a new case under an area that no point says: the area that decides."""
    case.area, case.area_path = area, area.path
    Case.objects.filter(pk=case.pk).update(area=area, area_path=area.path)


def day_of(at: datetime) -> date:
    """The day by the site's clock."""
    return at.astimezone(ZoneInfo(settings.SITE_ZONE)).date()


def line(name: str, given: str, most: int, *, needed: bool = True) -> str:
    """A field of one line or several, without the spaces around it. Raises Invalid."""
    given = given.replace("\x00", "").strip()
    if len(given) > most:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which=name,
            most=most,
            field=name,
        )
    if needed and not given:
        raise Invalid(N_("Please write something here."), field=name)
    return given
