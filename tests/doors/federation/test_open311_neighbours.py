"""Neighbours that speak Open311: their requests become cases once, ours become theirs once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commonward.cases.actions import act
from commonward.cases.actions.federating import asking311
from commonward.cases.actions.federating.keys import own_name
from commonward.cases.actions.federating.neighbours import add_neighbour, secret_of
from commonward.cases.models import Case, Event, Neighbour, NeighbourRequest, Remark
from commonward.core.federation import geo311
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.doors.federation.open311 import Asked, ask_neighbours
from commonward.people.actions import issue_key
from tests.district import LAMP, RUBBISH, District, small_district

STATUSES = ("500", "429", "409", "503")


class Town(ThreadingHTTPServer):
    """A neighbour's server with the faults that real ones have; `way` chooses one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.way = ""
        self.refuses = 0
        self.answers = ""
        self.requests: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.posted: list[tuple[str, dict[str, str]]] = []

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}/v2"


class _Handler(BaseHTTPRequestHandler):
    server: Town

    def do_GET(self) -> None:
        """A list, or one token."""
        town, found = self.server, urlsplit(self.path)
        name, form = found.path.rsplit("/", 1)[-1].rsplit(".", 1)
        page = int(parse_qs(found.query).get("page", ["1"])[0])
        if town.way in STATUSES:
            return self._say(int(town.way), b"oops", "text/plain")
        if town.way == "html":
            return self._say(200, b"<html>down for maintenance</html>", "text/html")
        if town.way == "error in 200":
            return self._say(200, b'[{"code": 403, "description": "no"}]', "application/json")
        if name == "requests":
            size = 2 if town.way == "pages" else 100
            rows = town.requests[(page - 1) * size : page * size]
            if town.way == "no pages":
                rows = town.requests
            return self._rows("service_requests", "request", rows, form)
        if name == "servicerequestupdates":
            return self._rows("service_request_updates", "request_update", town.updates, form)
        row = next(r for r in town.requests if r.get("token") == name)
        return self._rows("service_requests", "request",
                          [{"token": name, "service_request_id": row["later"]}], form)  # fmt: skip

    def do_POST(self) -> None:
        """Something new."""
        town = self.server
        told = {k: v[0] for k, v in parse_qs(
            self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}  # fmt: skip
        name, form = urlsplit(self.path).path.rsplit("/", 1)[-1].rsplit(".", 1)
        town.posted.append((name, told))
        if town.refuses:
            return self._say(town.refuses, b"no", "text/plain")
        if name == "servicerequestupdates":
            return self._rows("service_request_updates", "request_update",
                              [{"update_id": f"u{len(town.posted)}"}], form)  # fmt: skip
        if town.way == "refuses":
            return self._say(
                400, b'[{"code":400,"description":"no such service"}]', "application/json"
            )
        number = town.answers or f"N{len(town.requests) + 1}"
        row = {"service_request_id": number, "status": "open", **told}
        town.requests.append(row)
        if town.way == "taken, answer lost":
            self.close_connection = True
            return None
        if town.way == "token":
            row |= {"token": f"t-{number}", "later": number}
            row.pop("service_request_id")
            return self._rows("service_requests", "request", [{"token": f"t-{number}"}], form)
        return self._rows("service_requests", "request", [{"service_request_id": number}], form)

    def _rows(self, top: str, item: str, rows: list[dict[str, Any]], form: str) -> None:
        if form == "json":
            return self._say(200, json.dumps(rows).encode(), "application/json")
        body = "".join(
            f"<{item}>" + "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in row.items()) + f"</{item}>"
            for row in rows
        )  # fmt: skip
        return self._say(200, f"<{top}>{body}</{top}>".encode(), "text/xml")

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def town() -> Iterator[Town]:
    """A neighbour's server."""
    made = Town()
    Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def here(db: None, settings: Any) -> District:
    """A district that may call this machine."""
    settings.HOOKS_PRIVATE = True
    return small_district(timezone.now())


def known(here: District, town: Town, form: str = "json", **more: Any) -> Neighbour:
    """The town as a neighbour; its service "trash" is our rubbish."""
    told = {"form": form, "services": {"trash": RUBBISH}, **more}
    return add_neighbour(
        here.administrator, "Town", town.address, at=timezone.now(), speaks="open311",
        secret="its-key-for-us-which-is-long-enough", told=told,
    )  # fmt: skip


def passes(after: float = 0) -> Asked:
    """One pass, so many minutes from now."""
    return ask_neighbours(lambda: timezone.now() + timedelta(minutes=after))


def request(number: int, **more: Any) -> dict[str, Any]:
    """A request there; its moment has no zone, as with some servers."""
    lat, lon = District.inside()
    return {
        "service_request_id": number, "service_code": "trash", "status": "open",
        "description": f"heap {number}", "lat": lat, "long": lon,
        "requested_datetime": "2026-03-01T10:00:00", **more,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("way", ["", "pages", "no pages"])
def test_their_requests_become_cases_and_each_once(
    here: District, town: Town, form: str, way: str
) -> None:
    neighbour = known(here, town, form)
    town.way = way
    town.requests = [request(1), request(2), request(2), request(3, lat=0, long=0)]
    assert passes().new == 3
    town.requests += [request(4), request(5, service_code="unheard of"), {"lat": "x"}]
    assert passes(11).new == 1
    cases = Case.objects.filter(source=f"neighbour {neighbour.pk}").order_by("id")
    assert [c.source_ref for c in cases] == ["1", "2", "3", "4"]
    assert cases[2].lat is None, "null island is no place"
    assert not any(c.public for c in cases)


@pytest.mark.parametrize("way", [*STATUSES, "html", "error in 200"])
def test_a_server_in_trouble_changes_nothing_and_is_asked_again(
    here: District, town: Town, way: str
) -> None:
    neighbour = known(here, town)
    town.requests = [request(1)]
    town.way = way
    assert (passes().new, passes(1).failed) == (0, 0), "it waits its pause"
    neighbour.refresh_from_db()
    assert neighbour.fault and neighbour.attempts == 1
    town.way = ""
    assert passes(10).new == 1


@pytest.mark.parametrize("way", ["", "token", "taken, answer lost"])
def test_ours_becomes_theirs_once_and_is_never_read_back_as_new(
    here: District, town: Town, way: str
) -> None:
    neighbour = known(here, town)
    passes()
    report = here.report(RUBBISH, "A heap.")
    asking311.push(report.case.number, neighbour.pk, "trash", here.dispatcher, timezone.now())
    town.way = way
    passes(11)
    town.way = ""
    passes(30), passes(60)
    (row,) = NeighbourRequest.objects.all()
    assert (row.ref, row.state, row.pushed) == ("N1", "open", True)
    sent = [told for name, told in town.posted if name == "requests"]
    assert len(sent) == 1, "sent once, also where nobody knew whether it arrived"
    assert sent[0]["api_key"] == secret_of(neighbour)
    assert (
        sent[0]["description"].startswith("A heap.")
        and report.case.number in sent[0]["description"]
    )
    assert Case.objects.count() == 1


def test_updates_go_both_ways_and_none_comes_back_as_news(here: District, town: Town) -> None:
    neighbour = known(here, town)
    passes()
    report = here.report(RUBBISH, "A heap.")
    asking311.push(report.case.number, neighbour.pk, "trash", here.dispatcher, timezone.now())
    passes(11)
    here.act(report, "accept", here.intake_officer, 20)
    assert passes(30).told == 1
    name, told = town.posted[-1]
    assert name == "servicerequestupdates" and told["service_request_id"] == "N1"
    town.updates = [
        {"update_id": "u2", "service_request_id": "N1", "status": "open", "description": "ours"},
        {"update_id": 7, "service_request_id": "N1", "status": "open", "description": "We look.",
         "updated_datetime": "2026-03-02 10:00"},
    ]  # fmt: skip
    assert passes(50).updates == 1 and passes(70).updates == 0
    event = Event.objects.get(case=report.case, verb="neighbour_told")
    assert Remark.objects.get(event=event).words == "We look."
    town.requests[0] |= {"status": "closed", "status_notes": "Swept."}
    passes(90), passes(110)
    assert Event.objects.filter(case=report.case, verb="neighbour_answered").count() == 1


def test_what_they_refuse_is_shown_to_a_person(here: District, town: Town) -> None:
    neighbour = known(here, town)
    passes()
    report = here.report(LAMP, "Dark.")
    asking311.push(report.case.number, neighbour.pk, "nothing", here.dispatcher, timezone.now())
    town.way = "refuses"
    passes(11), passes(30)
    (row,) = NeighbourRequest.objects.all()
    assert (row.state, row.fault) == ("failed", "HTTP 400")
    assert len(town.posted) == 1


@pytest.mark.parametrize(("status", "state"), [(429, "waiting"), (503, "waiting"), (409, "failed")])
def test_a_busy_neighbour_is_sent_the_same_again_and_one_that_refuses_is_not(
    here: District, town: Town, status: int, state: str
) -> None:
    neighbour = known(here, town)
    passes()
    report = here.report(RUBBISH, "A heap.")
    asking311.push(report.case.number, neighbour.pk, "trash", here.dispatcher, timezone.now())
    town.refuses = status
    passes(11)
    row = NeighbourRequest.objects.get()
    assert row.state == state
    town.refuses = 0
    passes(30)
    row.refresh_from_db()
    assert len(town.posted) == (2 if state == "waiting" else 1)
    assert (row.state, row.fault) == (
        ("open", "") if state == "waiting" else ("failed", f"HTTP {status}")
    )


@pytest.mark.parametrize(("status", "again"), [(429, True), (503, True), (409, False)])
def test_an_update_that_found_them_busy_is_told_again(
    here: District, town: Town, status: int, again: bool
) -> None:
    neighbour = known(here, town)
    passes()
    report = here.report(RUBBISH, "A heap.")
    asking311.push(report.case.number, neighbour.pk, "trash", here.dispatcher, timezone.now())
    passes(11)
    here.act(report, "accept", here.intake_officer, 20)
    town.refuses = status
    passes(30)
    town.refuses = 0
    passes(50)
    told = [name for name, _given in town.posted]
    assert told.count("servicerequestupdates") == (2 if again else 1)


def test_a_number_of_ours_in_somebody_elses_words_takes_no_matter_over(
    here: District, town: Town
) -> None:
    neighbour = known(here, town)
    passes()
    report = here.report(RUBBISH, "A heap.")
    asking311.push(report.case.number, neighbour.pk, "trash", here.dispatcher, timezone.now())
    # Our numbers are public: whoever knows one may write it into a request there.
    forged = f"[{own_name()} {report.case.number}]"
    town.requests = [request(66, description=f"mine {forged}", status="open")]
    assert passes(11).pushed == 1, "ours went out all the same"
    (row,) = NeighbourRequest.objects.filter(pushed=True)
    assert (row.ref, row.case_id) == ("N2", report.case_id)
    town.requests[0] |= {"status": "closed", "status_notes": "Give it up."}
    passes(30)
    assert not Event.objects.filter(case=report.case, verb="neighbour_answered").exists()


@pytest.mark.parametrize("way", ["", "token"])
def test_a_neighbour_that_gives_one_number_for_two_matters_moves_neither(
    here: District, town: Town, way: str
) -> None:
    neighbour = known(here, town)
    passes()
    first, second = here.report(RUBBISH, "A heap."), here.report(RUBBISH, "Another heap.")
    third = here.report(RUBBISH, "A third heap.")
    town.way = way
    for number in (first.case.number, second.case.number, third.case.number):
        asking311.push(number, neighbour.pk, "trash", here.dispatcher, timezone.now())
    rows = list(NeighbourRequest.objects.order_by("id"))
    NeighbourRequest.objects.filter(pk=rows[0].pk).update(ref="N7", state="open")
    town.answers = "N7"
    done = passes(11)
    passes(30), passes(60)
    assert done.failed == 0, "it holds up nothing else of this neighbour"
    for row in rows:
        row.refresh_from_db()
    assert [(row.ref, row.fault) for row in rows] == [("N7", ""), ("", "known"), ("", "known")]
    assert [row.state for row in rows] == ["open", "failed", "failed"]
    assert len([name for name, _told in town.posted if name == "requests"]) == 2, "sent once each"


def test_our_own_open311_door_is_a_neighbour_of_our_own_client(
    transactional_db: None, live_server: Any, settings: Any
) -> None:
    """The door takes what the client sends, and tells it how that went; one site plays both."""
    settings.HOOKS_PRIVATE = True
    here = small_district(timezone.now() - timedelta(days=1))
    Client().get("/open311/v2/services.json")  # a server that has just begun is slow once
    rights = ("open311.report", "open311.update")
    key = issue_key(SYSTEM, "the next district", rights, at=timezone.now())[1]
    neighbour = add_neighbour(
        here.administrator, "Next district", f"{live_server.url}/open311/v2", at=timezone.now(),
        speaks="open311", secret=key, told={"form": "json"},
    )  # fmt: skip
    report = here.report(RUBBISH, "A heap on their side.", public=False)
    asking311.push(report.case.number, neighbour.pk, RUBBISH, here.dispatcher, timezone.now())
    assert passes().pushed == 1
    there = Case.objects.exclude(pk=report.case_id).get()
    row = NeighbourRequest.objects.get()
    assert (row.ref, row.state) == (there.number, "open")
    assert passes(11).pushed == 0 and Case.objects.count() == 2, "sent once and read back as ours"
    act(there.number, "refuse", here.intake_officer, timezone.now(), {"reason": "Swept already."})
    passes(22)
    row.refresh_from_db()
    assert row.state == "closed"
    assert Event.objects.filter(case=report.case, verb="neighbour_answered").count() == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["service_request_id", "errors", "requests", "lat", "updated_datetime", "x"]),
        inner, max_size=3,
    ),
    max_leaves=8,
)  # fmt: skip


@given(
    _JSON.map(lambda one: json.dumps(one).encode()) | st.binary(max_size=60),
    st.sampled_from(["json", "xml"]),
)
def test_whatever_a_server_says_is_read_or_refused(body: bytes, form: str) -> None:
    for read in (
        lambda: geo311.services(body, form),
        lambda: geo311.requests(body, form, timezone.get_default_timezone()),
        lambda: geo311.updates(body, form, timezone.get_default_timezone()),
        lambda: geo311.taken(body, form),
    ):
        try:
            read()
        except Refusal as refusal:
            assert str(refusal)


def test_a_document_that_declares_entities_is_not_read() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><service_requests><request/></service_requests>'
    with pytest.raises(Refusal):
        geo311.requests(bomb, "xml", timezone.get_default_timezone())
