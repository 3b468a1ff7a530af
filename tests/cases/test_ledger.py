"""The log of what happened, from the record to the receipt."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from commonward.cases.actions import Said, add_report
from commonward.cases.actions.forgetting import forget
from commonward.cases.actions.photos import prepare_photo, with_photos
from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import Case, CaseKey, Event, Photo, Report
from commonward.cases.queries.followed import followed
from commonward.cases.queries.ledger import is_sealed, late_minutes, receipt_of, state
from commonward.cases.queries.ledger_checking import check
from commonward.core.ledger.notes import Verifier
from commonward.core.ledger.receipts import Proven, verify
from tests.cases.ledgers import clock_now, entries
from tests.district import AT, District


def test_a_report_is_proven_by_its_receipt(here: District, log: Path) -> None:
    report = here.report(words="rubbish by the gate")
    assert receipt_of(report.pk, AT).receipt is None
    assert sequence() == 1
    found = receipt_of(report.pk, AT + timedelta(minutes=1))
    assert found.complete
    (told,) = verify(json.dumps(found.receipt), [Verifier.read(state().keys[0].verifier)])
    assert told.facts["case"] == report.case.number
    assert told.opened["told"] == "rubbish by the gate"
    assert told.opened["report"] == report.number


def proven(report: Report, minutes: float = 600) -> list[Proven]:
    """What the receipt of a report proves, by the log's key alone."""
    found = receipt_of(report.pk, AT + timedelta(minutes=minutes))
    assert found.receipt is not None
    return verify(json.dumps(found.receipt), [Verifier.read(state().keys[-1].verifier)])


def test_each_answer_on_the_page_is_proven_and_nothing_else_is_in_the_receipt(
    here: District, log: Path
) -> None:
    report = here.report()
    here.closed(report)
    sequence()
    told = followed(report.pk, AT + timedelta(days=1)).steps
    found = proven(report)
    assert [one.facts["event"] for one in found] == [step.id for step in told]
    words = {one.facts["verb"]: one.opened.get("words") for one in found}
    assert words["finish"] == next(step.words for step in told if step.verb == "finish")
    assert all("rest" not in one.opened for one in found)
    assert is_sealed(followed(report.pk, AT + timedelta(days=1)))


def test_masked_words_are_proven_and_not_shown(here: District, log: Path) -> None:
    report = here.report()
    here.handled(report)
    here.act(report, "finish", here.street_handler, 200, result="Done, ring 139 1234 5678.")
    sequence()
    (found,) = [one for one in proven(report) if one.facts["verb"] == "finish"]
    assert "words" in found.facts["parts"] and "words" not in found.opened
    assert "1234" not in json.dumps(receipt_of(report.pk, AT + timedelta(days=1)).receipt)


def test_the_receipt_of_one_reporter_tells_nothing_of_another(here: District, log: Path) -> None:
    first = here.report(words="The first one's words.")
    second = add_report(
        first.case.number, Said("counter", "The second one's words."), AT + timedelta(minutes=1)
    )
    sequence()
    for mine, other in ((first, second), (second, first)):
        text = json.dumps(receipt_of(mine.pk, AT + timedelta(hours=1)).receipt)
        assert mine.words in text and other.words not in text
    assert second.number not in json.dumps(receipt_of(first.pk, AT + timedelta(hours=1)).receipt)


def test_what_is_not_yet_a_leaf_waits_and_is_said_so(here: District, log: Path) -> None:
    report = here.report()
    sequence()
    here.act(report, "accept", here.intake_officer, 2)
    found = receipt_of(report.pk, AT + timedelta(hours=1))
    assert (found.waiting, found.complete) == (1, False)
    assert not is_sealed(followed(report.pk, AT + timedelta(hours=1)))
    sequence()
    assert receipt_of(report.pk, AT + timedelta(hours=1)).complete


def test_what_is_forgotten_can_be_guessed_by_nobody_and_the_log_stands(
    here: District, log: Path
) -> None:
    report = here.report()
    here.closed(report)
    sequence()
    before, leaves = entries(log), Event.objects.count()
    Case.objects.filter(pk=report.case_id).update(is_open=False)
    assert forget(AT + timedelta(days=40_000)) == 1
    sequence()
    assert entries(log)[:leaves] == before and len(entries(log)) == leaves + 2
    done = check()
    assert done.findings == []
    assert done.unprovable == leaves + 2
    assert receipt_of(report.pk, AT + timedelta(days=40_001)).lost > 0


def test_a_case_that_is_forgotten_before_it_was_a_leaf_gets_no_key(
    here: District, log: Path
) -> None:
    report = here.report()
    here.closed(report)
    Case.objects.filter(pk=report.case_id).update(is_open=False)
    assert forget(AT + timedelta(days=40_000)) == 1
    sequence()
    assert CaseKey.objects.get(case=report.case_id).wrapped is None
    done = check()
    assert done.findings == [] and done.unprovable == Event.objects.count()


def test_nothing_personal_is_in_the_published_files(here: District, log: Path) -> None:
    report = here.report(words="My neighbour in flat 3 sings.", contact={"phone": "13912345678"})
    sequence()
    kept = b"".join(path.read_bytes() for path in log.rglob("*") if path.is_file())
    for secret in (report.number, "neighbour", "13912345678", "counter", "opened"):
        assert secret.encode() not in kept


def test_pictures_are_committed_to(
    here: District, log: Path, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    made = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(made, "PNG")
    report = with_photos([prepare_photo(made.getvalue())], here.report, AT, here.intake_officer)
    sequence()
    photo = Photo.objects.get(report=report)
    (found,) = [one for one in proven(report) if one.facts["verb"] == "photos_added"]
    assert found.opened["photos"] == [photo.digest]
    Photo.objects.filter(pk=photo.pk).update(digest="0" * 64)
    assert [one.values["verb"] for one in check().findings] == ["photos_added"]


def test_data_that_canonical_json_cannot_write_becomes_a_leaf_all_the_same(
    here: District, log: Path
) -> None:
    case = here.report().case
    for data in ({"n": 2**60}, {"x": 1.5, "y": [None, True]}, {"部": "件"}):
        Event.objects.create(case=case, at=AT, written_at=clock_now(), verb="warned", data=data)
    assert sequence() == 4
    assert check().findings == []


def test_the_state_tells_for_how_long_something_waits(here: District, log: Path) -> None:
    assert state().origin == "" and late_minutes() == 0
    sequence()
    here.report()
    later = clock_now() + timedelta(minutes=25)
    assert state(later).late and 24 <= late_minutes(later) <= 25
    sequence()
    assert (state(later).late, late_minutes(later), state(later).size) == (False, 0, 1)


def test_a_check_that_is_overtaken_by_the_log_compares_what_it_began_with(
    here: District, log: Path
) -> None:
    here.report()
    sequence()

    def meanwhile(_done: int) -> None:
        here.report()
        sequence()

    done = check(meanwhile)
    assert (done.findings, done.leaves) == ([], 1)
    assert check().leaves == 2
