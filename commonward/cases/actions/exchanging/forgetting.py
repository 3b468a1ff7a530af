"""Files of exchanges end on time: the key is destroyed, the file and what rows hold of it go."""

import time
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.exchanging import keeping
from commonward.cases.models import Exchange, ExchangeRow, ExchangeRun

_LEFT_OPEN = 86_400
"""Seconds after which a file in clear was left behind by a process that died."""


def forget_exchanges(at: datetime) -> int:
    """Destroy every file whose time is over, and every sample; says how many files."""
    Exchange.objects.filter(sample_until__lte=at).update(
        sample=None, sample_key=None, sample_until=None
    )
    over = list(
        ExchangeRun.objects.filter(keep_until__lte=at, key__isnull=False).values_list("id", "file")
    )
    for run, file in over:
        with transaction.atomic():
            ExchangeRun.objects.filter(pk=run).update(key=None, file="", name="")
            ExchangeRow.objects.filter(run=run).update(content=None)
        keeping.drop(file)
    for left in keeping.folder().glob("open-*"):
        if left.stat().st_mtime < time.time() - _LEFT_OPEN:
            left.unlink(missing_ok=True)
    return len(over)
