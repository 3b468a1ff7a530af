"""Hooks: named, changed and ended by administrators; and from events to calls that are owed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.alarming import ABOUT_DANGER
from commonward.cases.actions.delivering import line_up, owe_again, set_right
from commonward.cases.actions.sealing import masters
from commonward.cases.actions.suggesting import GIVEN_BACK, ROUTED, SORTED
from commonward.cases.models import Delivery, Event, Hook
from commonward.cases.queries.happened import head, next_after
from commonward.cases.queries.reference import book
from commonward.core import sealing
from commonward.core.channels import HOOK
from commonward.core.following import Position
from commonward.core.hooking import hook_address, secret_text
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import APART, Actor, refuse_onlooker
from commonward.people import access
from commonward.people.actions import record_change

OWN_VERBS = frozenset({
    "opened", "me_too", "warned", "overdue", "escalated", "callback_due", "called_back",
    "photos_added", "due_moved", "extension_approved", "extension_refused",
    "suspension_approved", "suspension_refused",
})  # fmt: skip
"""What the record tells beside the steps of the procedures."""
KEPT = timedelta(days=30)
"""How long calls that have ended are kept, to be looked at and sent again."""
OLD_SECRET_HOLDS = timedelta(hours=24)
"""How long the secret before signs beside a new one, so that receivers change over in their time."""
LONGEST_SPAN = timedelta(days=31)
MOST_REPLAYED = 20_000
MOST_EVENTS = 1_000
"""Events looked at for one hook in one transaction."""


@transaction.atomic
def add_hook(
    actor: Actor,
    name: str,
    address: str,
    *,
    at: datetime,
    verbs: Sequence[str] = (),
    stages: Sequence[str] = (),
    area_path: str = "",
    categories: Sequence[str] = (),
) -> tuple[Hook, str]:
    """A program is told of events from now on; the hook and its secret, told this once.

    Administrators for the whole site only. Raises Forbidden, and Invalid for an address that is
    not called, or for steps, stages and categories that there are not.
    """
    access.require_administrator(actor, "set_hook")
    _check(name, address, verbs, stages, categories)
    made = Hook.objects.create(
        name=name,
        address=address,
        secret=b"",
        verbs=list(verbs),
        stages=list(stages),
        area_code=access.area_code_of(area_path),
        categories=list(categories),
        place=head().to_text(),
        made_at=at,
    )
    return made, _new_secret(actor, made, at)


@transaction.atomic
def change_hook(
    actor: Actor,
    hook: int,
    name: str,
    address: str,
    *,
    at: datetime,
    verbs: Sequence[str] = (),
    stages: Sequence[str] = (),
    area_path: str = "",
    categories: Sequence[str] = (),
) -> Hook:
    """Another address, or other events; what is owed already goes there too. Raises as `add_hook`."""
    access.require_administrator(actor, "set_hook")
    _check(name, address, verbs, stages, categories)
    found = _locked(hook)
    found.name, found.address = name, address
    found.verbs, found.stages, found.categories = list(verbs), list(stages), list(categories)
    found.area_code = access.area_code_of(area_path)
    found.save()
    record_change(actor, "set_hook", name, at, _facts(found))
    return found


@transaction.atomic
def new_secret(actor: Actor, hook: int, *, at: datetime, at_once: bool = False) -> str:
    """Another secret, told this once; the old one signs beside it for a day (secret rotation).

    `at_once` ends the old one now, because somebody else may know it.
    """
    access.require_administrator(actor, "set_hook")
    found = _locked(hook)
    found.old_secret = None if at_once else found.secret
    found.old_until = None if at_once else at + OLD_SECRET_HOLDS
    found.save(update_fields=["old_secret", "old_until"])
    return _new_secret(actor, found, at)


@transaction.atomic
def end_hook(actor: Actor, hook: int, *, at: datetime) -> None:
    """It is called no more; what is still owed to it is dropped. Raises Forbidden, Missing."""
    access.require_administrator(actor, "end_hook")
    found = _locked(hook)
    found.ended_at = access.moment(at)
    found.save(update_fields=["ended_at"])
    Delivery.objects.filter(hook=found, state="waiting").update(
        state="dropped", next_at=None, ended_at=at
    )
    record_change(actor, "end_hook", found.name, at, {"address": found.address})


@transaction.atomic
def try_hook(actor: Actor, hook: int, *, at: datetime) -> Delivery:
    """Owe it a trial call that names no case. Raises Forbidden, Missing."""
    refuse_onlooker(actor)
    access.require_administrator(actor, "set_hook")
    return Delivery.objects.create(hook=_locked(hook), channel=HOOK, made_at=at, next_at=at)


@transaction.atomic
def call_again(actor: Actor, hook: int, delivery: int, *, at: datetime) -> None:
    """Owe a call that has ended once more, under the same id. Raises Forbidden, Missing."""
    refuse_onlooker(actor)
    access.require_administrator(actor, "set_hook")
    again = (
        Delivery.objects.filter(pk=delivery, hook=_locked(hook)).exclude(state="waiting").first()
    )
    if again is None:
        raise Missing(N_("There is no such call that has ended."), field="delivery")
    owe_again(again, at)


@transaction.atomic
def replay_hook(actor: Actor, hook: int, since: datetime, until: datetime, *, at: datetime) -> int:
    """Owe every event of a span once more that the hook asks for now, under the same ids, also
    those whose calls were deleted; says how many. Raises Forbidden, Missing, Invalid.
    """
    refuse_onlooker(actor)
    access.require_administrator(actor, "set_hook")
    found = _locked(hook)
    if not access.moment(since) < access.moment(until) <= since + LONGEST_SPAN:
        raise Invalid(
            N_("Give a span from one moment to a later one, of at most {days} days."),
            days=LONGEST_SPAN.days, field="since",
        )  # fmt: skip
    rows = Event.objects.select_related("case").filter(at__gte=since, at__lt=until)
    # What has not been looked at yet is told in its turn.
    seen = Position.from_text(found.place)
    events = list(rows.order_by("id")[: MOST_REPLAYED + 1])
    if len(events) > MOST_REPLAYED:
        raise Invalid(
            N_("More than {most} events lie in this span; take a shorter one."),
            most=MOST_REPLAYED, field="since",
        )  # fmt: skip
    wanted = [event for event in events if seen.sees(event.pk) and _asks_for(found, event)]
    there: dict[int, Delivery] = {}
    for begin in range(0, len(wanted), 500):
        part = [event.pk for event in wanted[begin : begin + 500]]
        known = Delivery.objects.filter(hook=found, event__in=part)
        there |= {one.event_id: one for one in known if one.event_id is not None}
    count = 0
    for event in wanted:
        one = there.get(event.pk)
        if one is None:
            lane = f"h{found.pk}-{event.case_id}"
            line_up([
                Delivery(hook=found, event=event, channel=HOOK, lane=lane, made_at=at, next_at=at)
            ])  # fmt: skip
        elif one.state != "waiting":
            owe_again(one, at)
        count += 1
    span = {"since": since.isoformat(), "until": until.isoformat(), "calls": count}
    record_change(actor, "replay_hook", found.name, at, span)
    return count


def prepare(at: datetime) -> int:
    """Owe each hook the events after its place that it asks for; says how many calls that makes."""
    live = Hook.objects.filter(ended_at=None).order_by("id").values_list("pk", flat=True)
    return sum(_prepare_one(hook, at) for hook in list(live))


def clean(at: datetime) -> int:
    """Delete the calls that ended long ago; says how many."""
    set_right(at)
    gone, _ = Delivery.objects.filter(hook__isnull=False, ended_at__lt=at - KEPT).delete()
    return gone


@transaction.atomic
def _prepare_one(hook: int, at: datetime) -> int:
    found = Hook.objects.select_for_update(skip_locked=True).filter(pk=hook, ended_at=None).first()
    if found is None:  # another worker has it, or it was just ended
        return 0
    place, ids = next_after(Position.from_text(found.place), MOST_EVENTS)
    wanted = [event for event in _events(ids) if _asks_for(found, event)]
    by_case: dict[int, list[Delivery]] = defaultdict(list)
    for event in wanted:
        lane = f"h{found.pk}-{event.case_id}"
        by_case[event.case_id].append(
            Delivery(hook=found, event=event, channel=HOOK, lane=lane, made_at=at, next_at=at)
        )
    for owed in by_case.values():
        line_up(owed, again=True)
    if place.to_text() != found.place:
        found.place = place.to_text()
        found.save(update_fields=["place"])
    return len(wanted)


def _events(ids: Sequence[int]) -> list[Event]:
    if not ids:
        return []
    return list(Event.objects.select_related("case").filter(pk__in=ids).order_by("id"))


def _asks_for(hook: Hook, event: Event) -> bool:
    code = book().categories[event.case.category_id].code
    # A program that is called is another office: it is not told that a dispute or an incident exists.
    if code.startswith(APART):
        return False
    # Nor that somebody's words told of danger: that is for a person here, and for nobody else.
    if event.verb in ABOUT_DANGER:
        return False
    # Nor what a model made of them: where the case is now stands in its category, and `recategorise`
    # tells that it was given another one.
    if event.verb in (ROUTED, SORTED, GIVEN_BACK):
        return False
    return (
        (not hook.verbs or event.verb in hook.verbs)
        and (not hook.stages or event.to_stage in hook.stages)
        and (not hook.area_code or f"/{hook.area_code}/" in event.case.area_path)
        and (not hook.categories or code.startswith(tuple(hook.categories)))
    )


def _locked(hook: int) -> Hook:
    found = Hook.objects.select_for_update().filter(pk=hook, ended_at=None).first()
    if found is None:
        raise Missing(N_("There is no hook {id}, or it has ended."), field="hook", id=hook)
    return found


def _new_secret(actor: Actor, hook: Hook, at: datetime) -> str:
    key = sealing.new_key()
    hook.secret = sealing.wrap(key, masters(), f"hook {hook.pk}")
    hook.save(update_fields=["secret"])
    record_change(actor, "set_hook", hook.name, at, _facts(hook))
    return secret_text(key)


def _facts(hook: Hook) -> dict[str, object]:
    """What was set; the address without its query, in which a token may stand."""
    return {
        "address": hook.address.partition("?")[0],
        "verbs": hook.verbs,
        "stages": hook.stages,
        "area": hook.area_code,
        "categories": hook.categories,
    }


def _check(
    name: str,
    address: str,
    verbs: Sequence[str],
    stages: Sequence[str],
    categories: Sequence[str],
) -> None:
    if not 1 <= len(name.strip()) <= 120:
        raise Invalid(N_("Say whose program it is, in at most 120 characters."), field="name")
    hook_address(address, private=settings.HOOKS_PRIVATE)
    known = book()
    procedures = known.procedures.values()
    for field, given, there in (
        ("verbs", verbs, {verb for p in procedures for verb in p.verbs} | OWN_VERBS),
        ("stages", stages, {stage for p in procedures for stage in p.stages}),
    ):
        for one in given:
            if one not in there:
                raise Invalid(N_("No procedure knows “{given}”."), field=field, given=one)
    for prefix in categories:
        if not any(code.startswith(prefix) for code in known.codes):
            raise Invalid(
                N_("No category's code begins with “{category}”."),
                field="categories",
                category=prefix,
            )
