"""Which question card the words of a caller call for; a suggestion, which a person changes."""

from collections.abc import Container

from commonward.core.danger import numbers_to_call

_SELF_HARM = (
    "跳楼", "轻生", "自杀", "不想活", "suicide", "kill myself", "kill himself", "kill herself",
    "going to jump",
)  # fmt: skip
_BY_NUMBER = {"119": "fire", "120": "medical", "110": "quarrel"}


def kind_meant(words: str, known: Container[str]) -> str:
    """The kind of card to begin with: the one for self-harm before all others, then the one of the
    number to call; "other" where the words name no danger or the site has no such card.

    >>> kind_meant("楼道着火了", {"fire", "other"})
    'fire'
    """
    plain = words.casefold()
    if "welfare" in known and any(one in plain for one in _SELF_HARM):
        return "welfare"
    meant = (_BY_NUMBER[number] for number in numbers_to_call(words) if number in _BY_NUMBER)
    return next((kind for kind in meant if kind in known), "other")
