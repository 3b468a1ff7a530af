"""Photos: only pictures, without metadata, kept with their report or not at all."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from commonward.cases.actions import Said, open_case, photos
from commonward.cases.actions.photos import (
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_PHOTOS,
    Ready,
    add_photos,
    prepare_photo,
    show_photo,
    with_photos,
)
from commonward.cases.models import Case, Event, Photo, Report
from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.core.rights import SYSTEM
from tests.district import AT, RUBBISH, District, small_district


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: Any
) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    made = Image.new("RGB", size, "blue")
    made.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    made.convert(mode).save(out, kind, **more)
    return out.getvalue()


def opened(ready: Ready) -> Image.Image:
    return Image.open(io.BytesIO(ready.content))


def is_red(colour: Any) -> bool:
    return bool(colour[0] > 200 and colour[2] < 60)


def png_of(width: int, height: int) -> bytes:
    """The beginning of a PNG that claims this size, with a little data that does not fill it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 100_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "P"),
        ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "1"), ("WEBP", "RGB"), ("WEBP", "RGBA"),
    ],
)  # fmt: skip
def test_each_kind_of_picture_becomes_a_plain_jpeg(kind: str, mode: str) -> None:
    ready = prepare_photo(picture(kind, mode=mode))
    made = opened(ready)
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (40, 20))
    assert (ready.width, ready.height) == (40, 20)
    if mode in {"RGB", "P", "RGBA", "CMYK"}:
        assert is_red(made.getpixel((5, 10)))
        assert not is_red(made.getpixel((35, 10)))


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    colour = opened(prepare_photo(out.getvalue())).getpixel((5, 5))
    assert colour == (255, 255, 255)


def test_a_large_photo_is_made_smaller_and_keeps_its_proportions() -> None:
    ready = prepare_photo(picture(size=(4000, 3000)))
    assert (ready.width, ready.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)


