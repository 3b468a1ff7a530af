"""A log as files: in a folder, which whoever writes it owns, or at an address.

A file is there whole or not at all, and durable before anything that names it: written beside,
flushed to the disk, renamed.
"""

import os
import re
import shutil
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from commonward.core.ledger.tiles import Fetch

_PATH = re.compile(
    r"checkpoint|cosigned|keys|key/\d{1,6}"
    r"|tile/(?:[0-5]|entries)/(?:x\d{3}/){0,5}\d{3}(?:\.p/(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?",
    re.ASCII,
)
MOST = 256 * (2 + 65_535)
"""Bytes of a file at most: a whole bundle of the longest entries."""


def is_path(given: str) -> bool:
    """Whether a log may have a file at this path."""
    return bool(_PATH.fullmatch(given))


class Folder:
    """The log's files in a folder of this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._touched: set[Path] = set()

    def fetch(self, path: str) -> bytes:
        """The bytes of a file. Raises LookupError where there is none."""
        if not is_path(path):
            raise LookupError(path)
        try:
            return (self.path / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise LookupError(path) from None

    def put(self, path: str, given: bytes) -> None:
        """Write a file, whole or not at all; its bytes are on the disk before its name is."""
        if not is_path(path):
            raise LookupError(path)
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        # Several may write the same tile at once: each its own copy, the last name wins.
        made = place.with_name(f".{place.name}.{os.getpid()}.{id(given):x}")
        try:
            with made.open("wb") as file:
                file.write(given)
                file.flush()
                os.fsync(file.fileno())
            made.replace(place)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
        self._touched.add(place.parent)

    def settle(self) -> None:
        """Make the names durable that were written since the last time."""
        for folder in sorted(self._touched):
            place = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(place)
            finally:
                os.close(place)
        self._touched.clear()

    def drop_partial(self, path: str) -> None:
        """A tile that is full needs its partial ones no more (tlog-tiles, "Partial Tiles")."""
        if not is_path(path):
            raise LookupError(path)
        shutil.rmtree(self.path / f"{path}.p", ignore_errors=True)


def fetch_from(where: str, timeout: float = 20.0) -> Fetch:
    """How to read the log at an address (http, https) or in a folder.

    What it gives raises LookupError where there is no file, and OSError where nobody answers.
    """
    if urlsplit(where).scheme not in ("http", "https"):
        folder = Path(where)
        if not folder.is_dir():
            raise NotADirectoryError(f"{where} is neither a folder nor an http address")
        return Folder(folder).fetch
    base = where.rstrip("/")

    def fetch(path: str) -> bytes:
        asked = Request(f"{base}/{path}", headers={"User-Agent": "commonward-monitor"})  # noqa: S310 (http, see above)
        try:
            with urlopen(asked, timeout=timeout) as answer:  # noqa: S310 (http, see above)
                given: bytes = answer.read(MOST + 1)
        except HTTPError as fault:
            fault.close()
            if fault.code in (404, 410):
                raise LookupError(path) from None
            raise ConnectionError(f"{base}/{path} answers {fault.code}") from None
        except URLError as fault:
            raise ConnectionError(f"{base} does not answer: {fault.reason}") from None
        if len(given) > MOST:
            raise ConnectionError(f"{base}/{path} is larger than any file of a log")
        return given

    return fetch
