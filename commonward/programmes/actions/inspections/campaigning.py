"""A campaign (专项行动): made, spread over teams and days, started, drawn for re-checks, ended."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonward.areas.models import AnsweringRule
from commonward.areas.queries import area_by_code, calendar
from commonward.areas.queries.calendars import calendar_name_for
from commonward.cases.access import below
from commonward.cases.models import Ledger
from commonward.core.inspecting.drawing import drawn, seed_of
from commonward.core.inspecting.spreading import Crew, Spot, Stop, Walk, spread
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.core.targets.allowed import refuse_people
from commonward.people.actions import record_change
from commonward.people.models import Team
from commonward.programmes.actions.inspections.notices import code_of, door_of
from commonward.programmes.models import Campaign, CampaignTeam, Checklist, Place, Visit
from commonward.programmes.queries.inspections.access import office_campaign, require_keeper
from commonward.programmes.queries.inspections.checklists import kinds, newest
from commonward.response.queries.roads import road_graph

LONGEST_DAYS = 120
MOST_A_DAY = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a campaign is to be; `teams` are ids."""

    title: str
    kinds: Sequence[str]
    since: date
    until: date
    teams: Sequence[int]
    area: str = ""
    title_en: str = ""
    per_day: int = 4
    recheck_percent: int = 5


@dataclass(frozen=True)
class Spread:
    """How the visits fall out: places and working days, and each team's visits by day."""

    stops: Sequence[Stop]
    days: Sequence[date]
    loads: Mapping[int, Mapping[date, int]] = field(default_factory=dict)


def make_campaign(wanted: Wanted, actor: Actor, at: datetime) -> Campaign:
    """Write a campaign down as a draft. Raises Forbidden, Invalid (a figure of people is refused)."""
    title = wanted.title.strip()
    if not 1 <= len(title) <= 120 or len(wanted.title_en) > 120:
        raise Invalid(N_("A title has 1 to {longest} characters."), longest=120, field="title")
    refuse_people(title, wanted.title_en, field="title")
    path = area_by_code(wanted.area, at).path if wanted.area else ""
    require_keeper(actor, path)
    known = kinds()
    if not wanted.kinds or not set(wanted.kinds) <= set(known):
        raise Invalid(N_("Choose the kinds of places."), field="kinds")
    if not wanted.since <= wanted.until <= wanted.since + timedelta(days=LONGEST_DAYS):
        raise Invalid(
            N_("The last day lies 0 to {most} days after the first."),
            most=LONGEST_DAYS,
            field="until",
        )
    if wanted.since < timezone.localdate(at):
        raise Invalid(N_("The first day is not in the past."), field="since")
    if not 1 <= wanted.per_day <= MOST_A_DAY:
        raise Invalid(
            N_("A team makes 1 to {most} visits a day."), most=MOST_A_DAY, field="per_day"
        )
    if not 0 <= wanted.recheck_percent <= 100:
        raise Invalid(N_("Between 0 and 100 per cent are re-checked."), field="recheck_percent")
    teams = sorted(set(wanted.teams))
    if not teams or Team.objects.filter(pk__in=teams, active=True).count() != len(teams):
        raise Invalid(N_("Choose the teams that visit."), field="teams")
    if wanted.recheck_percent and len(teams) < 2:
        raise Invalid(N_("Re-checks are made by another team: choose at least two."), field="teams")
    with transaction.atomic():
        made = Campaign.objects.create(
            code=f"K{secrets.token_hex(4).upper()}",
            title=title,
            title_en=wanted.title_en.strip(),
            kinds=sorted(set(wanted.kinds)),
            area_code=wanted.area,
            area_path=path,
            since=wanted.since,
            until=wanted.until,
            per_day=wanted.per_day,
            seed=secrets.randbelow(2**31 - 1) + 1,
            recheck_percent=wanted.recheck_percent,
            recheck_on=wanted.until + timedelta(days=1),
            made_by_id=actor.account,
            made_at=at,
        )
        CampaignTeam.objects.bulk_create(
            [CampaignTeam(campaign=made, team_id=team) for team in teams]
        )
        record_change(actor, "make_campaign", made.code, at, {"kinds": made.kinds})
    return made


def places_of(campaign: Campaign) -> list[Place]:
    """The places that it visits, in the order of their codes."""
    where = below([campaign.area_path]) if campaign.area_path else Q()
    rows = Place.objects.filter(where, kind__in=campaign.kinds, active=True)
    return list(rows.order_by("code").only("id", "code", "kind", "lat", "lon", "area_path"))


def working_days(campaign: Campaign) -> list[date]:
    """The working days of its window by the calendar of its area: nobody visits on days off."""
    days = calendar(calendar_name_for(campaign.area_path))
    count = (campaign.until - campaign.since).days + 1
    window = (campaign.since + timedelta(days=n) for n in range(count))
    return [day for day in window if days.is_work_day(day)]


def spread_of(campaign: Campaign) -> Spread:
    """The spread as starting would write it: the same each time. Raises Invalid."""
    places = places_of(campaign)
    if not places:
        raise Invalid(N_("There is no place of these kinds in this area."), field="kinds")
    days = working_days(campaign)
    if not days:
        raise Invalid(N_("There is no working day in this window."), field="until")
    teams = list(campaign.teams.order_by("team_id").values_list("team_id", flat=True))
    homes = _homes(teams, places)
    crews = [Crew(team, campaign.per_day, *homes.get(team, (None, None))) for team in teams]
    spots = [Spot(p.pk, p.lat, p.lon) for p in places]
    stops = spread(spots, crews, days, campaign.seed, _by_road())
    loads: dict[int, dict[date, int]] = {team: {} for team in teams}
    for stop in stops:
        loads[stop.team][stop.on] = loads[stop.team].get(stop.on, 0) + 1
    return Spread(stops, days, loads)


