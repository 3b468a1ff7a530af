"""A neighbour that speaks Open311 (以 Open311 为语言的邻区): its requests become cases, ours requests.

Everything is known by the neighbour's own number: what is read twice, or comes on two pages, is
one case. What we send carries our mark in its words, by which it is found again when its number
is given later, or when nobody knows whether the sending arrived. A part of the mark is drawn anew
for each sending: our numbers are public, and whoever writes one into a request there must not
have theirs taken for ours.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from commonward.cases.actions.federating.keys import own_name
from commonward.cases.actions.moving import in_order, touch
from commonward.cases.actions.moving import locked as locked_case
from commonward.cases.actions.opening import Said, open_case
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Event, Neighbour, NeighbourRequest, Remark, Report
from commonward.cases.queries.reference import book
from commonward.core.federation.geo311 import Request, Update
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import APART, SYSTEM, Actor

EVERY = timedelta(minutes=10)
"""How often a neighbour is read."""
LEASE = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
OVERLAP = timedelta(days=1)
"""What is read again each time: a server may show a request later than it took it."""
CHANNEL = "neighbour"


def lease(at: datetime) -> Neighbour | None:
    """A neighbour whose turn it is, for oneself; None when none is due."""
    with transaction.atomic():
        found = (
            Neighbour.objects.select_for_update(skip_locked=True)
            .filter(speaks="open311", ended_at=None, paused_at=None, next_at__lte=at)
            .order_by("next_at", "id")
            .first()
        )
        if found is None:
            return None
        found.next_at = at + LEASE
        found.attempts += 1
        found.save(update_fields=["next_at", "attempts"])
    return found


def done(neighbour: int, at: datetime, fault: str = "") -> None:
    """The pass over a neighbour ended: the next in ten minutes, or later where it failed."""
    with transaction.atomic():
        row = Neighbour.objects.select_for_update().get(pk=neighbour)
        if fault:
            pause = FIRST_PAUSE * 2 ** min(max(row.attempts - 1, 0), 10)
            row.next_at = at + min(pause, LONGEST_PAUSE)
        else:
            row.next_at, row.attempts, row.heard_at, row.read_until = at + EVERY, 0, at, at
        row.fault = fault[:120]
        row.save()


def mark_of(row: NeighbourRequest) -> str:
    """What stands at the end of the words that we send, and tells them again."""
    return f"[{own_name()} {row.mark}]"


def push(number: str, neighbour: int, service: str, actor: Actor, at: datetime) -> NeighbourRequest:
    """Send a case of ours to a neighbour as a request; it stays ours, and we follow what they say.

    Raises Missing, Forbidden, Invalid, Refusal "neighbour" or "stage".
    """
    with transaction.atomic():
        case = locked_case(number)
        at = in_order(case, at)
        code = book().categories[case.category_id].code
        held = actor.roles_for(
            ("dispatcher", "duty_chief", "leader"), "hand_over", case.area_path, code
        )
        if not held:
            raise Forbidden(N_("Your post does not hand matters to neighbours."))
        to = Neighbour.objects.filter(
            pk=neighbour, speaks="open311", ended_at=None, paused_at=None
        ).first()
        if to is None:
            raise Missing(N_("There is no such neighbour, or it has ended."), field="neighbour")
        if code.startswith(APART) or not case.is_open or case.away_since is not None:
            raise Refusal(N_("A case that is closed is not handed on."), code="stage")
        if case.lat is None:
            raise Invalid(
                N_("Put it on the map first: the neighbour asks for a place."), field="lat"
            )
        if not service.strip() or len(service) > 80:
            raise Invalid(N_("Say which of the neighbour's services it is."), field="service")
        if NeighbourRequest.objects.filter(neighbour=to, case=case).exists():
            raise Refusal(N_("{name} knows this case already."), code="loop", name=to.name)
        made = NeighbourRequest.objects.create(
            neighbour=to, case=case, pushed=True, mark=f"{case.number} {secrets.token_hex(6)}",
            service=service.strip(), made_at=at, next_at=at,
        )  # fmt: skip
        Neighbour.objects.filter(pk=to.pk).update(next_at=at)
        event = record(
            case, "pushed_on", at, actor, role=held[0], team=case.team_id,
            data={"to": to.origin, "service": service.strip()},
        )  # fmt: skip
        touch(case, at)
        made.told_event = event.pk
        made.save(update_fields=["told_event"])
    return made


def to_push(neighbour: Neighbour) -> Sequence[NeighbourRequest]:
    """What it was not sent yet."""
    rows = NeighbourRequest.objects.select_related("case").filter(
        neighbour=neighbour, pushed=True, ref="", token="", state="waiting"
    )
    return tuple(rows.order_by("id")[:50])


def tokens(neighbour: Neighbour) -> Sequence[NeighbourRequest]:
    """What it took, whose number comes later."""
    rows = NeighbourRequest.objects.filter(neighbour=neighbour, ref="").exclude(token="")
    return tuple(rows.exclude(state="failed").order_by("id")[:50])


def words_to_send(row: NeighbourRequest) -> str:
    """What was reported, with our mark; nobody's name and telephone."""
    report = Report.objects.filter(case=row.case).order_by("id").first()
    return f"{report.words if report else row.case.summary}\n{mark_of(row)}"


def was_taken(row: NeighbourRequest, ref: str, token: str, at: datetime) -> None:
    """It has it, under this number or, until there is one, this token.

    Raises Refusal "known" where that is the number of another matter between us.
    """
    with transaction.atomic():
        others = NeighbourRequest.objects.filter(neighbour=row.neighbour_id).exclude(pk=row.pk)
        same = Q(ref=ref[:80]) if ref else Q(ref="", token=token[:80])
        if others.filter(same).exists():
            raise Refusal(N_("That is its number for another matter."), code="known")
        NeighbourRequest.objects.filter(pk=row.pk).update(
            ref=ref[:80], token=token[:80], state="open", heard_at=at, next_at=None, fault=""
        )


