"""Question cards and the nearest by the straight line, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.urgent.cards import Wanted, assess, read_cards, shipped_cards, shipped_text
from commonward.core.urgent.nearest import Candidate, metres_between, nearest

UNITS = st.lists(
    st.builds(
        Candidate,
        key=st.integers(0, 999),
        lat=st.floats(27, 28),
        lon=st.floats(113, 114),
        agency=st.sampled_from(["fire", "police"]),
        skills=st.frozensets(st.sampled_from(["rope", "boat"])),
        crew=st.integers(1, 6),
        status=st.sampled_from(["idle", "idle", "idle", "busy", "reserved"]),
    ),
    max_size=12,
    unique_by=lambda u: u.key,
)
NEEDS = st.lists(
    st.builds(
        Wanted,
        agency=st.sampled_from(["fire", "police"]),
        number=st.integers(0, 3),
        skills=st.sampled_from([(), ("rope",), ("boat", "rope")]),
        crew=st.integers(0, 4),
    ),
    max_size=4,
)


def test_the_most_pressing_answer_decides_and_each_reason_is_told() -> None:
    card = shipped_cards().cards["fire"]
    found = assess(card, {"building": True, "inside": True, "gas": False})
    assert (found.priority, found.level) == ("critical", 3)
    assert [r.en for r in found.reasons] == ["somebody is still inside", "a building burns"]
    calm = assess(card, {})
    assert (calm.priority, calm.level, calm.reasons) == ("urgent", 1, ())


def test_a_number_is_compared_with_the_least() -> None:
    card = shipped_cards().cards["medical"]
    assert assess(card, {"hurt": 2}).level == 1
    assert assess(card, {"hurt": 3}).level == 3


def test_welfare_is_confidential_and_sends_the_right_specialists() -> None:
    card = shipped_cards().cards["welfare"]
    assert card.confidential
    assert assess(card, {}).needs == (Wanted("care", skills=("crisis_talk",)),)
    assert not any(n.agency == "police" for level in card.levels.values() for n in level)


@pytest.mark.parametrize("answer", [1, 0])
def test_yes_is_not_one(answer: int) -> None:
    with pytest.raises(Invalid, match="yes or no"):
        assess(shipped_cards().cards["fire"], {"inside": answer})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('agency = "fire", number = 1, crew = 4', 'agency = "army"', "army"),
        ('priority = "urgent"', 'priority = "soon"', "critical, urgent or routine"),
        ("when = { inside = true }", "when = { inside = 3 }", "not asked for"),
        ("Is anybody still inside?", "Any criminal record?", "about people"),
        ('kind = "fire"', 'kind = "medical"', "stands twice"),
        ("number = 2\nsend = [{ agency = \"fire\", number = 2, crew = 4 }, ", "number = 1\nsend = [", "stands once"),
    ],
)  # fmt: skip
def test_a_faulty_card_is_refused_in_words(old: str, new: str, told: str) -> None:
    assert old in shipped_text()
    with pytest.raises(Invalid, match=told):
        read_cards(shipped_text().replace(old, new, 1))


def test_a_degree_of_latitude_is_about_111_kilometres() -> None:
    assert metres_between(27, 113, 28, 113) == pytest.approx(111_195, abs=5)


@given(UNITS, NEEDS)
def test_no_unit_goes_twice_and_nothing_missing_is_left_unsaid(
    units: list[Candidate], needs: list[Wanted]
) -> None:
    found = nearest(units, 27.5, 113.5, needs)
    by_key = {u.key: u for u in units}
    assert len({p.unit for p in found.picks}) == len(found.picks)
    for index, need in enumerate(needs):
        mine = [p for p in found.picks if p.need == index]
        missing = sum(s.missing for s in found.short if s.need == index)
        assert len(mine) + missing == need.number
        for pick in mine:
            unit = by_key[pick.unit]
            assert unit.status == "idle" and unit.agency == need.agency
            assert unit.skills.issuperset(need.skills) and unit.crew >= need.crew


@given(UNITS)
def test_for_one_need_they_are_the_nearest_that_suit(units: list[Candidate]) -> None:
    need = Wanted("fire", number=2)
    found = nearest(units, 27.5, 113.5, [need])
    suit = sorted(
        metres_between(u.lat, u.lon, 27.5, 113.5)
        for u in units
        if u.agency == "fire" and u.status == "idle"
    )
    got = sorted(p.seconds * 30 / 3.6 for p in found.picks)
    assert got == pytest.approx(suit[:2])
