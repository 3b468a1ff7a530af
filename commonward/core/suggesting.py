"""Which kinds of problem the words may mean (类别建议): by keywords, so that anybody can see why.

A suggestion decides nothing: whoever reports chooses. The keywords belong to the categories, as a
site sets them.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

RULE = "keywords-1"
"""The version of this rule, kept with what it suggested."""

_LATIN = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category's code and the words of the text that suggest it, as the site wrote them."""

    code: str
    because: tuple[str, ...]


def suggest(
    words: str, offered: Iterable[tuple[str, Iterable[str]]], *, most: int = 3
) -> tuple[Suggestion, ...]:
    """The categories whose keywords stand in the words, the best first.

    `offered` are (code, keywords). More characters found make a better fit, since a long keyword
    says more than a short one; equal ones keep the order given. Latin keywords begin where a word
    begins and may have an ending ("lamp" finds "lamps"), Chinese ones may stand anywhere.
    """
    plain = _plain(words)
    found: list[tuple[int, Suggestion]] = []
    for code, keywords in offered:
        because = tuple(dict.fromkeys(k for k in keywords if _stands_in(_plain(k), plain)))
        if because:
            found.append((-sum(map(len, because)), Suggestion(code, because)))
    return tuple(s for _, s in sorted(found, key=lambda pair: pair[0])[:most])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _stands_in(keyword: str, plain: str) -> bool:
    if not keyword:
        return False
    if _LATIN.search(keyword):
        return re.search(rf"(?<![a-z0-9]){re.escape(keyword)}", plain) is not None
    return keyword in plain
