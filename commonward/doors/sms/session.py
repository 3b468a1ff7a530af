"""A session with a message centre (SMPP 3.4): one socket, bound both ways, read by whoever waits.

Nothing here runs beside the caller: what the centre sends meanwhile – texts, receipts, its own
enquiries – is taken and answered while an answer is waited for, or by `listen`.
"""

import logging
import socket
import ssl
import time
from collections.abc import Callable, Sequence

from commonward.core.channels import Later
from commonward.core.sms import pdu
from commonward.core.sms.pdu import Answer, Bind, BrokenPdu, Pdu, Sms
from commonward.core.sms.provider import Provider

log = logging.getLogger(__name__)

LONGEST = 20.0
"""Seconds for an answer of the centre; whoever waits longer is told that it is away."""
IDLE = 30.0
"""Seconds of silence after which the centre is asked whether it is there."""


class Session:
    """`take` is given each text and receipt, and says with which status it is answered."""

    def __init__(
        self, by: Provider, take: Callable[[Sms], int], *, longest: float = LONGEST
    ) -> None:
        self._by = by
        self._take = take
        self._longest = longest
        self._socket: socket.socket | None = None
        self._read = b""
        self._sequence = 0
        self._answers: dict[int, Pdu] = {}
        self._waiting: set[int] = set()
        self._heard = time.monotonic()

    @property
    def good(self) -> bool:
        """Whether it can still be used."""
        return self._socket is not None

    def bind(self) -> None:
        """Connect and say who we are. Raises Later, for the provider."""
        by = self._by
        try:
            plain = socket.create_connection((by.host, by.port), self._longest)
            self._socket = (
                ssl.create_default_context().wrap_socket(plain, server_hostname=by.host)
                if by.secure
                else plain
            )
        except OSError as fault:
            raise Later(type(fault).__name__, provider=True) from fault
        try:
            [told] = self.ask(pdu.BIND_TRANSCEIVER, [Bind(by.user, by.password, by.service)])
        except BrokenPdu as fault:
            self._drop()
            raise Later(f"SMPP {fault}", provider=True) from fault
        if told.status != pdu.OK or told.command != pdu.BIND_TRANSCEIVER | pdu.RESPONSE:
            self._drop()
            raise Later(f"SMPP bind {told.status:#x}", provider=True)

    def ask(self, command: int, bodies: Sequence[Bind | Sms | None]) -> list[Pdu]:
        """Send these, at most a window of them unanswered; their answers in the same order.

        Raises Later, for the provider, where one does not come: then nobody knows what was taken.
        """
        until = time.monotonic() + self._longest
        numbers: list[int] = []
        open_ = self._waiting
        try:
            for body in bodies:
                while len(open_) >= self._by.window:
                    self._wait(until)
                numbers.append(self._send(command, body))
            while open_:
                self._wait(until)
            return [self._answers.pop(number) for number in numbers]
        except OSError as fault:
            self._drop()
            raise Later(f"SMPP {type(fault).__name__}", provider=True) from fault
        finally:
            self._waiting.clear()
            self._answers.clear()

    def listen(self, seconds: float, *, idle: float | None = None) -> int:
        """Take what comes for so long, or until nothing came for `idle` seconds; says how many
        texts and receipts. Raises Later where the centre is gone or silent."""
        taken = 0
        until = time.monotonic() + seconds
        try:
            while (now := time.monotonic()) < until:
                if now - self._heard > IDLE:
                    self._heard = now
                    self.ask(pdu.ENQUIRE_LINK, [None])
                came = self._one(min(until, now + idle) if idle else until)
                if came is None and idle:
                    break
                taken += came is not None and came.command == pdu.DELIVER_SM
        except OSError as fault:
            self._drop()
            raise Later(f"SMPP {type(fault).__name__}", provider=True) from fault
        return taken

    def close(self) -> None:
        """Say goodbye, where there is somebody to say it to."""
        if self._socket is not None:
            try:
                self._longest = min(self._longest, 2.0)
                self.ask(pdu.UNBIND, [None])
            except Later:
                pass
            self._drop()

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _line(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionError
        return self._socket

    def _send(self, command: int, body: Bind | Sms | None) -> int:
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        octets = pdu.encode(Pdu(command, self._sequence, body=body))
        self._waiting.add(self._sequence)
        self._write(octets)
        return self._sequence

    def _wait(self, until: float) -> None:
        if time.monotonic() >= until:
            raise TimeoutError
        self._one(until)

    def _one(self, until: float) -> Pdu | None:
        """The next unit, answered where it asks something; None where none comes until then."""
        octets = self._unit(until)
        if octets is None:
            return None
        self._heard = time.monotonic()
        try:
            came = pdu.decode(octets)
        except BrokenPdu as broken:
            if broken.sequence in self._waiting:  # an answer that nobody can read
                raise ConnectionError from broken
            self._reply(Pdu(pdu.GENERIC_NACK, broken.sequence, broken.status))
            return None
        self._met(came)
        return came

    def _met(self, came: Pdu) -> None:
        if came.command & pdu.RESPONSE:
            # One that nobody waits for is the second of two, or too late.
            if came.sequence in self._waiting:
                self._waiting.discard(came.sequence)
                self._answers[came.sequence] = came
        elif isinstance(came.body, Sms):
            status = self._status(came.body) if came.command == pdu.DELIVER_SM else pdu.BAD_COMMAND
            self._reply(Pdu(came.command | pdu.RESPONSE, came.sequence, status, Answer()))
        elif came.command in (pdu.ENQUIRE_LINK, pdu.UNBIND):
            self._reply(Pdu(came.command | pdu.RESPONSE, came.sequence))
            if came.command == pdu.UNBIND:
                raise ConnectionError
        else:
            self._reply(Pdu(pdu.GENERIC_NACK, came.sequence, pdu.BAD_COMMAND))

    def _status(self, sms: Sms) -> int:
        try:
            return self._take(sms)
        except Exception:  # the centre tells it again; nothing is lost by our fault
            log.exception("A text message could not be taken; the centre tells it again")
            return pdu.LATER

    def _reply(self, answer: Pdu) -> None:
        self._write(pdu.encode(answer))

    def _write(self, octets: bytes) -> None:
        line = self._line()
        line.settimeout(self._longest)
        line.sendall(octets)

    def _unit(self, until: float) -> bytes | None:
        """The octets of one unit; a length that there cannot be ends the session."""
        while True:
            if len(self._read) >= 4:
                try:
                    length = pdu.length_of(self._read[:4])
                except BrokenPdu as broken:
                    self._reply(Pdu(pdu.GENERIC_NACK, 0, broken.status))
                    raise ConnectionError from broken
                if len(self._read) >= length:
                    unit, self._read = self._read[:length], self._read[length:]
                    return unit
            left = until - time.monotonic()
            if left <= 0:
                return None
            line = self._line()
            line.settimeout(min(left, self._longest))
            try:
                more = line.recv(65_536)
            except TimeoutError:
                continue
            if not more:
                raise ConnectionError
            self._read += more
