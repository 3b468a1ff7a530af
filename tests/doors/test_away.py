"""What the site stands on fails: whoever asked is told to ask again, and nothing half is kept."""

import errno
import io
import json
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, OperationalError
from django.test import Client
from PIL import Image

from commonward.cases.actions import photos
from commonward.cases.models import Report
from commonward.core.rights import SYSTEM
from commonward.doors.look.away import AGAIN_AFTER, passes
from commonward.doors.look.repeating import Repeating
from commonward.people.actions import issue_key
from tests.district import RUBBISH, SINCE, District, small_district

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def town(db: None) -> District:
    return small_district()


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


def picture() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, "JPEG")
    return SimpleUploadedFile("a.jpg", made.getvalue(), "image/jpeg")


def reported(client: Client, **more: Any) -> Any:
    _, secret = issue_key(
        SYSTEM, "a program", ["open311.report"], at=SINCE + timedelta(days=1), per_minute=100
    )
    lat, lon = District.inside()
    told = {"api_key": secret, "service_code": RUBBISH, "lat": lat, "long": lon,
            "description": "A heap.", **more}  # fmt: skip
    return client.post("/open311/v2/requests.json", told)


@pytest.mark.usefixtures("town")
def test_a_full_disk_is_told_as_what_passes_and_keeps_nothing_half(
    client: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    whole = photos._write

    def full(name: str, content: bytes) -> None:
        whole(name, content)
        raise FULL

    with monkeypatch.context() as patched:
        patched.setattr(photos, "_write", full)
        got = reported(client, media=picture())
    assert (got.status_code, got.headers["Retry-After"]) == (503, str(AGAIN_AFTER))
    assert "Ask again in a minute" in json.loads(got.content)[0]["description"]
    assert not Report.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert reported(client, media=picture()).status_code in (200, 201)


def test_a_fault_of_ours_is_still_told_as_one(
    town: District, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, content: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(photos, "_write", broken)
    assert reported(client, media=picture()).status_code == 500


def test_pages_and_the_api_say_when_to_ask_again(
    town: District, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = issue_key(
        SYSTEM, "another", ["api"], at=SINCE + timedelta(days=1),
        account=town.accounts["intake_officer"], per_minute=100,
    )  # fmt: skip

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("no route to that host")

    monkeypatch.setattr("commonward.doors.portal.views.report.revisions", away)
    page = client.get("/report/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, str(AGAIN_AFTER))
    assert "a report that was kept already is not kept twice" in page.content.decode()
    monkeypatch.setattr("commonward.doors.api.opening.reading", away)
    told = {"category": RUBBISH, "words": "A heap."}
    got = client.post("/api/v1/cases", told, "application/json",
                      headers={"authorization": f"Bearer {secret}"})  # fmt: skip
    assert (got.status_code, got.json()["code"]) == (503, "away")
    assert got.headers["Retry-After"] == str(AGAIN_AFTER)


def test_what_passes_is_the_database_or_a_folder_and_nothing_of_ours() -> None:
    read_only = InternalError("cannot execute INSERT in a read-only transaction")
    assert not passes(read_only)
    read_only.__cause__ = type("Told", (Exception,), {"sqlstate": "25006"})()
    assert all(map(passes, (read_only, OperationalError(), FULL, OSError(errno.EROFS, ""))))
    assert not any(map(passes, (None, ValueError(), FileNotFoundError(errno.ENOENT, ""))))


class Tries(Repeating):
    """A worker whose second pass meets a fault."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault, self.passes = fault, 0

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        self.passes += 1
        if self.passes == 2:
            raise self.fault
        if self.passes == 3:
            self.leaving.set()


@pytest.mark.usefixtures("db")
def test_a_worker_stays_while_a_disk_is_full_and_ends_at_a_fault_of_ours(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR = tmp_path
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    stays = Tries(FULL)
    stays.handle(every=0.001)
    assert stays.passes == 3
    with pytest.raises(ZeroDivisionError):
        Tries(ZeroDivisionError()).handle(every=0.001)
