"""requests.csv: every public request in one table (GeoReport Bulk), streamed."""

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse

from commonward.areas.queries import revisions
from commonward.cases.queries.public import PublicReport, Wanted, all_public_reports
from commonward.cases.queries.services import services
from commonward.core.spreadsheets import inert
from commonward.doors.open311.asking import Ask, resource
from commonward.doors.open311.reading import moment
from commonward.doors.open311.views.requests import STATUSES, in_language, status
from commonward.doors.open311.writing import moment as written_moment

COLUMNS = (
    "service_request_id", "requested_datetime", "updated_datetime", "closed_date",
    "status_description", "status_notes", "source", "service_name", "service_subtype",
    "description", "agency_responsible", "address", "lat", "long",
)  # fmt: skip

_LINES = 200


def table(ask: Ask) -> StreamingHttpResponse:
    """All requests, or those of some dates, status and services, the oldest first."""
    wanted = Wanted(
        categories=ask.many("service_code"),
        is_open=status(ask),
        since=moment(ask, "start_date"),
        until=moment(ask, "end_date", last=True),
        changed_since=moment(ask, "updated_after"),
        changed_until=moment(ask, "updated_before", last=True),
    )
    now = revisions()
    found = all_public_reports(wanted, now)
    response = StreamingHttpResponse(
        _written(found, services(now), ask.language), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return response


class _Lines:
    """What a csv writer writes to: it keeps the lines until they are taken."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def write(self, line: str) -> int:
        """Keep one line."""
        self.kept.append(line)
        return len(line)

    def taken(self) -> bytes:
        """The lines so far, in UTF-8."""
        text = "".join(self.kept)
        self.kept.clear()
        return text.encode("utf-8", "replace")


def _written(
    found: Iterator[PublicReport], known: Mapping[int, Any], language: str
) -> Iterator[bytes]:
    lines = _Lines()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for report in found:
        writer.writerow(_row(report, known, language))
        if len(lines.kept) >= _LINES:
            yield lines.taken()
    yield lines.taken()


def _row(report: PublicReport, known: Mapping[int, Any], language: str) -> list[Any]:
    return [
        report.number,
        written_moment(report.received_at),
        written_moment(report.changed_at),
        written_moment(report.closed_at) if report.closed_at else "",
        STATUSES[0] if report.is_open else STATUSES[1],
        _harmless(report.stage.plain.in_language(language)),
        _harmless(report.channel),
        _harmless(known[report.category].named(language)),
        _harmless(report.standard),
        _harmless(report.words),
        _harmless(in_language(report.team, language)),
        _harmless(report.address),
        "" if report.lat is None else report.lat,
        "" if report.lon is None else report.lon,
    ]


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula; NUL, which none can read, is gone."""
    return str(inert(text, numbers=False))


view = resource(formats=("csv",), GET=table)
