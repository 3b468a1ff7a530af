"""Names of places learnt from what was written, without anybody's labels (自学地名).

An estate is called 橘郡 in the heading of one report and "橘郡小区" or "橘郡二期" in many others:
what stands often between a beginning that leads to places and such an ending is a name.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from commonward.core.triage.places.boundaries import Kind, is_name, kind_of
from commonward.core.triage.places.named import named

OFTEN = 3
"""Texts that must use a name before it is known."""
BRAND = 3
"""Names that begin alike, by which what they begin with is a builder's."""
AROUND = ("湖", "镇", "乡")
_TAIL = re.compile("(?:住宅)?小区$|[一二三四五六七八九十]期$")


def usual(name: str) -> str:
    """A name without the word for "estate" at its end: 丽发新城小区 and 丽发新城 are one."""
    bare = _TAIL.sub("", name)
    return bare if len(bare) >= 2 else name


def names(texts: Iterable[str], often: int = OFTEN, divisions: Any = None) -> frozenset[str]:
    """The names that at least `often` of the texts use where their beginning is plain to see.

    What begins three other names, such as a builder's, is no name of one place.
    """
    held: Counter[str] = Counter()
    for text in texts:
        held.update({usual(one.name) for one in named(text, None, divisions) if one.led})
    found = sorted(name for name, count in held.items() if count >= often and is_name(name))
    begins = Counter(
        name[:size]
        for name in found
        if kind_of(name) is not Kind.ROAD
        for size in range(2, len(name))
    )
    # What begins many names is a builder's, unless it is a lake or a town with all that lies there.
    return frozenset(name for name in found if begins[name] < BRAND or name.endswith(AROUND))
