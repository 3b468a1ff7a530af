"""What is kept of a reporter is corrected or deleted at their wish, answered by an officer, and the
public log still proves the rest."""

from datetime import timedelta
from pathlib import Path

import pytest

from commonward.cases import actions as cases
from commonward.cases.access import contact_of
from commonward.cases.actions.data_requests import answer_data, ask_data, erase_granted
from commonward.cases.actions.sequencing import sequence
from commonward.cases.actions.subscribing import subscribe
from commonward.cases.models import Case, DataRequest, ErasedPart, Report
from commonward.cases.queries.data_requests import asked_of, late_requests, to_answer
from commonward.cases.queries.followed import followed
from commonward.cases.queries.leaves import read_keys
from commonward.cases.queries.ledger import receipt_of
from commonward.cases.queries.ledger_checking import check
from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.core.rights import reporter
from tests.district import District
from tests.stored import all_that_is_stored


def yes(here: District, made: DataRequest, minutes: float = 20) -> DataRequest:
    at = here.at + timedelta(minutes=minutes)
    return answer_data(made.pk, True, "You are right.", here.intake_officer, at)


def asked(here: District, report: Report, kind: str, what: str, **wanted: str) -> DataRequest:
    at = here.at + timedelta(minutes=11)
    return ask_data(report.pk, kind, what, wanted, here.holder(report), at)


def test_wrong_words_are_put_right_and_are_nowhere_and_the_log_still_proves_the_rest(
    here: District, log: Path
) -> None:
    report = here.report(words="zqwrongqz lamp is out", public=True)
    sequence()
    made = asked(here, report, "correct", "words", words="The lamp at the gate is out")
    assert b"at the gate" not in all_that_is_stored()  # what is asked for is sealed
    yes(here, made)
    sequence()
    report.refresh_from_db()
    assert report.words == "The lamp at the gate is out" == Case.objects.get().summary
    assert Report.objects.filter(words__contains="zqwrong").count() == 0
    assert ErasedPart.objects.get().part == "told"
    assert check().findings == []
    shown = receipt_of(report.pk, here.at + timedelta(minutes=30)).receipt
    assert shown is not None and "zqwrong" not in str(shown)
    told = followed(report.pk, here.at + timedelta(minutes=30)).steps
    assert [(s.verb, s.words) for s in told][-2:] == [
        ("data_asked", ""), ("data_granted", "You are right."),
    ]  # fmt: skip


def test_what_was_corrected_is_not_changed_once_more_unseen(here: District, log: Path) -> None:
    report = here.report(words="A lamp is out")
    sequence()
    yes(here, asked(here, report, "correct", "words", words="Two lamps are out"))
    sequence()
    assert check().findings == []
    Report.objects.filter(pk=report.pk).update(words="All is well")
    assert [one.kind for one in check().findings] == ["changed"]


def test_a_digest_that_nobody_asked_for_hides_no_change(here: District, log: Path) -> None:
    report = here.report(words="A lamp is out")
    other = here.report(words="Rubbish")
    sequence()
    yes(here, asked(here, other, "correct", "words", words="Much rubbish"))
    sequence()
    mine = min(step.id for step in followed(report.pk, here.at).steps)
    salts = read_keys([report.case_id]).salts[report.case_id]
    # Whoever has the database and the keys knows the digest of what stood there.
    digest = salts.digest(mine, "told", "A lamp is out")
    by = ErasedPart.objects.get().by
    Report.objects.filter(pk=report.pk).update(words="All is well")
    ErasedPart.objects.create(event_id=mine, part="told", digest=digest, by=by)
    assert [one.kind for one in check().findings] == ["changed"]


