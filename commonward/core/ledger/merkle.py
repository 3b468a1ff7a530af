"""Merkle trees (RFC 9162 §2.1): roots, proofs of inclusion and of consistency, and checking them.

A tree over n leaves is read through a function that gives the hash of a full subtree: level and
index, so that level 0 holds the leaves' hashes and an entry of level l spans 2**l leaves. A proof
over n leaves asks it at most 2·log2(n) times.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

Node = Callable[[int, int], bytes]
"""The hash of the full subtree at (level, index)."""
EMPTY = hashlib.sha256(b"").digest()
SIZE = 32


class Broken(ValueError):
    """A proof that proves nothing; the text says why."""


class Lacking(Broken):
    """A part of the log is not there."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf with these bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The full subtrees (level, index) that [start, end) consists of, from left to right."""
    found = []
    while start < end:
        level = (start & -start).bit_length() - 1 if start else (end - start).bit_length() - 1
        while 1 << level > end - start:
            level -= 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def joined(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring full subtrees, the largest first; of nothing, the empty tree's."""
    if not hashes:
        return EMPTY
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def over(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of neighbouring hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


def root_of(size: int, node: Node) -> bytes:
    """The root of the first `size` leaves."""
    return joined([node(*one) for one in subtrees(0, size)])


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The proof that leaf `index` is among the first `size` (RFC 9162 §2.1.3.1).

    Raises Broken for an index outside of them.
    """
    if not 0 <= index < size:
        raise Broken(f"leaf {index} is not among {size}")
    return _path(index, 0, size, node)


def consistency(before: int, size: int, node: Node) -> list[bytes]:
    """The proof that the first `size` leaves begin with the first `before` (RFC 9162 §2.1.4.1).

    Raises Broken unless 0 < before <= size.
    """
    if not 0 < before <= size:
        raise Broken(f"a tree of {size} cannot follow one of {before}")
    return _sub(before, 0, size, node, whole=True)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf with this hash is leaf `index` of the tree with this root
    (RFC 9162 §2.1.3.2). Raises Broken.
    """
    if not 0 <= index < size:
        raise Broken(f"leaf {index} is not among {size}")
    found = leaf
    for one, left in _steps(index, size - 1, proof):
        found = node_hash(one, found) if left else node_hash(found, one)
    if found != root:
        raise Broken("the proof leads to another root")


def verify_consistency(
    before: int, root_before: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `size` begins with that of `before` (RFC 9162 §2.1.4.2).

    Raises Broken.
    """
    if not 0 <= before <= size:
        raise Broken(f"a tree of {size} cannot follow one of {before}")
    if before in (0, size):
        _nothing_to_prove(before, root_before, size, root, proof)
        return
    path = list(proof)
    if before & (before - 1) == 0:
        path.insert(0, root_before)
    if not path:
        raise Broken("the proof is too short")
    place, last = before - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for one, left in _steps(place, last, path[1:]):
        if left:
            first, second = node_hash(one, first), node_hash(one, second)
        else:
            second = node_hash(second, one)
    if first != root_before:
        raise Broken("the proof leads to another earlier root")
    if second != root:
        raise Broken("the proof leads to another root")


def _nothing_to_prove(
    before: int, root_before: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise Broken("nothing has to be proven, and there is a proof")
    if before == size and root != root_before:
        raise Broken("two trees of one size have two roots")
    if before == 0 and root_before != EMPTY:
        raise Broken("the empty tree has another root")


def _steps(place: int, last: int, proof: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each hash of a proof from the leaf upwards, and whether it belongs to the left."""
    for one in proof:
        if len(one) != SIZE:
            raise Broken("a hash of the proof has not 32 bytes")
        if last == 0:
            raise Broken("the proof is too long")
        left = bool(place & 1) or place == last
        yield one, left
        while left and not place & 1 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last:
        raise Broken("the proof is too short")


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _range(start: int, end: int, node: Node) -> bytes:
    return joined([node(*one) for one in subtrees(start, end)])


def _path(index: int, start: int, end: int, node: Node) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, node), _range(middle, end, node)]
    return [*_path(index, middle, end, node), _range(start, middle, node)]


def _sub(before: int, start: int, end: int, node: Node, *, whole: bool) -> list[bytes]:
    if before == end:
        return [] if whole else [_range(start, end, node)]
    middle = start + _split(end - start)
    if before <= middle:
        left = _sub(before, start, middle, node, whole=whole)
        return [*left, _range(middle, end, node)]
    return [*_sub(before, middle, end, node, whole=False), _range(start, middle, node)]
