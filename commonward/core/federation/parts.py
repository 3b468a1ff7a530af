"""Attachments in pieces (分块续传): any piece may come again, and a cut goes on where it ended."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commonward.core.refusals import N_, Invalid

PIECE = 192 * 1024
"""Bytes of one piece: in base64 and with its envelope well below a letter's bound."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a picture from `start` on."""

    digest: str
    start: int
    content: bytes

    def to_data(self) -> dict[str, Any]:
        """The body of the letter."""
        return {
            "digest": self.digest,
            "start": self.start,
            "content": base64.b64encode(self.content).decode(),
        }


def cut(digest: str, content: bytes, have: int) -> Piece:
    """The next piece for somebody who has so many bytes."""
    return Piece(digest, have, content[have : have + PIECE])


def read_piece(body: Mapping[str, Any]) -> Piece:
    """The piece in a letter. Raises Invalid (field "part")."""
    digest, start, content = body.get("digest"), body.get("start"), body.get("content")
    try:
        found = base64.b64decode(content, validate=True) if isinstance(content, str) else b""
    except (ValueError, binascii.Error):
        found = b""
    if not isinstance(digest, str) or type(start) is not int or start < 0 or not found:
        raise Invalid(N_("This is no piece of a picture."), field="part")
    if len(found) > PIECE:
        raise Invalid(N_("A piece has at most {most} bytes."), field="part", most=PIECE)
    return Piece(digest, start, found)


def added(have: int, size: int, piece: Piece) -> bytes:
    """What of a piece is new for somebody who has `have` of `size` bytes; empty for one that was
    there already or lies further on. Raises Invalid (field "part") beyond the size."""
    if piece.start + len(piece.content) > size:
        raise Invalid(N_("The piece lies beyond the end of the picture."), field="part")
    if piece.start > have:
        return b""
    return piece.content[have - piece.start :]


def is_whole(content: bytes, digest: str) -> bool:
    """Whether these bytes are what was announced."""
    return hashlib.sha256(content).hexdigest() == digest