def was_refused(row: NeighbourRequest, at: datetime, fault: str) -> None:
    """It will not have it; a person reads why."""
    NeighbourRequest.objects.filter(pk=row.pk).update(
        state="failed", fault=fault[:120], next_at=None
    )


def take_in(neighbour: Neighbour, found: Request, at: datetime) -> str:
    """One request that was read: "new" (a case), "known", "ours", "moved", or "unsorted" for a
    service that nobody sorted yet. Raises Refusal where the case cannot be opened."""
    if not found.ref:
        return "unsorted"
    with transaction.atomic():
        row = (
            NeighbourRequest.objects.select_for_update(of=("self",))
            .select_related("case")
            .filter(neighbour=neighbour, ref=found.ref)
            .first()
        )
        if row is None and (ours := _ours(neighbour, found)) is not None:
            ours.ref, ours.state, ours.heard_at = found.ref, "open", at
            ours.save()
            row = ours
        if row is not None:
            return _moved(row, found, at)
        category = _category(neighbour, found.service)
        if category is None or found.closed:
            return "unsorted" if category is None else "known"
        case = _opened(neighbour, found, category, at)
        NeighbourRequest.objects.create(
            neighbour=neighbour, case=case, pushed=False, mark=case.number, ref=found.ref,
            state="open", service=found.service, made_at=at, heard_at=at,
            told_event=Event.objects.filter(case=case).order_by("-id").values_list("pk", flat=True)[0],
        )  # fmt: skip
    return "new"


def take_update(neighbour: Neighbour, found: Update, at: datetime) -> bool:
    """Something that was said of a request we both know; each once."""
    with transaction.atomic():
        row = (
            NeighbourRequest.objects.select_for_update(of=("self",))
            .select_related("case")
            .filter(neighbour=neighbour, ref=found.ref)
            .first()
        )
        if row is None or found.id in row.updates:
            return False
        row.updates = [*row.updates, found.id][-1000:]
        row.save(update_fields=["updates"])
        _told(row, "neighbour_told", found.words, at)
    return True


def updates_to_send(neighbour: Neighbour) -> list[tuple[NeighbourRequest, int, str, bool]]:
    """What happened here that it was not told: request, event, public words, whether closed."""
    owed = []
    rows = NeighbourRequest.objects.select_related("case").filter(neighbour=neighbour)
    for row in rows.exclude(ref="").exclude(state="failed").order_by("id"):
        events = Event.objects.filter(case=row.case, id__gt=row.told_event, task=None)
        moves = [e for e in events.order_by("id") if e.from_stage != e.to_stage and e.to_stage]
        said = {r.event_id: r.words for r in Remark.objects.filter(event__in=moves, public=True)}
        stages = book().procedures[row.case.procedure_id].stages
        for event in moves[:20]:
            stage = stages[event.to_stage]
            plain = stage.plain.en
            owed.append(
                (row, event.pk, said.get(event.pk) or plain or event.to_stage, stage.closed)
            )
    return owed


def update_sent(row: NeighbourRequest, event: int, id_: str) -> None:
    """It has that; the id it gave is not taken in as news of its own."""
    with transaction.atomic():
        found = NeighbourRequest.objects.select_for_update().get(pk=row.pk)
        found.told_event = max(found.told_event, event)
        if id_:
            found.updates = [*found.updates, id_][-1000:]
        found.save(update_fields=["told_event", "updates"])


def _ours(neighbour: Neighbour, found: Request) -> NeighbourRequest | None:
    if f"[{own_name()} " not in found.words and not found.token:
        return None
    for row in NeighbourRequest.objects.select_related("case").filter(
        neighbour=neighbour, pushed=True, ref=""
    ):
        if mark_of(row) in found.words or (found.token and found.token == row.token):
            return row
    return None


def _category(neighbour: Neighbour, service: str) -> str | None:
    table = neighbour.settings.get("services", {})
    known = book().codes
    for code in (table.get(service), service, neighbour.settings.get("unsorted")):
        if code and code in known and not str(code).startswith(APART):
            return str(code)
    return None


def _opened(neighbour: Neighbour, found: Request, category: str, at: datetime) -> Case:
    said = Said(
        channel=CHANNEL, words=found.words, lat=found.lat, lon=found.lon, address=found.address,
        idempotency=f"{neighbour.pk} {found.ref}"[:100],
    )  # fmt: skip
    opened = partial(
        open_case, category, at=at, origin="transfer", public=False,
        source=f"neighbour {neighbour.pk}", source_ref=found.ref,
    )  # fmt: skip
    try:
        return opened(said=said).case
    except Refusal as refusal:
        if refusal.field not in ("lat", "long"):
            raise
    # A place that lies outside, or that nobody can find: a person puts it on the map.
    return opened(said=replace(said, lat=None, lon=None)).case


def _moved(row: NeighbourRequest, found: Request, at: datetime) -> str:
    state = "closed" if found.closed else "open"
    row.heard_at = at
    before, row.state = row.state, state if row.state != "failed" else row.state
    row.save(update_fields=["heard_at", "state"])
    if before == "open" and state == "closed":
        _told(row, "neighbour_answered", found.notes, at)
        return "moved"
    return "ours" if row.pushed else "known"


def _told(row: NeighbourRequest, verb: str, words: str, at: datetime) -> None:
    case = locked_case(row.case.number)
    at = in_order(case, at)
    record(
        case, verb, at, SYSTEM, team=case.team_id, data={"from": row.neighbour.origin},
        words=words, public=True,
    )  # fmt: skip
    touch(case, at)