def _by_road() -> Walk | None:
    """The order of a day goes along the roads, where the site has a road graph and the planners."""
    graph = road_graph()
    if graph is None:
        return None
    found: Walk = import_module("commonward.core.inspecting.walking").on_foot(graph)
    return found


def start_campaign(code: str, actor: Actor, at: datetime) -> Campaign:
    """The visits are written and stand on the phones (启动). Raises Missing, Forbidden, Invalid."""
    campaign = office_campaign(code, actor)
    require_keeper(actor, campaign.area_path)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if campaign.state != "draft":
            raise Refusal(N_("This campaign has been started already."), code="started")
        lists = newest()
        missing = [kind for kind in campaign.kinds if kind not in lists]
        if missing:
            raise Missing(N_("There is no checklist of the kind {kind}."), kind=missing[0])
        write_visits(campaign, spread_of(campaign).stops, lists)
        campaign.state, campaign.started_at = "running", at
        campaign.checklists = {kind: lists[kind].pk for kind in campaign.kinds}
        campaign.save(update_fields=["state", "started_at", "checklists"])
        record_change(actor, "start_campaign", code, at)
    return campaign


def write_visits(
    campaign: Campaign, stops: Sequence[Stop], lists: Mapping[str, Checklist]
) -> list[Visit]:
    """The first visits of a spread, as rows."""
    kind_of = {place.pk: place.kind for place in places_of(campaign)}
    return Visit.objects.bulk_create(
        [
            Visit(
                campaign=campaign, place_id=one.place, team_id=one.team, on=one.on, turn=one.turn,
                checklist=lists[kind_of[one.place]],
                door=door_of(code_of(campaign.pk, one.place)),
            )
            for one in stops
        ],
        batch_size=500,
    )  # fmt: skip


def end_campaign(code: str, actor: Actor, at: datetime) -> Campaign:
    """It ends (结束): visits that were not made are cancelled; faults, re-visits and re-checks go on."""
    campaign = office_campaign(code, actor)
    require_keeper(actor, campaign.area_path)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if campaign.state != "running":
            raise Refusal(N_("This campaign is not running."), code="not_running")
        Visit.objects.filter(campaign=campaign, kind="first", state="planned").update(
            state="cancelled"
        )
        campaign.state, campaign.ended_at = "ended", at
        campaign.save(update_fields=["state", "ended_at"])
        record_change(actor, "end_campaign", code, at)
    return campaign


def draw_rechecks(campaign_id: int, at: datetime) -> int:
    """Draw which visits are looked at once more (抽取复查), once, on the published day or later.

    The seed holds the public log's root of this moment. Each goes to another team of the
    campaign, that with the fewest; how many were drawn.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.drawn_at is not None or timezone.localdate(at) < campaign.recheck_on:
            return 0
        row = Ledger.objects.filter(pk=1).first()
        root = bytes(row.root).hex() if row is not None else ""
        seed = seed_of(campaign.code, campaign.recheck_on, root)
        done = list(
            Visit.objects.filter(campaign=campaign, kind="first", state="done")
            .select_related("place")
            .order_by("place__code")
        )
        chosen = [
            one for one in done if drawn(seed, one.place.code, campaign.recheck_percent / 100)
        ]
        teams = list(campaign.teams.order_by("team_id").values_list("team_id", flat=True))
        held = dict.fromkeys(teams, 0)
        on = next_working_day(campaign.area_path, timezone.localdate(at))
        rows = []
        for one in chosen:
            others = [team for team in teams if team != one.team_id]
            if not others:
                continue
            team = min(others, key=lambda t: (held[t], t))
            held[team] += 1
            rows.append(
                Visit(
                    campaign=campaign, place_id=one.place_id, team_id=team, kind="recheck", of=one,
                    checklist_id=one.checklist_id, on=on, turn=held[team],
                    not_team_id=one.team_id, not_by_id=one.by_id,
                )
            )  # fmt: skip
        Visit.objects.bulk_create(rows, batch_size=500)
        campaign.recheck_root, campaign.drawn_at = root, at
        campaign.save(update_fields=["recheck_root", "drawn_at"])
    return len(rows)


def next_working_day(area_path: str, after: date) -> date:
    """The first working day after this one, by the calendar of the place."""
    days = calendar(calendar_name_for(area_path))
    found = after + timedelta(days=1)
    for _ in range(60):
        if days.is_work_day(found):
            return found
        found += timedelta(days=1)
    return found


def _homes(teams: Sequence[int], places: Sequence[Place]) -> dict[int, tuple[float, float]]:
    """Where each team is at home: the middle of the places in the areas for which it answers."""
    sums: dict[str, list[float]] = {}
    for place in places:
        for code in place.area_path.strip("/").split("/"):
            held = sums.setdefault(code, [0.0, 0.0, 0.0])
            held[0] += place.lat
            held[1] += place.lon
            held[2] += 1
    rules = AnsweringRule.objects.filter(
        duty="grid", team_id__in=list(teams), valid_until=None
    ).exclude(area_code="")
    found: dict[int, list[float]] = {}
    for team, code in rules.values_list("team_id", "area_code"):
        if code in sums:
            held = found.setdefault(team, [0.0, 0.0, 0.0])
            for n in range(3):
                held[n] += sums[code][n]
    return {team: (lat / count, lon / count) for team, (lat, lon, count) in found.items()}
