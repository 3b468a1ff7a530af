"""The bound file: in order, numbered through, and what is lacking is said."""

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader

from commonward.core.confidentiality import TABLE
from commonward.core.papers.binding import COURT, Attached, bind, lacking, package
from commonward.core.papers.facts import File
from commonward.core.papers.kinds import entries, kinds
from commonward.core.papers.scans import scan_of
from commonward.core.refusals import Invalid
from tests.core.papers.sample import failed, settled, spoken


def photo(colour: str = "#ccddee", size: tuple[int, int] = (800, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def texts(data: bytes) -> list[str]:
    return [re.sub(r"\s", "", p.extract_text()) for p in PdfReader(io.BytesIO(data)).pages]


def test_each_line_of_the_index_names_the_page_on_which_that_paper_begins() -> None:
    bound = bind(settled(), [Attached("identity", scan_of(photo()).pdf)])
    pages = texts(bound.pdf)
    front = next(n for n, text in enumerate(pages) if "第1页共" in text) - 1
    for line in bound.lines:
        if line.first:
            here = pages[front + line.first]
            assert f"第{line.first}页共{bound.pages - 3}页" in here
            if line.remark == "打印件":
                assert re.sub(r"（.*）", "", line.name) in here
    assert bound.lacking == ()


def test_cover_index_and_back_cover_carry_no_page_number_all_others_do() -> None:
    bound = bind(settled(), [Attached("identity", scan_of(photo()).pdf)])
    pages = texts(bound.pdf)
    numbered = [n for n, text in enumerate(pages) if re.search(r"第\d+页共\d+页", text)]
    assert numbered == list(range(2, len(pages) - 1))
    assert "人民调解卷宗" in pages[0] and "卷内目录" in pages[1] and "封底" in pages[-1]


@pytest.mark.parametrize("file", [settled(), spoken(), failed(), File()])
@pytest.mark.parametrize("scans", [(), ("identity",), ("identity", "record", "agreement")])
def test_what_is_lacking_is_known_before_the_file_is_bound(
    file: File, scans: tuple[str, ...]
) -> None:
    scan = scan_of(photo()).pdf
    assert lacking(file, set(scans)) == bind(file, [Attached(s, scan) for s in scans]).lacking


def test_what_must_be_there_and_is_not_is_told_and_stands_in_the_index() -> None:
    bound = bind(settled())
    assert bound.lacking == ("当事人身份证明",)
    index = texts(bound.pdf)[1]
    assert "当事人身份证明—缺" in index


def test_a_dispute_that_ended_without_agreement_owes_none() -> None:
    assert "agreement" not in {line.entry for line in bind(failed()).lines}
    assert bind(failed()).lacking == ("当事人身份证明",)


def test_a_spoken_agreement_stands_in_the_place_of_the_written_one() -> None:
    names = [line.name for line in bind(spoken()).lines if line.entry == "agreement"]
    assert names == ["人民调解口头协议登记表"]


def test_a_signed_copy_takes_the_place_of_the_paper_and_other_scans_follow() -> None:
    scan = scan_of(photo()).pdf
    bound = bind(
        settled(),
        [
            Attached("evidence", scan, "墙体照片"),
            Attached("agreement", scan, kind="agreement"),
            Attached("record", scan, kind="record", which=1),
            Attached("identity", scan),
        ],
    )
    by_entry = [(line.entry, line.name, line.remark) for line in bound.lines]
    assert ("agreement", "人民调解协议书", "签名件") in by_entry
    assert ("evidence", "墙体照片", "扫描件") in by_entry
    records = [remark for entry, _, remark in by_entry if entry == "record"]
    assert records == ["打印件", "签名件"]
    order = [entry for entry, *_ in by_entry]
    assert order.index("evidence") < order.index("record") < order.index("agreement")


def test_scans_of_any_size_and_turned_ones_lie_upright_on_a4_with_their_number() -> None:
    wide = scan_of(photo(size=(3000, 400))).pdf
    bound = bind(settled(), [Attached("identity", wide), Attached("evidence", wide)])
    for page in PdfReader(io.BytesIO(bound.pdf)).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert page.rotation == 0


def test_a_scan_under_an_unknown_line_is_refused() -> None:
    with pytest.raises(Invalid, match="no line"):
        bind(settled(), [Attached("rumours", scan_of(photo()).pdf)])


def test_the_english_index_speaks_english_and_the_outline_leads_to_each_paper() -> None:
    bound = bind(settled(), language="en")
    assert "IndexoftheFile" in texts(bound.pdf)[1]
    reader = PdfReader(io.BytesIO(bound.pdf))
    assert len(reader.outline) == len([line for line in bound.lines if line.first])


def test_the_court_gets_application_agreement_identity_and_proxy_and_nothing_that_was_said() -> (
    None
):
    file = settled()
    scan = scan_of(photo()).pdf
    bound = package(
        file,
        [Attached(entry, scan) for entry in ("identity", "proxy", "evidence", "record", "visit")],
    )
    assert {line.entry for line in bound.lines} == COURT
    text = "".join(texts(bound.pdf))
    for session in file.sessions:
        for said in (session.accounts[:15], session.checked, session.terms):
            assert said not in text
    for side in file.sides:
        assert side.account not in text
    for inquiry in file.inquiries:
        assert inquiry.words not in text


def test_every_line_and_kind_names_an_object_of_confidentiality() -> None:
    assert {e.shows for e in entries()} | {k.shows for k in kinds().values()} <= set(TABLE)
