"""The whole map of addresses, walked: by name, and with what a place in each takes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

_DIGITS = re.compile(r"\\d|\[0-9\]")


@dataclass(frozen=True)
class Address:
    """One address: whose it is, and whether a plain number stands in it."""

    door: str
    name: str
    pattern: str
    counts: bool


def addresses() -> Iterator[Address]:
    """Every address that this site answers."""
    return _below(get_resolver(), "", "")


def _below(found: URLResolver, space: str, above: str) -> Iterator[Address]:
    for entry in found.url_patterns:
        written = f"{above}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from _below(entry, entry.namespace or space, written)
        elif isinstance(entry, URLPattern):
            # The other protocol's addresses have no names of their own.
            name = str(entry.name) if space != "open311" else str(entry.pattern)
            between = " " if space == "open311" else ":" if space else ""
            numbers = any(
                isinstance(one, IntConverter) for one in entry.pattern.converters.values()
            )
            yield Address(
                space or "sign_in", f"{space}{between}{name}", written,
                numbers or bool(_DIGITS.search(written)),
            )  # fmt: skip
