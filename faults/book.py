"""What the site acknowledged: on the disk before anybody counts on it, by another program than it."""

import json
import os
import threading
from pathlib import Path
from typing import Any


class Book:
    """Lines that only grow; each is synced before the next thing is asked of the site."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self.path = path
        self.count = 0

    def note(self, kind: str, **facts: Any) -> None:
        """The site has answered that this is done."""
        line = json.dumps({"kind": kind, **facts}, ensure_ascii=False)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.count += 1

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """All of one kind, read from the disk."""
        with self._lock, self.path.open(encoding="utf-8") as file:
            return [found for line in file if (found := json.loads(line))["kind"] == kind]
