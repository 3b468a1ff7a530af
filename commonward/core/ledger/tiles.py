"""Tiles (c2sp.org/tlog-tiles): the tree as files of 256 hashes that never change once full.

A log is a folder (or an address) with `checkpoint`, `tile/LEVEL/INDEX[.p/WIDTH]` and
`tile/entries/INDEX[.p/WIDTH]`. Any proof needs at most two tiles of each of its levels: four levels
hold four thousand million leaves.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from commonward.core.ledger.merkle import SIZE, Broken, Lacking, leaf_hash, over

HEIGHT = 8
WIDTH = 1 << HEIGHT
Fetch = Callable[[str], bytes]
"""The bytes at a path of the log. Raises LookupError where there are none."""


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Where the tile of this level and index lies; `width` below 256 for a partial one."""
    return _path(str(level), index, width)


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Where the entries below the tile (0, index) lie."""
    return _path("entries", index, width)


def width_of(size: int, level: int, index: int) -> int:
    """How many hashes the tile (level, index) has in a tree of `size` leaves; 0 for no such."""
    there = size >> (HEIGHT * level)
    return max(0, min(WIDTH, there - index * WIDTH))


def of_tree(before: int, size: int) -> Iterator[tuple[int, int, int]]:
    """The tiles (level, index, width) that a tree of `size` has and one of `before` had not."""
    level = 0
    while size >> (HEIGHT * level):
        last = ((size >> (HEIGHT * level)) - 1) // WIDTH
        for index in range((before >> (HEIGHT * level)) // WIDTH, last + 1):
            width = width_of(size, level, index)
            if width != width_of(before, level, index):
                yield level, index, width
        level += 1


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries behind one another, each after its length (two bytes, big-endian)."""
    return b"".join(len(one).to_bytes(2, "big") + one for one in entries)


def unbundled(given: bytes, width: int) -> list[bytes]:
    """The entries of a bundle. Raises Broken unless it holds exactly `width`."""
    found, place = [], 0
    while place < len(given):
        end = place + 2 + int.from_bytes(given[place : place + 2], "big")
        if end > len(given):
            raise Broken("a bundle of entries ends within an entry")
        found.append(given[place + 2 : end])
        place = end
    if len(found) != width:
        raise Broken(f"a bundle holds {len(found)} entries instead of {width}")
    return found


class Tiled:
    """A tree of `size` leaves read from its tiles; `node` is what proofs ask (see `merkle`)."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = fetch
        # A proof asks the same tiles again and again; those above them are few.
        self._tile = lru_cache(maxsize=64)(self._read)

    def node(self, level: int, index: int) -> bytes:
        """The hash of a full subtree. Raises Broken where the log lacks it."""
        storey, up = divmod(level, HEIGHT)
        first = index << up
        hashes = self._tile(storey, first // WIDTH)
        start = first % WIDTH
        if start + (1 << up) > len(hashes):
            raise Broken(f"the log has no subtree ({level}, {index}) at {self.size} leaves")
        return over(hashes[start : start + (1 << up)])

    def hashes(self, index: int) -> Sequence[bytes]:
        """The hashes of the leaves of the tile (0, index)."""
        return self._tile(0, index)

    def entries(self, index: int) -> list[bytes]:
        """The entries below the tile (0, index), each checked against its hash.

        Raises Broken, also where an entry is missing.
        """
        width = width_of(self.size, 0, index)
        found = unbundled(self._got(bundle_path(index, width), bundle_path(index)), width)
        for place, (entry, hashed) in enumerate(zip(found, self._tile(0, index), strict=True)):
            if leaf_hash(entry) != hashed:
                raise Broken(f"entry {index * WIDTH + place} is not what its leaf says")
        return found

    def entry(self, index: int) -> bytes:
        """The bytes of one leaf, checked against its hash. Raises Broken."""
        bundle, place = divmod(index, WIDTH)
        width = width_of(self.size, 0, bundle)
        found = unbundled(self._got(bundle_path(bundle, width), bundle_path(bundle)), width)
        if place >= width or leaf_hash(found[place]) != self._tile(0, bundle)[place]:
            raise Broken(f"entry {index} is not what its leaf says")
        return found[place]

    def _read(self, level: int, index: int) -> list[bytes]:
        width = width_of(self.size, level, index)
        if not width:
            raise Broken(f"the log has no tile ({level}, {index}) at {self.size} leaves")
        raw = self._got(tile_path(level, index, width), tile_path(level, index))
        if len(raw) < width * SIZE or len(raw) % SIZE:
            raise Broken(f"the tile ({level}, {index}) has {len(raw)} bytes")
        return [raw[place : place + SIZE] for place in range(0, width * SIZE, SIZE)]

    def _got(self, path: str, whole: str) -> bytes:
        """A partial tile may have been deleted once the full one is there."""
        try:
            return self._fetch(path)
        except LookupError:
            if path == whole:
                raise Lacking(f"the log lacks {path}") from None
        try:
            raw = self._fetch(whole)
        except LookupError:
            raise Lacking(f"the log lacks {path}") from None
        return raw if "entries" not in path else _first(raw, int(path.rpartition("/")[2]))


def _first(raw: bytes, width: int) -> bytes:
    """The first entries of a bundle."""
    place = 0
    for _ in range(width):
        place += 2 + int.from_bytes(raw[place : place + 2], "big")
    return raw[:place]


def _path(level: str, index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    where = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{where}" + (f".p/{width}" if width < WIDTH else "")
