"""What a letter means for the case (移送的后果): in the transaction that takes the letter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.cases.actions.federating.standing import case_of, last_event
from commonward.cases.actions.moving import in_order, take, touch
from commonward.cases.actions.moving import locked as locked_case
from commonward.cases.actions.opening import Said, add_report, open_case
from commonward.cases.actions.recording import record
from commonward.cases.actions.sealing import seal_contact
from commonward.cases.models import Case, HandOver, HandOverConsent, HandOverPiece, Report
from commonward.cases.queries.reference import book
from commonward.core.calendars import Limit, Unit
from commonward.core.federation.offering import Offered, contacts_of, read_offer, words_of
from commonward.core.federation.promising import read_agreed
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM

CHANNEL = "neighbour"
MOST_LIMIT = 3650 * 86_400


def happen(row: HandOver, effect: str, body: Mapping[str, Any], at: datetime) -> None:
    """Write what follows. Raises Refusal: then the letter was not taken and comes again."""
    if row.side == "giver":
        _at_the_giver(row, effect, body, at)
    elif effect == "activated":
        _opened(row, body, at)
    elif effect == "status":
        _words_for_us(row, body, at)
    elif effect == "ended":
        _ended(row, at)
    elif effect == "dropped":
        HandOverPiece.objects.filter(part__hand_over=row).delete()
        row.content = {}
        row.save(update_fields=["content"])


def _at_the_giver(row: HandOver, effect: str, body: Mapping[str, Any], at: datetime) -> None:
    case = locked_case(case_of(row).number)
    at = in_order(case, at)
    words = ""
    data: dict[str, Any] = {"hand_over": row.pk, "to": row.neighbour.origin}
    if effect == "committed":
        row.agreed_at = read_agreed(body.get("clock")).due
        row.told = words = read_agreed(body.get("clock")).reason
        data["agreed"] = row.agreed_at.isoformat() if row.agreed_at else None
        if row.what == "case":
            case.away_since = at
    elif effect in ("answered", "returned"):
        if row.what == "case":  # one task of it came home: who has the case has it still
            case.away_since = None
        row.told = words = words_of(body, "words") or words_of(body, "reason")
        data["outcome"] = words_of(body, "outcome", 30)
    elif effect == "status":
        row.told = words = words_of(body, "words")
        data["stage"] = words_of(body, "stage", 60)
    elif effect == "declined":
        row.told = words = words_of(body, "reason", 1000)
        data["code"] = words_of(body, "code", 20)
    elif effect == "arrived":
        row.theirs = words_of(body, "ref", 40) or row.theirs
    row.save()
    record(
        case, VERBS[effect], at, SYSTEM, team=case.team_id, task=row.task_id, data=data,
        words=words, public=True,
    )  # fmt: skip
    touch(case, at)
    row.told_event = last_event(case)
    row.save(update_fields=["told_event"])


VERBS: Mapping[str, str] = {
    "committed": "matter_handed_over",
    "arrived": "hand_over_arrived",
    "declined": "offer_declined",
    "unfit": "offer_withdrawn",
    "status": "neighbour_told",
    "answered": "neighbour_answered",
    "returned": "neighbour_returned",
}
"""What the record says of each effect at the giver."""


def _opened(row: HandOver, body: Mapping[str, Any], at: datetime) -> None:
    """The commit was seen: the case is opened here, and it is ours."""
    offered = read_offer({**row.content, "way": list(row.way)})
    chosen = row.content["take"]
    try:
        report = _open(row, offered, chosen, at)
    except Refusal:
        # The place lies outside since it was accepted: a case without one is put on the map here.
        report = _open(row, offered, chosen, at, placed=False)
    case = locked_case(report.case.number)
    at = in_order(case, at)
    reports = {offered.reports[0].number: report.pk} if offered.reports else {}
    for told in offered.reports[1:]:
        more = add_report(
            case.number,
            Said(channel=CHANNEL, words=told.words, language=told.language,
                 idempotency=f"{_sent_under(row)} {told.number}"[:100]),
            at,
        )  # fmt: skip
        reports[told.number] = more.pk
    case = locked_case(case.number)
    row.case = case
    row.content = {"reports": reports}
    record(
        case, "taken_over", in_order(case, at), SYSTEM, team=case.team_id, report=report.pk,
        data={"hand_over": row.pk, "from": row.neighbour.origin, "ref": row.theirs,
              "promised": row.promised_at.isoformat() if row.promised_at else None,
              "agreed": row.agreed_at.isoformat() if row.agreed_at else None},
        words=row.reason,
    )  # fmt: skip
    _contacts(row, case, body)
    touch(case, at)
    row.told_event = last_event(case)
    row.save()


def _open(
    row: HandOver, offered: Offered, chosen: Mapping[str, Any], at: datetime, *, placed: bool = True
) -> Report:
    first = offered.reports[0] if offered.reports else None
    left = int((row.agreed_at - at).total_seconds()) if row.agreed_at else 0
    procedure = book().procedure_in_force(book().category(chosen["category"]).procedure)[1]
    return open_case(
        chosen["category"],
        Said(
            channel=CHANNEL,
            words=first.words if first else offered.reason,
            lat=offered.lat if placed else None,
            lon=offered.lon if placed else None,
            address=offered.address,
            answers=chosen["answers"],
            language=first.language if first else "",
            idempotency=_sent_under(row),
        ),
        at,
        origin="transfer",
        grade=offered.grade if offered.grade in procedure.grades else procedure.grades[0],
        # The reporter's clock runs to the moment that was agreed, however late the commit came.
        limit=Limit(min(max(left, 1), MOST_LIMIT), Unit.URGENT_SECOND) if row.agreed_at else None,
        source=f"neighbour {row.neighbour.pk}",
        source_ref=row.key,
        public=offered.public,
    )


def _sent_under(row: HandOver) -> str:
    """The key that makes a matter arrive once. A neighbour chooses the hand-over's own, and another
    may choose the same: each has its own room of them."""
    return f"hand-over {row.neighbour_id} {row.key}"


def _words_for_us(row: HandOver, body: Mapping[str, Any], at: datetime) -> None:
    """What the reporter added at the giver's, or details that follow with their consent."""
    case = locked_case(case_of(row).number)
    at = in_order(case, at)
    words = words_of(body, "words")
    _contacts(row, case, body)
    if words:
        record(
            case, "neighbour_told", at, SYSTEM, team=case.team_id,
            data={"hand_over": row.pk, "from": row.neighbour.origin}, words=words,
        )  # fmt: skip
        touch(case, at)
        row.told_event = last_event(case)
        row.save(update_fields=["told_event"])


def _contacts(row: HandOver, case: Case, body: Mapping[str, Any]) -> None:
    reports = row.content.get("reports", {})
    for number, details in contacts_of(body).items():
        told = Report.objects.filter(pk=reports.get(number), case=case).first()
        if told is not None:
            told.contact = seal_contact(case, told.number, details)
            told.save(update_fields=["contact"])


def _ended(row: HandOver, at: datetime) -> None:
    """The giver has the answer and asks its reporter itself: nobody here is called back."""
    case = locked_case(case_of(row).number)
    at = in_order(case, at)
    record(case, "hand_over_closed", at, SYSTEM, team=case.team_id, data={"hand_over": row.pk})
    touch(case, at)
    procedure = book().procedures[case.procedure_id]
    end = procedure.verbs.get("end_unreached")
    if case.is_open and end is not None and case.stage in end.from_ and "system" in end.who:
        take(case, "end_unreached", SYSTEM, at, {})
    HandOverConsent.objects.filter(hand_over=row).delete()
    # No more of a picture comes: what is not whole never will be.
    HandOverPiece.objects.filter(part__hand_over=row).delete()
    row.content = {}
    row.save(update_fields=["content"])
