"""A survey's terms and plan; opened, closed and published (调查设计与发布)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from commonward.areas.models import Area
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.surveys import questions as asking
from commonward.core.surveys import sampling
from commonward.programmes.actions.council_rules import day_of, line
from commonward.programmes.actions.surveys.answering import mix
from commonward.programmes.actions.surveys.frame import kept, note
from commonward.programmes.actions.surveys.listing import shred
from commonward.programmes.models import Survey, SurveyLink, SurveyStratum
from commonward.programmes.queries.survey_results import reckoned
from commonward.programmes.queries.surveys import may_keep

LONGEST_SHRED = timedelta(days=90)
"""After the last day; a list is shredded at the closing anyway."""
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked, where and when. `margin` names a question of kind “one” with how many people
    there are for each of its answers."""

    title: str
    area: int
    begins_on: date
    ends_on: date
    shred_on: date
    questions: str
    title_en: str = ""
    about: str = ""
    about_en: str = ""
    counter_counts: bool = False
    earlier: str = ""
    margin: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layer:
    """One stratum as it is planned: an area's code, how many live there, perhaps a group."""

    area: str
    population: int
    group: str = ""
    group_en: str = ""
    spread: float = sampling.SPREAD


@dataclass(frozen=True, slots=True)
class Plan:
    """How the sample is divided and drawn. Of `size` and `margin` one is given, the other 0."""

    layers: Sequence[Layer]
    size: int = 0
    margin: float = 0.0
    allocation: str = "proportional"
    method: str = "simple"
    least: int = 20
    per_answer: int = 4
    seed: str = ""


def make_survey(terms: Terms, actor: Actor, at: datetime, *, code: str = "") -> Survey:
    """Prepare a survey. Raises Forbidden, Invalid."""
    refuse_onlooker(actor)
    area = Area.objects.filter(pk=terms.area).first()
    if area is None:
        raise Invalid(N_("Choose one of the list."), field="area")
    if not may_keep(area.path, actor):
        raise Forbidden(N_("Only who keeps the programmes of this area does this."))
    with transaction.atomic():
        found = Survey(
            code=code or f"s{secrets.token_hex(4)}", area=area, seed=secrets.token_hex(6)
        )
        _write(found, terms, actor)
        note(found, "made", actor, at)
    return found


def change_survey(code: str, terms: Terms, actor: Actor, at: datetime) -> Survey:
    """Write it anew while nobody has been asked. Raises Missing, Forbidden, Refusal, Invalid."""
    with transaction.atomic():
        found = kept(code, actor, "prepared")
        before = found.questions
        _write(found, terms, actor)
        if found.questions != before:
            found.version += 1
            found.save(update_fields=["version"])
        note(found, "changed", actor, at, {"version": found.version})
    return found


def _write(found: Survey, terms: Terms, actor: Actor) -> None:
    read = asking.read(terms.questions)
    if terms.ends_on < terms.begins_on or terms.ends_on - terms.begins_on > LONGEST:
        raise Invalid(N_("The last day lies before the first."), field="ends_on")
    if not terms.ends_on <= terms.shred_on <= terms.ends_on + LONGEST_SHRED:
        raise Invalid(
            N_("The list is shredded between the last day and {days} days after it."),
            days=LONGEST_SHRED.days,
            field="shred_on",
        )
    for words in (terms.title, terms.title_en, terms.about, terms.about_en):
        asking.refuse_opinions(words, field="title")
    found.title = line("title", terms.title, 120)
    found.title_en = line("title_en", terms.title_en, 160, needed=False)
    found.about = line("about", terms.about, 2000, needed=False)
    found.about_en = line("about_en", terms.about_en, 2000, needed=False)
    found.begins_on, found.ends_on, found.shred_on = terms.begins_on, terms.ends_on, terms.shred_on
    found.questions = asking.kept(read)
    found.counter_counts = terms.counter_counts
    found.margin = _margin(terms.margin, read)
    found.earlier = _earlier(found, terms.earlier)
    found.save()


def _margin(given: Mapping[str, object], questions: Sequence[asking.Question]) -> dict[str, object]:
    if not given:
        return {}
    one = next((q for q in questions if q.key == given.get("question")), None)
    totals = given.get("totals")
    if one is None or one.kind != "one" or not isinstance(totals, Mapping):
        raise Invalid(N_("The second margin is a question of kind “one”."), field="margin")
    people = [totals.get(key) for key, _zh, _en in one.options]
    if len(totals) != len(people) or not all(type(n) is int and n > 0 for n in people):
        raise Invalid(
            N_("Give the number of people for each answer of “{key}”, parted by “;”."),
            key=one.key,
            field="margin",
        )
    return {"question": one.key, "totals": dict(totals)}


