"""The channels by which people are told: found by looking through the doors, registered nowhere."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from commonward import doors
from commonward.core.channels import Channel
from commonward.core.refusals import N_, Missing


@cache
def channels() -> Mapping[str, Channel]:
    """Every channel by its code: the `CHANNEL` (or `CHANNELS`) of each door that has a file
    `channel.py`."""
    found: dict[str, Channel] = {}
    for door in iter_modules(doors.__path__):
        name = f"{doors.__name__}.{door.name}.channel"
        if door.ispkg and find_spec(name) is not None:
            module = import_module(name)
            several: tuple[Channel, ...] = getattr(module, "CHANNELS", None) or (module.CHANNEL,)
            for one in several:
                if one.code in found:
                    raise ValueError(f"two doors call their channel {one.code}")
                found[one.code] = one
    return found


def channel_of(code: str) -> Channel:
    """One that the site has set up. Raises Missing."""
    found = channels().get(code)
    if found is None or not found.ready():
        raise Missing(N_("This way of being told is not offered here."), field="channel")
    return found


def set_up() -> bool:
    """Whether the site can send anything at all."""
    return any(one.ready() for one in channels().values())


def offered() -> tuple[Channel, ...]:
    """Those that the site has set up and somebody may name an address of, mail first. A chat is
    told where the report came from; it asks for no address."""
    there = (one for one in channels().values() if one.asked and one.ready())
    return tuple(sorted(there, key=lambda one: (one.code != "mail", one.code)))
