"""PostgreSQL is put back to the second that was named, by the commands of the page."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from faults.cluster import running
from faults.recovering import ARCHIVE, FETCH, SETTINGS, Kept
from house import postgres

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "operate.md"


def test_the_page_tells_the_commands_that_are_rehearsed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for line in (
        *(f"{name} = {value}" for name, value in SETTINGS.items()),
        f"archive_command = '{ARCHIVE}'",
        f"restore_command = '{FETCH}'",
        "recovery_target_action = 'promote'",
        "--checkpoint=fast --wal-method=none",
        "recovery.signal",
    ):
        assert line in page, line


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that another user reaches, as which the server runs: pytest's own are closed."""
    with TemporaryDirectory(prefix="recovery-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_what_was_before_the_second_is_there_and_what_came_after_is_not(place: Path) -> None:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server binaries here")
    kept = Kept(place / "kept")
    with running(place / "pg", fsync="off", **kept.settings()) as server:
        server.sql("CREATE TABLE told (words text)")
        kept.back_up(server, "night")
        server.sql("INSERT INTO told VALUES ('before')")
        second = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        while datetime.now(UTC) < second:
            time.sleep(0.01)
        server.sql("INSERT INTO told VALUES ('after')")
        kept.flush(server)
    with kept.restored("night", place / "back", second) as back:
        assert back.sql("SELECT words FROM told") == "before"
