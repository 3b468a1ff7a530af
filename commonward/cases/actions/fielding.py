"""What comes in from phones in the street: once each, however often it is sent; rounds, visits."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from commonward.cases.actions.handing import refuse_untaught
from commonward.cases.models import Round, Sent, Visit
from commonward.cases.queries.planned import may_plan, place_of
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.models import Team
from commonward.people.queries import revisions

MOST_POINTS = 100
KEPT_DAYS = 30
"""How long a phone may hold something back and still be told that it was sent."""


def once(
    account: int, key: str, mark: str, at: datetime, do: Callable[[], Mapping[str, Any]]
) -> tuple[Mapping[str, Any], bool]:
    """Do it, or give back what was answered when it was done; the second value says which.

    The key and what was done are kept in one transaction: a refusal keeps neither, so that the
    same key may come again, put right. Raises what `do` raises, and a Refusal with the code
    "idempotency" when the key was used for something else.
    """
    if not 8 <= len(key) <= 36:
        raise Invalid(N_("A key has 8 to 36 characters: a UUID, for example."), field="key")
    try:
        with transaction.atomic():
            row = Sent.objects.create(account_id=account, key=key, mark=mark, at=at)
            row.answer = dict(do())
            row.save(update_fields=["answer"])
            return row.answer, False
    except IntegrityError:
        earlier = Sent.objects.filter(account_id=account, key=key).first()
        if earlier is None:
            raise
        if earlier.mark != mark:
            raise Refusal(
                N_("This key was used for something else; take a new key."),
                code="idempotency",
                field="key",
            ) from None
        return earlier.answer, True


def plan_round(
    team: int,
    name: str,
    points: Sequence[Mapping[str, Any]],
    days: Sequence[int],
    since: date,
    actor: Actor,
    *,
    until: date | None = None,
) -> Round:
    """A round for a team (巡查计划): points {"name", "lat", "lon"} on ISO weekdays 1–7.

    Raises Forbidden for posts that plan none, Missing for no such team, Invalid.
    """
    refuse_onlooker(actor)
    _require(actor)
    if not Team.objects.filter(pk=team, active=True).exists():
        raise Missing(N_("There is no team {id}."), field="team", id=team)
    begins = datetime.combine(since, time(12), ZoneInfo(settings.SITE_ZONE))
    refuse_untaught(team, begins, revisions())
    if not name.strip() or len(name) > 120:
        raise Invalid(N_("A name has 1 to {longest} characters."), field="name", longest=120)
    if not 1 <= len(points) <= MOST_POINTS:
        raise Invalid(N_("A round has 1 to {most} points."), field="points", most=MOST_POINTS)
    if not days or not set(days) <= set(range(1, 8)):
        raise Invalid(N_("Say the days as 1 (Monday) to 7 (Sunday)."), field="days")
    if until is not None and until < since:
        raise Invalid(N_("It would end before it begins."), field="until")
    return Round.objects.create(
        team_id=team,
        name=name.strip(),
        points=[checked_point(point) for point in points],
        days=sorted(set(days)),
        since=since,
        until=until,
    )


@transaction.atomic
def end_round(round_id: int, actor: Actor, today: date) -> date | None:
    """Today is its last day (结束巡查计划); what was visited stays. None: it never began, and went.

    Raises Forbidden, Missing, Invalid (it has ended already).
    """
    refuse_onlooker(actor)
    _require(actor)
    found = Round.objects.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise Missing(N_("There is no such round."), field="round")
    if found.until is not None and found.until <= today:
        raise Invalid(N_("It has ended already."), field="round")
    if found.since > today and not Visit.objects.filter(round=found).exists():
        found.delete()
        return None
    found.until = max(today, found.since)
    found.save(update_fields=["until"])
    return found.until


def _require(actor: Actor) -> None:
    if not may_plan(actor):
        raise Forbidden(N_("Rounds are planned by dispatchers, chiefs, leaders and planners."))


def checked_point(given: Mapping[str, Any]) -> dict[str, Any]:
    """A point of a round as it is kept: {"name", "lat", "lon"}. Raises Invalid."""
    name = str(given.get("name", "")).strip()
    lat, lon = given.get("lat"), given.get("lon")
    if not name or len(name) > 120:
        raise Invalid(N_("Each point has a name of 1 to {longest} characters."), longest=120)
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        raise Invalid(N_("The point “{name}” needs lat and lon in degrees."), name=name)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(N_("The point “{name}” lies nowhere on earth."), name=name)
    return {"name": name, "lat": float(lat), "lon": float(lon)}


def visit(
    round_id: int, point: int, on: date, actor: Actor, at: datetime, *, why: str = ""
) -> Visit:
    """A point was visited (到点巡查), or could not be, `why` being one of `Visit.MISSED`.

    Said twice it is kept once; a visit after all takes the place of a reason, never the reverse.
    Raises Missing for a round of another team, Invalid for a point or day that it does not have.
    """
    refuse_onlooker(actor)
    found = Round.objects.filter(pk=round_id, team_id__in=actor.teams).first()
    if found is None:
        raise Missing(N_("There is no such round of your team."), field="round")
    if not 0 <= point < len(found.points):
        raise Invalid(N_("This round has no point {point}."), field="point", point=point)
    planned = found.since <= on and (found.until is None or on <= found.until)
    if not planned or on.isoweekday() not in found.days:
        raise Invalid(N_("This round is not walked on that day."), field="on")
    if not at.date() - timedelta(days=KEPT_DAYS) <= on <= at.date() + timedelta(days=1):
        raise Invalid(N_("This day is too far from today."), field="on")
    if why and why not in Visit.MISSED:
        raise Invalid(N_("Choose one of the reasons of the list."), field="why")
    here = found.points[point]
    made, new = Visit.objects.get_or_create(
        round=found,
        point=point,
        on=on,
        defaults={"at": at, "why": why, "place": place_of(here["lat"], here["lon"])},
    )
    if not new and made.why and not why:
        made.why, made.at = "", at
        made.save(update_fields=["why", "at"])
    return made


def end_sent(at: datetime) -> int:
    """Delete what phones were answered longer than KEPT_DAYS ago; how many rows went."""
    gone, _ = Sent.objects.filter(at__lt=at - timedelta(days=KEPT_DAYS)).delete()
    return gone
