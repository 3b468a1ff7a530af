"""Keeping a monthly report (月度报告存档): all languages at once, or none."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date, datetime

from commonward.core.refusals import N_, Invalid
from commonward.insight.queries.books import version_in_force
from commonward.insight.queries.looking import first_day
from commonward.insight.queries.reports import FACTS, LANGUAGES, Made, folder, last_over, made, over


def due(at: datetime) -> date | None:
    """The newest complete month whose report was not made, if anything had happened by its end."""
    month = last_over(at)
    first = first_day()
    if first is None or made(month) is not None:
        return None
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return month if first.date() < following else None


def keep(month: date, files: Mapping[str, bytes], at: datetime) -> Made:
    """Keep a month's files; an earlier report of the month gives way to them at once.

    Raises Invalid for a month that is not over: its figures would still change.
    """
    if not over(month, at):
        raise Invalid(
            N_("The figures of {month} are not complete yet."),
            month=f"{month:%Y-%m}",
            field="month",
        )
    if sorted(files) != sorted(LANGUAGES):
        raise ValueError("a report is kept in all its languages")
    found = Made(
        month, at, version_in_force(at).label, {name: len(raw) for name, raw in files.items()}
    )
    folder().mkdir(parents=True, exist_ok=True)
    target = folder() / found.name
    # Made beside it and moved there whole: a reader meets the old one or the new one.
    beside = tempfile.mkdtemp(prefix=f".{found.name}-", dir=folder())
    try:
        for name, raw in files.items():
            with open(f"{beside}/{name}.pdf", "wb") as out:  # noqa: PTH123 (a plain path)
                out.write(raw)
        facts = {"at": at.isoformat(), "version": found.version, "sizes": found.sizes}
        with open(f"{beside}/{FACTS}", "w", encoding="utf-8") as out:  # noqa: PTH123
            json.dump(facts, out)
        if target.exists():
            old = tempfile.mkdtemp(prefix=".old-", dir=folder())
            os.rename(target, f"{old}/was")  # noqa: PTH104
            os.rename(beside, target)  # noqa: PTH104
            shutil.rmtree(old)
        else:
            os.rename(beside, target)  # noqa: PTH104
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return found
