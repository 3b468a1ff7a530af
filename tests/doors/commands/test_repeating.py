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
from django.utils import translation

from commonward.doors.commands.management.commands import tick, work
from commonward.doors.email.management.commands import deliver
from commonward.doors.look.repeating import Repeating
from commonward.doors.webhook.management.commands import call_hooks

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


@pytest.mark.django_db
def test_without_a_pause_it_works_once_and_tells_all() -> None:
    worker = _Passes(signal.SIGTERM)
    call_command(worker)
    assert (worker.begun, worker.quiet) == (1, [False])


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
