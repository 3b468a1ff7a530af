"""Photos through the door: taken with a report, kept from the public until shown, then harmless."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from commonward.cases.actions.photos import MOST_BYTES, show_photo
from commonward.cases.models import Event, Photo, Report
from tests.district import LAMP, RUBBISH, District
from tests.doors.open311.conftest import Door


def photo(side: int = 30, name: str = "a.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (side, 20), "green").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), kind)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_photos_come_with_the_report_and_are_public_only_once_shown(
    door: Door, district: District, here: dict[str, Any], media: Path, client: Client
) -> None:
    row = door.post(service_code=RUBBISH, media=[photo(30), photo(31)], **here).row
    number = row["service_request_id"]
    kept = list(Photo.objects.filter(report__number=number).order_by("id"))
    assert [p.width for p in kept] == [30, 31]
    assert len(files(media)) == 2
    address = f"/open311/v2/photos/{kept[1].name}"
    assert "media_url" not in door.get(f"requests/{number}").row
    assert client.get(address).status_code == 404
    show_photo(kept[1].name, True, "", district.intake_officer, district.at)
    shown = door.get(f"requests/{number}", extensions="true").data[0]
    assert shown["media_url"] == f"http://testserver{address}"
    assert shown["extended_attributes"]["photos"] == [{"media_url": f"http://testserver{address}"}]
    served = client.get(address)
    assert served.content == (media / kept[1].name).read_bytes()
    assert served.headers["Content-Type"] == "image/jpeg"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    Report.objects.filter(number=number).update(public=True)
    show_photo(kept[1].name, False, "A face", district.intake_officer, district.at)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("field", ["media", "media[]", "photo", "media_1"])
def test_whatever_a_client_calls_the_file_it_is_taken(
    xml: Door, here: dict[str, Any], media: Path, field: str
) -> None:
    sent: dict[str, Any] = {field: photo(kind="application/octet-stream")}
    xml.post(service_code=RUBBISH, **here, **sent)
    assert Photo.objects.count() == 1


def test_one_broken_photo_refuses_the_whole_report(
    door: Door, here: dict[str, Any], media: Path
) -> None:
    script = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    found = door.post(service_code=RUBBISH, media=[photo(), script], **here)
    assert found.status == 400
    assert found.wrong
    assert (Report.objects.count(), files(media)) == (0, [])


def test_a_refused_report_leaves_no_photo(door: Door, media: Path) -> None:
    assert door.post(service_code=RUBBISH, lat=0, long=0, media=photo()).status == 400
    assert door.post(service_code="nix", lat=0, long=0, media=photo()).status == 404
    assert files(media) == []


def test_too_many_or_too_large_photos_are_refused(
    door: Door, here: dict[str, Any], media: Path
) -> None:
    seven = door.post(service_code=RUBBISH, media=[photo(n) for n in range(20, 27)], **here)
    assert (seven.status, "7 photos" in seven.wrong) == (400, True)
    large = SimpleUploadedFile("a.jpg", photo().read() + b"\x00" * MOST_BYTES, "image/jpeg")
    found = door.post(service_code=RUBBISH, media=large, **here)
    assert (found.status, str(MOST_BYTES) in found.wrong) == (400, True)
    assert (Report.objects.count(), files(media)) == (0, [])


def test_a_report_sent_again_with_its_key_keeps_its_photos_once_and_other_photos_are_refused(
    door: Door, here: dict[str, Any], media: Path
) -> None:
    told = {"service_code": RUBBISH, "idempotency_key": "k", **here}
    first = door.post(media=photo(), **told).row
    assert door.post(media=photo(), **told).row == first
    assert (Photo.objects.count(), len(files(media))) == (1, 1)
    assert door.post(media=photo(44), **told).status == 400
    assert door.post(**told).status == 400
    assert (Photo.objects.count(), len(files(media))) == (1, 1)


def test_the_test_endpoint_checks_photos_and_keeps_none(
    door: Door, here: dict[str, Any], media: Path
) -> None:
    door.root = "/open311/test/v2/"
    assert door.post(service_code=RUBBISH, media=photo(), **here).status == 200
    broken = SimpleUploadedFile("a.jpg", b"no photo", "image/jpeg")
    assert door.post(service_code=RUBBISH, media=broken, **here).status == 400
    assert files(media) == []


def test_a_photo_with_an_update_is_one_of_afterwards(
    door: Door, district: District, media: Path
) -> None:
    report = district.report(LAMP)
    update = {"service_request_id": report.number, "description": "Look", "update_id": "u"}
    assert door.post("servicerequestupdates", media=photo(), **update).status == 200
    assert Photo.objects.get().moment == "after"
    events = Event.objects.count()
    assert door.post("servicerequestupdates", media=photo(), **update).status == 200
    assert (Event.objects.count(), len(files(media))) == (events, 1)


def test_a_photo_whose_file_is_lost_is_not_found(
    xml: Door, district: District, here: dict[str, Any], media: Path
) -> None:
    xml.post(service_code=RUBBISH, media=photo(), **here)
    kept = Photo.objects.get()
    show_photo(kept.name, True, "", district.intake_officer, district.at)
    (media / kept.name).unlink()
    assert xml.send("GET", f"photos/{kept.name}").status == 404
