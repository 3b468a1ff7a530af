"""What everybody is shown (公开范围): one rule for the list, the map, figures, hotspots and files.

A case is shown where the office has it in public, at least one of its reports is public, and it is
neither a dispute nor urgent help, whatever a site has made of their procedures. Whoever counts in
public counts these cases and no others: then no number can be subtracted from another to tell of
a case that is not shown.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case as When_
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When

from commonward.cases.models import Category, Report
from commonward.core.rights import APART

_NAMED_APART = " OR ".join(f"starts_with(code, '{one}')" for one in APART)
SHOWN = f"""
{{case}}.public
AND EXISTS (SELECT 1 FROM cases_report AS told WHERE told.case_id = {{case}}.id AND told.public)
AND {{case}}.category_id NOT IN (SELECT id FROM cases_category WHERE {_NAMED_APART})
"""  # noqa: S608 (constants)
"""The same rule as PostgreSQL reads it, for who reads a million rows at once."""


def is_shown(category: str, *, case: bool, reports: Iterable[bool]) -> bool:
    """Whether everybody may see a case of this category (its code), by its own mark and those of
    its reports."""
    return case and any(reports) and not category.startswith(APART)


def _apart() -> "QuerySet[Category, Any]":
    """The categories that are told of nowhere case by case."""
    found = Q()
    for one in APART:
        found |= Q(code__startswith=one)
    return Category.objects.filter(found).values("id")


def shown() -> When_:
    """The same rule as a column of cases."""
    told = Report.objects.filter(case=OuterRef("pk"), public=True)
    open_ = Q(public=True) & ~Q(category__in=_apart())
    return When_(When(open_, then=Exists(told)), default=Value(False))


OPEN_AND_SHOWN = f"{{case}}.closed_at IS NULL AND {SHOWN}"
"""Of open cases alone, as `open_and_shown`."""


def open_and_shown() -> When_:
    """What the public map shows: open as figures and public pages say it. A case that is closed and
    only waits to be rated still has its circle of staff, and is open to them alone."""
    return When_(When(closed_at=None, then=shown()), default=Value(False))


def shown_reports() -> Q:
    """The same rule of a report (or a photo) by itself: it and its case are public."""
    return Q(public=True, case__public=True) & ~Q(case__category__in=_apart())
