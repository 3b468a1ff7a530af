"""Bring rules of sending into force (调度规则生效), and try them out before."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commonward.areas.queries import locate
from commonward.core.refusals import N_, Invalid, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.core.urgent.cards import assess, wanted_from
from commonward.core.urgent.rules import SendingRules, read_rules
from commonward.people.access import require_administrator
from commonward.people.actions import raise_revision, record_change
from commonward.response.actions.reckoning import Emergency, Standing, emergency, reckon, standing
from commonward.response.models import Incident, RulesVersion
from commonward.response.queries.cards import cards
from commonward.response.queries.rules import MARK

MOST_TRIED = 50


@dataclass(frozen=True)
class Tried:
    """What a set of rules would recommend at one point for each kind of call, beside what is
    recommended now; and of the latest incidents how many would get other units (only how many:
    whose they are is not for the administration)."""

    rows: Sequence["TriedKind"]
    incidents: int
    otherwise: int


@dataclass(frozen=True)
class TriedKind:
    """One kind of call: the units now and under the rules tried (by id), what lacks, and why."""

    kind: str
    grade: str
    now: tuple[int, ...]
    then: tuple[int, ...]
    lacks_now: int
    lacks_then: int
    why: Sequence[Mapping[str, Any]]

    @property
    def differs(self) -> bool:
        """Whether the rules change anything for it."""
        return (self.now, self.lacks_now) != (self.then, self.lacks_then)


def adopt_rules(
    data: Mapping[str, Any], *, at: datetime, actor: Actor = SYSTEM, upon: int | None = None
) -> RulesVersion | None:
    """Bring rules into force; None where these are in force already.

    `upon` is the number of the version that they were written upon (0: none yet). Raises Forbidden,
    Invalid naming table and line, Stale when others came into force meanwhile.
    """
    require_administrator(actor, "adopt_rules")
    wanted = read_rules(data)
    with transaction.atomic():
        last = RulesVersion.objects.select_for_update().order_by("-number").first()
        number = 0 if last is None else last.number
        if upon is not None and upon != number:
            raise _stale()
        if wanted == (SendingRules() if last is None else read_rules(last.data)):
            return None
        try:
            with transaction.atomic():
                made = RulesVersion.objects.create(
                    number=number + 1, data=wanted.to_data(), adopted_at=at, by_id=actor.account
                )
        except IntegrityError as clash:
            raise _stale() from clash
        raise_revision(MARK)
        record_change(actor, "adopt_rules", "sending rules", at, {"version": made.number})
    return made


def try_rules(data: Mapping[str, Any], lat: float, lon: float, actor: Actor, at: datetime) -> Tried:
    """What these rules would recommend with the units as they stand now; nothing is kept.

    Raises Forbidden, Invalid.
    """
    require_administrator(actor, "adopt_rules")
    wanted = read_rules(data)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(N_("Give the position in degrees, such as 27.805 and 113.105."), field="lat")
    now = standing(at)
    digest = hashlib.sha256(json.dumps(wanted.to_data(), sort_keys=True).encode()).hexdigest()
    # A number of its own, which no version has: what is tried out is kept apart from what holds.
    then = replace(now, rules=(-int(digest[:12], 16) - 1, wanted))
    path = f"/~{locate(lat, lon, at=at).path or '/'}"
    rows = [
        _kind(Emergency(lat, lon, path, one.kind, found.priority), found.needs, now, then)
        for one in cards(at).cards.values()
        if (found := assess(one, {})).needs
    ]
    recent = list(
        Incident.objects.filter(lat__isnull=False, drill=False)
        .exclude(needs=[])
        .select_related("case")
        .order_by("-called_at", "-pk")[:MOST_TRIED]
    )
    otherwise = sum(
        _kind(emergency(one, SYSTEM), wanted_from(one.needs), now, then).differs for one in recent
    )
    return Tried(rows, len(recent), otherwise)


def _kind(call: Emergency, needs: Any, now: Standing, then: Standing) -> TriedKind:
    found = [reckon(call, needs, stands) for stands in (now, then)]
    units = [tuple(sorted(pick["unit"] for pick in one["picks"])) for one in found]
    lacks = [sum(lack["missing"] for lack in one["short"]) for one in found]
    why = [*found[1]["passed"], *found[1]["short"]]
    return TriedKind(call.kind, call.grade, units[0], units[1], lacks[0], lacks[1], why)


def _stale() -> Stale:
    return Stale(N_("Somebody else changed these rules in the meantime; look at them again."))
