"""Public cases as rows of a file (GeoReport Bulk): what the portal shows of each, and nothing more.

One row is one public report of a public case, masked as on its page. Disputes and urgent help are
in no file, whatever a site has made of their procedures.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from commonward.areas.queries import revisions
from commonward.cases.queries.public import PublicReport, Wanted, all_public_reports
from commonward.cases.queries.services import services
from commonward.core.refusals import N_
from commonward.core.rights import APART
from commonward.core.spreadsheets import inert

COLUMNS: Mapping[str, tuple[str, str]] = {
    "service_request_id": ("text", N_("the report's number, as on its page")),
    "requested_datetime": ("moment", N_("when it came")),
    "updated_datetime": ("moment", N_("when its case last changed")),
    "closed_date": ("moment", N_("when its case was closed; empty while it is open")),
    "status_description": ("text", N_("open or closed")),
    "status_notes": ("text", N_("where it stands, in a sentence")),
    "source": ("text", N_("the way it came")),
    "service_name": ("text", N_("the category")),
    "service_subtype": ("text", N_("the filing condition (立案条件), where one is named")),
    "description": ("text", N_("what was told, with numbers and addresses of persons masked")),
    "agency_responsible": ("text", N_("the team that has it or had it last")),
    "address": ("text", N_("the place in words, masked")),
    "lat": ("real", N_("latitude, WGS-84, as the page shows it")),
    "long": ("real", N_("longitude, WGS-84, as the page shows it")),
}
"""Each column with its type and what it means, in the order of GeoReport Bulk."""


def rows(language: str) -> Iterator[dict[str, Any]]:
    """Every public report, the oldest first; read in parts, so a million need little memory."""
    now = revisions()
    known = services(now)
    for one in all_public_reports(Wanted(), now):
        if not known[one.category].code.startswith(APART):
            yield _row(one, known, language)


def harmless(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula; NUL, which none can read, is gone."""
    return "" if value is None else inert(value, numbers=False)


def _row(one: PublicReport, known: Mapping[int, Any], language: str) -> dict[str, Any]:
    name, english = one.team
    return {
        "service_request_id": one.number,
        "requested_datetime": _written(one.received_at),
        "updated_datetime": _written(one.changed_at),
        "closed_date": _written(one.closed_at) if one.closed_at else None,
        "status_description": "open" if one.is_open else "closed",
        "status_notes": one.stage.plain.in_language(language),
        "source": one.channel,
        "service_name": known[one.category].named(language),
        "service_subtype": one.standard,
        "description": one.words,
        "agency_responsible": name if language.startswith("zh") else english or name,
        "address": one.address,
        "lat": one.lat,
        "long": one.lon,
    }


def _written(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
