"""Strings that are nowhere else are planted wherever somebody can tell something; once their time is
over, no byte of the database, of the files, or of a backup that was put back holds any of them."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone, translation
from PIL import Image

from commonward.cases.actions import Said, open_case, photos, tick
from commonward.cases.actions.answers_helping import note_vain
from commonward.cases.actions.chatting import locked
from commonward.cases.actions.phoning import take_event
from commonward.cases.actions.sequencing import sequence
from commonward.cases.actions.subscribing import subscribe
from commonward.core.phoning import CallEvent
from commonward.core.rights import SYSTEM
from commonward.disputes import actions as disputes
from commonward.disputes.actions.grading import contest_grade
from commonward.doors.commands.management.commands import forget as forgetting
from commonward.insight.actions.open_data import publish_files
from commonward.programmes.actions.proposal_photos import Picture, propose_with_photos
from commonward.programmes.actions.proposing import Wish, comment, proposal_step
from commonward.response.actions.ending import call_off, keep_note
from commonward.response.actions.paying import Payment, Transfer, close_payment, tell_payment
from commonward.response.actions.supporting import open_support, support_step
from tests.district import POTHOLE, RUBBISH, District, small_district
from tests.help import urgent_help
from tests.programmes.councils import councils
from tests.scenarios.planting import tell_channels, tell_requests, tell_survey
from tests.stored import all_that_is_stored, every_file
from tests.talks import mediation

STEPS = ("contact", "offer", "call_week", "call_month", "close_helped")
PLANTED: dict[str, str] = {}


def planted(place: str) -> str:
    """A word for this place that nothing else would hold: letters alone, so that nothing masks it."""
    return PLANTED.setdefault(place, f"zq{place.replace(' ', '')}qz")


def found_in(raw: bytes) -> set[str]:
    """The places whose word stands in these bytes."""
    low = raw.lower()
    return {place for place, word in PLANTED.items() if word.encode() in low}


@pytest.fixture
def site(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A folder of an installation of its own."""
    settings.VAR = tmp_path / "site"
    settings.MEDIA_ROOT = settings.VAR / "media"
    settings.LEDGER = settings.VAR / "ledger"
    settings.FIGURES = settings.VAR / "figures"
    settings.OPEN_DATA = settings.VAR / "open-data"
    for folder in (settings.MEDIA_ROOT, settings.OPEN_DATA):
        folder.mkdir(parents=True)
    PLANTED.clear()
    with translation.override("en"):
        yield settings.VAR


