"""What a mark may rest on: the shipped kinds pass, one figure, people and silence are refused."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.indicators import book as books
from commonward.core.indicators.formulas import Unit
from commonward.core.marks.allowed import as_told, asks_reporters, check_kind, is_quiet, meets
from commonward.core.marks.kind import FEWEST, Criterion, Kind, from_data, shipped
from commonward.core.refusals import Invalid

BOOK = books.book(books.shipped())
AREA, ROOM = shipped()["no-open-cases"], shipped()["five-star-room"]


def figure(name: str, bound: float = 80, least: int = 5) -> Criterion:
    return Criterion("figure", "条件", "criterion", name, bound, 180, least)


LOOK = Criterion("evidence", "公示答复", "Answers are posted")


def refused(kind: Kind) -> str:
    with pytest.raises(Invalid) as why:
        check_kind(kind, BOOK)
    return str(why.value.code)


@pytest.mark.parametrize("code", shipped())
def test_each_shipped_kind_may_be_published_and_reads_back_as_itself(code: str) -> None:
    kind = shipped()[code]
    check_kind(kind, BOOK)
    assert from_data(kind.to_data()) == kind


def test_one_criterion_is_no_mark() -> None:
    data = AREA.to_data()
    data["criteria"] = data["criteria"][:1]
    with pytest.raises(Invalid) as why:
        from_data(data)
    assert why.value.code == "one_alone"


def test_figures_alone_are_no_mark() -> None:
    kind = replace(AREA, criteria=AREA.criteria[:3])
    assert refused(kind) == "figures_alone"


@pytest.mark.parametrize("name", [n for n in BOOK.indicators if is_quiet(BOOK.indicators[n], BOOK)])
def test_what_silence_meets_needs_answers_beside_it(name: str) -> None:
    for beside in ((), (figure("closed_in_time_rate"),), (figure("response_rate"),)):
        kind = replace(AREA, criteria=(figure(name), *beside, LOOK))
        with pytest.raises(Invalid):
            check_kind(kind, BOOK)


def test_nothing_overdue_with_answers_and_a_look_is_a_mark() -> None:
    check_kind(
        replace(AREA, criteria=(figure("overdue_backlog", 0), figure("solved_rate"), LOOK)), BOOK
    )


@pytest.mark.parametrize(
    "name",
    ["reports_received", "cases_opened", "cases_closed", "appealed_rate", "disputes_registered",
     "phone_share", "median_closing"],
)  # fmt: skip
def test_numbers_of_reports_and_rights_are_no_criterion(name: str) -> None:
    kind = replace(AREA, criteria=(figure(name), figure("satisfaction_rate"), LOOK))
    assert refused(kind) in ("volume", "invalid")


@pytest.mark.parametrize(
    ("zh", "en", "code"),
    [
        ("全年零投诉", "Good", "silence"),
        ("没有发生纠纷", "Good", "silence"),
        ("整洁", "No complaints in the year", "silence"),
        ("整洁", "Fewer petitions than last year", "about_persons"),
        ("查处人员二十名", "Good", "about_persons"),
        ("登记重点人员", "Good", "about_persons"),
        ("整洁", "A list of residents is kept", "about_persons"),
    ],
)
def test_words_of_silence_and_of_persons_are_refused(zh: str, en: str, code: str) -> None:
    assert refused(replace(ROOM, criteria=(Criterion("evidence", zh, en), LOOK))) == code
    listed = Criterion("checklist", "现场", "On the spot", items=((zh, en),))
    assert refused(replace(ROOM, criteria=(listed, LOOK))) == code


def test_a_place_has_no_figure_of_its_own() -> None:
    kind = replace(shipped()["safe-place"], criteria=(figure("satisfaction_rate"), LOOK))
    with pytest.raises(Invalid):
        check_kind(kind, BOOK)


def test_only_what_reporters_said_counts_as_their_answers() -> None:
    found = {n for n, one in BOOK.indicators.items() if asks_reporters(one, BOOK)}
    assert found == {"solved_rate", "satisfaction_rate"}


@given(
    value=st.none() | st.floats(0, 1),
    under=st.none() | st.integers(0, 40),
    bound=st.floats(0, 100),
    least=st.integers(FEWEST, 30),
)
def test_a_share_is_met_only_with_answers_enough_and_at_its_bound(
    value: float | None, under: int | None, bound: float, least: int
) -> None:
    one = BOOK.indicators["satisfaction_rate"]
    assert one.unit is Unit.SHARE
    met = meets(figure("satisfaction_rate", bound, least), one, value, under)
    if value is None or under is None or under < least:
        assert not met
    else:
        assert met == (as_told(one, value) >= bound)


@pytest.mark.parametrize(
    ("name", "given_"),
    [("code", "X"), ("about", "person"), ("months", 0), ("months", 37), ("months", True),
     ("title", ""), ("title_en", " "), ("says", "x" * 601), ("criteria", "none")],
)  # fmt: skip
def test_a_kind_of_the_wrong_shape_is_refused_with_its_field(name: str, given_: Any) -> None:
    data = ROOM.to_data() | {name: given_}
    with pytest.raises(Invalid) as why:
        from_data(data)
    assert why.value.field == name


def test_fewer_than_five_answers_are_never_enough() -> None:
    data = AREA.to_data()
    data["criteria"][1]["least"] = 4
    with pytest.raises(Invalid):
        from_data(data)
