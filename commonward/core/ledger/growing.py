"""Add leaves to a log that is kept as tiles: only what changed is written, nothing is read twice.

The order is what makes it safe to be killed at any moment: bundles and tiles first, the checkpoint
last. A tile that was written and is in no checkpoint is written again, the same or longer.
"""

from collections.abc import Callable, Sequence

from commonward.core.ledger.merkle import (
    EMPTY,
    Lacking,
    joined,
    leaf_hash,
    over,
    root_of,
    subtrees,
)
from commonward.core.ledger.tiles import (
    WIDTH,
    Fetch,
    Tiled,
    bundle,
    bundle_path,
    tile_path,
    unbundled,
    width_of,
)

Put = Callable[[str, bytes], None]
"""Writes the bytes at a path of the log, whole or not at all."""


class Growing:
    """A log's right edge: what has to be known to add leaves. `size` leaves, `root` over them."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        """Read the edge of a log of `size` leaves. Raises Lacking where tiles are missing."""
        self.size = size
        self._edge: list[list[bytes]] = []
        self._entries: list[bytes] = []
        tree = Tiled(size, fetch)
        level = 0
        while size >> (8 * level):
            there = size >> (8 * level)
            index = there // WIDTH
            width = width_of(size, level, index)
            self._edge.append([tree.node(8 * level, index * WIDTH + one) for one in range(width)])
            level += 1
        if size % WIDTH:
            path = bundle_path(size // WIDTH, size % WIDTH)
            try:
                self._entries = unbundled(fetch(path), size % WIDTH)
            except LookupError:
                raise Lacking(f"the log lacks {path}") from None
        self.root = root_of(size, tree.node) if size else EMPTY

    def add(self, entries: Sequence[bytes], put: Put) -> bytes:
        """Add leaves, write what is new, and give the new root; some 10 microseconds a leaf."""
        begun = self.size
        touched: dict[tuple[int, int], list[bytes]] = {}
        for entry in entries:
            self._entries.append(entry)
            self._append(0, leaf_hash(entry), touched)
            self.size += 1
            if len(self._entries) == WIDTH:
                put(bundle_path(self.size // WIDTH - 1), bundle(self._entries))
                self._entries = []
        if self._entries and self.size > begun:
            put(bundle_path(self.size // WIDTH, len(self._entries)), bundle(self._entries))
        for (level, index), hashes in touched.items():
            put(tile_path(level, index, len(hashes)), b"".join(hashes))
        self.root = self._top()
        return self.root

    def _append(
        self, level: int, hashed: bytes, touched: dict[tuple[int, int], list[bytes]]
    ) -> None:
        if level == len(self._edge):
            self._edge.append([])
        edge = self._edge[level]
        edge.append(hashed)
        index = (self.size if level == 0 else self.size >> (8 * level)) // WIDTH
        touched[(level, index)] = edge
        if len(edge) == WIDTH:
            self._edge[level] = []
            self._append(level + 1, over(edge), touched)

    def _top(self) -> bytes:
        """The root from the right edges alone: each full subtree of the tree ends in one of them."""
        hashes = []
        for level, index in subtrees(0, self.size):
            storey, up = divmod(level, 8)
            start = (index << up) % WIDTH
            hashes.append(over(self._edge[storey][start : start + (1 << up)]))
        return joined(hashes)
