"""Which request a message comes from: by its event, or by itself where a room owes it."""

from collections.abc import Collection, Mapping

from django.conf import settings

from commonward.cases.models import Delivery
from commonward.core.causes import Cause
from commonward.people.actions.causes import causes_of


def came_from(deliveries: Collection[int]) -> Mapping[int, Cause]:
    """The causes of these messages, as far as they are kept (3 queries; none where none are)."""
    if not settings.CAUSES or not deliveries:
        return {}
    events = dict(
        Delivery.objects.filter(pk__in=deliveries, event__isnull=False).values_list(
            "pk", "event_id"
        )
    )
    of_events = causes_of("event", [one for one in events.values() if one is not None])
    found = dict(causes_of("delivery", deliveries))
    for delivery, event in events.items():
        if event in of_events:
            found[delivery] = of_events[event]
    return found
