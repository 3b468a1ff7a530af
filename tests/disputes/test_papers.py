"""Papers of a dispute: drawn for who may see what stands on them, scans sealed, the file bound."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from docx import Document
from PIL import Image
from pypdf import PdfReader

from commonward.cases.actions.sealing import shred
from commonward.cases.models import Event
from commonward.core.papers.kinds import entries
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes import actions as disputes
from commonward.disputes.actions import sessions
from commonward.disputes.actions.agreements import (
    bring_into_force,
    draft_agreement,
    propose_agreement,
    record_signature,
    sign_agreement,
)
from commonward.disputes.actions.papers import (
    bind_file,
    court_package,
    keep_scan,
    make_paper,
    take_back,
)
from commonward.disputes.actions.sessions import Plan
from commonward.disputes.actions.visiting import visit
from commonward.disputes.models import Paper, Visit
from commonward.disputes.queries.papers import drawn, papers_of, scan
from commonward.disputes.queries.ruling import keeping_in_force
from tests.chosen import Choosing, appointed, choosing
from tests.disputes.test_agreements import terms
from tests.talks import Talks

FIRST = {
    "name": "钱多多", "gender": "女", "ethnicity": "汉族", "age": "61", "occupation": "退休",
    "phone": "13912345678", "work_or_address": "South lane 4",
}  # fmt: skip
SECOND = {"name": "赵小梅", "phone": "13887654321", "work_or_address": "South lane 6"}


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "#8899aa").save(out, "JPEG")
    return out.getvalue()


def text(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def talking(talks: Talks, **more: Any) -> tuple[str, Actor, Actor]:
    return talks.talking(
        applicant=(disputes.Person(FIRST),), others=(disputes.Person(SECOND),), **more
    )


def agreed(talks: Talks) -> tuple[str, Actor, Actor]:
    number, first, second = talking(talks)
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    digest = propose_agreement(number, talks.mediator, talks.later(55)).digest
    sign_agreement(number, digest, first, talks.later(60))
    record_signature(number, "b", digest, talks.mediator, talks.later(62))
    bring_into_force(number, digest, talks.mediator, talks.later(64), seal_set=True)
    return number, first, second


def codes(talks: Talks, number: str, who: Actor) -> set[tuple[str, int]]:
    offered = papers_of(talks.dispute(number), who, "zh").offered
    return {(one.code, one.which) for one in offered}


def test_the_mediator_draws_a_filled_application_and_its_digest_is_kept(talks: Talks) -> None:
    number, *_ = talking(talks)
    made = make_paper(number, "application", talks.mediator, talks.later(45))
    said = text(made.data)
    for value in (*FIRST.values(), "邻里纠纷", number):
        assert value.replace(" ", "") in said
    assert "Thenewwalltakesourlight." in said
    row = Paper.objects.get()
    assert (row.form, row.kind, row.sha256, row.sealed) == (
        "drawn", "application", made.sha256, None,
    )  # fmt: skip
    # Drawn again, it is the same: whoever holds a copy can have it checked.
    dispute = talks.dispute(number)
    assert drawn(dispute, talks.mediator, "application").sha256 == made.sha256


def test_a_word_file_says_the_same(talks: Talks) -> None:
    number, *_ = talking(talks)
    made = drawn(talks.dispute(number), talks.mediator, "application", shown="word")
    cells = [
        c.text for t in Document(io.BytesIO(made.data)).tables for r in t.rows for c in r.cells
    ]
    assert "钱多多" in cells and made.name.endswith(".docx")


def test_a_party_draws_their_own_application_and_never_the_other_sides(talks: Talks) -> None:
    number, first, second = talking(talks)
    assert ("application", 0) in codes(talks, number, first)
    assert ("application", 1) not in codes(talks, number, first)
    assert ("application", 1) in codes(talks, number, second)
    dispute = talks.dispute(number)
    drawn(dispute, first, "application")
    for code in ("application", "proxy", "consent", "invitation"):
        with pytest.raises(Forbidden):
            drawn(dispute, second, code)


def test_no_paper_tells_a_party_how_to_reach_the_other_before_both_agreed(talks: Talks) -> None:
    number, first, second = talking(talks)
    for who, hidden, own in ((first, SECOND, FIRST), (second, FIRST, SECOND)):
        for code, which in codes(talks, number, who):
            said = text(drawn(talks.dispute(number), who, code, which=which).data)
            assert hidden["phone"] not in said, code
            assert hidden["work_or_address"].replace(" ", "") not in said, code
            if who is second:
                assert "Thenewwall" not in said, code
        mine = 0 if who is first else 1
        said = text(drawn(talks.dispute(number), who, "application", which=mine).data)
        assert own["phone"] in said


def test_the_agreement_names_both_with_address_once_it_binds_them(talks: Talks) -> None:
    number, first, second = agreed(talks)
    hidden = {first: SECOND["phone"], second: FIRST["phone"], talks.mediator: ""}
    for who, others_phone in hidden.items():
        said = text(drawn(talks.dispute(number), who, "agreement").data)
        for told in (FIRST, SECOND):
            assert told["name"] in said
            assert told["work_or_address"].replace(" ", "") in said
            # Who signs knows with whom; the other side is reached through the mediator.
            assert (told["phone"] in said) == (told["phone"] != others_phone)
        assert "壹仟贰佰元整" in said and f"{number}-1" in said
    beside = text(drawn(talks.dispute(number), first, "agreement", language="both").data)
    assert "壹仟贰佰元整" in beside and "MediationAgreement" in beside


def test_a_party_has_no_paper_of_a_draft(talks: Talks) -> None:
    number, first, _ = talking(talks)
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    assert ("agreement", 0) not in codes(talks, number, first)
    assert ("agreement", 0) in codes(talks, number, talks.mediator)
    with pytest.raises(Missing):
        drawn(talks.dispute(number), first, "agreement")


def test_the_office_that_registers_sees_no_paper_while_the_sides_talk(talks: Talks) -> None:
    number, *_ = talking(talks)
    assert codes(talks, number, talks.coordinator) == set()
    with pytest.raises(Forbidden):
        make_paper(number, "application", talks.coordinator, talks.later(45))


@pytest.mark.parametrize("who", ["panelist", "clerk", "legal_aid", "second_mediator"])
def test_posts_without_the_dispute_get_no_paper_and_leave_no_row(talks: Talks, who: str) -> None:
    number, *_ = talking(talks)
    for act in (
        lambda: make_paper(number, "application", getattr(talks, who), talks.later(45)),
        lambda: keep_scan(number, "evidence", photo(), getattr(talks, who), talks.later(45)),
        lambda: bind_file(number, getattr(talks, who), talks.later(45)),
    ):
        with pytest.raises((Missing, Forbidden)):
            act()
    assert not Paper.objects.exists()


def test_a_scan_is_sealed_shown_to_its_side_and_the_mediator_and_gone_with_the_key(
    talks: Talks,
) -> None:
    number, first, second = talking(talks)
    kept = keep_scan(number, "evidence", photo(), first, talks.later(45), name="墙的照片 of 钱多多")
    row = Paper.objects.get()
    assert row.sealed is not None and b"%PDF" not in bytes(row.sealed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM disputes_paper")
        assert "钱多多" not in str([[bytes(v) if isinstance(v, memoryview) else v for v in r]
                                 for r in cursor])  # fmt: skip
    dispute = talks.dispute(number)
    for who in (first, talks.mediator):
        data, name = scan(dispute, who, kept.pk)
        assert data.startswith(b"%PDF") and name.endswith(".pdf")
        assert [s.name for s in papers_of(dispute, who, "zh").scans] == ["墙的照片 of 钱多多"]
    with pytest.raises(Missing):
        scan(dispute, second, kept.pk)
    assert papers_of(dispute, second, "zh").scans == []
    shred(dispute.case, talks.later(99), SYSTEM)
    with pytest.raises(Missing, match="destroyed"):
        scan(dispute, first, kept.pk)


def test_a_party_hands_in_for_their_own_side_only_what_a_side_hands_in(talks: Talks) -> None:
    number, first, second = talking(talks)
    kept = keep_scan(number, "identity", photo(), second, talks.later(45), letter="a")
    assert kept.side is not None and kept.side.letter == "b"
    for entry in ("agreement", "record", "explanation", "confirmation", "back"):
        with pytest.raises(Forbidden):
            keep_scan(number, entry, photo(), first, talks.later(45))
    with pytest.raises(Missing):
        keep_scan(number, "rumours", photo(), first, talks.later(45))
    with pytest.raises(Invalid):
        keep_scan(number, "evidence", b"not a picture", first, talks.later(45))
    with pytest.raises(Missing):
        take_back(number, kept.pk, first, talks.later(46))
    take_back(number, kept.pk, second, talks.later(46))
    row = Paper.objects.get()
    assert row.sealed is None and row.name is None and row.taken_back_at is not None


def test_events_tell_that_a_paper_was_made_or_kept_and_never_what_stands_on_it(
    talks: Talks,
) -> None:
    number, first, _ = talking(talks)
    make_paper(number, "rights", talks.mediator, talks.later(45))
    kept = keep_scan(number, "evidence", photo(), first, talks.later(46), name="secret name")
    take_back(number, kept.pk, first, talks.later(47))
    told = {e.verb: e.data for e in Event.objects.filter(verb__startswith="paper_")}
    assert set(told) == {"paper_made", "paper_kept", "paper_taken_back"}
    assert told["paper_kept"] == {
        "entry": "evidence", "kind": "", "which": 0, "pages": 1, "side": "a",
    }  # fmt: skip
    assert "secret name" not in str(told)


def test_the_mediator_binds_the_file_and_reads_what_it_lacks(talks: Talks) -> None:
    number, first, second = agreed(talks)
    bound = bind_file(number, talks.mediator, talks.later(90), name="周兰")
    assert "当事人身份证明" in bound.lacking
    for who in (first, second):
        keep_scan(number, "identity", photo(), who, talks.later(91))
    bound = bind_file(number, talks.mediator, talks.later(92), name="周兰")
    assert "当事人身份证明" not in bound.lacking
    said = text(bound.pdf)
    assert "人民调解卷宗" in said and "周兰" in said and "壹仟贰佰元整" in said
    assert Paper.objects.filter(shown="file").count() == 2


def test_no_draft_is_bound_and_nobody_else_binds(talks: Talks) -> None:
    number, first, _ = talking(talks)
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    bound = bind_file(number, talks.mediator, talks.later(51))
    assert "壹仟贰佰元整" not in text(bound.pdf)
    assert any("协议书" in name for name in bound.lacking)
    for who in (first, talks.coordinator):
        with pytest.raises(Forbidden):
            bind_file(number, who, talks.later(52))


def test_the_courts_package_has_no_word_of_the_talks(talks: Talks) -> None:
    number, first, second = agreed(talks)
    keep_scan(number, "identity", photo(), first, talks.later(70))
    keep_scan(number, "evidence", photo(), second, talks.later(70), name="evidence of B")
    package = court_package(number, talks.mediator, talks.later(80))
    assert {line.entry for line in package.lines} <= {
        "identity",
        "proxy",
        "agreement",
        "confirmation",
    }
    said = text(package.pdf)
    assert "司法确认申请书" in said and "人民调解协议书" in said
    assert "2．当事人身份证明" in said and "授权委托书" not in said
    assert "Thenewwall" not in said
    with pytest.raises(Forbidden):
        court_package(number, first, talks.later(81))


def test_who_only_looks_with_anothers_eyes_hands_nothing_out(talks: Talks) -> None:
    number, *_ = talking(talks)
    looking = replace(talks.mediator, seen_by=1)
    with pytest.raises(Forbidden):
        make_paper(number, "application", looking, talks.later(45))
    with pytest.raises(Forbidden):
        keep_scan(number, "evidence", photo(), looking, talks.later(45))


def test_a_full_file_takes_no_more(talks: Talks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commonward.disputes.actions.papers.MOST_SCANS", 1)
    number, first, _ = talking(talks)
    keep_scan(number, "evidence", photo(), first, talks.later(45))
    with pytest.raises(Refusal, match="full"):
        keep_scan(number, "evidence", photo(), first, talks.later(46))


def test_the_database_keeps_no_pages_of_what_can_be_drawn_again(talks: Talks) -> None:
    number, *_ = talking(talks)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.create(
            dispute=talks.dispute(number), form="drawn", sealed=b"x", made_at=talks.at, sha256=""
        )


def test_each_line_of_the_index_has_a_time_of_keeping(talks: Talks) -> None:
    keeping = keeping_in_force(talks.at)
    for entry in entries():
        assert keeping.until(entry.keep, talks.at, 5) >= talks.at


@pytest.fixture
def heard(talks: Talks) -> Choosing:
    """A dispute with an appointed mediator, one session held and recorded, one ahead."""
    case = choosing(talks)
    appointed(case)
    start = case.at(1800)
    held = sessions.plan(
        case.number, Plan(start, start + timedelta(hours=1), place="Tea house"), talks.mediator,
        case.at(60),
    )  # fmt: skip
    words = {part: f"Written under {part}." for part in sessions.PARTS}
    sessions.record_session(case.number, held.pk, words, "ab", talks.mediator, case.at(1830))
    ahead = case.at(4000)
    sessions.plan(
        case.number, Plan(ahead, ahead + timedelta(hours=1), place="Room 2"), talks.mediator,
        case.at(1900),
    )  # fmt: skip
    return case


def test_the_record_of_a_session_stands_in_its_seven_parts_for_those_who_sat_there(
    heard: Choosing, talks: Talks
) -> None:
    for who in (talks.mediator, heard.first, heard.second):
        said = text(drawn(heard.dispute, who, "record").data)
        for part in sessions.PARTS:
            assert f"Writtenunder{part}." in said
        assert "Teahouse" in said and "甲方、乙方" in said
    with pytest.raises(Forbidden):
        drawn(heard.dispute, talks.coordinator, "record")
    with pytest.raises(Missing):
        drawn(heard.dispute, talks.mediator, "record", which=1)


def test_both_sides_get_the_same_notice_of_the_session_each_their_own(
    heard: Choosing, talks: Talks
) -> None:
    first = text(drawn(heard.dispute, heard.first, "session_notice", which=0).data)
    second = text(drawn(heard.dispute, heard.second, "session_notice", which=1).data)
    for said in (first, second):
        assert "Room2" in said and "双方收到的通知内容相同" in said
    with pytest.raises(Forbidden):
        drawn(heard.dispute, heard.second, "session_notice", which=0)


def test_what_was_said_is_in_the_bound_file_and_not_in_the_courts_papers(
    heard: Choosing, talks: Talks
) -> None:
    number, mediator = heard.number, talks.mediator
    draft_agreement(number, terms(talks), mediator, heard.at(5000))
    digest = propose_agreement(number, mediator, heard.at(5001)).digest
    for letter in "ab":
        record_signature(number, letter, digest, mediator, heard.at(5002))
    bring_into_force(number, digest, mediator, heard.at(5003), seal_set=True)
    assert "Writtenunderaccounts." in text(bind_file(number, mediator, heard.at(5004)).pdf)
    said = text(court_package(number, mediator, heard.at(5005)).pdf)
    assert "壹仟贰佰元整" in said and "Writtenunder" not in said and "Thenewwall" not in said


def test_a_visit_is_drawn_with_what_was_found_and_who_went(talks: Talks) -> None:
    number, *_ = agreed(talks)
    dispute = talks.dispute(number)
    with pytest.raises(Missing):
        drawn(dispute, talks.mediator, "visit")
    owed = Visit.objects.create(dispute=dispute, due=talks.at.date(), because="due")
    visit(number, owed.pk, "in_part", "The wall is lower, the money is missing.", talks.mediator,
          talks.later(300))  # fmt: skip
    said = text(drawn(dispute, talks.mediator, "visit").data)
    assert "部分履行" in said and "Thewallislower,themoneyismissing." in said
    assert "Mediator" in said and f"{number}-1" in said
