"""Marks of quality as they are told on a page: plain values in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonward.cases.queries.reference import book as cases_book
from commonward.core.indicators.book import Book
from commonward.core.indicators.formulas import Unit
from commonward.core.marks.kind import ABOUT, FEWEST, KINDS, Criterion, Kind
from commonward.core.refusals import N_
from commonward.doors.look.showing import language, named, said
from commonward.insight.queries.measuring import book_in_force
from commonward.programmes.models import Mark, MarkCheck, MarkDispute
from commonward.programmes.queries.marks import BORNE, Public, read_kind

ENDED: Mapping[str, str] = {
    "refused": N_("not given"),
    "expired": N_("its day was over"),
    "taken": N_("taken away"),
    "renewed": N_("renewed by a new one"),
    "withdrawn": N_("nomination withdrawn"),
}


def offered(known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Choices of a list in the reader's language."""
    return [(name, _(title)) for name, title in known.items()]


def bearer_name(found: Mark) -> str:
    """What is to bear it or bears it."""
    if found.room is not None:
        return named(found.room.name, found.room.name_en)
    if found.area is not None:
        return named(found.area.name, found.area.name_en)
    return found.place.name if found.place is not None else ""


def stage_told(found: Mark) -> str:
    """Where it stands, in the words of its procedure; of what ended, how."""
    if found.ended_as:
        return _(ENDED[found.ended_as])
    stages = cases_book().procedures[found.case.procedure_id].stages
    return said(stages[found.case.stage].title)


def kind_shown(kind: Kind, book: Book | None = None) -> dict[str, Any]:
    """A kind with its criteria."""
    return {
        "code": kind.code,
        "title": named(kind.title, kind.title_en),
        "says": named(kind.says, kind.says_en),
        "about": _(ABOUT[kind.about]),
        "months": kind.months,
        "criteria": [
            criterion_shown(number, one, book) for number, one in enumerate(kind.criteria, 1)
        ],
    }


def criterion_shown(number: int, one: Criterion, book: Book | None) -> dict[str, Any]:
    """A criterion as it was published, with the figure's name and bound."""
    told: dict[str, Any] = {
        "number": number,
        "sort": one.kind,
        "kind": _(KINDS[one.kind]),
        "title": named(one.title, one.title_en),
        "items": [named(zh, en) for zh, en in one.items],
        "bound": "",
    }
    indicator = book.indicators.get(one.indicator) if book is not None and one.indicator else None
    if indicator is not None:
        share = indicator.unit is Unit.SHARE
        told["share"] = share
        values = {
            "figure": indicator.title(language()),
            "bound": f"{one.bound:g}",
            "unit": " %" if share else "",
            "days": one.days,
            "least": one.least,
        }
        if share and indicator.better == "less":
            text = _("{figure}: at most {bound}{unit} in {days} days, of {least} at least")
        elif share:
            text = _("{figure}: at least {bound}{unit} in {days} days, of {least} at least")
        elif indicator.better == "less":
            text = _("{figure}: at most {bound} at the end of {days} days")
        else:
            text = _("{figure}: at least {bound} at the end of {days} days")
        told["bound"] = text.format(**values)
    return told


def checked_shown(criteria: Sequence[dict[str, Any]], rows: Sequence[MarkCheck]) -> list[dict[str, Any]]:  # fmt: skip
    """Criteria with what was shown and found."""
    by = {row.number: row for row in rows}
    found = []
    for one in criteria:
        row = by.get(one["number"])
        if row is None:
            continue
        found.append(
            {
                **one,
                "row": row,
                "lines": [(n, words, n in row.ticked) for n, words in enumerate(one["items"], 1)],
                "value": "" if row.value is None else f"{row.value:g}",
            }
        )
    return found


def line_shown(found: Mark) -> dict[str, Any]:
    """A mark in a list."""
    kind = read_kind(found.version)
    return {
        "number": found.case.number,
        "title": named(kind.title, kind.title_en),
        "about": _(ABOUT[kind.about]),
        "bearer": bearer_name(found),
        "office": named(found.office.name, found.office.name_en),
        "stage": stage_told(found),
        "borne": found.case.stage in BORNE,
        "from": found.valid_from,
        "until": found.valid_until,
        "why": named(found.why, found.why_en),
        "row": found,
    }


def dispute_shown(one: MarkDispute) -> dict[str, Any]:
    """An appeal or a doubt, and what came of it."""
    return {
        "row": one,
        "appeal": one.kind == "appeal",
        "why": named(one.why, one.why_en),
        "open": one.decided_at is None,
    }


def public_shown(one: Public, at: datetime) -> dict[str, Any]:
    """A mark as everybody reads it: no person, no voice, and no figure of fewer than `FEWEST`."""
    kind = kind_shown(one.kind, book_in_force(at))
    criteria = checked_shown(kind["criteria"], one.checks)
    given = one.mark.decision == "given"
    for told in criteria:
        row = told["row"]
        few = row.under is None or row.under < FEWEST
        if told["sort"] == "figure" and (few or not told.get("share")):
            # A number of open cases says how many there are; only that it is met is told.
            told["value"] = ""
        told["evidence"] = row.evidence if given and row.met else ""
        told["ticked"] = sum(tick for _n, _words, tick in told["lines"])
    return {
        **line_shown(one.mark),
        "kind": kind,
        "version": one.mark.version.number,
        "criteria": criteria,
        "given": given,
        "disputes": [dispute_shown(row) for row in one.disputes],
    }
