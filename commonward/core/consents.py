"""What reporters agree to, word by word and version by version (同意文本及版本).

With each consent the version of the words that stood there is kept, so that it can be shown later to
what somebody agreed. Words are never changed: new ones get a new version, and the old ones stay. A
test holds both, and that the pages show the newest.
"""

from collections.abc import Mapping

from commonward.core.refusals import N_

NEWS, NEIGHBOUR = "news", "neighbour"
WORDS: Mapping[str, Mapping[str, str]] = {
    NEWS: {
        "2026-1": N_(
            "Each new step of this report is written to the address at which you got this link. You "
            "can end it at any time."
        ),
    },
    NEIGHBOUR: {
        "2026-1": N_(
            "May we give %(name)s your name and how to reach you? Without that they do not learn who "
            "you are, and we pass their answer on to you."
        ),
    },
}
"""By what is agreed to, each version's words, the newest last; to be translated."""


def newest(what: str) -> str:
    """The version of the words that stand there now."""
    return list(WORDS[what])[-1]


def words_of(what: str, version: str) -> str:
    """What stood there; "" where it was not kept (before there were versions, or in a chat)."""
    return WORDS[what].get(version, "")
