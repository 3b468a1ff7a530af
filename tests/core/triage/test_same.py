"""The same problem: nearer is never less alike, each part is told, a model's file is refused if odd."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.triage.same import (
    BOUND,
    Told,
    alike,
    features,
    of_json,
    shipped,
    to_json,
)

NEW = Told(
    27.8,
    113.1,
    1000.0,
    "0201",
    "02",
    frozenset({"路灯", "不亮"}),
    "人民路 3号",
    frozenset({"人民"}),
)


def known(metres: float = 0.0, hours: float = 5.0, **other: object) -> Told:
    """A candidate so far north of the new one, told of so long before."""
    return replace(NEW, lat=27.8 + metres / 111_320, hours=NEW.hours - hours, **other)  # type: ignore[arg-type]


def score(*candidates: Told, at: int = 0) -> float:
    return shipped().score(features(NEW, candidates)[at])


def test_the_one_beside_it_with_the_same_words_stands_before_another_kind_far_away() -> None:
    far = known(900, 600, category="0300", family="03", words=frozenset({"垃圾"}), address="")
    found = alike(NEW, [far, known(10, 3)])
    assert [one.index for one in found] == [1, 0]
    assert found[0].probability > found[1].probability
    assert found[0].shared == ("不亮", "路灯") or set(found[0].shared) == {"不亮", "路灯"}
    assert found[0].because
    assert set(found[0].because) <= set(BOUND)


@given(st.floats(0, 3000), st.floats(0, 3000), st.floats(0, 4000))
def test_nearer_is_never_less_alike(a: float, b: float, hours: float) -> None:
    near, far = sorted((a, b))
    # Both at an address of their own, so that only the distance differs.
    left, right = (known(m, hours, address="elsewhere", category="x") for m in (near, far))
    assert score(left) >= score(right) - 1e-9


@given(st.floats(0, 4000), st.floats(0, 4000), st.floats(0, 2000))
def test_later_is_never_less_alike(a: float, b: float, metres: float) -> None:
    late, early = sorted((a, b))
    left, right = (known(metres, h, address="elsewhere", category="x") for h in (late, early))
    assert score(left) >= score(right) - 1e-9


def test_a_closed_one_is_less_alike_than_an_open_one() -> None:
    assert score(known(5, 500, closed_hours=NEW.hours - 400)) < score(known(5, 500))


def test_nothing_known_gives_nothing() -> None:
    assert alike(NEW, []) == ()


def test_a_model_is_kept_as_numbers_and_read_back() -> None:
    model = shipped()
    again = of_json(to_json(model))
    assert again.version == model.version
    assert again.steps["metres"] == pytest.approx(model.steps["metres"], abs=1e-4)
    assert len(to_json(model)) < 3_000


def test_a_model_for_which_farther_is_more_alike_is_refused() -> None:
    odd = json.loads(to_json(shipped()))
    odd["steps"]["metres"][0] = 1.0
    with pytest.raises(ValueError, match="metres"):
        of_json(json.dumps(odd))


def test_what_is_compared_names_no_person() -> None:
    for name in ("name", "phone", "contact", "account", "reporter", "report"):
        assert name not in Told.__dataclass_fields__
        assert name not in BOUND
