"""Draft a review: what is planned, which office answers for it, and which groups are affected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.cases.actions import Said, open_case
from commonward.cases.actions.moving import act
from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.risk.allowed import refuse_against_people
from commonward.core.risk.terms import SIZES
from commonward.programmes.actions.risk.frame import (
    ROOM,
    in_stage,
    line,
    note,
    opened,
    team_of,
    words,
    write_draft,
)
from commonward.programmes.models import RiskGroup, RiskItem, RiskReview
from commonward.programmes.queries.risk import CATEGORY

OPENS = ("programme_officer", "leader", "handler")
MOST_GROUPS = 20
MOST_YUAN = 10**13


@dataclass(frozen=True, slots=True)
class Facts:
    """What is planned, in both languages; the Chinese or the only one first."""

    title: str
    facts: str
    title_en: str = ""
    facts_en: str = ""
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """A kind of those affected: "shops along the street", about how many, and how."""

    name: str
    size: str
    how: str = ""
    name_en: str = ""
    how_en: str = ""


def draft_review(
    given: Facts,
    office: int,
    actor: Actor,
    at: datetime,
    *,
    lat: float | None = None,
    lon: float | None = None,
    address: str = "",
    key: str = "",
) -> RiskReview:
    """Open a review (评估立项): a case of the office that answers for the project.

    A handler opens it for a team of their own. `key` makes a repeated sending one review. Raises
    Forbidden, Invalid.
    """
    refuse_onlooker(actor)
    kept = _checked(given)
    team = team_of(office, "office")
    with transaction.atomic():
        if key and (known := RiskReview.objects.filter(key=key).first()) is not None:
            return known
        said = Said(channel="desk", words=kept.title, lat=lat, lon=lon, address=address)
        case = open_case(
            CATEGORY, said, at, actor=actor, origin="office", public=False, room=ROOM
        ).case
        roles = actor.roles_for((*OPENS, "system"), "draft", case.area_path, CATEGORY)
        if not roles or (roles == ("handler",) and team.pk not in actor.teams):
            raise Forbidden(N_("Reviews are drafted by who keeps the programmes, or by a handler "
                               "for their own team."))  # fmt: skip
        case = act(case.number, "draft", actor, at, {"team": team.pk}, room=ROOM)
        made = RiskReview(
            case=case, key=key, title=kept.title, title_en=kept.title_en, office=team,
            facts=kept.facts, facts_en=kept.facts_en, cost=kept.cost, drafted_by_id=actor.account,
            drafted_at=at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            # The same sending was faster, but this case is there already: refuse the whole.
            raise Invalid(N_("This was sent already; look at the list.")) from None
    return made


def set_facts(number: str, given: Facts, actor: Actor, at: datetime) -> RiskReview:
    """Write the facts anew, before the announcement. Raises Missing, Forbidden, Invalid, Refusal."""
    kept = _checked(given)
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, "drafted")
        write_draft(found, actor, at)
        found.title, found.title_en = kept.title, kept.title_en
        found.facts, found.facts_en, found.cost = kept.facts, kept.facts_en, kept.cost
        found.save(update_fields=["title", "title_en", "facts", "facts_en", "cost"])
    return found


def add_group(number: str, given: Affected, actor: Actor, at: datetime) -> RiskGroup:
    """Say that a kind of people, shops or places is affected, and about how many; never who.

    Raises as `set_facts`.
    """
    if given.size not in SIZES:
        raise Invalid(N_("Say about how many they are: choose a range."), field="size")
    name = line("name", given.name, most=120, owed=True)
    name_en = line("name_en", given.name_en)
    how, how_en = words("how", given.how), words("how_en", given.how_en)
    refuse_against_people(name, name_en, field="name")
    refuse_against_people(how, how_en, field="how")
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, "drafted", "announced")
        there = RiskGroup.objects.filter(review=found)
        if there.filter(name=name).exists():
            raise Invalid(N_("This group is in the list already."), field="name")
        if there.count() >= MOST_GROUPS:
            raise Invalid(N_("A review has at most {most} groups."), most=MOST_GROUPS, field="name")
        write_draft(found, actor, at)
        made = RiskGroup.objects.create(
            review=found, name=name, name_en=name_en, size=given.size, how=how, how_en=how_en
        )
        note(found, "group", actor, at, {"group": made.pk, "size": made.size})
    return made


def drop_group(number: str, group: int, actor: Actor, at: datetime) -> None:
    """Take a group out of a draft that nobody has read yet. Raises as `set_facts`."""
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, "drafted")
        row = RiskGroup.objects.filter(review=found, pk=group).first()
        if row is None:
            raise Invalid(N_("Choose one of the list."), field="group")
        if RiskItem.objects.filter(group=row).exists():
            raise Invalid(
                N_("A risk in the list names this group; change that first."), field="group"
            )
        write_draft(found, actor, at)
        row.delete()
        note(found, "group_dropped", actor, at, {"group": group})


def _checked(given: Facts) -> Facts:
    kept = Facts(
        line("title", given.title, most=120, owed=True),
        words("facts", given.facts, owed=True),
        line("title_en", given.title_en),
        words("facts_en", given.facts_en),
        given.cost,
    )
    texts: Sequence[str] = (kept.title, kept.title_en)
    refuse_against_people(*texts, field="title")
    refuse_against_people(kept.facts, kept.facts_en, field="facts")
    if kept.cost is not None and not 0 <= kept.cost <= MOST_YUAN:
        raise Invalid(N_("Give the cost in whole yuan."), field="cost")
    return kept