def picture(place: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = planted(place)
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def tell_reports(here: District) -> None:
    """A public report with everything that a reporter and an office can add to it."""
    lat, lon = here.inside()

    def opened() -> Any:
        said = Said(
            "portal", planted("words"), lat, lon, address=planted("address"),
            contact={"first_name": planted("name"), "email": f"{planted('mail')}@example.org"},
            answers={"HOWDEEP": 4, "NOTE": planted("answer")}, token=planted("token"),
        )  # fmt: skip
        return open_case(POTHOLE, said, here.at, public=True)

    report = photos.with_photos([photos.prepare_photo(picture("exif"))], opened, here.at, SYSTEM)
    subscribe(report.pk, f"{planted('subscribed')}@example.org", "en", here.at, own=True)
    here.act(report, "add_words", here.holder(report), 1, words=planted("added"))
    here.handled(report)
    here.act(report, "finish", here.handler, 200, result=planted("result"))
    here.act(report, "pass_on", here.dispatcher, 220)
    here.act(report, "pass_check", here.second_grid_worker, 260)
    here.act(report, "close", here.duty_chief, 300, outcome="solved")
    # Until the reporter was asked, the case has not ended, and is not forgotten.
    here.act(report, "content", here.holder(report), 310, satisfied=4)
    void = here.report(RUBBISH, planted("refused"))
    here.act(void, "refuse", here.intake_officer, 3, reason=planted("reason"))


def tell_talks(here: District) -> None:
    """A dispute that fails, with what its sides and its mediator said."""
    talks = mediation(here)
    number, first, _second = talks.talking(
        words=planted("quarrel"), neutral=planted("neutral"), place=planted("wall"),
        applicant=(disputes.Person({"name": planted("applicant"), "phone": "13912345678"}),),
        others=(disputes.Person({"name": planted("other side")}),),
    )  # fmt: skip
    contest_grade(number, planted("contested"), first, talks.later(50))
    disputes.take_step(
        number, "fail", talks.mediator, talks.later(90), {"reason": planted("failed")}
    )


def tell_help(here: District) -> None:
    """A call that is called off, one with a note, a payment stop, support afterwards."""
    aid = urgent_help(here)
    made = aid.call(words=planted("called"), place=planted("lane"), callback="13912345678")
    call_off(made.case.number, planted("called off"), aid.coordinator, aid.later(60))
    keep_note(made.case.number, planted("note"), aid.coordinator, aid.later(90))
    given = Payment(
        (Transfer(to_account="6217000011112222333"),), words=planted("deceived"),
        callback="13912345678", support=True,
    )  # fmt: skip
    number = tell_payment(given, aid.at, here.intake_officer).case.number
    helped = open_support(number, aid.coordinator, aid.later(60), suits=planted("suits"))
    for day, verb in zip((0, 0, 7, 30, 30), STEPS, strict=True):
        support_step(
            helped.case.number, verb, aid.coordinator, aid.later(120) + timedelta(days=day),
            words=planted(f"support {verb}".replace("_", " ")),
            offered=["police"] if verb == "offer" else [],
        )  # fmt: skip
    close_payment(number, aid.coordinator, aid.later(200), reason=planted("payment reason"))


def tell_proposal(here: District) -> None:
    """A proposal with a photo, a comment and a reason why it was declined."""
    town = councils(here)
    wish = Wish(planted("title"), planted("wish"), word=planted("word"), sending="a" * 40)
    made = propose_with_photos(wish, [Picture(picture("wish exif"), planted("alt"))], town.at)
    number = made.case.number
    proposal_step(number, "admit", town.officer, town.at)
    comment(number, planted("comment"), planted("comment word"), town.at)
    proposal_step(number, "decline", town.officer, town.at, words=planted("declined"))


def tell_lines(at: datetime) -> None:
    """A call, a chat that began, a question in vain."""
    take_event(CallEvent("ringing", "a call", at, number="13912345678"), at)
    with transaction.atomic():
        locked("telegram", planted("chatting"), at)
    note_vain("198.51.100.1", f"{planted('vain')} {planted('asked')}", "en", at)


def test_nothing_that_was_planted_is_left_anywhere(
    site: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    here = small_district(timezone.now() - timedelta(days=2))
    tell_reports(here)
    tell_talks(here)
    tell_help(here)
    tell_proposal(here)
    tell_lines(here.at)
    tell_channels(here, settings, planted)
    tell_requests(here, planted)
    tell_survey(here, planted)
    sequence()
    publish_files(here.at + timedelta(hours=9))
    imports = site / "imports"
    imports.mkdir()
    (imports / "old.rejects.csv").write_text(planted("rejected"))
    before = {p for raw in (all_that_is_stored(), *(r for _, r in every_file(site))) for p in found_in(raw)}  # fmt: skip
    assert {"words", "address", "added", "result", "refused", "title", "rejected"} <= before
    assert {"text in", "mail in", "chat in", "chat more", "sms out", "email answer"} <= before
    assert {"right granted", "wrong denied", "survey"} <= before
    assert not before & {"right denied", "right unanswered", "sender"}
    assert not before & {"exif", "wish exif", "name", "mail", "quarrel", "called", "deceived"}

    # What was corrected is gone from the bytes after one night, long before its case ends.
    call_command("forget", stdout=io.StringIO())
    connection.close()
    assert "wrong granted" not in found_in(all_that_is_stored())

    later = timezone.now() + timedelta(days=366 * 30)
    monkeypatch.setattr(forgetting, "site_now", lambda: later)
    tick(later)
    call_command("forget", stdout=io.StringIO())
    connection.close()
    left = {name: where for name, raw in every_file(site) if (where := found_in(raw))}
    stored = found_in(all_that_is_stored())
    assert (stored, left) == (set(), {})
