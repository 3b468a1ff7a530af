"""Filters, paths and changes of SCIM: whatever a directory sends is read as meant, or refused."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.directory.described import (
    Described,
    Grouped,
    described,
    group_document,
    grouped,
    tag,
    user_document,
)
from commonward.core.directory.filters import (
    CORE_USER,
    ENTERPRISE,
    Condition,
    Path,
    asked,
    read_filter,
    read_path,
)
from commonward.core.directory.patching import patched
from commonward.core.refusals import Invalid

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,12}", fullmatch=True)
values = st.one_of(st.text(max_size=20), st.booleans(), st.integers(-999, 999))
conditions = st.builds(Condition, names, values)
paths = st.builds(
    Path,
    names,
    st.sampled_from(["", ENTERPRISE, "urn:example:params:2.0:Thing"]),
    st.lists(conditions, max_size=3).map(tuple),
    st.one_of(st.just(""), names),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
WORDS = {
    "invalidFilter", "invalidPath", "invalidSyntax", "invalidValue", "noTarget", "tooMany",
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(paths)
def test_a_path_that_is_written_is_read_as_it_was_meant(path: Path) -> None:
    assert read_path(str(path)) == path


@settings(max_examples=150, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=4))
def test_a_filter_that_is_written_is_read_as_it_was_meant(meant: list[Condition]) -> None:
    text = " and ".join(f"{one.attribute} eq {json.dumps(one.value)}" for one in meant)
    assert read_filter(text) == tuple(meant)
    assert read_filter(text.replace(" eq ", " EQ ")) == tuple(meant)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text(alphabet="aeq \"[]().\\:urn'", max_size=40)))
def test_whatever_else_is_sent_is_refused_in_words_and_never_breaks(text: str) -> None:
    for read in (read_filter, read_path):
        try:
            read(text)
        except Invalid as refusal:
            assert refusal.code in WORDS


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"op": st.sampled_from(["add", "Replace", "REMOVE", "x"]), "value": JSON},
            optional={"path": st.one_of(paths.map(str), st.sampled_from(
                ["active", "members", 'members[value eq "1"]', "name.givenName", CORE_USER,
                 ENTERPRISE, f"{ENTERPRISE}:department", 'emails[type eq "work"].value'])), },
        ),
        max_size=4,
    )
)  # fmt: skip
def test_any_change_ends_in_a_user_or_in_a_refusal_and_leaves_what_stood(
    operations: list[dict[str, Any]],
) -> None:
    document = user_document(Described("lin", "Lin", department="Water"))
    document["members"] = [{"value": "1"}]
    before = deepcopy(document)
    try:
        after = described(patched(document, operations), patched=True)
    except Invalid as refusal:
        assert refusal.code in WORDS
    else:
        assert isinstance(after.active, bool)
    assert document == before


@settings(max_examples=100, deadline=None)
@given(st.frozensets(st.integers(1, 40)), st.frozensets(st.integers(1, 40)))
def test_members_come_and_go_like_elements_of_a_set_in_every_dialect(
    before: frozenset[int], moved: frozenset[int]
) -> None:
    document = group_document(Grouped("g", "", before), {})
    listed = [{"value": str(one)} for one in moved]
    add = {"op": "Add", "path": "members", "value": listed}
    remove = {"op": "Remove", "path": "members", "value": listed}
    by_filter = [{"op": "remove", "path": f'members[value eq "{one}"]'} for one in moved]
    assert grouped(patched(document, [add])).members == before | moved
    if moved:
        assert grouped(patched(document, [remove])).members == before - moved
        assert grouped(patched(document, by_filter)).members == before - moved
    replace = {"op": "replace", "value": {"members": listed}}
    assert grouped(patched(document, [replace])).members == moved
    assert grouped(patched(document, [{"op": "remove", "path": "members"}])).members == frozenset()


@settings(max_examples=80, deadline=None)
@given(st.builds(Described, names, names, st.booleans(), names, st.just("en"), names))
def test_what_is_shown_is_read_back_the_same_and_has_one_version(told: Described) -> None:
    document = user_document(told)
    assert described(document) == told
    assert described(document, told, patched=True) == told
    assert tag(document) == tag(json.loads(json.dumps(document)))
    assert tag(document) != tag({**document, "active": not told.active})


def test_only_what_is_known_can_be_asked_for() -> None:
    known: dict[str, type] = {"userName": str, "active": bool}
    assert asked('username eq "a" and active eq "False"', known) == {
        "userName": "a",
        "active": False,
    }
    for text in ('name.formatted eq "a"', "userName pr", "userName eq 1", 'a co "b"',
                 'userName eq "a" or active eq true', 'userName eq "a" and userName eq "b"'):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            asked(text, known)
        assert refused.value.code == "invalidFilter"


def test_a_change_of_very_many_steps_and_a_very_long_path_are_refused() -> None:
    with pytest.raises(Invalid):
        patched({}, [{"op": "add", "path": "a", "value": 1}] * 201)
    with pytest.raises(Invalid):
        read_path("a" * 5000)


def test_what_the_site_itself_says_is_passed_over() -> None:
    document = user_document(Described("lin", "Lin"))
    change = [{"op": "replace", "value": {"id": "9", "schemas": [], "displayName": "Fang"}}]
    assert patched(document, change) == {**document, "displayName": "Fang"}
