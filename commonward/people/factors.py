"""Secrets of second factors (第二因素), sealed by the master key, which stands outside the database.

Whoever has a backup has nobody's authenticator.
"""

from base64 import b64decode, b64encode
from contextlib import suppress

from commonward.core import sealing
from commonward.core.refusals import N_
from commonward.people.keyring import masters

SEALED = "sealed:"
_BOUND = "second factor"


def seal(text: str) -> str:
    """The secret as it is stored."""
    return SEALED + b64encode(sealing.seal(text.encode(), masters()[0].key, _BOUND)).decode()


def unseal(kept: str) -> str:
    """The secret again; one that was set up before they were sealed stands there as it is."""
    if not kept.startswith(SEALED):
        return kept
    for one in masters():
        with suppress(sealing.CannotOpen):
            return _opened(kept, one)
    raise sealing.CannotOpen(
        N_("None of the master keys in use wrapped this case's key: add the earlier one.")
    )


def is_current(kept: str) -> bool:
    """Whether the newest master key sealed it."""
    with suppress(sealing.CannotOpen):
        return kept.startswith(SEALED) and bool(_opened(kept, masters()[0]))
    return False


def _opened(kept: str, by: sealing.Master) -> str:
    return sealing.open_sealed(b64decode(kept.removeprefix(SEALED)), by.key, _BOUND).decode()
