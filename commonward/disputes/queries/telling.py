"""What one mail of a dispute says, and what a person still has to tell somebody (告知)."""

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from pypdf import PdfReader

from commonward.cases.access import seen_by
from commonward.cases.actions.delivering import STUCK_AFTER
from commonward.cases.models import Case
from commonward.core.rights import Actor
from commonward.disputes.access import digest_of, sees
from commonward.disputes.actions.handing import CONFIRMATION
from commonward.disputes.actions.mailing import certificate_of, token_of
from commonward.disputes.actions.sealing import unseal, unseal_data
from commonward.disputes.actions.telling import (
    ASKS,
    mailed_key,
    needed,
    opened_notices,
    reached_at,
)
from commonward.disputes.models import DisputeClock, Notice, OfficeMail

MOST = 200
_LOOKED_AT, _AT_ONCE = 20_000, 1000


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as it is told: when, where (room in two languages, address, place), by video too."""

    id: int
    start: datetime
    end: datetime
    room: tuple[str, str]
    address: str
    place: str
    video: bool
    sequence: int
    cancelled: bool


@dataclass(frozen=True, slots=True)
class ToSide:
    """One mail to somebody on a side, without a word of what the dispute is about.

    `key` opens their page, in invitations only; `turn` counts reminders.
    """

    delivery: int
    made_at: datetime
    to: str
    language: str
    number: str
    what: str
    turn: int
    key: str
    meeting: Meeting | None
    due: date | None
    team: tuple[str, str]
    contact: str


@dataclass(frozen=True, slots=True)
class ToOffice:
    """One mail to an office about a hand-over. `package` (PDF) and `certificate` go together: the
    papers leave this house only for whoever holds the key."""

    delivery: int
    made_at: datetime
    to: str
    language: str
    number: str
    what: str
    kind: str
    confirms: bool
    reason: str
    token: str
    pages: int
    sha256: str
    last_day: date | None
    package: bytes
    certificate: str


@dataclass(frozen=True, slots=True)
class ToTell:
    """Something that a person must tell: to whom, of which dispute, since when, and why not by mail.

    `why` is "no_address", "refused", "failed" or "stuck"; `details` are empty for whom they are
    not meant.
    """

    id: int
    number: str
    what: str
    letter: str
    office: tuple[str, str]
    details: Mapping[str, str]
    since: datetime
    why: str
    start: datetime | None
    due: date | None
    attempts: int


def message(delivery: int, at: datetime) -> ToSide | ToOffice | None:
    """What this delivery says now; None where nothing must be told any more."""
    one = opened_notices().filter(delivery=delivery).first()
    if one is None or not needed(one, at):
        return None
    return _to_office(one, at) if one.hand_over is not None else _to_side(one)


def to_tell(actor: Actor, at: datetime) -> Sequence[ToTell]:
    """What somebody of mediation must still tell in person, the oldest first."""
    waiting = (
        opened_notices()
        .filter(
            Q(delivery=None)
            | Q(delivery__state__in=["refused", "failed"])
            | Q(delivery__state="waiting", delivery__attempts__gte=STUCK_AFTER)
        )
        .select_related("dispute__case__category")
        .order_by("made_at", "pk")
    )
    found: list[ToTell] = []
    for first in range(0, _LOOKED_AT, _AT_ONCE):
        rows = list(waiting[first : first + _AT_ONCE])
        seen = set(
            Case.objects.filter(seen_by(actor), pk__in={r.dispute_id for r in rows}).values_list(
                "pk", flat=True
            )
        )
        found += [
            _by_hand(one, actor)
            for one in rows
            if one.dispute_id in seen and needed(one, at) and _may(one, actor)
        ]
        if len(rows) < _AT_ONCE or len(found) >= MOST:
            break
    return found[:MOST]


def office_mail_of(team: int) -> OfficeMail | None:
    """Where an office takes mail; None where nothing was agreed."""
    return OfficeMail.objects.filter(pk=team).first()


def _may(one: Notice, actor: Actor) -> bool:
    what = "handovers" if one.hand_over is not None else "contacts"
    return sees(one.dispute, actor, what)


def _by_hand(one: Notice, actor: Actor) -> ToTell:
    details: Mapping[str, str] = {}
    if one.party is not None and sees(one.dispute, actor, "contacts", side=one.side):
        told = unseal_data(one.dispute, one.party.details, f"party {one.party.pk}")
        details = {k: str(told[k]) for k in ("name", "phone", "work_or_address") if told.get(k)}
    why, attempts = "no_address", 0
    if one.delivery is not None:
        attempts = one.delivery.attempts
        why = "stuck" if one.delivery.state == "waiting" else one.delivery.state
    team = one.hand_over.team if one.hand_over is not None else None
    return ToTell(
        id=one.pk,
        number=one.dispute.case.number,
        what=one.what,
        letter=one.side.letter if one.side is not None else "",
        office=(team.name, team.name_en) if team is not None else ("", ""),
        details=details,
        since=one.made_at,
        why=why,
        start=one.session.start if one.session is not None else None,
        due=one.obligation.due if one.obligation is not None else None,
        attempts=attempts,
    )


def _to_side(one: Notice) -> ToSide | None:
    party, side, delivery = one.party, one.side, one.delivery
    if party is None or side is None or delivery is None:
        return None
    to = reached_at(party)
    key = ""
    if one.what in ASKS and party.passed_at is not None:
        key = mailed_key(party.pk, party.passed_at)
        if digest_of(key) != party.pass_digest:  # another link was given since: that one holds
            return None
    if not to:
        return None
    team = one.dispute.case.team
    return ToSide(
        delivery=delivery.pk,
        made_at=delivery.made_at,
        to=to,
        language=side.language,
        number=one.dispute.case.number,
        what=one.what,
        turn=one.turn,
        key=key,
        meeting=_meeting(one),
        due=one.obligation.due if one.obligation is not None else None,
        team=(team.name, team.name_en) if team else ("", ""),
        contact=team.contact if team else "",
    )


def _meeting(one: Notice) -> Meeting | None:
    session = one.session
    if session is None:
        return None
    told = unseal_data(one.dispute, session.details, f"session {session.pk}")
    venue = session.venue
    return Meeting(
        id=session.pk,
        start=session.start,
        end=session.end,
        room=(venue.name, venue.name_en) if venue else ("", ""),
        address=venue.address if venue else "",
        place=str(told.get("place", "")),
        video=bool(told.get("video")),
        sequence=session.sequence,
        cancelled=one.what == "session_cancelled",
    )


def _to_office(one: Notice, at: datetime) -> ToOffice | None:
    made, delivery = one.hand_over, one.delivery
    office = None if made is None else office_mail_of(made.team_id)
    if made is None or office is None or delivery is None:
        return None
    pdf, pages = b"", 0
    if one.what == "hand_over" and made.package is not None:
        pdf = base64.b64decode(unseal(one.dispute, made.package, f"package {made.number}"))
        pages = len(PdfReader(io.BytesIO(pdf)).pages) if pdf else 0
    holds = certificate_of(office.certificate, at) is not None
    clock = DisputeClock.objects.filter(dispute=one.dispute, rule=CONFIRMATION).order_by("-pk")
    last = clock.values_list("last_day", "due_at").first() if made.what == CONFIRMATION else None
    return ToOffice(
        delivery=delivery.pk,
        made_at=delivery.made_at,
        to=office.address,
        language=office.language,
        number=made.number,
        what=one.what,
        kind=made.what,
        confirms=made.what == CONFIRMATION,
        reason=one.reason,
        token=token_of(made),
        pages=pages,
        sha256=hashlib.sha256(pdf).hexdigest() if pdf else "",
        last_day=None
        if last is None
        else last[0] or (timezone.localdate(last[1]) if last[1] else None),
        package=pdf if holds else b"",
        certificate=office.certificate if holds else "",
    )
