"""The call of a hook; how any call is made safely stands in doors/look/calling.py."""

from urllib.parse import SplitResult

from commonward.doors.look.calling import LONGEST, Answered, NotCalled, exchange

__all__ = ["LONGEST", "Answered", "NotCalled", "call", "exchange"]


def call(
    address: SplitResult,
    body: bytes,
    headers: dict[str, str],
    *,
    private: bool,
    stay: bool = False,
) -> int:
    """POST the body; the status of the answer, whose body is not read. Raises as `exchange`."""
    return exchange(address, body, headers, private=private, stay=stay).status
