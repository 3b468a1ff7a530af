"""How answers about hotspots are kept: JSON, made small."""

import json
import zlib
from typing import Any


def packed(value: Any) -> bytes:
    """As it is kept."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 6)


def unpacked(value: bytes | memoryview) -> dict[str, Any]:
    """As it was before."""
    found: dict[str, Any] = json.loads(zlib.decompress(bytes(value)))
    return found
