"""Units in service and the shifts that are open now, for who puts them on and off duty."""

from collections.abc import Mapping, Sequence

from django.db.models import OuterRef, Subquery

from commonward.response.models import Duty, Unit


def every_unit() -> Sequence[Unit]:
    """Every unit in service, by its code (1 query)."""
    return list(Unit.objects.filter(active=True).order_by("code"))


def last_shifts() -> Mapping[int, Duty]:
    """The last shift that each unit in service has ended, by the unit's id (1 query)."""
    ended = Duty.objects.filter(unit=OuterRef("pk"), off_at__isnull=False)
    last = Unit.objects.filter(active=True).annotate(
        last=Subquery(ended.order_by("-off_at").values("pk")[:1])
    )
    found = Duty.objects.filter(pk__in=last.values("last")).select_related("unit")
    return {one.unit_id: one for one in found}


def open_shifts() -> Mapping[int, Duty]:
    """The open shift of each unit on duty, by the unit's id (1 query)."""
    return {one.unit_id: one for one in Duty.objects.filter(off_at=None).select_related("unit")}
