"""A monitor learns how the machine stands, and nothing of anybody."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from commonward.cases.models import Delivery
from commonward.cases.queries.counted import open_cases
from commonward.doors.look import watching
from commonward.doors.look.beats import beat, note_done
from tests.architecture.tracked import ROOT
from tests.district import COMMUNITIES, District, small_district

TOKEN = "a-token-of-the-monitor"
VALUE = re.compile(r"^(\w+(?:\{[^}]*\})?) (\S+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def town(db: None) -> District:
    return small_district()


@pytest.fixture
def database_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("no route to that host")

    monkeypatch.setattr(connection, "cursor", away)


def numbers(client: Client) -> dict[str, float]:
    got = client.get("/-/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert got.status_code == 200
    assert got.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {name: float(value) for name, value in VALUE.findall(got.content.decode())}


@pytest.mark.usefixtures("database_away")
def test_a_process_is_alive_without_its_database_and_not_ready(client: Client) -> None:
    assert client.get("/-/alive").status_code == 200
    got = client.get("/-/ready")
    assert (got.status_code, got.content.decode()) == (503, "The database does not answer.\n")
    found = numbers(client)
    assert found["commonward_database_up"] == 0
    assert "commonward_disk_free_bytes" in found and "commonward_cases_overdue" not in found


@pytest.mark.django_db
def test_a_site_is_ready_when_its_migrations_are_those_of_the_code(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    # Within a test's transaction there are two savepoints more.
    with django_assert_max_num_queries(4):
        assert client.get("/-/ready").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'people' AND name LIKE '0001%'")
    got = client.get("/-/ready")
    assert (got.status_code, b"run `migrate`" in got.content) == (503, True)
    assert numbers(client)["commonward_migrations_owed"] == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('cases', '9999_of_tomorrow', CURRENT_TIMESTAMP)"
        )
    assert "cases.9999_of_tomorrow" in client.get("/-/ready").content.decode()


def test_no_answer_is_kept_and_none_sets_a_cookie(client: Client, town: District) -> None:
    for path in ("alive", "ready", "metrics"):
        got = client.get(f"/-/{path}", headers={"authorization": f"Bearer {TOKEN}"})
        assert got.status_code == 200
        assert not got.cookies, path
        assert "no-store" in got.headers["Cache-Control"], path
        assert client.post(f"/-/{path}").status_code == 405


@pytest.mark.django_db
def test_the_numbers_are_for_who_has_the_token(client: Client, settings: Any) -> None:
    for given in ("", "Bearer", "Bearer another", f"Basic {TOKEN}", TOKEN, "Bearer ключ"):
        got = client.get("/-/metrics", HTTP_AUTHORIZATION=given)
        assert (got.status_code, got.headers["WWW-Authenticate"]) == (401, "Bearer"), given
        assert b"commonward_" not in got.content
    settings.METRICS_TOKEN = ""
    for given in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert client.get("/-/metrics", HTTP_AUTHORIZATION=given).status_code == 404


def test_the_numbers_are_those_of_the_site(client: Client, town: District) -> None:
    first = town.report()
    town.report()
    town.closed(town.report())
    now = timezone.now()
    for state, next_at in (("waiting", now), ("failed", None)):
        Delivery.objects.create(
            room="tests", channel="sms", state=state, made_at=now, next_at=next_at,
            ended_at=None if next_at else now,
        )  # fmt: skip
    beat("work", 15, working=False)
    note_done("backup")
    found = numbers(client)
    stage = first.case.stage
    assert found[f'commonward_cases_open{{stage="{stage}"}}'] == 2
    assert found["commonward_cases_overdue"] == open_cases(now).overdue
    assert open_cases(town.at).overdue == 0
    assert open_cases(town.at + timedelta(days=60)).overdue == 3
    assert found["commonward_cases_unrouted"] == 0
    assert found['commonward_outbox_due{channel="sms"}'] == 1
    assert found['commonward_outbox_dead{channel="sms"}'] == 1
    assert found['commonward_worker_late{worker="work"}'] == 0
    assert abs(found["commonward_backup_last_timestamp_seconds"] - now.timestamp()) < 3600
    assert found["commonward_forget_last_timestamp_seconds"] == 0
    call_command("forget", stdout=StringIO())
    assert numbers(client)["commonward_forget_last_timestamp_seconds"] > 0
    assert ("commonward_sqlite_wal_bytes" in found) == (connection.vendor == "sqlite")


def test_no_place_no_number_of_a_case_and_nobody_is_among_the_numbers(
    client: Client, town: District
) -> None:
    made = town.report(words="the lamp of zzSomebody", contact={"phone": "13800138000"})
    text = client.get("/-/metrics", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
    for secret in (made.number, made.case.number, "zzSomebody", "13800138000", *COMMUNITIES):
        assert secret not in text
    labels = set(re.findall(r"[{,](\w+)=", text))
    assert labels <= {"version", "stage", "channel", "worker"}


def test_the_numbers_cost_few_statements_however_many_cases_there_are(
    client: Client, town: District, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        town.report()
    numbers(client)
    with django_assert_max_num_queries(14):
        numbers(client)


@pytest.mark.django_db
def test_every_number_is_told_in_the_documentation_and_no_other() -> None:
    beat("work", 15, working=True)
    told = set(
        re.findall(r"`(commonward_\w+)`", (ROOT / "docs/how-to/operate.md").read_text("utf-8"))
    )
    written = {one.name for one in watching.gauges()} | {"commonward_sqlite_wal_bytes"}
    assert told == written
