"""Words that mean danger (紧急情况): whoever writes them is shown whom to call, at once.

The words are data (danger_words.toml), each list under the number that helps. Finding one changes
nothing but what is shown; no report is graded or held back by it.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "danger_words.toml"
_PLAIN_LETTERS = re.compile(r"[a-z]")


def numbers_to_call(text: str) -> tuple[str, ...]:
    """The emergency numbers that the text calls for, in the file's order; () for none.

    Latin words count only whole ("gunfire" is not "gun"), Chinese ones wherever they stand.

    >>> numbers_to_call("楼道着火了，有人晕倒")
    ('119', '120')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return tuple(number for number, pattern in _patterns().items() if pattern.search(plain))


@cache
def words_by_number() -> dict[str, list[str]]:
    """The words of the file, under the number that helps."""
    lists = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {number: list(entry["words"]) for number, entry in lists.items()}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        number: re.compile("|".join(_found_as(word) for word in words))
        for number, words in words_by_number().items()
    }


def _found_as(word: str) -> str:
    plain = re.escape(unicodedata.normalize("NFKC", word).casefold())
    return rf"\b{plain}\b" if _PLAIN_LETTERS.search(word.casefold()) else plain
