"""What is said in a conversation, what it knows so far, and what it makes a door do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A point that somebody shared (degrees, WGS-84), and its name where the platform says one."""

    lat: float
    lon: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What came at once: words, a place, a picture that the door has kept (`picture` names it).

    `id` is the platform's name of it. `strange` says why something of it cannot be taken: "kind"
    (a voice, a file …), "large", "many" or "unread".
    """

    id: str
    text: str = ""
    place: Place | None = None
    picture: str = ""
    strange: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that were offered: a place, or a side of a border; where it is not `sure`
    it is asked, though it is the only one."""

    label: str
    lat: float | None = None
    lon: float | None = None
    side: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """What was told of one problem so far. What is in no state's `draft.pictures` any more is the
    door's to destroy."""

    words: str = ""
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    side: str = ""
    pictures: tuple[str, ...] = ()

    @property
    def placed(self) -> bool:
        """Whether it was said where it is."""
        return bool(self.address) or self.lat is not None


@dataclass(frozen=True, slots=True)
class Reply:
    """One message back: the name of its text in the plan, the values for its places, and the
    answers that are offered (a name of a text behind "@", else the words themselves).

    `place` asks the platform for a button that shares the place, `picture` for one that adds a picture."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    place: bool = False
    picture: bool = False
    call: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """Where a conversation stands. `key` is its own random name, under which what it files is
    known once; `filed` counts that. `number` and `code` are of the report that it made last.

    `seen` are the last messages' names, `last` what the newest of them was answered. `heard`
    counts the messages since `hour`.
    """

    key: str
    state: str
    language: str = ""
    draft: Draft = Draft()
    offered: tuple[Choice, ...] = ()
    before: tuple[str, ...] = ()
    person: bool = False
    filed: int = 0
    number: str = ""
    code: str = ""
    seen: tuple[str, ...] = ()
    last: tuple[Reply, ...] = ()
    last_at: datetime | None = None
    hour: datetime | None = None
    heard: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """Keep the draft as a report, once under this key; `person` asks for somebody to answer."""

    draft: Draft
    key: str
    language: str
    person: bool = False


@dataclass(frozen=True, slots=True)
class Add:
    """Add words, or a picture, to a report, by its number and code."""

    number: str
    code: str
    words: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Say how a report stands, by its number and code."""

    number: str
    code: str


@dataclass(frozen=True, slots=True)
class NoNews:
    """Send no more news of this report to whoever says so."""

    number: str


Effect = File | Add | Status | NoNews


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a point lies: outside of what is served, or at a border (then its sides are asked)."""

    outside: bool = False
    sides: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Knows:
    """What a conversation may look up; each reads only."""

    places: Callable[[str], tuple[Choice, ...]] = lambda words: ()
    spot: Callable[[float, float], Spot] = lambda lat, lon: Spot()
    answers: Callable[[str, str], tuple[str, ...]] = lambda words, language: ()
    """Short answers to what is asked, in this language; () for none."""
    contact: str = ""
    """How to reach the office otherwise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The conversation after a message, what is answered, and what the door must do.

    `again` says that the message came before: the answer is the same, and nothing is done."""

    talk: Talk
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...] = ()
    again: bool = False
