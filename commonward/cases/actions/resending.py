"""Send again what was given up (重新投递): one, or all of a channel, by hand."""

from datetime import datetime

from django.db import transaction

from commonward.cases.actions.delivering import hold, owe_again
from commonward.cases.models import Delivery
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import access
from commonward.people.actions import record_change

MOST_AGAIN = 1000
_DEAD = ("refused", "failed")


@transaction.atomic
def send_again(actor: Actor, delivery: int, at: datetime) -> None:
    """Owe it once more, under the same key. Administrators for the whole site only.

    Raises Forbidden, and Missing where its reader is gone: their address was forgotten then.
    """
    _may(actor)
    if not _again(delivery, at):
        raise Missing(N_("There is no such message that could be sent again."), field="delivery")
    record_change(actor, "send_again", str(delivery), at, {})


def send_all_again(actor: Actor, channel: str, at: datetime) -> int:
    """The same for all of a channel that can be; says how many, at most `MOST_AGAIN`."""
    _may(actor)
    dead = (
        Delivery.objects.filter(state__in=_DEAD, channel=channel)
        .exclude(subscription__isnull=False, subscription__ended_at__isnull=False)
        .order_by("ended_at", "id")
        .values_list("pk", flat=True)[:MOST_AGAIN]
    )
    done = 0
    for delivery in list(dead):
        with transaction.atomic():
            done += _again(delivery, at)
    if done:
        with transaction.atomic():
            record_change(actor, "send_again", channel, at, {"count": done})
    return done


def _may(actor: Actor) -> None:
    refuse_onlooker(actor)
    access.require_administrator(actor, "send_again")


def _again(delivery: int, at: datetime) -> bool:
    found = Delivery.objects.filter(pk=delivery).first()
    if found is None:
        return False
    hold(found)
    held = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("subscription", "hook")
        .get(pk=delivery)
    )
    of, hook = held.subscription, held.hook
    if (
        held.state not in _DEAD
        or (of is not None and of.ended_at is not None)
        or (hook is not None and hook.ended_at is not None)
    ):
        return False
    owe_again(held, at)
    return True
