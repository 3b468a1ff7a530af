"""Trees and proofs: the RFC's vectors, a slow tree, and an implementation that is not ours."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore.errors import VerificationError

from commonward.core.ledger.merkle import (
    EMPTY,
    Broken,
    consistency,
    inclusion,
    leaf_hash,
    root_of,
    subtrees,
    verify_consistency,
    verify_inclusion,
)
from tests.core.ledger.log import mth

VECTORS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
           "606162636465666768696a6b6c6d6e6f")  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Roots over the first 1 to 8 of these leaves, as the reference log of Certificate Transparency
gives them."""


class Tree:
    """Full subtrees computed the slow way."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves

    def node(self, level: int, index: int) -> bytes:
        assert (index + 1) << level <= len(self.leaves), "a subtree that is not full was asked for"
        return mth(self.leaves[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_the_reference_log(size: int) -> None:
    leaves = [bytes.fromhex(one) for one in VECTORS]
    assert root_of(size, Tree(leaves).node).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root_of(0, Tree([]).node) == EMPTY == mth([])


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_range_is_parted_into_the_fewest_full_subtrees(start: int, end: int) -> None:
    start, end = sorted((start, end))
    place = start
    for level, index in subtrees(start, end):
        assert index << level == place
        place += 1 << level
    assert place == end
    assert len(subtrees(start, end)) <= 2 * max(1, (end - start).bit_length())


@given(st.data())
def test_every_leaf_is_proven_and_nothing_else_is(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    leaves = [bytes((one,)) for one in range(size)]
    index = data.draw(st.integers(0, size - 1))
    tree, root = Tree(leaves), mth(leaves)
    proof = inclusion(index, size, tree.node)
    verify_inclusion(leaf_hash(leaves[index]), index, size, proof, root)
    for leaf, place, count, path in (
        (leaf_hash(b"another"), index, size, proof),
        (leaf_hash(leaves[index]), (index + 1) % size if size > 1 else 1, size, proof),
        (leaf_hash(leaves[index]), index, size, [*proof, root]),
        (leaf_hash(leaves[index]), index, size, [*proof[:-1], bytes(31)] if proof else [bytes(31)]),
        (leaf_hash(leaves[index]), index, size, proof[:-1] if proof else [root]),
        (leaf_hash(leaves[index]), -1, size, proof),
    ):
        with pytest.raises(Broken):
            verify_inclusion(leaf, place, count, path, root)


@given(st.data())
def test_a_tree_that_goes_on_is_told_from_one_that_was_changed(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    before = data.draw(st.integers(1, size))
    leaves = [bytes((one,)) for one in range(size)]
    root_before, root = mth(leaves[:before]), mth(leaves)
    proof = consistency(before, size, Tree(leaves).node)
    verify_consistency(before, root_before, size, root, proof)
    verify_consistency(0, EMPTY, size, root, [])
    changed = data.draw(st.integers(0, before - 1))
    other = [*leaves[:changed], b"changed", *leaves[changed + 1 :]]
    forged = consistency(before, size, Tree(other).node)
    for earlier, later, path in (
        (root_before, mth(other), forged), (mth(other[:before]), root, proof),
        (root_before, root, [*proof, root]), (root_before, EMPTY, proof),
    ):  # fmt: skip
        with pytest.raises(Broken):
            verify_consistency(before, earlier, size, later, path)


@given(st.data())
def test_proofs_are_accepted_by_an_implementation_that_is_not_ours(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 90))
    index = data.draw(st.integers(0, size - 1))
    leaves = [f"leaf {one}".encode() for one in range(size)]
    proof = inclusion(index, size, Tree(leaves).node)
    # The few fields of a log entry that sigstore's verification reads.
    entry = SimpleNamespace(
        _inner=SimpleNamespace(
            inclusion_proof=SimpleNamespace(
                log_index=index, tree_size=size, root_hash=mth(leaves), hashes=proof,
            ),
            canonicalized_body=leaves[index],
        )
    )  # fmt: skip
    verify_merkle_inclusion(entry)  # type: ignore[arg-type]
    entry._inner.canonicalized_body = b"another"
    with pytest.raises(VerificationError):
        verify_merkle_inclusion(entry)  # type: ignore[arg-type]
