"""Photos that show an item in order: kept beside the visit for a while, then deleted."""

import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.photos import MOST_PHOTOS, Ready
from commonward.core.refusals import N_, Invalid
from commonward.programmes.models import Visit, VisitPhoto

KEPT_DAYS = 90


def keep_photos(visit: Visit, photos: Mapping[str, Sequence[Ready]]) -> None:
    """Write the files, then their rows; call it inside the visit's transaction.

    Raises Invalid for too many.
    """
    rows = [(item, photo) for item, several in photos.items() for photo in several]
    if len(rows) > MOST_PHOTOS:
        raise Invalid(N_("At most {most} photos are taken."), most=MOST_PHOTOS, field="photos")
    for item, photo in rows:
        token = secrets.token_hex(16)
        name = f"{token[:2]}/{token[2:]}.jpg"
        path = settings.MEDIA_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(photo.content)
            file.flush()
            os.fsync(file.fileno())
        VisitPhoto.objects.create(visit=visit, item=item, name=name, digest=photo.digest)


def end_photos(at: datetime) -> int:
    """Delete what is older than its keeping time; how many went."""
    old = list(VisitPhoto.objects.filter(visit__done_at__lt=at - timedelta(days=KEPT_DAYS))[:5000])
    with transaction.atomic():
        VisitPhoto.objects.filter(pk__in=[one.pk for one in old]).delete()
        for one in old:
            transaction.on_commit(partial((settings.MEDIA_ROOT / one.name).unlink, missing_ok=True))
    return len(old)
