"""Open a case from a report, or add a report to a case that is the same problem."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commonward.areas.queries import Located, locate, revisions
from commonward.cases.actions.alarming import alarm
from commonward.cases.actions.finding import find_more, find_new
from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import in_short, record
from commonward.cases.actions.rows import CASES, REPORTS
from commonward.cases.actions.sealing import seal_contact
from commonward.cases.actions.timing import first_clocks, nearest, save
from commonward.cases.models import Case, Report
from commonward.cases.queries.answering import team_for
from commonward.cases.queries.reference import Book, CategoryFacts, book
from commonward.core.answers import check_answers
from commonward.core.calendars import Limit
from commonward.core.causes import part
from commonward.core.numbers import new_number
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor

LONGEST_WORDS = 4000
"""Characters of a description (Open311's bound)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one person told us, as a door has parsed it; `contact` is sealed at once."""

    channel: str
    words: str = ""
    lat: float | None = None
    lon: float | None = None
    address: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    media_url: str = ""
    language: str = ""
    idempotency: str = ""
    token: str = ""
    photos: tuple[str, ...] = ()
    """Digests of the photos that come with it."""

    def content_mark(self, category: str) -> str:
        """Tells a repeated sending of the same report from another report under its key."""
        content = [
            category, self.words, self.lat, self.lon, self.address, dict(self.answers),
            self.media_url, self.photos,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


@part("open_case")
def open_case(
    category: str,
    said: Said,
    at: datetime,
    *,
    actor: Actor = SYSTEM,
    origin: str = "public",
    grade: str = "ordinary",
    standard: int | None = None,
    limit: Limit | None = None,
    source: str = "",
    source_ref: str = "",
    area_code: str = "",
    public: bool = True,
    marks: Mapping[str, int] | None = None,
    room: str = "",
) -> Report:
    """File a report as a new case: located, routed, its clocks started, answered with a number.

    `room` names the room that opens it, where the procedure leaves its cases to one.

    `limit` is a total limit stated on the order (《工单》载明的时限). `area_code` is the answer to
    "which side of the border?". The same idempotency key of a channel gives the same report back.
    `marks` are the revisions that the request has already read.
    Raises Invalid naming the field; nothing is written then.
    """
    words = _checked_words(said.words)
    mark = said.content_mark(category) if said.idempotency else ""
    for _attempt in range(3):
        try:
            with transaction.atomic():
                return _open(
                    category, said, words, mark, at, actor, origin, grade, standard, limit,
                    source, source_ref, area_code, public, marks, room,
                )  # fmt: skip
        except IntegrityError as clash:
            earlier = _earlier(said, mark)
            if earlier is not None:
                return earlier
            if "number" not in str(clash):
                raise
    raise Refusal(N_("No free number was found three times; please send the report again."))


def _earlier(said: Said, mark: str) -> Report | None:
    """The report already kept under this idempotency key; a refusal if it was another one."""
    if not mark:
        return None
    # The last condition is the index's own, word for word: only then is the index used.
    kept = REPORTS.select(
        "channel = %s AND idempotency = %s AND NOT (idempotency = '')",
        [said.channel, said.idempotency],
    )
    found = kept[0] if kept else None
    if found is not None and found.content_mark != mark:
        raise Refusal(
            N_(
                "This idempotency key was used for another report; take a new key for a new report."
            ),
            code="idempotency",
            field="idempotency_key",
        )
    return found


def _open(
    category: str,
    said: Said,
    words: str,
    mark: str,
    at: datetime,
    actor: Actor,
    origin: str,
    grade: str,
    standard: int | None,
    limit: Limit | None,
    source: str,
    source_ref: str,
    area_code: str,
    public: bool,
    marks: Mapping[str, int] | None,
    room: str,
) -> Report:
    now = revisions() if marks is None else marks
    if mark and (earlier := _earlier(said, mark)) is not None:
        return earlier
    known = book(now)
    facts = known.category(category)
    answers = check_answers(facts.questions, said.answers)
    place = _place(said, at, area_code, now)
    procedure_id, procedure = known.procedure_in_force(facts.procedure)
    if procedure.room != room:
        raise Invalid(
            N_("“{code}” is a dispute: register it where disputes are registered."),
            code=facts.code,
            field="category",
        )
    if grade not in procedure.grades:
        raise Invalid(
            N_("The grade “{grade}” is not one of {grades}."),
            grade=grade,
            grades=", ".join(procedure.grades),
            field="grade",
        )
    first = procedure.stages[procedure.start]
    path = place.path if place else ""
    number = new_number()
    case = Case(
        number=number,
        procedure_id=procedure_id,
        stage=first.name,
        category_id=facts.id,
        standard_id=_standard(known, facts, standard),
        grade=grade,
        summary=" ".join(words.split())[:200],
        origin=origin,
        area_id=place.area_id if place else None,
        area_path=path,
        lat=said.lat,
        lon=said.lon,
        address=said.address[:300],
        opened_at=at,
        stage_since=at,
        changed_at=at,
        source=source,
        source_ref=source_ref,
        public=public,
    )
    team_for(case, first, facts, at, now)
    clocks = first_clocks(
        case, procedure, facts.code, _standard_limit(known, standard), at, now, limit
    )
    nearest(case, clocks, now)
    CASES.insert(case)
    for clock in clocks:
        clock.case_id = case.pk
    report = Report(
        number=number,
        token=said.token,
        case=case,
        channel=said.channel,
        words=words,
        answers=answers,
        contact=seal_contact(case, number, said.contact, new=True),
        lat=said.lat,
        lon=said.lon,
        address=said.address[:300],
        language=said.language[:10],
        media_url=said.media_url,
        received_at=at,
        idempotency=said.idempotency,
        content_mark=mark,
        public=public,
    )
    REPORTS.insert(report)
    find_new(case, words, said.contact)
    save(clocks)
    record(
        case,
        "opened",
        at,
        actor,
        role="reporter"
        if origin == "public" and actor is SYSTEM
        else actor.role or ("grid_worker" if origin == "grid" else "intake_officer"),
        to_stage=first.name,
        team=case.team_id,
        report=report.pk,
        data={
            "channel": said.channel,
            "category": facts.code,
            "routing": in_short(case.routing),
            **(
                {"border": [c.code for c in place.candidates]} if place and place.candidates else {}
            ),
        },
    )
    alarm(case, words, at, report=report.pk)
    return report


def add_report(case_number: str, said: Said, at: datetime, *, actor: Actor = SYSTEM) -> Report:
    """ "It is this one": one more report to an open case, with its own number and answer."""
    words = _checked_words(said.words)
    mark = said.content_mark(case_number) if said.idempotency else ""
    try:
        with transaction.atomic():
            return _add(case_number, said, words, mark, at, actor)
    except IntegrityError:
        # The same sending at the same moment was faster.
        earlier = _earlier(said, mark)
        if earlier is None:
            raise
        return earlier


def _add(case_number: str, said: Said, words: str, mark: str, at: datetime, actor: Actor) -> Report:
    if (earlier := _earlier(said, mark)) is not None:
        return earlier
    case = locked(case_number)
    if not case.is_open:
        raise Refusal(
            N_("Case {number} has ended; report it anew and it will be looked at again."),
            number=case_number,
            code="ended",
        )
    at = in_order(case, at)
    number = new_number()
    report = Report.objects.create(
        number=number,
        token=said.token,
        case=case,
        channel=said.channel,
        words=words,
        contact=seal_contact(case, number, said.contact),
        lat=said.lat,
        lon=said.lon,
        address=said.address[:300],
        language=said.language[:10],
        received_at=at,
        idempotency=said.idempotency,
        content_mark=mark,
    )
    touch(case, at)
    find_more(case, words, report.address, said.contact)
    record(
        case,
        "me_too",
        at,
        actor,
        team=case.team_id,
        report=report.pk,
        data={"channel": said.channel},
    )
    alarm(case, words, at, report=report.pk)
    return report


def _checked_words(words: str) -> str:
    if len(words) > LONGEST_WORDS:
        raise Invalid(
            N_("The description has {given} characters; at most {most} are taken."),
            given=len(words),
            most=LONGEST_WORDS,
            field="description",
        )
    if "\x00" in words:
        raise Invalid(
            N_("The description holds a NUL character; send plain text."), field="description"
        )
    return words


def _place(said: Said, at: datetime, area_code: str, now: Mapping[str, int]) -> Located | None:
    """Where it is; None where only words say so, which a person then puts on the map."""
    if (said.lat is None) != (said.lon is None):
        raise Invalid(
            N_("Only one of lat and long was given; give both."),
            field="lat" if said.lat is None else "long",
        )
    if said.lat is None or said.lon is None:
        return None
    if not (-90 <= said.lat <= 90 and -180 <= said.lon <= 180):
        raise Invalid(
            N_(
                "lat {lat} and long {lon} are not on the earth: degrees, lat −90…90, long −180…180."
            ),
            lat=said.lat,
            lon=said.lon,
            field="lat",
        )
    found = locate(said.lat, said.lon, at=at, revisions=now)
    if found.outside:
        if found.swapped_hint:
            raise Invalid(
                N_("This place is outside the area served; lat and long look swapped."),
                field="lat",
                code="outside",
            )
        raise Invalid(
            N_(
                "This place is outside the area served; the nearest served area, {nearest}, "
                "is {metres} m away. Check lat and long."
            ),
            nearest=found.nearest_code or "–",
            metres=round(found.nearest_metres or 0),
            field="lat",
            code="outside",
        )
    if area_code:
        chosen = next((c for c in found.candidates if c.code == area_code), None)
        if chosen is not None:
            return found.chosen(chosen)
    return found


def _standard(known: Book, facts: CategoryFacts, standard: int | None) -> int | None:
    if standard is None:
        return None
    if known.standards.get(standard, (None, None))[0] != facts.id:
        raise Invalid(
            N_("This filing condition does not belong to the category {category}."),
            category=facts.code,
            field="standard",
        )
    return standard


def _standard_limit(known: Book, standard: int | None) -> Limit | None:
    return known.standards[standard][1] if standard is not None else None
