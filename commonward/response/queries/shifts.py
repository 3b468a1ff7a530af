"""Units in service and the shifts that are open now, for who puts them on and off duty."""

from collections.abc import Mapping, Sequence

from commonward.response.models import Duty, Unit


def every_unit() -> Sequence[Unit]:
    """Every unit in service, by its code (1 query)."""
    return list(Unit.objects.filter(active=True).order_by("code"))


def open_shifts() -> Mapping[int, Duty]:
    """The open shift of each unit on duty, by the unit's id (1 query)."""
    return {one.unit_id: one for one in Duty.objects.filter(off_at=None).select_related("unit")}