def test_a_telephone_is_corrected_and_then_deleted_with_where_news_go(here: District) -> None:
    report = here.report(contact={"phone": "13911112222", "first_name": "Qian"})
    subscribe(report.pk, "qian@example.org", "en", here.at, own=True)
    yes(here, asked(here, report, "correct", "contact", phone="13933334444"))
    report.refresh_from_db()
    opened = contact_of(report, here.intake_officer, here.at, door="desk")
    assert opened == {"phone": "13933334444", "first_name": "Qian"}
    yes(here, asked(here, report, "erase", "contact"))
    report.refresh_from_db()
    assert report.contact is None
    assert contact_of(report, here.intake_officer, here.at, door="desk") == {}


def test_everything_goes_when_the_case_has_ended_and_not_before(here: District) -> None:
    report = here.report(words="zqallqz rubbish")
    made = asked(here, report, "erase", "all")
    assert yes(here, made).state == "granted"
    assert erase_granted(here.at + timedelta(minutes=30)) == 0
    here.act(report, "refuse", here.intake_officer, 40, reason="Not ours.")
    assert erase_granted(here.at + timedelta(minutes=50)) == 1
    report.refresh_from_db()
    assert report.words == "" and Case.objects.get().forgotten_at is not None


def test_of_several_reporters_one_goes_and_the_others_stay(here: District, log: Path) -> None:
    report = here.report(words="zqfirstqz rubbish", address="zqplaceqz 7")
    said = cases.Said("portal", words="I see it too")
    other = cases.add_report(report.case.number, said, here.at + timedelta(minutes=1))
    here.act(report, "add_words", here.holder(report), 2, words="zqmoreqz of it")
    sequence()
    made = asked(here, report, "erase", "all")
    here.act(report, "refuse", here.intake_officer, 12, reason="Not ours.")
    assert yes(here, made).state == "done"
    sequence()
    assert check().findings == []
    assert Report.objects.get(pk=other.pk).words == "I see it too"
    for model in (Report, Case):
        for row in model.objects.values():
            assert "zq" not in str(row)
    assert not any("zq" in s.words for s in followed(other.pk, here.at).steps)


def test_a_no_has_a_reason_that_the_reporter_reads_and_may_be_asked_again(here: District) -> None:
    report = here.report(words="A lamp is out")
    made = asked(here, report, "erase", "all")
    with pytest.raises(Refusal) as twice:
        asked(here, report, "erase", "all")
    assert twice.value.code == "asked"
    at = here.at + timedelta(minutes=20)
    with pytest.raises(Invalid):
        answer_data(made.pk, False, " ", here.intake_officer, at)
    answer_data(made.pk, False, "Its invoice is not paid yet.", here.intake_officer, at)
    (told,) = asked_of(report.pk)
    assert (told.state, told.reason) == ("refused", "Its invoice is not paid yet.")
    with pytest.raises(Refusal) as again:
        yes(here, made)
    assert again.value.code == "state"
    assert asked(here, report, "erase", "all").state == "asked"


def test_the_centre_answers_and_nobody_else_and_sees_what_is_due(here: District) -> None:
    report = here.report()
    made = asked(here, report, "erase", "contact")
    with pytest.raises(Forbidden):
        answer_data(made.pk, True, "Yes.", here.handler, here.at)
    at = here.at + timedelta(days=1)
    assert [one.id for one in to_answer(here.intake_officer, at)] == [made.pk]
    assert to_answer(here.handler, at) == () == to_answer(here.outsider, at)
    assert late_requests(at) == 0
    late = here.at + timedelta(days=31)
    assert late_requests(late) == 1 and to_answer(here.duty_chief, late)[0].late
    yes(here, made)
    assert to_answer(here.intake_officer, at) == ()


@pytest.mark.parametrize(
    ("kind", "what", "wanted"),
    [("correct", "all", {}), ("erase", "words", {}), ("correct", "words", {"words": " "}),
     ("correct", "place", {"place": "x" * 301})],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(
    here: District, kind: str, what: str, wanted: dict[str, str]
) -> None:
    report = here.report()
    with pytest.raises(Invalid):
        asked(here, report, kind, what, **wanted)
    with pytest.raises(Forbidden):
        ask_data(report.pk, "erase", "all", {}, reporter(report.pk + 1), here.at)
