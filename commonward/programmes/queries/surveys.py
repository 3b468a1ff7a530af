"""Surveys as those see them who keep them or ask in them, and as everybody does."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from commonward.areas.models import Area
from commonward.core.refusals import N_, Missing
from commonward.core.rights import PROGRAMME, Actor
from commonward.core.surveys.rates import Rates, rates
from commonward.programmes.models import Survey, SurveyCount, SurveyNumber, SurveyStratum

CATEGORY = f"{PROGRAMME}survey"
"""What a grant may narrow to; a survey is no case, as nobody waits for an answer of the office."""
KEEPS = ("programme_officer", "leader")
ASKS = (*KEEPS, "intake_officer")
"""Who keeps surveys, and who calls and types paper forms in."""
MOST = 200


def may_keep(area_path: str, actor: Actor) -> bool:
    """Whether this person keeps surveys of this area."""
    return actor.role == "system" or bool(actor.roles_for(KEEPS, "keep", area_path, CATEGORY))


def keeps(found: Survey, actor: Actor) -> bool:
    """Whether this person keeps this survey."""
    return may_keep(found.area.path, actor)


def asks(found: Survey, actor: Actor) -> bool:
    """Whether this person calls for it and types paper forms in."""
    return actor.role == "system" or bool(actor.roles_for(ASKS, "see", found.area.path, CATEGORY))


def survey_of(code: str, actor: Actor) -> Survey:
    """The survey of this code, if this person keeps it or asks in it. Raises Missing (1 query)."""
    found = Survey.objects.select_related("area", "earlier").filter(code=code).first()
    if found is None or not asks(found, actor):
        raise Missing(N_("There is no survey {code}, or none that you may see."), code=code)
    return found


def surveys_for(actor: Actor) -> list[Survey]:
    """The surveys that this person keeps or asks in, the newest first (1 query)."""
    rows = Survey.objects.select_related("area").order_by("-ends_on", "code")[:MOST]
    return [one for one in rows if asks(one, actor)]


def public_surveys(today: date) -> list[Survey]:
    """What asks now and what was published, the newest first (1 query)."""
    return list(
        Survey.objects.select_related("area")
        .filter(Q(state="published") | Q(state="open", begins_on__lte=today, ends_on__gte=today))
        .order_by("-ends_on", "code")[:MOST]
    )


def public_survey(code: str) -> Survey:
    """One that everybody may know of. Raises Missing."""
    found = (
        Survey.objects.select_related("area")
        .filter(code=code, state__in=("open", "closed", "published"))
        .first()
    )
    if found is None:
        raise Missing(N_("There is no such survey."))
    return found


def strata_of(found: Survey) -> list[SurveyStratum]:
    """Its strata with their areas (1 query)."""
    return list(found.strata.select_related("area").order_by("key"))


def earlier_ones(area: Area | None, but: Survey | None = None) -> list[Survey]:
    """Published surveys of the same area that a new one can be compared with."""
    rows = Survey.objects.filter(state="published")
    if area is not None:
        rows = rows.filter(area=area)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return list(rows.order_by("-ends_on")[:MOST])


def areas_of(found: Survey) -> list[Area]:
    """The areas right below the survey's, which a plan begins with; the area itself where none is."""
    below = Area.objects.filter(parent=found.area, valid_until=None).order_by("code")
    return list(below[:60]) or [found.area]


@dataclass(frozen=True, slots=True)
class Field:
    """How far the asking has come in a stratum."""

    stratum: SurveyStratum
    answered: int
    by_channel: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Work:
    """How far the asking has come, and how many answered of those who were asked."""

    strata: Sequence[Field]
    phone: Mapping[str, int]
    phone_rates: Rates
    links: int
    by_link: int
    left: int

    @property
    def answered(self) -> int:
        """All answers, whole or in part."""
        return sum(one.answered for one in self.strata)


def work_of(found: Survey) -> Work:
    """Counts of outcomes by stratum and channel (3 queries); of whom is nowhere."""
    strata = strata_of(found)
    counts: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for row in SurveyCount.objects.filter(stratum__survey=found):
        counts[row.stratum_id][row.channel, row.outcome] = row.count
    fields = []
    phone: dict[str, int] = defaultdict(int)
    for one in strata:
        own = counts[one.pk]
        by: dict[str, int] = defaultdict(int)
        for (channel, outcome), many in own.items():
            if outcome in ("answered", "partial"):
                by[channel] += many
            if channel == "phone":
                phone[outcome] += many
        fields.append(Field(one, sum(by.values()), dict(by)))
    left = 0
    for tries, reached in SurveyNumber.objects.filter(survey=found).values_list("tries", "reached"):
        phone["call_back" if reached else "no_answer" if tries else "waiting"] += 1
        left += 1
    return Work(
        fields, dict(phone), rates(phone), sum(one.links for one in strata),
        sum(one.by_channel.get("link", 0) for one in fields), left,
    )  # fmt: skip
