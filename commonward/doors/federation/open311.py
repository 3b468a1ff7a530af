"""Neighbours that speak Open311, as their client: read what is new, send what is ours (Open311 客户端)."""

import http.client
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from commonward.cases.actions.federating import asking311
from commonward.cases.actions.federating.keys import own_name
from commonward.cases.actions.federating.neighbours import secret_of
from commonward.cases.models import Neighbour, NeighbourRequest
from commonward.core.federation import geo311
from commonward.core.hooking import hook_address
from commonward.core.refusals import Refusal
from commonward.doors.look.calling import NotCalled, exchange

log = logging.getLogger(__name__)

LONGEST = 20.0
MOST_PAGES = 50
MOST_NEIGHBOURS = 50


class Away(Exception):
    """It did not answer, or not with what can be read; the argument says how."""


@dataclass(slots=True)
class Asked:
    """What one pass did."""

    new: int = 0
    pushed: int = 0
    updates: int = 0
    told: int = 0
    unsorted: int = 0
    failed: int = 0


def ask_neighbours(now: Callable[[], datetime]) -> Asked:
    """Read every neighbour that is due, and send it what is ours; a bad one holds no other up."""
    done = Asked()
    for _turn in range(MOST_NEIGHBOURS):
        neighbour = asking311.lease(now())
        if neighbour is None:
            return done
        fault = ""
        try:
            _one(_End(neighbour), now, done)
        except Away as away:
            fault = str(away)
        except Refusal as refusal:
            fault = refusal.code
        except Exception as broken:  # one that answers strangely must never stop the rest
            log.exception("The neighbour %s could not be asked", neighbour.pk)
            fault = type(broken).__name__
        done.failed += bool(fault)
        asking311.done(neighbour.pk, now(), fault)
    return done


class _End:
    """Where one neighbour answers, and in which form."""

    def __init__(self, neighbour: Neighbour) -> None:
        self.neighbour = neighbour
        self.form = "xml" if neighbour.settings.get("form") == "xml" else "json"
        self._common = {"jurisdiction_id": str(neighbour.settings.get("jurisdiction", ""))}

    def get(self, name: str, given: Mapping[str, str]) -> bytes:
        """A list. Raises Away."""
        query = urlencode({k: v for k, v in {**self._common, **given}.items() if v})
        return self._call(f"{name}.{self.form}?{query}", b"", "GET")

    def post(self, name: str, given: Mapping[str, str]) -> bytes:
        """Something new. Raises Away."""
        told = {**self._common, "api_key": secret_of(self.neighbour), **given}
        body = urlencode({k: v for k, v in told.items() if v}).encode()
        return self._call(f"{name}.{self.form}", body, "POST")

    def _call(self, rest: str, body: bytes, method: str) -> bytes:
        headers = {"User-Agent": "Commonward"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            found = exchange(
                hook_address(f"{self.neighbour.address}/{rest}"[:2000], private=settings.HOOKS_PRIVATE),
                body, headers, private=settings.HOOKS_PRIVATE, stay=settings.HOOKS_STAY,
                most=geo311.MOST_BYTES + 1, longest=LONGEST, method=method,
            )  # fmt: skip
        except NotCalled as refused:
            raise Away(str(refused)) from refused
        except (OSError, http.client.HTTPException) as fault:
            raise Away(type(fault).__name__) from fault
        if not 200 <= found.status < 300:
            raise _Status(found.status)
        return found.body


class _Status(Away):
    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status

    @property
    def later(self) -> bool:
        """Whether the same may be taken another time: it is busy or away, and refused nothing."""
        return self.status in (408, 429) or not 400 <= self.status < 500


def _one(end: _End, now: Callable[[], datetime], done: Asked) -> None:
    neighbour = end.neighbour
    since = (neighbour.read_until or neighbour.made_at) - asking311.OVERLAP
    for found in _pages(end, since, now()):
        try:
            what = asking311.take_in(neighbour, found, now())
        except Refusal:
            what = "unsorted"  # one bad request spoils none of the others
        done.new += what == "new"
        done.unsorted += what == "unsorted"
    for waiting in asking311.tokens(neighbour):
        ref, _token = geo311.taken(end.get(f"tokens/{waiting.token}", {}), end.form)
        if ref:
            _taken(waiting, ref, waiting.token, now())
    for row in asking311.to_push(neighbour):
        _push(end, row, now, done)
    _updates(end, since, now, done)


def _pages(end: _End, since: datetime, until: datetime) -> Iterator[geo311.Request]:
    """Every request since then, over the pages; a server without pages gives the same one again."""
    seen: set[str] = set()
    asked = {"start_date": since.isoformat(timespec="seconds"),
             "end_date": until.isoformat(timespec="seconds")}  # fmt: skip
    for page in range(1, MOST_PAGES + 1):
        body = end.get("requests", {**asked, **({"page": str(page)} if page > 1 else {})})
        fresh = [
            one for one in geo311.requests(body, end.form, timezone.get_default_timezone())
            if (one.ref or one.token) not in seen
        ]  # fmt: skip
        if not fresh:
            return
        seen |= {one.ref or one.token for one in fresh}
        yield from fresh


def _push(end: _End, row: NeighbourRequest, now: Callable[[], datetime], done: Asked) -> None:
    given = {
        "service_code": row.service, "description": asking311.words_to_send(row),
        "lat": str(row.case.lat), "long": str(row.case.lon), "address_string": row.case.address,
    }  # fmt: skip
    try:
        ref, token = geo311.taken(end.post("requests", given), end.form)
    except _Status as refused:
        if refused.later:
            raise
        asking311.was_refused(row, now(), str(refused))
        return
    except Refusal as refused:
        asking311.was_refused(row, now(), refused.code)
        return
    done.pushed += _taken(row, ref, token, now())


def _taken(row: NeighbourRequest, ref: str, token: str, at: datetime) -> bool:
    """Whether the number that they gave is its own; one of another matter moves neither of both."""
    try:
        asking311.was_taken(row, ref, token, at)
    except Refusal as refused:
        asking311.was_refused(row, at, refused.code)
        return False
    return True


def _updates(end: _End, since: datetime, now: Callable[[], datetime], done: Asked) -> None:
    """FixMyStreet's extension; a server without it says 404, and then there is none."""
    asked = {"start_date": since.isoformat(timespec="seconds"),
             "end_date": now().isoformat(timespec="seconds")}  # fmt: skip
    try:
        body = end.get("servicerequestupdates", asked)
    except _Status as missing:
        if missing.status in (404, 405, 501):
            return
        raise
    for found in geo311.updates(body, end.form, timezone.get_default_timezone()):
        done.updates += asking311.take_update(end.neighbour, found, now())
    for row, event, words, closed in asking311.updates_to_send(end.neighbour):
        given = {
            "update_id": f"{own_name()}-{event}", "service_request_id": row.ref,
            "description": words[: geo311.MOST_WORDS], "status": "CLOSED" if closed else "OPEN",
            "updated_datetime": timezone.localtime(now()).isoformat(timespec="seconds"),
        }  # fmt: skip
        try:
            id_ = geo311.update_taken(end.post("servicerequestupdates", given), end.form)
        except (_Status, Refusal) as refused:
            if isinstance(refused, _Status) and refused.later:
                raise
            id_ = ""  # it does not want it; the next one is told all the same
        asking311.update_sent(row, event, id_)
        done.told += 1
