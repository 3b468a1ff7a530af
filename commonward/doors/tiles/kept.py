"""Tiles as they go out, kept in this process: the bytes, their gzip form, and their mark."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

_WORTH_PACKING = 400
_FAST = 1


@dataclass(frozen=True, slots=True)
class Ready:
    """One tile: what is sent as it is, and packed ("" packed means that it is not worth it)."""

    plain: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, plain: bytes) -> "Ready":
        """Packed where that makes it smaller, with a mark that is the same for the same content."""
        packed = b""
        if len(plain) > _WORTH_PACKING:
            packed = gzip.compress(plain, _FAST, mtime=0)
        digest = hashlib.blake2b(plain, digest_size=12).hexdigest()
        return cls(plain, packed if len(packed) < len(plain) else b"", f'"{digest}"')

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.plain) + len(self.packed) + 200


class Shelf:
    """The tiles last used, up to so many bytes; each with the state that it was made from."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._lock = threading.Lock()
        self._tiles: OrderedDict[Hashable, tuple[Hashable, Ready]] = OrderedDict()

    def get(self, key: Hashable, state: Hashable) -> Ready | None:
        """The tile, if it was made from this very state."""
        with self._lock:
            found = self._tiles.get(key)
            if found is None or found[0] != state:
                return None
            self._tiles.move_to_end(key)
            return found[1]

    def put(self, key: Hashable, state: Hashable, ready: Ready) -> Ready:
        """Keep it in place of an older one; the longest unused make room."""
        with self._lock:
            self._drop(key)
            self._tiles[key] = (state, ready)
            self._size += ready.size
            while self._size > self._most:
                self._drop(next(iter(self._tiles)))
        return ready

    def _drop(self, key: Hashable) -> None:
        found = self._tiles.pop(key, None)
        if found is not None:
            self._size -= found[1].size
