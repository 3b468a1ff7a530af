"""Workers that go on until they are told to end: one loop for all of them."""

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django.utils import translation

from commonward.doors.commands.management.commands import tick, work
from commonward.doors.look import repeating
from commonward.doors.look.repeating import Repeating
from commonward.doors.outbox.management.commands import deliver
from commonward.doors.webhook.management.commands import call_hooks
from tests.district import small_district
from tests.help import urgent_help

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """The handlers of signals as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class _Passes(Repeating):
    """Counts its passes and tells itself to end in the middle of the third."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.begun = self.ended = 0
        self.quiet: list[bool] = []

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """A pass."""
        self.begun += 1
        self.quiet.append(quiet)
        if self.begun == 3:
            os.kill(os.getpid(), self.number)
        self.ended += 1


@pytest.mark.django_db
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_end_finishes_its_pass_and_begins_no_other(number: int) -> None:
    worker = _Passes(number)
    call_command(worker, "--every", "0.01")
    assert (worker.begun, worker.ended) == (3, 3)
    assert worker.quiet == [True] * 3


class _Presses(_Passes):
    """Ends in the third of the looks between two passes."""

    pressed = 0

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """A pass."""
        self.begun += 1

    def pressing(self) -> None:
        """A look."""
        self.pressed += 1
        if self.pressed == 3:
            os.kill(os.getpid(), self.number)


@pytest.mark.django_db
def test_what_is_pressing_does_not_wait_for_the_next_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "PRESSING_EVERY", 0.01)
    worker = _Presses(signal.SIGTERM)
    call_command(worker, "--every", "3600")
    assert (worker.begun, worker.pressed) == (1, 3)


@pytest.mark.django_db
@pytest.mark.parametrize("worker", [tick, work])
def test_a_silent_unit_is_called_again_between_two_passes(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    aid = urgent_help(small_district())
    order = aid.ordered("other")
    for after, alarmed in ((34, False), (35, True)):
        monkeypatch.setattr(worker, "site_now", lambda after=after: aid.later(after))
        worker.Command().pressing()
        assert (aid.sent(order, "police-1").alarmed_at is not None) is alarmed


@pytest.mark.django_db
def test_without_a_pause_it_works_once_and_tells_all() -> None:
    worker = _Passes(signal.SIGTERM)
    call_command(worker)
    assert (worker.begun, worker.quiet) == (1, [False])


class _Stumbles(_Passes):
    """Finds no database in the passes that are told."""

    without: tuple[int, ...] = ()

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """A pass."""
        super().once(options, quiet=quiet)
        if self.begun in self.without:
            raise OperationalError("database is locked")


@pytest.mark.django_db
def test_a_worker_outlives_a_database_that_is_long_busy(caplog: pytest.LogCaptureFixture) -> None:
    worker = _Stumbles(signal.SIGTERM)
    worker.without = (2,)
    call_command(worker, "--every", "0.01")
    assert worker.begun == 3
    assert "tried again" in caplog.text


@pytest.mark.django_db
def test_a_worker_that_never_met_its_database_says_so_and_ends() -> None:
    worker = _Stumbles(signal.SIGTERM)
    worker.without = (1,)
    with pytest.raises(OperationalError):
        call_command(worker, "--every", "0.01")
    assert worker.begun == 1


@pytest.mark.parametrize("pause", ["0", "-1"])
@pytest.mark.parametrize("name", ["tick", "work", "call_hooks"])
def test_no_worker_goes_on_without_a_pause(name: str, pause: str) -> None:
    with translation.override("en"), pytest.raises(CommandError, match="above 0"):
        call_command(name, f"--every={pause}", stdout=io.StringIO())


def test_every_worker_goes_on_by_this_loop_and_none_by_its_own() -> None:
    for one in (tick, work, deliver, call_hooks):
        assert issubclass(one.Command, Repeating)
        assert "handle" not in vars(one.Command)
    own = [
        path
        for path in (ROOT / "commonward" / "doors").rglob("management/commands/*.py")
        if '"--every"' in path.read_text(encoding="utf-8")
    ]
    assert own == []