def _earlier(found: Survey, code: str) -> Survey | None:
    if not code:
        return None
    row = Survey.objects.filter(code=code, state="published", area_id=found.area_id).first()
    if row is None or row.pk == found.pk or row.ends_on >= found.begins_on:
        raise Invalid(
            N_("The earlier survey is a published one of the same area."), field="earlier"
        )
    return row


def plan_survey(code: str, plan: Plan, actor: Actor, at: datetime) -> dict[str, int]:
    """Divide the sample over the strata; the sizes by key. Raises as `change_survey`."""
    with transaction.atomic():
        found = kept(code, actor, "prepared")
        if found.list_key is not None or SurveyLink.objects.filter(survey=found).exists():
            raise Refusal(N_("The sample is drawn already; its plan stays."), code="stage")
        areas = {
            one.code: one
            for one in Area.objects.filter(code__in=[layer.area for layer in plan.layers])
        }
        strata: list[tuple[str, Layer, Area]] = []
        for layer in plan.layers:
            where = areas.get(layer.area)
            if where is None or not where.path.startswith(found.area.path):
                raise Invalid(
                    N_("There is no area {code} in the survey's area."),
                    code=layer.area[:40],
                    field="layers",
                )
            asking.refuse_opinions(layer.group, layer.group_en, field="layers")
            group = line("layers", layer.group, 40, needed=False)
            strata.append((f"{where.code}{'/' if group else ''}{group}"[:60], layer, where))
        _refuse_nested(strata)
        core = [sampling.Stratum(key, layer.population, layer.spread) for key, layer, _ in strata]
        size = plan.size or sampling.size_for(core, plan.margin, plan.allocation)
        sizes = sampling.allocate(core, size, plan.allocation, least=plan.least)
        if plan.method not in sampling.METHODS:
            raise Invalid(N_("Choose one of the list."), field="method")
        if not 1 <= plan.per_answer <= 20:
            raise Invalid(N_("Between 1 and 20 numbers for each answer."), field="per_answer")
        SurveyStratum.objects.filter(survey=found).delete()
        SurveyStratum.objects.bulk_create(
            SurveyStratum(
                survey=found, key=key, area=where, group=layer.group.strip(),
                group_en=line("layers", layer.group_en, 40, needed=False),
                population=layer.population, spread=layer.spread, size=sizes[key],
            )
            for key, layer, where in strata
        )  # fmt: skip
        found.size, found.allocation, found.method = size, plan.allocation, plan.method
        found.least, found.per_answer = plan.least, plan.per_answer
        found.seed = line("seed", plan.seed, 40, needed=False) or found.seed
        found.save()
        note(found, "planned", actor, at, {"size": size, "seed": found.seed})
    return sizes


def _refuse_nested(strata: Sequence[tuple[str, Layer, Area]]) -> None:
    """Nobody lives in two strata: no area lies in another, and a group stands once in each."""
    paths = sorted({where.path for _key, _layer, where in strata})
    if any(later.startswith(first) for first, later in zip(paths, paths[1:], strict=False)):
        raise Invalid(N_("One of the areas lies in another of them."), field="layers")
    for _key, layer, where in strata:
        if not layer.group and sum(other.pk == where.pk for _k, _l, other in strata) > 1:
            raise Invalid(
                N_("{code}: either groups or the area as a whole."), code=where.code, field="layers"
            )


def open_survey(code: str, actor: Actor, at: datetime) -> Survey:
    """Begin to ask; questions and plan stay from here on."""
    with transaction.atomic():
        found = kept(code, actor, "prepared")
        if not found.size:
            raise Refusal(N_("Make the sampling plan first."), code="plan")
        if day_of(at) > found.ends_on:
            raise Refusal(N_("The last day of this survey is over."), code="stage")
        found.state, found.counter_key = "open", secrets.token_urlsafe(20)
        found.save(update_fields=["state", "counter_key"])
        note(found, "opened", actor, at)
    return found


def close_survey(code: str, actor: Actor, at: datetime) -> Survey:
    """End asking: the list is shredded, the links are of no use, the answers are mixed once more."""
    with transaction.atomic():
        found = kept(code, actor, "open")
        end(found, actor, at)
    return found


def end(found: Survey, actor: Actor, at: datetime) -> None:
    """The same for a locked survey."""
    gone = shred(found)
    SurveyLink.objects.filter(survey=found).delete()
    mix(found)
    found.state, found.counter_key = "closed", ""
    found.save(update_fields=["state", "counter_key", "list_key"])
    note(found, "closed", actor, at, {"numbers_shredded": gone})


def publish_survey(code: str, actor: Actor, at: datetime) -> Survey:
    """Show everybody the results as they stand, with how they were made."""
    with transaction.atomic():
        found = kept(code, actor, "closed")
        told = reckoned(found)
        if not told["answers"]:
            raise Refusal(N_("Fewer than five answered: there is nothing to publish."), code="few")
        found.state, found.results = "published", told
        found.save(update_fields=["state", "results"])
        note(found, "published", actor, at)
    return found
