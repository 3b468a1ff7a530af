"""The inbox believes nobody who is not a neighbour, and a hand-over leaves nothing behind."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.actions import forget
from commonward.cases.actions.federating import effects, giving, keys, neighbours, sending
from commonward.cases.models import (
    Case,
    CaseKey,
    HandOver,
    HandOverConsent,
    HandOverLetter,
    HandOverPart,
    HandOverPiece,
    Neighbour,
    Report,
)
from commonward.core.federation import letters
from commonward.core.federation.letters import Letter
from commonward.core.federation.promising import Promise
from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.core.rights import reporter
from commonward.doors.federation.sending import send_letters
from tests.district import RUBBISH, District, small_district

THEIRS = letters.new_key()
THEM = "them.example.org"


@pytest.fixture
def here(db: None) -> District:
    """The district now."""
    return small_district(timezone.now())


@pytest.fixture
def they(here: District) -> Neighbour:
    """A neighbour whose key was compared."""
    public = letters.public_of(THEIRS)
    made = neighbours.add_neighbour(
        here.administrator, "Them", f"https://{THEM}", at=here.at, key=letters.public_text(public)
    )
    with pytest.raises(Invalid, match="another fingerprint"):
        neighbours.compare(here.administrator, made.pk, "0000", at=here.at)
    return neighbours.compare(
        here.administrator, made.pk, letters.fingerprint(public).upper(), at=here.at
    )


def sent(client: Client, letter: Letter, key: bytes = THEIRS) -> Any:
    """A letter arrives."""
    return client.post("/federation/inbox", letters.seal(letter, key), "application/json")


def question(**more: Any) -> Letter:
    """How does it stand?"""
    told: dict[str, Any] = {
        "kind": "ask", "from_": THEM, "to": keys.own_name(), "handing": "a" * 32, "seq": 0,
        "seen": 0, "sent": datetime.now(UTC), "body": {},
    }  # fmt: skip
    return Letter(**(told | more))


def test_a_neighbour_is_answered_with_our_signature(client: Client, they: Neighbour) -> None:
    response = sent(client, question())
    assert response.status_code == 200
    public = keys.public_key(timezone.now())
    reply = letters.read(response.content, {keys.own_name(): public}.get, THEM, datetime.now(UTC))
    assert (reply.kind, reply.body["known"]) == ("stands", False)


def test_a_stranger_learns_nothing(client: Client, here: District, they: Neighbour) -> None:
    stale = datetime.now(UTC) - timedelta(hours=1)
    for letter, key in (
        (question(), letters.new_key()),
        (question(from_="other.example.org"), THEIRS),
        (question(to="other.example.org"), THEIRS),
        (question(sent=stale), THEIRS),
    ):
        response = sent(client, letter, key)
        assert (response.status_code, response.json()) == (403, {"error": "refused"})
    large = client.post("/federation/inbox", b"x" * (letters.MOST_BYTES + 1), "application/json")
    assert large.status_code == 413
    neighbours.pause(here.administrator, they.pk, at=here.at, on=True)
    assert sent(client, question()).status_code == 200, "what is under way goes on"
    neighbours.end_neighbour(here.administrator, they.pk, at=here.at)
    assert sent(client, question()).status_code == 403


def test_only_who_may_hands_on_and_details_leave_with_consent_alone(
    here: District, they: Neighbour
) -> None:
    report = here.report(RUBBISH, "A heap.", contact={"phone": "13800138000"})
    number = report.case.number
    with pytest.raises(Forbidden):
        giving.offer(number, they.pk, "It is yours.", here.street_handler, here.at)
    row = giving.offer(number, they.pk, "It is yours.", here.dispatcher, here.at)
    with pytest.raises(Refusal):
        giving.offer(number, they.pk, "Once more.", here.dispatcher, here.at)
    out = sending.next_letter(row.pk, time.time(), ask=False)
    assert out is not None and b"13800138000" not in out.envelope
    giving.consent(row.pk, report.number, False, "", reporter(report.pk), here.at)
    assert sending._contacts(row, here.at) == {}
    giving.consent(row.pk, report.number, True, "phone", here.intake_officer, here.at)
    assert sending._contacts(row, here.at) == {report.number: {"phone": "13800138000"}}
    assert not HandOverLetter.objects.filter(body__icontains="13800138000").exists()
    said = HandOverConsent.objects.get()
    assert (said.how, said.given, said.sent_at is not None) == ("phone", True, True)


def test_nothing_of_a_hand_over_outlives_its_case(here: District, they: Neighbour) -> None:
    report = here.report(RUBBISH, "A heap.")
    row = giving.offer(report.case.number, they.pk, "It is yours.", here.dispatcher, here.at)
    giving.withdraw(row.pk, here.dispatcher, here.at)
    part = HandOverPart.objects.create(hand_over=row, digest="a" * 64, size=9)
    HandOverPiece.objects.create(part=part, start=0, content=b"half a face")
    Case.objects.filter(pk=report.case_id).update(
        is_open=False, closed_at=here.at + timedelta(minutes=1)
    )
    forget(here.at + timedelta(days=3000))
    kept = HandOver.objects.get()
    assert (kept.reason, kept.told, kept.content) == ("", "", {})
    assert not HandOverLetter.objects.exists() and not HandOverConsent.objects.exists()
    assert not HandOverPiece.objects.exists() and not HandOverPart.objects.exists()


def test_a_picture_that_never_came_whole_does_not_stay(here: District, they: Neighbour) -> None:
    report = here.report(RUBBISH, "A heap.")
    row = HandOver.objects.create(
        key="b" * 32, neighbour=they, side="taker", state="ended", what="case",
        case=report.case, made_at=here.at, changed_at=here.at, ended_at=here.at,
    )  # fmt: skip
    part = HandOverPart.objects.create(hand_over=row, digest="a" * 64, size=9)
    HandOverPiece.objects.create(part=part, start=0, content=b"half a face")
    effects.happen(row, "ended", {}, here.at)
    assert not HandOverPiece.objects.exists()


def test_two_neighbours_that_choose_the_same_key_have_a_case_each(
    here: District, they: Neighbour
) -> None:
    public = letters.public_of(letters.new_key())
    other = neighbours.add_neighbour(
        here.administrator, "Other", "https://other.example.org", at=here.at,
        key=letters.public_text(public),
    )  # fmt: skip
    heard = [
        {"number": number, "words": "A heap.", "received_at": here.at.isoformat(), "language": "en"}
        for number in ("R-1", "R-2")
    ]
    offered = {
        "what": "case", "ref": "R-1", "category": "x", "category_name": "Rubbish", "address": "",
        "grade": "ordinary", "reason": "It lies with you.", "lat": None, "lon": None, "parts": [],
        "reports": heard, "clock": Promise(None, "", "", 0, here.at).to_data(),
        "take": {"category": RUBBISH, "answers": {}},
    }  # fmt: skip
    for neighbour in (they, other):
        row = HandOver.objects.create(
            key="c" * 32, neighbour=neighbour, side="taker", state="held", what="case",
            way=[THEM], content=offered, theirs="R-1", made_at=here.at, changed_at=here.at,
        )  # fmt: skip
        effects.happen(row, "activated", {}, here.at)
    rows = HandOver.objects.order_by("id")
    assert rows[0].case_id != rows[1].case_id
    assert Report.objects.count() == 4, "each has both reports of its own"
    assert {one.content["reports"]["R-2"] for one in rows} <= set(
        Report.objects.values_list("pk", flat=True)
    )


def test_a_matter_whose_key_is_lost_holds_up_no_other(
    here: District, they: Neighbour, settings: Any
) -> None:
    settings.HOOKS_PRIVATE = True
    Neighbour.objects.filter(pk=they.pk).update(address="http://127.0.0.1:1")
    rows = []
    for words in ("A heap.", "Another."):
        report = here.report(RUBBISH, words, contact={"phone": "13800138000"})
        row = giving.offer(report.case.number, they.pk, "It is yours.", here.dispatcher, here.at)
        giving.consent(row.pk, report.number, True, "phone", here.intake_officer, here.at)
        rows.append(row)
    HandOverLetter.objects.filter(hand_over=rows[0]).update(body={"what": "contacts"})
    CaseKey.objects.filter(case=rows[0].case).update(wrapped=b"\x01" + b"lost" * 17)
    done = send_letters(timezone.now)
    for row in rows:
        row.refresh_from_db()
    assert [row.fault for row in rows] == ["CannotOpen", "ConnectionRefusedError"]
    assert done.put_off == 2


def test_a_task_that_comes_home_brings_no_case_home(here: District, they: Neighbour) -> None:
    report = here.report(RUBBISH, "A heap.")
    row = giving.offer(report.case.number, they.pk, "It is yours.", here.dispatcher, here.at)
    row.what = "task"
    row.save(update_fields=["what"])
    Case.objects.filter(pk=report.case_id).update(away_since=here.at)
    effects.happen(row, "answered", {"words": "Done.", "outcome": "solved"}, here.at)
    assert Case.objects.get().away_since is not None, "another neighbour has the case itself"
    row.what = "case"
    effects.happen(row, "answered", {"words": "Done.", "outcome": "solved"}, here.at)
    assert Case.objects.get().away_since is None
