"""A hand-over file says what it was made with, and is refused once a letter of it was changed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.urgent.handing import MOST_BYTES, packed, unpacked

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
degrees = st.floats(-90, 90, allow_nan=False)
packages = st.fixed_dictionaries(
    {
        "kind": words, "reason": words, "place": words, "lat": degrees, "lon": degrees,
        "drill": st.booleans(), "answers": st.dictionaries(words, st.booleans(), max_size=3),
        "calls": st.lists(st.fixed_dictionaries({"words": words, "callback": words}), max_size=3),
    }
)  # fmt: skip


@given(words, packages)
def test_what_was_packed_is_read_again(number: str, package: dict[str, object]) -> None:
    found = unpacked(packed(number, package).encode())
    assert (found.number, found.kind, found.place, found.drill) == (
        number, package["kind"], package["place"], package["drill"],
    )  # fmt: skip
    assert (found.lat, found.lon) == (package["lat"], package["lon"])


@given(packages, st.sampled_from(["kind", "reason", "place", "lat", "lon", "drill", "calls"]))
def test_a_changed_file_is_refused(package: dict[str, object], name: str) -> None:
    made = json.loads(packed("7ABC", package))
    kept = made["package"][name]
    made["package"][name] = {str: f"{kept}!", bool: not kept, list: [], float: 91.5}[type(kept)]
    if made["package"][name] != kept:
        with pytest.raises(Invalid, match="checksum"):
            unpacked(json.dumps(made).encode())


@pytest.mark.parametrize(
    "given",
    [b"", b"\xff", b"[]", b"7", b"null", b'{"format": "x"}', b"[" * 5000, b"x" * (MOST_BYTES + 1)],
)
def test_what_is_no_such_file_is_refused_in_words(given: bytes) -> None:
    with pytest.raises(Invalid) as no:
        unpacked(given)
    assert no.value.field == "file"


def test_a_file_that_lacks_something_is_refused_though_its_checksum_fits() -> None:
    for package in ({}, {"calls": 3}, {"calls": [], "reason": "", "kind": "fire", "place": "",
                                       "lat": 1.0, "lon": None, "drill": False}):  # fmt: skip
        with pytest.raises(Invalid, match="no hand-over file"):
            unpacked(packed("7ABC", package).encode())
