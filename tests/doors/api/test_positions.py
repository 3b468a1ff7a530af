"""A vehicle's tracker: its key says where its own unit is, while on duty, and opens nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonward.core.refusals import Invalid
from commonward.core.rights import SYSTEM
from commonward.doors.api.positions import TrackerKey
from commonward.people import actions as people
from commonward.people.queries import KeyHolder
from commonward.response.actions.units import go_off_duty
from commonward.response.models import Position, Unit
from tests.district import SINCE, small_district
from tests.help import Help, urgent_help

PLACE = {"lat": 27.81, "lon": 113.11}


@pytest.fixture
def aid(db: None) -> Help:
    """Units on duty at this very moment."""
    return urgent_help(small_district(timezone.now()))


def key_of(aid: Help, login: str, right: str = "positions", **more: Any) -> str:
    """A key of this account."""
    return people.issue_key(
        SYSTEM, f"{right} {login}", [right], at=SINCE, account=aid.accounts[login], **more
    )[1]


def sent(key: str, *places: dict[str, float]) -> Any:
    client = Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})
    body = {"positions": list(places)}
    return client.post("/api/v1/units/positions", body, content_type="application/json")


def test_a_tracker_says_where_its_own_unit_is_and_was(aid: Help) -> None:
    told = sent(key_of(aid, "fire-1"), {**PLACE, "ago": 300}, {**PLACE, "ago": 7200}, PLACE)
    assert (told.status_code, told.json()) == (200, {"unit": "fire-1", "taken": 2})
    assert Unit.objects.get(code="fire-1").lat == PLACE["lat"]
    assert Unit.objects.exclude(code="fire-1").filter(lat__isnull=False).count() == 0
    assert Position.objects.count() == 2


def test_off_duty_it_is_refused_and_nothing_is_kept(aid: Help) -> None:
    key = key_of(aid, "fire-1")
    go_off_duty("fire-1", aid.crews["fire-1"], timezone.now())
    told = sent(key, PLACE)
    assert (told.status_code, told.json()["code"]) == (409, "off_duty")
    assert not Position.objects.exists()


def test_the_key_opens_nothing_else_and_other_keys_do_not_open_this(aid: Help) -> None:
    tracker = Client(headers={"Authorization": f"Bearer {key_of(aid, 'fire-1')}"})
    for path in ("/cases", "/areas/430298", "/teams", "/calls/X"):
        assert tracker.get(f"/api/v1{path}").status_code in (403, 404), path
    assert tracker.get("/desk/response/map/now/").status_code == 302
    assert sent(key_of(aid, "fire-1", "api"), PLACE).status_code == 403
    assert sent(key_of(aid, "response_coordinator"), PLACE).status_code == 404  # of no unit
    assert sent("", PLACE).status_code == 401


@pytest.mark.parametrize("wrong", [{"lat": 91, "lon": 0}, {"lat": 1}, {**PLACE, "ago": -1}])
def test_what_is_no_place_is_refused(aid: Help, wrong: dict[str, float]) -> None:
    assert sent(key_of(aid, "fire-1"), wrong).status_code == 422
    assert sent(key_of(aid, "police-1")).status_code == 422


def test_a_key_has_its_limit_and_needs_an_account(aid: Help) -> None:
    key = key_of(aid, "fire-1", per_minute=1)
    # However slow the machine: two of these fall into one minute.
    assert 429 in [sent(key, PLACE).status_code for _ in range(6)]
    with pytest.raises(Invalid, match="of one unit"):
        people.issue_key(SYSTEM, "no account", ["positions"], at=SINCE)


def test_uses_are_counted_by_key_and_minute() -> None:
    tracker, at = TrackerKey(), SINCE.replace(second=0, microsecond=0)
    one, other = (KeyHolder(n, "", 1, frozenset(("positions",)), 2, "") for n in (1, 2))
    assert [tracker.counts(one, at) for _ in range(3)] == [True, True, False]
    assert tracker.counts(other, at)
    assert tracker.counts(one, at + timedelta(minutes=1))


def test_a_report_asks_few_questions_and_the_uses_of_a_key_are_no_writes(aid: Help) -> None:
    key = key_of(aid, "fire-1")
    sent(key, PLACE)
    with CaptureQueriesContext(connection) as asked:
        sent(key, PLACE)
    statements = [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]]
    reads = [sql for sql in statements if sql.startswith("SELECT") or " SELECT " in sql[:12]]
    # Five to admit it, three to write (a lock, the shift, the track) and the place itself.
    assert len(statements) <= 10 and len(reads) <= 8
    assert not any("people_keyuse" in sql for sql in statements)
