"""A mail server may say yes and then no, be silent, or answer twice: nothing is lost by it, and
whatever comes a second time is the same mail."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Delivery, Subscription
from tests.district import District
from tests.doors.email.conftest import Box, reported, sent, wanted


def told(district: District, *names: str) -> list[Subscription]:
    """Each is owed one step."""
    report = reported(district)
    made = [wanted(report, f"{name}@example.org") for name in names]
    district.act(report, "accept", district.intake_officer, 10)
    return made


@pytest.mark.parametrize("after", ["451 4.3.0 try again", "554 5.7.1 no such words here"])
def test_a_yes_to_the_address_and_a_no_to_the_mail_is_tried_again(
    district: District, box: Box, after: str
) -> None:
    (made,) = told(district, "alice")
    box.after = after
    assert sent().put_off == 1
    owed = Delivery.objects.get(event__isnull=False)
    assert (owed.state, owed.fault) == ("waiting", f"SMTP {after[:3]}")
    made.refresh_from_db()
    assert made.ended_at is None, "the address may still be good"
    box.after = "250 taken"
    assert sent(timezone.now() + timedelta(minutes=5)).sent == 1
    assert len(box.taken) == 1


@contextmanager
def _listening(speak: Any) -> Iterator[int]:
    """A port where each line is spoken with as the test says, in a thread of its own."""
    server = socket.create_server(("127.0.0.1", 0))
    spoken: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = server.accept()
                one = threading.Thread(target=speak, args=(line,))
                spoken.append(one)
                one.start()

    door = threading.Thread(target=accept)
    door.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for one in (door, *spoken):
            one.join()


def test_a_server_that_says_nothing_is_waited_for_so_long_and_no_longer(
    district: District, box: Box, settings: Any
) -> None:
    assert settings.EMAIL_TIMEOUT, "no line is waited for without end"
    told(district, "alice", "bob")
    settings.EMAIL_TIMEOUT = 0.3

    def silent(line: socket.socket) -> None:
        with line, suppress(OSError):
            line.recv(1)  # until the other side has had enough

    with _listening(silent) as settings.EMAIL_PORT:
        done = sent()
    assert done.unreachable == {"mail"}
    assert sorted(Delivery.objects.filter(state="waiting").values_list("attempts", flat=True)) == [
        0, 1,
    ]  # fmt: skip
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = box.port, 20
    assert sent(timezone.now() + timedelta(hours=1)).sent == 2
    assert len({mail["Message-ID"] for mail in box.taken}) == 2


def test_a_server_that_answers_twice_loses_no_mail_and_gets_none_under_two_names(
    district: District, box: Box, settings: Any
) -> None:
    told(district, "alice", "bob", "carol")
    taken: list[str] = []

    def twice(line: socket.socket) -> None:
        with line, suppress(OSError), line.makefile("rwb", buffering=0) as talk:
            talk.write(b"220 here\r\n")
            while said := talk.readline().strip().upper():
                if said == b"DATA":
                    talk.write(b"354 go on\r\n")
                    mail = b""
                    while (part := talk.readline()) not in (b".\r\n", b""):
                        mail += part
                    if not part:
                        return
                    taken.append(mail.partition(b"Message-ID: ")[2].split(b"\r\n")[0].decode())
                    talk.write(b"250 taken\r\n250 taken\r\n")
                elif said == b"QUIT":
                    talk.write(b"221 bye\r\n")
                    return
                else:
                    talk.write(b"250 fine\r\n")

    with _listening(twice) as settings.EMAIL_PORT:
        at = timezone.now()
        for _each in range(4):
            sent(at)
            at += timedelta(hours=7)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert len(taken) == len(set(taken)) == 3
