"""The files of exchanges, sealed beside the database; a destroyed key shreds them."""

import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from commonward.cases.actions.sealing import masters
from commonward.core import sealing
from commonward.core.refusals import N_, Invalid

_CONTEXT = "exchange"


def folder() -> Path:
    """Where the sealed files lie."""
    found: Path = settings.VAR / "exchanges"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def new_key() -> tuple[bytes, bytes]:
    """A key, and the same wrapped to be kept."""
    key = sealing.new_key()
    return key, sealing.wrap(key, masters(), _CONTEXT)


def unwrapped(kept: bytes | memoryview | None) -> bytes:
    """The key again. Raises Invalid once it was destroyed."""
    if kept is None:
        raise Invalid(N_("The file was deleted: its time was over. Send it again."), field="file")
    return sealing.unwrap(bytes(kept), masters(), _CONTEXT)


def keep(data: bytes, key: bytes) -> str:
    """Seal a file; gives the name it is kept under."""
    name = secrets.token_hex(16)
    path = folder() / name
    with path.open("xb") as file:
        file.write(sealing.seal(data, key, name))
        file.flush()
        os.fsync(file.fileno())
    return name


def kept(name: str, key: bytes) -> bytes:
    """The file again. Raises Invalid where it is no longer."""
    try:
        sealed = (folder() / name).read_bytes() if name else b""
    except OSError:
        sealed = b""
    if not sealed:
        raise Invalid(N_("The file was deleted: its time was over. Send it again."), field="file")
    return sealing.open_sealed(sealed, key, name)


@contextmanager
def opened(name: str, key: bytes) -> Iterator[Path]:
    """The file in clear for as long as it is read, where nobody else of the machine may read."""
    with plain(kept(name, key)) as path:
        yield path


@contextmanager
def plain(data: bytes) -> Iterator[Path]:
    """Bytes as a file for as long as they are read."""
    handle, path = tempfile.mkstemp(dir=folder(), prefix="open-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        yield Path(path)
    finally:
        Path(path).unlink(missing_ok=True)


def drop(name: str) -> None:
    """Delete a file."""
    if name:
        (folder() / name).unlink(missing_ok=True)


def sealed(content: Any, key: bytes) -> bytes:
    """Plain data sealed."""
    return sealing.seal(json.dumps(content, ensure_ascii=False).encode(), key, _CONTEXT)


def unsealed(content: bytes | memoryview, key: bytes) -> Any:
    """The data again."""
    return json.loads(sealing.open_sealed(bytes(content), key, _CONTEXT))
