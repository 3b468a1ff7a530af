"""What a request caused, kept for a week beside its number, so that workers go on under it."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from commonward.core.causes import Cause, current, read
from commonward.people.models import Cause as Kept

KEPT_FOR = timedelta(days=7)
"""Longer than any message is tried for (five days)."""


def caused(about: str, key: int) -> None:
    """This row ("event", "delivery", "plan", "run") comes from what is going on.

    Nothing where the site keeps no causes (then no statement), or nothing is going on; else 1.
    """
    if not settings.CAUSES:
        return
    going = current()
    if going is not None:
        Kept.objects.bulk_create(
            [Kept(about=about, key=key, trace=going.cause.written(), at=timezone.now())],
            ignore_conflicts=True,
        )


def causes_of(about: str, keys: Collection[int]) -> Mapping[int, Cause]:
    """The causes of these rows, as far as they are kept (1 query; none where none are kept)."""
    if not settings.CAUSES or not keys:
        return {}
    rows = Kept.objects.filter(about=about, key__in=keys).values_list("key", "trace")
    return {key: cause for key, text in rows if (cause := read(text)) is not None}


def forget_causes() -> int:
    """Delete what is older than a week, by the machine's clock; how many there were."""
    return Kept.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]
