"""Another system tells of danger (其他系统报警): a new incident, or one more call of its own alarm."""

from datetime import datetime, timedelta

from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import SYSTEM
from commonward.core.urgent.nearest import metres_between
from commonward.response.actions.calling import JOINS_WITHIN, Called, add_call, take_call
from commonward.response.models import Call, Incident
from commonward.response.queries.told import incident_told, said_under

REPEATS_METRES = 100.0
"""An alarm of one system, of one kind, so near an open one of its own, is that one again."""
MOST_KEY = 40


def tell(given: Called, teller: int, key: str, at: datetime, *, joins: str = "") -> Incident:
    """Take what a system said (its key's id is `teller`): under the same `key` once.

    `joins` is the number of an earlier call of the same system. What looks like a repetition of
    its own open alarm is added to it; anything else is an incident of its own, which who
    coordinates may join: no alarm is lost because a machine took it for another. Raises Invalid
    naming the field, Missing for a number of another's.
    """
    if not 1 <= len(key) <= MOST_KEY or "\x00" in key:
        raise Invalid(
            N_("Send an Idempotency-Key of 1 to {most} characters: the same alarm, the same key."),
            most=MOST_KEY,
            field="Idempotency-Key",
        )
    known = Call.objects.filter(key=given.key).select_related("incident__case").first()
    if known is not None:
        return known.incident
    same = incident_told(joins, teller) if joins else _repeated(given, teller, at)
    if same is not None and same.ended_at is None:
        try:
            return add_call(same.case.number, given, SYSTEM, at)
        except Refusal as refusal:
            # It ended in this moment: then this is a new one.
            if isinstance(refusal, Invalid):
                raise
    return take_call(given, at)


def _repeated(given: Called, teller: int, at: datetime) -> Incident | None:
    """The newest open alarm of this system, of this kind, at this place."""
    if given.lat is None or given.lon is None:
        return None
    within: timedelta = JOINS_WITHIN
    told = Call.objects.filter(
        key__startswith=said_under(teller, ""),
        incident__kind=given.kind,
        incident__ended_at=None,
        incident__called_at__gte=at - within,
        incident__lat__isnull=False,
        incident__drill=given.drill,
    )
    for one in told.select_related("incident__case").order_by("-at", "-pk")[:50]:
        lat, lon = one.incident.lat, one.incident.lon
        if lat is None or lon is None:
            continue
        if metres_between(given.lat, given.lon, lat, lon) <= REPEATS_METRES:
            return one.incident
    return None
