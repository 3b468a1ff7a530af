"""Levels: who talks with the sides, and how a dispute goes up with its file (逐级化解)."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commonward.cases.models import Case, Clock
from commonward.core.disputes import ENTERPRISE, LEVELS, levels_above, stage_of
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.access import dispute_to_change
from commonward.disputes.actions.moving import move
from commonward.disputes.models import Dispute

NEVER_LATE_UP = frozenset({"district", ENTERPRISE, "panel"})
"""From here a person decides: the panel is for hard cases, not for late ones."""

logger = logging.getLogger(__name__)


def start_talks(
    number: str, level: str, actor: Actor, at: datetime, *, team: int | None = None,
    version: int | None = None,
) -> Case:  # fmt: skip
    """Begin the talks at a level. Raises Invalid for an unknown one."""
    return _to(number, level, actor, at, team, version)


def go_up(
    number: str, level: str, actor: Actor, at: datetime, *, team: int | None = None,
    version: int | None = None,
) -> Case:  # fmt: skip
    """To a higher level, with the whole file; the level below keeps seeing what it did.

    Raises Invalid for a level that is not above.
    """
    return _to(number, level, actor, at, team, version)


def _to(
    number: str, level: str, actor: Actor, at: datetime, team: int | None, version: int | None
) -> Case:
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        return _raise(dispute, level, actor, at, team, version)


def _raise(
    dispute: Dispute, level: str, actor: Actor, at: datetime, team: int | None, version: int | None
) -> Case:
    if level not in LEVELS:
        raise Invalid(
            N_("“{level}” is not a level; the levels are {known}."),
            level=level,
            known=", ".join(LEVELS),
            field="level",
        )
    if level not in levels_above(dispute.level):
        raise Invalid(
            N_("It is at the level {now} already; it can only go up."),
            now=dispute.level,
            field="level",
        )
    if level == ENTERPRISE and not dispute.enterprise:
        raise Invalid(
            N_("This lane is for disputes between enterprises; this one is not registered so."),
            field="level",
        )
    given = {"team": team} if team is not None else {}
    case = move(dispute, f"to_{level}", actor, at, given, version=version)
    dispute.level = level
    dispute.save(update_fields=["level"])
    return case


def tick_levels(at: datetime, *, most: int = 500) -> int:
    """Take up a level each dispute whose time at its level is over; how many went up.

    Idempotent, and safe to run twice at once; one that fails never stops the rest.
    """
    stages = [stage_of(level) for level in LEVELS if level not in NEVER_LATE_UP]
    late = (
        Clock.objects.filter(
            kind="stage",
            stopped_at=None,
            due_at__lte=at,
            case__stage__in=stages,
            case__is_open=True,
        )
        .order_by("due_at")
        .values_list("case_id", flat=True)[:most]
    )
    return sum(_up_by_itself(case, at) for case in _once(list(late)))


def _once(ids: Sequence[int]) -> Sequence[int]:
    return list(dict.fromkeys(ids))


def _up_by_itself(case: int, at: datetime) -> int:
    dispute = Dispute.objects.select_related("case").filter(pk=case).first()
    if dispute is None or not levels_above(dispute.level):
        return 0
    try:
        with transaction.atomic():
            _raise(dispute, levels_above(dispute.level)[0], SYSTEM, at, None, None)
    except Refusal as why:
        logger.warning("Dispute %s stays at its level: %s", dispute.case.number, why)
        return 0
    return 1
