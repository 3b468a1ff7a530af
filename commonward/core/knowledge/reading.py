"""The keys by which an answer is found (检索键): pairs of characters and words without endings.

Chinese is taken apart twice: into the words of a dictionary and into pairs of characters, so that
a word that is cut wrongly, or misspelt in one character, is still met by half. Spelling, numbers
and private data are treated as everywhere (`core.triage.reading`).
"""

from collections.abc import Iterable

from commonward.core.triage.reading import tokens
from commonward.core.triage.spelling import Spelling

LONGEST_READ = 1_500
"""Characters of an answer that it is found by: what it is about stands at its beginning."""
MOST_WORDS = 8
_WRAPPING = """
请问 怎么 怎样 如何 什么 哪里 哪儿 哪 多少 几点 可以 能 能不能 是否 是不是 需要 想 问 问题 办 办理 咨询 一下 找 去 要 我家 家里 有没有
please ask question what where when who whom which how can could may must shall should do does did is are was
be have has get need want know tell me my mine our your it its the an and or of in on at to for from with about
if there this that any some much many long often i we you not no yes as by am into out up gett getting
"""
_SAYS_NOTHING = frozenset(_WRAPPING.split())
"""Words in which a question is wrapped; they tell nothing of what is asked."""


def words_of(text: str, table: Spelling) -> list[str]:
    """The words of a text that can say what it is about, in order, each once."""
    # An ending hides a variant from the table of words: "elevators" is only then "elevator".
    read = (table.standard.get(word, word) for word in tokens(text[:LONGEST_READ], table))
    every = list(dict.fromkeys(read))
    telling = [w for w in every if w not in _SAYS_NOTHING and (len(w) > 1 or w[0] >= "\u3005")]
    return telling or every


def keys_of(text: str, table: Spelling) -> frozenset[str]:
    """What the text is found by: its words, and the pairs of characters in and between them.

    >>> from commonward.core.triage.spelling import shipped
    >>> sorted(keys_of("Dogs bark", shipped()))
    ['bark', 'dog']
    """
    found = set(words_of(text, table))
    for word in list(found):
        found |= pairs_in(word)
    return frozenset(found)


def pairs_in(word: str) -> set[str]:
    """The pairs of characters in a Chinese word; none in another."""
    return {word[n : n + 2] for n in range(len(word) - 1)} if word[0] >= "\u3005" else set()


def word_set(text: str, table: Spelling) -> str:
    """A question as its words in one order, without numbers and private data (归一化词组).

    Two who ask the same in another order ask the same; "" where nothing is left. At most
    `MOST_WORDS`, so that nobody's whole sentence is kept.

    >>> from commonward.core.triage.spelling import shipped
    >>> word_set("lift grant, call 13912345678", shipped())
    'call grant lift'
    """
    return " ".join(sorted(words_of(text, table)[:MOST_WORDS]))


def shared(asked: Iterable[str], held: frozenset[str]) -> tuple[str, ...]:
    """The longest of the keys that both have: a pair inside a word that both have says no more."""
    both = sorted((key for key in asked if key in held), key=lambda key: (-len(key), key))
    kept: list[str] = []
    for key in both:
        if not any(key in longer for longer in kept if key[0] >= "\u3005"):
            kept.append(key)
    return tuple(kept)
