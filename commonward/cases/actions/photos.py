"""Photos of a problem (现场照片): checked, stripped of everything but the picture, kept, shown.

What a photo is is decided by its content. It is decoded and encoded anew, so that no metadata,
no second file hidden in the first and no broken marker survives. The file is written before its
row: a row never lacks its file, and when the row cannot be written the file goes again.
"""

import hashlib
import io
import os
import secrets
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from PIL import Image, ImageOps

from commonward.cases.actions.moving import act, locked
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Photo, Report
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor

MOST_PHOTOS = 6
"""Photos of one report."""
MOST_BYTES = 8 * 1024 * 1024
"""Of one photo as it is sent."""
LONGEST_SIDE = 2048
"""Pixels of the longer side as it is kept."""
MOST_PIXELS = {"JPEG": 80_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""Width times height as sent. A JPEG is decoded at a fraction of its size, the others in full."""

_QUALITY = 82
_SHOWS = ("intake_officer", "dispatcher", "duty_chief")
_BEGINS_OTHERWISE = (b"%pdf-", b"<svg", b"<html", b"<!doctype", b"<script", b"<?php", b"<?xml-st")
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Ready:
    """A photo that was checked and encoded anew (JPEG without metadata); sizes in pixels."""

    content: bytes = field(repr=False)
    digest: str
    width: int
    height: int


def prepare_photo(sent: bytes) -> Ready:
    """Check one photo and encode it anew; writes nothing, so call it before any transaction.

    Takes JPEG, PNG and WebP up to `MOST_BYTES` and `MOST_PIXELS`; turns it as its EXIF says and
    makes it at most `LONGEST_SIDE` long. Raises Invalid (field "media"), in words.
    """
    if len(sent) > MOST_BYTES:
        raise Invalid(
            N_("A photo has {given} bytes; at most {most} are taken."),
            field="media",
            given=len(sent),
            most=MOST_BYTES,
        )
    if any(mark in sent[:_HEAD].lower() for mark in _BEGINS_OTHERWISE) or _holds_an_archive(sent):
        raise Invalid(
            N_("A file is a document or an archive, or hides one; send a plain photo."),
            field="media",
        )
    try:
        return _encoded(sent)
    except Invalid:
        raise
    except Exception as error:  # decoders raise whatever the broken bytes led them to
        raise Invalid(
            N_("A file is not a photo that can be read: send JPEG, PNG or WebP."), field="media"
        ) from error


def _holds_an_archive(sent: bytes) -> bool:
    """A zip file may begin with anything; its directory is what tells."""
    return b"PK\x01\x02" in sent and zipfile.is_zipfile(io.BytesIO(sent))


def _encoded(sent: bytes) -> Ready:
    with Image.open(io.BytesIO(sent), formats=tuple(MOST_PIXELS)) as opened:
        # Only the header is read so far: what is too large is never decoded.
        pixels = opened.width * opened.height
        most = MOST_PIXELS[str(opened.format)]
        if pixels > most:
            raise Invalid(
                N_("A photo has {given} pixels; at most {most} are taken."),
                field="media",
                given=pixels,
                most=most,
            )
        opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        turned = ImageOps.exif_transpose(opened)
    coloured = turned.convert("RGBA") if _see_through(turned) else turned.convert("RGB")
    # A new picture has no EXIF, comment, colour profile or text of the one that was sent.
    clean = Image.new("RGB", coloured.size, "white")
    clean.paste(coloured, mask=coloured if coloured.mode == "RGBA" else None)
    kept = io.BytesIO()
    clean.save(kept, "JPEG", quality=_QUALITY, optimize=True)
    content = kept.getvalue()
    return Ready(content, hashlib.sha256(content).hexdigest(), clean.width, clean.height)


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def with_photos(
    photos: Sequence[Ready],
    opened: Callable[[], Report],
    at: datetime,
    actor: Actor,
    *,
    moment: str = "before",
) -> Report:
    """Take a report and its photos together: all is kept, or nothing.

    `opened` calls the verb that writes the report. A photo that the case has already (the same
    report sent again) is not kept twice. None is public until somebody shows it (`show_photo`).
    """
    if len(photos) > MOST_PHOTOS:
        raise Invalid(
            N_("{given} photos were sent; at most {most} are taken with a report."),
            field="media",
            given=len(photos),
            most=MOST_PHOTOS,
        )
    names = [_name() for _ in photos]
    used: set[str] = set()
    try:
        for name, photo in zip(names, photos, strict=True):
            _write(name, photo.content)
        with transaction.atomic():
            report = opened()
            used = _rows(report, names, photos, at, actor, moment)
    except BaseException:
        used = set()
        raise
    finally:
        for name in names:
            if name not in used:
                (settings.MEDIA_ROOT / name).unlink(missing_ok=True)
    return report


def add_photos(
    number: str, photos: Sequence[Ready], actor: Actor, at: datetime, *, moment: str = "after"
) -> Report:
    """Add photos to the case of a report, by its reporter or whoever works on it.

    Raises Missing, Forbidden, Invalid; then no file remains.
    """

    def found() -> Report:
        report = Report.objects.filter(number=number).first()
        if report is None:
            raise Missing(N_("There is no report {number}."), number=number)
        case = Case.objects.select_for_update(of=("self",)).get(pk=report.case_id)
        code = book().categories[case.category_id].code
        works = actor.roles_for(
            (*_SHOWS, "grid_worker", "handler"), "add_photos", case.area_path, code
        )
        if actor.report != report.pk and not works:
            raise Forbidden(N_("Photos are added by the reporter or by those who work on it."))
        return report

    return with_photos(photos, found, at, actor, moment=moment)


def act_with_photos(
    number: str,
    verb: str,
    photos: Sequence[Ready],
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any],
    *,
    version: int | None = None,
    moment: str = "after",
) -> Case:
    """A step with the photos that prove it (处置照片): both are kept, or neither.

    Raises what `act` raises, and Invalid (field "media") where the case has no report to keep
    photos with.
    """
    taken: list[Case] = []

    def acted() -> Report:
        taken.append(act(number, verb, actor, at, given, version=version))
        first = Report.objects.select_related("case").filter(case=taken[0]).order_by("id").first()
        if first is None:
            raise Invalid(N_("Nobody reported this case: it keeps no photos."), field="media")
        return first

    if not photos:
        return act(number, verb, actor, at, given, version=version)
    with_photos(photos, acted, at, actor, moment=moment)
    return taken[0]


def show_photo(
    name: str,
    public: bool,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    who: Sequence[str] = _SHOWS,
) -> Photo:
    """Show a photo to the public, or hide it again (公开审核): after a look for faces and plates.

    `who` are the posts that decide it: the centre's officers, where a room names no others.

    Raises Missing, Forbidden, and Invalid when hiding without a reason.
    """
    with transaction.atomic():
        photo = Photo.objects.select_related("case").filter(name=name).first()
        if photo is None:
            raise Missing(N_("There is no such photo."), field="photo")
        case = locked(photo.case.number)
        code = book().categories[case.category_id].code
        roles = actor.roles_for(who, "show_photo", case.area_path, code)
        if not roles:
            raise Forbidden(N_("Whether a photo is public is decided by the centre's officers."))
        if not public and not reason.strip():
            raise Invalid(N_("Say why the photo is hidden."), field="reason")
        photo.public = public
        photo.save(update_fields=["public"])
        case.version += 1
        case.changed_at = at
        case.save(update_fields=["version", "changed_at"])
        record(
            case, "photo_shown" if public else "photo_hidden", at, actor,
            role=roles[0], team=case.team_id, data={"photo": photo.pk}, words=reason,
        )  # fmt: skip
    return photo


def _rows(
    report: Report,
    names: Sequence[str],
    photos: Sequence[Ready],
    at: datetime,
    actor: Actor,
    moment: str,
) -> set[str]:
    """Write the rows of those that are new to the case; the names that are used now."""
    there = set(Photo.objects.filter(case=report.case_id).values_list("digest", flat=True))
    new: dict[str, Photo] = {}
    for name, photo in zip(names, photos, strict=True):
        if photo.digest not in there and photo.digest not in new:
            new[photo.digest] = Photo(
                case_id=report.case_id,
                report=report,
                name=name,
                digest=photo.digest,
                width=photo.width,
                height=photo.height,
                moment=moment,
                added_at=at,
            )
    if new:
        held = Photo.objects.filter(report=report).count()
        if held + len(new) > MOST_PHOTOS:
            raise Invalid(
                N_("This report has {held} photos; at most {most} are taken."),
                field="media",
                held=held,
                most=MOST_PHOTOS,
            )
        kept = Photo.objects.bulk_create(new.values())
        case = report.case
        record(
            case, "photos_added", at, actor,
            role=actor.role or "intake_officer", report=report.pk, team=case.team_id,
            # Which ones they are: the public log commits to the pictures themselves.
            data={"count": len(new), "moment": moment, "photos": [photo.pk for photo in kept]},
        )  # fmt: skip
    return {photo.name for photo in new.values()}


def _name() -> str:
    """A name that nobody can guess, in one of 256 folders."""
    drawn = secrets.token_hex(16)
    return f"{drawn[:2]}/{drawn[2:]}.jpg"


def _write(name: str, content: bytes) -> None:
    path = settings.MEDIA_ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        # The row that names it will be durable, so the file must be.
        os.fsync(file.fileno())
