"""Pictures that follow a hand-over in pieces (照片分块): kept until whole, then a photo as any."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from commonward.cases.actions.photos import MOST_BYTES, prepare_photo, with_photos
from commonward.cases.models import HandOver, HandOverPart, HandOverPiece, Photo, Report
from commonward.core.federation import parts
from commonward.core.federation.handing import ACTIVE, HELD, TAKER
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import SYSTEM


def keep(row: HandOver, body: Mapping[str, Any]) -> None:
    """Keep what is new of a piece; what was announced in the offer is taken, and nothing else."""
    piece = parts.read_piece(body)
    part = HandOverPart.objects.select_for_update().filter(
        hand_over=row, digest=piece.digest
    ).first()  # fmt: skip
    if row.side != TAKER or part is None or row.state not in (HELD, ACTIVE):
        raise Invalid(N_("This picture was not announced."), field="part")
    if part.done_at is not None or part.failed or part.size > MOST_BYTES:
        return
    new = parts.added(part.have, part.size, piece)
    if not new:
        return
    HandOverPiece.objects.create(part=part, start=part.have, content=new)
    part.have += len(new)
    part.save(update_fields=["have"])


def finish(hand_over: int, at: datetime) -> int:
    """Make photos of the pictures that are whole, once the case is open here; says how many."""
    row = HandOver.objects.select_related("case").get(pk=hand_over)
    if row.side != TAKER or row.case is None:
        return 0
    whole = HandOverPart.objects.filter(
        hand_over=row, done_at=None, failed=False, have=F("size")
    ).order_by("id")
    done = 0
    for part in list(whole):
        done += _finish_one(row, part, at)
    return done


def _finish_one(row: HandOver, part: HandOverPart, at: datetime) -> bool:
    pieces = HandOverPiece.objects.filter(part=part).order_by("start")
    content = b"".join(bytes(one.content) for one in pieces)
    first = Report.objects.select_related("case").filter(case=row.case).order_by("id").first()
    try:
        if first is None or not parts.is_whole(content, part.digest):
            raise Invalid(N_("This picture was not announced."), field="part")
        # A neighbour is believed no more than anybody: the picture is read and encoded anew.
        ready = prepare_photo(content)
        with_photos((ready,), lambda: first, max(at, first.case.changed_at), SYSTEM)
    except Refusal:
        _ended(part, at, None)
        return False
    _ended(part, at, Photo.objects.filter(case=row.case, digest=ready.digest).first())
    return True


def _ended(part: HandOverPart, at: datetime, photo: Photo | None) -> None:
    with transaction.atomic():
        HandOverPart.objects.filter(pk=part.pk).update(
            done_at=at if photo is not None else None, failed=photo is None, photo=photo
        )
        HandOverPiece.objects.filter(part=part).delete()


def content_of(part: HandOverPart) -> bytes:
    """The giver's picture as it is stored; empty where it is gone."""
    if part.photo is None:
        return b""
    path = settings.MEDIA_ROOT / part.photo.name
    return path.read_bytes() if path.is_file() else b""
