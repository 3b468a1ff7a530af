"""Events as leaves of the log: what each commits to, read from the record many at a time.

The same bytes come out whenever they are asked for, as long as the case's key lives: whoever
compares them with the log finds every row that was changed.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commonward.cases.actions.sealing import masters
from commonward.cases.models import (
    Case,
    CaseKey,
    ErasedPart,
    Event,
    LedgerRun,
    LedgerWaiting,
    Photo,
    Remark,
    Report,
)
from commonward.core import sealing
from commonward.core.ledger.entries import Entry
from commonward.core.ledger.facts import Happening, Salts, plain
from commonward.people.models import Team
from commonward.people.rows import Joined, among, fixed_cursor, many

_EVENTS = Joined(
    {"e": Event, "c": Case, "team": Team, "r": Report},
    "e.id e.case_id c.number e.verb e.from_stage e.to_stage e.at e.written_at e.role team.code"
    " e.report_id r.number e.account_id e.task_id e.spent e.data",
    "FROM cases_event e JOIN cases_case c ON c.id = e.case_id"
    " LEFT JOIN people_team team ON team.id = e.team_id"
    " LEFT JOIN cases_report r ON r.id = e.report_id WHERE e.id {ids}",
)
_REMARKS = Joined(
    {"r": Remark}, "r.event_id r.words r.public", "FROM cases_remark r WHERE r.event_id {ids}"
)
_REPORTS = Joined(
    {"r": Report},
    "r.id r.channel r.words r.address r.lat r.lon r.answers",
    "FROM cases_report r WHERE r.id {ids}",
)
_PHOTOS = Joined({"p": Photo}, "p.id p.digest", "FROM cases_photo p WHERE p.id {ids}")
_ERASED = Joined(
    {"p": ErasedPart, "b": Event},
    "p.event_id p.part p.digest b.verb b.report_id b.data",
    "FROM cases_erasedpart p JOIN cases_event b ON b.id = p.by_id WHERE p.event_id {ids}",
)
_KEYS = Joined(
    {"c": Case, "k": CaseKey},
    "c.id c.number c.forgotten_at k.case_id k.wrapped",
    "FROM cases_case c LEFT JOIN cases_casekey k ON k.case_id = c.id WHERE c.id {ids}",
)
# What was taken over from elsewhere, and what the tick says of it; and whatever is older than the log.
_LANES = """
SELECT e.id, e.case_id, e.id <= %s
    OR (c.origin = 'import' AND e.role = 'system' AND e.account_id IS NULL)
FROM cases_event e JOIN cases_case c ON c.id = e.case_id WHERE e.id {ids} ORDER BY e.id"""
_WAITING_OF = """
SELECT e.id FROM cases_event e WHERE e.case_id {ids} AND e.id <= %s
    AND (SELECT w.last FROM cases_ledgerwaiting w WHERE w.first <= e.id AND NOT w.lost
         ORDER BY w.first DESC LIMIT 1) >= e.id ORDER BY e.id"""
TELLS = ("opened", "me_too")
"""Steps with which a report came; its words are what they say."""
ERASES = ("data_granted", "data_erased")
"""Events that took a part out of the record, at its reporter's wish."""


@dataclass(frozen=True, slots=True)
class Filed:
    """An event with the ids of its case and of the report it belongs to.

    `now` says of each erased part the digest of what stands there since ("" for nothing), as the
    event tells that took it out; a part that no such event of this report took out is not in it.
    """

    case: int
    report: int | None
    event: Happening
    now: Mapping[str, str] = field(default_factory=dict)

    def holds(self, salts: Salts) -> bool:
        """Whether in the place of each erased part stands what its event says."""
        for name in self.event.erased:
            value = self.event.parts.get(name)
            there = "" if value is None else digest_text(salts, self.event.id, name, value)
            if self.now.get(name) != there:
                return False
        return True


def digest_text(salts: Salts, event: int, name: str, value: Any) -> str:
    """The digest of a part as the data of an event hold it."""
    return base64.b64encode(salts.digest(event, name, value)).decode()


def read_events(ids: Sequence[int]) -> dict[int, Filed]:
    """The events by id, each with all that its leaf commits to (5 queries at most)."""
    if not ids:
        return {}
    rows = _EVENTS.read(list(ids))
    said = {row[0]: (row[1], row[2]) for row in _REMARKS.read([row[0] for row in rows])}
    came = {row[10] for row in rows if row[10] is not None and row[3] in TELLS}
    told = {row[0]: row[1:] for row in _REPORTS.read(sorted(came))} if came else {}
    shown = sorted({p for row in rows for p in _photos(row[15])})
    digests = dict(_PHOTOS.read(shown)) if shown else {}
    erased, now = _erased_of(rows)
    return {
        row[0]: Filed(
            row[1],
            row[10],
            Happening(
                id=row[0],
                case=row[2],
                verb=row[3],
                before=row[4],
                after=row[5],
                at=row[6],
                written_at=row[7],
                role=row[8],
                team=row[9] or "",
                parts=_parts(row, said.get(row[0]), told, digests),
                erased=erased.get(row[0], {}),
            ),
            now.get(row[0], {}),
        )
        for row in rows
    }