def test_a_photo_is_turned_as_its_camera_was_held_and_tells_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    exif[0x010F] = "SpyCam"
    exif[0x9003] = "2026:03:02 09:00:00"
    exif.get_ifd(0x8825)[2] = (27.0, 48.0, 0.0)  # where it was taken
    sent = picture(exif=exif, comment=b"made by Li", icc_profile=b"profile" * 20)
    assert b"SpyCam" in sent
    ready = prepare_photo(sent)
    made = opened(ready)
    assert made.size == (20, 40)
    assert is_red(made.getpixel((10, 5)))
    assert not is_red(made.getpixel((10, 35)))
    assert dict(made.getexif()) == {}
    assert set(made.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for secret in (b"SpyCam", b"made by Li", b"profile", b"2026:03"):
        assert secret not in ready.content


def test_a_text_in_a_png_is_gone() -> None:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 (only here)

    texts = PngInfo()
    texts.add_text("Author", "Li Hua")
    assert b"Li Hua" not in prepare_photo(picture("PNG", pnginfo=texts)).content


def zip_bytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\x00" * 1_000_000)
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GIF89a\x01\x00\x01\x00",
        b"just words",
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        b"<!DOCTYPE html><img src=x onerror=alert(1)>",
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + picture(),
        zip_bytes(),
        picture() + zip_bytes(),
        picture(comment=b"<script>alert(1)</script>"),
        picture()[:200],
        picture("PNG")[:60],
        picture("WEBP")[:30],
        picture("TIFF"),
        picture("BMP"),
        picture("GIF", mode="P"),
        picture("PDF"),
        png_of(4_000, 3_000),
        png_of(30_000, 30_000),
        png_of(2**31 - 1, 2**31 - 1),
        b"\xff\xd8\xff\xe0" + b"\x00" * 1_000,
    ],
)
def test_what_is_not_a_plain_photo_is_refused_in_words(sent: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        prepare_photo(sent)
    assert refused.value.field == "media"


def test_a_photo_of_too_many_bytes_or_pixels_is_refused_by_its_size() -> None:
    with pytest.raises(Invalid, match=str(MOST_BYTES + 1)):
        prepare_photo(b"\xff" * (MOST_BYTES + 1))
    with pytest.raises(Invalid, match="26000000 pixels"):
        prepare_photo(png_of(26_000, 1_000))


def test_a_bomb_of_pixels_is_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import ImageFile  # noqa: PLC0415 (only here)

    def decoded(*_: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    with pytest.raises(Invalid, match="pixels"):
        prepare_photo(png_of(25_000, 3_000))


@given(st.binary(max_size=300), st.integers(0, 700), st.sampled_from(["JPEG", "PNG", "WEBP"]))
@hypothesis_settings(max_examples=150)
def test_no_broken_bytes_do_anything_but_refuse(noise: bytes, place: int, kind: str) -> None:
    whole = picture(kind)
    broken = whole[:place] + noise + whole[place + len(noise) :]
    try:
        ready = prepare_photo(broken)
    except Invalid:
        return
    assert opened(ready).format == "JPEG"


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def district(db: None) -> District:
    return small_district()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def telling(district: District, words: str = "Bags") -> Callable[[], Report]:
    lat, lon = district.inside()
    return lambda: open_case(RUBBISH, Said("counter", words, lat=lat, lon=lon), AT)


def test_a_report_and_its_photos_are_kept_together(district: District, media: Path) -> None:
    ready = [prepare_photo(picture()), prepare_photo(picture(size=(30, 30)))]
    report = with_photos(ready, telling(district), AT, SYSTEM)
    rows = list(Photo.objects.filter(report=report).order_by("id"))
    assert [(r.width, r.height, r.moment, r.public) for r in rows] == [
        (40, 20, "before", False),
        (30, 30, "before", False),
    ]
    assert {media / r.name for r in rows} == set(files(media))
    assert (media / rows[0].name).read_bytes() == ready[0].content
    event = Event.objects.get(verb="photos_added")
    told = {"count": 2, "moment": "before", "photos": [row.pk for row in rows]}
    assert (event.report_id, event.data) == (report.pk, told)


def test_when_the_report_is_refused_no_file_remains(district: District, media: Path) -> None:
    def refused() -> Report:
        telling(district)()
        raise Invalid("no")

    with pytest.raises(Invalid):
        with_photos([prepare_photo(picture())], refused, AT, SYSTEM)
    assert files(media) == []
    assert not Photo.objects.exists()
    assert not Report.objects.exists()


def test_when_a_file_cannot_be_written_no_report_is_kept(
    district: District, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter(["aa/first.jpg", "aa/first.jpg"])
    monkeypatch.setattr(photos, "_name", lambda: next(names))
    ready = [prepare_photo(picture()), prepare_photo(picture(size=(30, 30)))]
    with pytest.raises(FileExistsError):
        with_photos(ready, telling(district), AT, SYSTEM)
    assert files(media) == []
    assert not Report.objects.exists()


def test_the_same_photo_is_kept_once(district: District, media: Path) -> None:
    ready = prepare_photo(picture())
    report = with_photos([ready, ready], telling(district), AT, SYSTEM)
    with_photos([ready], lambda: report, AT, SYSTEM)
    assert Photo.objects.count() == 1
    assert len(files(media)) == 1


def test_more_photos_than_are_taken_are_refused(district: District, media: Path) -> None:
    ready = [prepare_photo(picture(size=(40, 20 + n))) for n in range(MOST_PHOTOS + 1)]
    with pytest.raises(Invalid, match="7 photos"):
        with_photos(ready, telling(district), AT, SYSTEM)
    report = with_photos(ready[:MOST_PHOTOS], telling(district), AT, SYSTEM)
    with pytest.raises(Invalid, match="has 6 photos"):
        with_photos(ready[MOST_PHOTOS:], lambda: report, AT, SYSTEM)
    assert len(files(media)) == Photo.objects.count() == MOST_PHOTOS


def test_photos_are_added_later_by_the_reporter_or_those_who_work_on_it(
    district: District, media: Path
) -> None:
    report = telling(district)()
    ready = [prepare_photo(picture())]
    with pytest.raises(Forbidden):
        add_photos(report.number, ready, district.outsider, AT)
    with pytest.raises(Missing):
        add_photos("NOTHERE", ready, district.grid_worker, AT)
    assert files(media) == []
    add_photos(report.number, ready, district.grid_worker, AT)
    add_photos(report.number, [prepare_photo(picture(size=(9, 9)))], district.holder(report), AT)
    assert Photo.objects.filter(report=report, moment="after").count() == 2


def test_a_photo_is_shown_by_an_officer_only_and_hidden_again_with_a_reason(
    district: District, media: Path
) -> None:
    report = with_photos([prepare_photo(picture())], telling(district), AT, SYSTEM)
    name = Photo.objects.get().name
    for person in (
        district.outsider,
        district.handler,
        district.grid_worker,
        district.holder(report),
    ):
        with pytest.raises(Forbidden):
            show_photo(name, True, "", person, AT)
    version = Case.objects.get().version
    assert show_photo(name, True, "", district.intake_officer, AT).public
    assert Case.objects.get().version == version + 1
    with pytest.raises(Invalid):
        show_photo(name, False, " ", district.intake_officer, AT)
    assert not show_photo(name, False, "A face", district.intake_officer, AT).public
    assert [e.verb for e in Event.objects.order_by("id")][-2:] == ["photo_shown", "photo_hidden"]
    with pytest.raises(Missing):
        show_photo("00/none.jpg", True, "", district.intake_officer, AT)
