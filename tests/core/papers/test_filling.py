"""Sheets from facts: each field typed once, nothing half-filled, no text that reads as code."""

from dataclasses import replace

import pytest

from commonward.core.papers.binding import bind, index
from commonward.core.papers.filling import clean, filled_share, how_many, sheet
from commonward.core.papers.kinds import FORMS, entries, kinds
from commonward.core.papers.wording import GAP, WAYS
from commonward.core.refusals import Invalid, Missing
from tests.core.papers.sample import failed, settled, spoken

OFFICIAL = [str(number) for number in range(1, 12)]


def test_there_are_the_eleven_official_papers_and_each_index_line_names_known_ones() -> None:
    numbers = {kind.number for kind in kinds().values()} | {"2"}  # the index is drawn by binding
    assert set(OFFICIAL) <= numbers
    for entry in entries():
        assert set(entry.kinds) <= set(kinds())
    for kind in kinds().values():
        assert {part.form for part in kind.parts} <= set(FORMS)


def test_each_way_of_showing_a_cell_is_known() -> None:
    from_lists = {"kind", "source", "result", "performance", "satisfied"}
    for kind in kinds().values():
        for part in kind.parts:
            for cell in part.cells:
                assert not cell.shown or cell.shown in WAYS | from_lists, (kind.code, cell.shown)


def test_three_quarters_of_all_cells_of_the_eleven_papers_are_filled_by_the_system() -> None:
    papers = []
    for code in kinds():
        if kinds()[code].number not in OFFICIAL:
            continue
        file = spoken() if code == "oral" else settled()
        papers += [sheet(code, file, which=which) for which in range(how_many(code, file))]
    papers.append(index(settled(), bind(settled()).lines))
    own, every = filled_share(papers)
    assert every > 200
    assert own / every >= 0.75, f"{own} of {every}"


def test_a_fact_typed_once_fills_its_cells_on_all_other_papers() -> None:
    name = settled().sides[0].party.name
    for code in ("application", "intake", "record", "agreement", "visit", "confirmation"):
        assert name in [field.value for field in sheet(code, settled()).fields()], code


def test_a_written_and_a_spoken_agreement_exclude_each_other() -> None:
    assert (how_many("agreement", settled()), how_many("oral", settled())) == (1, 0)
    assert (how_many("agreement", spoken()), how_many("oral", spoken())) == (0, 1)
    assert (how_many("agreement", failed()), how_many("oral", failed())) == (0, 0)


def test_the_settled_sample_lacks_nothing_and_a_missing_name_is_told() -> None:
    file = settled()
    for code in ("application", "intake", "record", "agreement", "visit", "confirmation"):
        assert sheet(code, file).lacking() == ()
    nameless = replace(file.sides[0], party=replace(file.sides[0].party, name=""))
    assert "姓名或名称" in sheet("application", replace(file, sides=(nameless,))).lacking()


@pytest.mark.parametrize("code", list(kinds()))
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_each_paper_has_a_blank_form_in_each_language_that_names_nobody(
    code: str, language: str
) -> None:
    form = sheet(code, None, language)
    known = {"row.letter", "sides[0].letter", "sides[1].letter"}
    filled = [f for f in form.fields() if f.value and f.source not in known]
    assert {f.source.split(".")[-1] for f in filled} <= {"letter", "copies", "across"}


def test_a_blank_form_leaves_room_where_a_filled_one_has_a_fact() -> None:
    texts = [t for block in sheet("consent", None).blocks for t in block.texts]
    assert any(GAP in t for t in texts)
    texts = [t for block in sheet("consent", settled()).blocks for t in block.texts]
    assert any("10年" in t for t in texts) and not any(GAP in t for t in texts)


def test_both_languages_stand_beside_each_other() -> None:
    fields = {f.label: f.value for f in sheet("intake", settled(), "both").fields()}
    assert fields["纠纷类型\nType of dispute"].startswith("邻里纠纷")
    assert fields["纠纷类型\nType of dispute"].endswith("Neighbours")
    assert fields["姓名或名称\nName"] == "阿卜杜拉·买买提"


def test_a_place_inside_a_users_text_is_not_filled() -> None:
    file = settled()
    assert file.agreement is not None
    sly = replace(file.agreement, facts="{committee.name} {sides.a.party.contact}")
    texts = [
        t
        for block in sheet("confirmation", replace(file, agreement=sly)).blocks
        for t in block.texts
    ]
    assert "{committee.name} {sides.a.party.contact}" in texts[1]


@pytest.mark.parametrize(
    "text",
    ["abc\u202edef", "\u2067x", "مرحبا", "שלום", "a\x00b", "a\x1b[31m", "\ue000", "\ufeffx"],
    ids=["override", "isolate", "arabic", "hebrew", "null", "escape", "private", "mark"],
)
def test_signs_that_turn_or_hide_what_is_read_are_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid, match=r"U\+[0-9A-F]{4}"):
        clean(text, "name")


def test_ordinary_texts_pass_unchanged_and_line_breaks_become_one_kind() -> None:
    for text in ("张㛃喆", "李𬱟", "阿卜杜拉·买买提", "O’Brien (3)", "①②—……￥%"):
        assert clean(text, "name") == text
    assert clean("a\r\nb\rc\td", "x") == "a\nb\nc d"


def test_a_text_longer_than_a_paper_takes_is_refused() -> None:
    with pytest.raises(Invalid, match="annex"):
        clean("长" * 20_001, "facts")


def test_there_is_no_paper_without_a_name_or_for_what_did_not_happen() -> None:
    with pytest.raises(Missing):
        sheet("dossier", settled())
    with pytest.raises(Missing):
        sheet("record", settled(), which=9)
    with pytest.raises(Missing):
        sheet("confirmation", failed())
