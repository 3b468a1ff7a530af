"""The log as files: paths, partial tiles, growing in any steps, and being killed on the way."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.ledger.growing import Growing
from commonward.core.ledger.merkle import (
    Broken,
    consistency,
    inclusion,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from commonward.core.ledger.tiles import (
    Tiled,
    bundle,
    bundle_path,
    of_tree,
    tile_path,
    unbundled,
    width_of,
)
from tests.core.ledger.log import Log, mth


def leaves(count: int) -> list[bytes]:
    return [f"leaf {one}".encode() for one in range(count)]


def test_paths_are_those_of_the_specification() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(2, 0, 1) == "tile/2/000.p/1"
    assert bundle_path(1000, 8) == "tile/entries/x001/000.p/8"


def test_a_tree_of_seventy_thousand_has_the_tiles_that_the_specification_counts() -> None:
    tiles = list(of_tree(0, 70_000))
    assert sum(level == 0 and width == 256 for level, _, width in tiles) == 273
    assert (0, 273, 112) in tiles
    assert (1, 0, 256) in tiles
    assert [one for one in tiles if one[0] == 1 and one[2] < 256] == [(1, 1, 17)]
    assert [one for one in tiles if one[0] == 2] == [(2, 0, 1)]
    assert list(of_tree(0, 256)) == [(0, 0, 256), (1, 0, 1)]


@settings(deadline=None)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=6))
def test_a_log_that_grew_in_steps_is_the_tree_of_all_its_leaves(steps: list[int]) -> None:
    log, all_leaves = Log(), leaves(sum(steps))
    for step in steps:
        log.add(all_leaves[log.size : log.size + step])
    tree = Tiled(log.size, log.fetch)
    assert root_of(log.size, tree.node) == mth(all_leaves)
    for level, index, width in of_tree(0, log.size):
        assert len(log.files[tile_path(level, index, width)]) == 32 * width
    found = [one for index in range(-(-log.size // 256)) for one in tree.entries(index)]
    assert found == all_leaves


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 70_000), st.data())
def test_proofs_out_of_tiles_are_verified(size: int, data: st.DataObject) -> None:
    tree, root = Tiled(size, at_any_size), root_of(size, BIG_TREE.node)
    index = data.draw(st.integers(0, size - 1))
    leaf = leaf_hash(BIG_LEAVES[index])
    verify_inclusion(leaf, index, size, inclusion(index, size, tree.node), root)
    before = data.draw(st.integers(1, size))
    proof = consistency(before, size, tree.node)
    verify_consistency(before, root_of(before, BIG_TREE.node), size, root, proof)


def at_any_size(path: str) -> bytes:
    """A tile of a tree that had no checkpoint: the beginning of the one that is there."""
    if path in BIG.files:
        return BIG.fetch(path)
    tile = path.partition(".p/")[0]
    return next(raw for name, raw in BIG.files.items() if name.startswith(tile))


BIG, BIG_LEAVES = Log(), leaves(70_000)
BIG.add(BIG_LEAVES)
BIG_TREE = Tiled(70_000, BIG.fetch)


def test_a_partial_tile_that_was_deleted_is_read_from_the_full_one() -> None:
    log, all_leaves = Log(), leaves(600)
    log.add(all_leaves[:300])
    log.add(all_leaves[300:])
    for path in [one for one in log.files if ".p/44" in one]:
        del log.files[path]
    tree = Tiled(300, log.fetch)
    assert root_of(300, tree.node) == mth(all_leaves[:300])
    assert tree.entries(1) == all_leaves[256:300]


def test_who_is_killed_between_tiles_and_checkpoint_begins_again_and_loses_nothing() -> None:
    log, all_leaves, chance = Log(), leaves(2000), random.Random(7)
    while log.size < 2000:
        step = min(chance.randrange(1, 200), 2000 - log.size)
        some = all_leaves[log.size : log.size + step]
        puts: dict[str, bytes] = {}
        Growing(log.size, log.fetch).add(some, puts.__setitem__)
        for path, raw in list(puts.items())[: chance.randrange(len(puts) + 1)]:
            log.put(path, raw)  # written, and then killed
        log.add(some)
    assert root_of(2000, Tiled(2000, log.fetch).node) == mth(all_leaves)


def test_a_proof_reads_two_tiles_of_each_level_at_most() -> None:
    asked: list[str] = []

    def fetch(path: str) -> bytes:
        asked.append(path)
        return BIG.fetch(path)

    for index in (0, 255, 256, 40_000, 69_999):
        asked.clear()
        inclusion(index, 70_000, Tiled(70_000, fetch).node)
        assert len(asked) == len(set(asked)) <= 2 * 3


def test_a_missing_tile_and_a_short_bundle_are_told() -> None:
    log = Log()
    log.add(leaves(10))
    with pytest.raises(Broken, match="lacks tile/0/000.p/10"):
        Tiled(10, Log().fetch).node(0, 0)
    with pytest.raises(Broken, match="has no subtree"):
        Tiled(10, log.fetch).node(2, 2)
    with pytest.raises(Broken, match="ends within"):
        unbundled(bundle([b"abc"])[:-1], 1)
    with pytest.raises(Broken, match="1 entries instead of 2"):
        unbundled(bundle([b"abc"]), 2)
    assert width_of(10, 0, 1) == 0
