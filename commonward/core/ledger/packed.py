"""A receipt as the end of an address (扫码凭证): packed tightly enough for a QR code.

Raw deflate (RFC 1951), then two bytes in three of 41 signs, the lowest first. A QR code holds such
signs in 5½ bits each (ISO/IEC 18004, alphanumeric mode), and an address may hold them behind its
“#” (RFC 3986 §3.5), which no browser sends to a server.
"""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from commonward.core.ledger.receipts import MOST, Refuted

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*-/:"
_WORTH = {sign: worth for worth, sign in enumerate(SIGNS)}


def packed(receipt: Mapping[str, Any]) -> str:
    """The receipt in a few signs."""
    text = json.dumps(receipt, ensure_ascii=False, separators=(",", ":"))
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packing.compress(text.encode()) + packing.flush()
    parts = [raw[place : place + 2] for place in range(0, len(raw), 2)]
    return "".join(_signs(int.from_bytes(part, "big"), len(part) + 1) for part in parts)


def unpacked(given: str) -> str:
    """The receipt's text. Raises Refuted for what `packed` did not write."""
    raw = bytearray()
    for place in range(0, len(given), 3):
        part = given[place : place + 3]
        value = 0
        for sign in reversed(part):
            if sign not in _WORTH:
                raise Refuted(f"the address holds “{sign}”, which is none of its signs")
            value = value * len(SIGNS) + _WORTH[sign]
        if len(part) == 1 or value >> (8 * (len(part) - 1)):
            raise Refuted("the address was cut off or mistyped")
        raw += value.to_bytes(len(part) - 1, "big")
    unpacking = zlib.decompressobj(-15)
    try:
        # A few bytes may claim to be gigabytes: no more than a receipt can have is unpacked.
        text = unpacking.decompress(bytes(raw), 4 * MOST)
        if not unpacking.eof or unpacking.unused_data:
            raise Refuted("the address was cut off or mistyped")
        return text.decode()
    except (zlib.error, UnicodeDecodeError):
        raise Refuted("the address was cut off or mistyped") from None


def _signs(value: int, count: int) -> str:
    found = ""
    for _ in range(count):
        value, worth = divmod(value, len(SIGNS))
        found += SIGNS[worth]
    return found
