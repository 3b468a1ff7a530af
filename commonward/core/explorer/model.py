"""What an explorer is: immutable tables, read from a file and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commonward.core.procedures.model import Text

Fact = bool | int | float
"""A stated fact of the dispute: yes, no, or a number; never words and never about a person."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call (联系谁): an office or a post, never a person by name.

    `phone` may be empty, and then the site has not filled it in; `where` and `hours` likewise.
    """

    code: str
    title: Text
    phone: str = ""
    where: Text | None = None
    hours: Text | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence in plain words and where it stands (依据); for some types only, or () for all."""

    text: Text
    source: Text | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer and where it leads: `next` a question, `gate` a gate, or it `ends` the walk.

    `kind` names the statistical type (纠纷类型), `facts` go along to registration, `first` puts
    routes before the others and `last` behind them, `adds` gives routes besides the type's own.
    """

    code: str
    say: Text
    hint: Text | None = None
    next: str = ""
    gate: str = ""
    ends: bool = False
    kind: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question, asked on a page of its own."""

    code: str
    ask: Text
    hint: Text | None
    answers: tuple[Answer, ...]

    def answer(self, code: str) -> Answer | None:
        """The answer of this code, None where there is none."""
        return next((a for a in self.answers if a.code == code), None)


@dataclass(frozen=True, slots=True)
class Field:
    """A blank of a letter, filled on the spot and never kept. `long` ones hold several lines."""

    code: str
    label: Text
    long: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to the other side in neutral words (协商函); `{code}` marks the blanks."""

    code: str
    title: Text
    fields: tuple[Field, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class Route:
    """A way on (解决途径): what it is, how long, what it costs, what to bring, whom to call.

    `cost` None means that only the office can say. `registers` marks the way that this centre
    takes itself: people's mediation (人民调解).
    """

    code: str
    title: Text
    what: Text
    contact: str
    limits: tuple[Cited, ...] = ()
    cost: Cited | None = None
    papers: tuple[Text, ...] = ()
    letter: str = ""
    registers: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """A hard gate (不予调解): this is not mediated here; a person and the right way stand first.

    `fact` is the stated fact that keeps a dispute out (core.disputes.GATES). `urgent` puts the
    numbers to call above everything else.
    """

    code: str
    fact: str
    title: Text
    why: Text
    then: Text
    source: Text
    contacts: tuple[str, ...]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the types of the statistics and the routes that are open to it, in their order.

    `letter` takes the place of the letters of its routes.
    """

    code: str
    title: Text
    routes: tuple[str, ...]
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Explorer:
    """A whole explorer. No walk through it has more than `most` answers."""

    title: Text
    start: str
    most: int
    questions: Mapping[str, Question]
    gates: Mapping[str, Gate]
    kinds: Mapping[str, Kind]
    routes: Mapping[str, Route]
    contacts: Mapping[str, Contact]
    letters: Mapping[str, Letter]


Taken = tuple[tuple[Question, Answer], ...]
"""What was answered so far, in order."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The walk goes on with this question."""

    question: Question
    taken: Taken


@dataclass(frozen=True, slots=True)
class Outcome:
    """The walk has ended: the type, the facts stated on the way and the routes, best first.

    Each route has the limits and the letter that hold for this type.
    """

    kind: Kind
    facts: Mapping[str, Fact]
    routes: tuple[Route, ...]
    taken: Taken


@dataclass(frozen=True, slots=True)
class Gated:
    """The walk was stopped: a person and the right way are shown first."""

    gate: Gate
    contacts: tuple[Contact, ...]
    taken: Taken


Step = Asked | Outcome | Gated