def _erased_of(
    rows: Sequence[Sequence[Any]],
) -> tuple[dict[int, dict[str, bytes]], dict[int, dict[str, str]]]:
    """By event, the digests of its erased parts, and of what stands in their place."""
    reports = {row[0]: row[10] for row in rows}
    erased: dict[int, dict[str, bytes]] = defaultdict(dict)
    now: dict[int, dict[str, str]] = defaultdict(dict)
    for event, part, digest, verb, report, data in _ERASED.read(sorted(reports)):
        erased[event][part] = bytes(digest)
        told = data.get("now", {}).get(f"{event} {part}")
        if verb in ERASES and report == reports[event] and isinstance(told, str):
            now[event][part] = told
    return erased, now


def _parts(
    row: Sequence[Any],
    said: tuple[str, bool] | None,
    told: Mapping[int, Sequence[Any]],
    digests: Mapping[int, str],
) -> dict[str, Any]:
    verb, report, number, data = row[3], row[10], row[11], row[15]
    found: dict[str, Any] = {}
    if report is not None:
        found["report"] = number
        if verb in TELLS and report in told:
            channel, words, address, lat, lon, answers = told[report]
            found["told"] = plain(words)
            found["place"] = {"address": address, "lat": lat, "lon": lon}
            if answers:
                found["answers"] = plain(answers)
            found["channel"] = channel
    if said is not None:
        found["words"] = plain(said[0])
    photos = _photos(data)
    if photos:
        found["photos"] = [digests.get(one, "") for one in photos]
    found["rest"] = plain(
        {
            "account": row[12],
            "task": row[13],
            "spent": row[14],
            "public": None if said is None else said[1],
            "data": data,
        }
    )
    return found


def _photos(data: Any) -> list[int]:
    """The photos that an event added (none for one that shows or hides another's)."""
    given = data.get("photos") if isinstance(data, dict) else None
    return [one for one in given if isinstance(one, int)] if isinstance(given, list) else []


@dataclass(frozen=True, slots=True)
class Keys:
    """What is known of some cases' keys: their salts, those that are destroyed, those without."""

    salts: Mapping[int, Salts]
    gone: frozenset[int]
    lacking: Mapping[int, str]
    """Cases (with their number) that have no key yet."""


def read_keys(cases: Iterable[int]) -> Keys:
    """The salts of these cases (1 query). Raises CannotOpen where the master key is another."""
    salts: dict[int, Salts] = {}
    gone: set[int] = set()
    lacking: dict[int, str] = {}
    for case, number, forgotten, key, wrapped in _KEYS.read(sorted(set(cases))):
        if key is None and forgotten is None:
            lacking[case] = number
        elif wrapped is None:
            gone.add(case)
        else:
            salts[case] = Salts(sealing.unwrap(wrapped, masters(), number))
    return Keys(salts, frozenset(gone), lacking)


def entry_of(filed: Filed, keys: Keys) -> Entry | None:
    """The leaf of an event; None where its salt is gone with the case's key."""
    salts = keys.salts.get(filed.case)
    return None if salts is None else filed.event.entry(salts)


@dataclass(frozen=True, slots=True)
class Lane:
    """An event and its case; one that `may_wait` is entered when nothing else is to be done."""

    event: int
    case: int
    may_wait: bool


def lanes(ids: Sequence[int], older: int) -> list[Lane]:
    """Which of these events may wait, in order: those of a case that was taken over, as long as
    nobody acted there, and those up to `older`, which were there before the log (1 query)."""
    if not ids:
        return []
    with fixed_cursor() as cursor:
        cursor.execute(_LANES.format(ids=among()), [older, many(list(ids))])
        return [Lane(event, case, bool(waits)) for event, case, waits in cursor.fetchall()]


def waiting_of(cases: Iterable[int], newest: int) -> list[int]:
    """The events of these cases that wait, up to the `newest` event, in order (1 query)."""
    asked = sorted(set(cases))
    if not asked:
        return []
    with fixed_cursor() as cursor:
        cursor.execute(_WAITING_OF.format(ids=among()), [many(asked), newest])
        return [row[0] for row in cursor.fetchall()]


def is_waiting(events: Sequence[int]) -> bool:
    """Whether one of these events waits to be entered (1 query)."""
    if not events:
        return False
    near = LedgerWaiting.objects.filter(first__lte=max(events), last__gte=min(events), lost=False)
    found = list(near.values_list("first", "last"))
    return any(first <= one <= last for first, last in found for one in events)


def index_of(event: int) -> int | None:
    """Which leaf an event is; None while it is none (1 query)."""
    run = LedgerRun.objects.filter(event__lte=event).order_by("-event").first()
    if run is None or event >= run.event + run.count:
        return None
    return run.index + event - run.event


def events_at(first: int, count: int) -> list[int]:
    """The events that are the leaves from `first` on, in order (1 query)."""
    before = LedgerRun.objects.filter(index__lte=first).order_by("-index").values("index")[:1]
    runs = LedgerRun.objects.filter(index__gte=before, index__lt=first + count).order_by("index")
    found: list[int] = []
    for run in runs:
        start = max(first, run.index)
        end = min(first + count, run.index + run.count)
        found += range(run.event + start - run.index, run.event + end - run.index)
    return found
