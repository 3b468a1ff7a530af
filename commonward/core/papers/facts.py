"""The facts of one dispute's file (卷宗), each typed once; every paper is drawn from them.

A field made with `typed()` is written down by somebody, once; all others the system knows by
itself: numbers, days, who works on it, what was chosen from a list.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LETTERS = "abcdefghij"
"""Sides in order: a is who asked (申请人), printed as 甲 乙 丙 …"""


def typed(default: Any = "") -> Any:
    """A field whose value somebody writes down once (录入一次)."""
    return field(default=default, metadata={"typed": True})


@dataclass(frozen=True, slots=True)
class Participant:
    """One party as the papers name it (当事人): a natural person or an organisation.

    `head` is an organisation's legal representative (法定代表人).
    """

    name: str = typed()
    sex: str = typed()
    ethnicity: str = typed()
    age: str = typed()
    work: str = typed()
    contact: str = typed()
    address: str = typed()
    head: str = typed()


@dataclass(frozen=True, slots=True)
class Agent:
    """Who speaks for a side (委托代理人), and how far."""

    name: str = typed()
    relation: str = typed()
    contact: str = typed()
    powers: str = typed()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the dispute (一方当事人): its party, further parties, its agent, what it asks."""

    letter: str
    party: Participant = field(default_factory=Participant)
    others: tuple[Participant, ...] = ()
    agent: Agent | None = None
    account: str = typed()
    wants: str = typed()
    applied_on: date | None = None
    voluntary: bool = False
    """Ticked by the side itself: it asks for mediation of its own will."""


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting and its record in seven parts (调解记录); `result` agreed | adjourned | failed.

    `rights` and `principles` say what was told and to whom: a standard text that is confirmed.
    """

    number: int
    began: datetime | None = None
    place: str = ""
    present: tuple[str, ...] = ()
    rights: str = ""
    principles: str = ""
    accounts: str = typed()
    checked: str = typed()
    """Facts checked (查明的事实)."""
    risks: str = typed()
    """Risks told (告知的风险)."""
    terms: str = typed()
    """What was agreed, or why not, and the other routes."""
    signed: str = typed()
    """Who signed, and who would not."""
    result: str = ""
    recorder: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Somebody was asked, a place was looked at (调查记录)."""

    at: datetime | None = None
    place: str = typed()
    present: tuple[str, ...] = typed(())
    asked_by: str = ""
    asked: str = typed()
    words: str = typed()
    recorder: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done under a clause (履行事项): a payment, an instalment, a deed."""

    number: int
    """The clause's, from 1."""
    owes: str
    """The letter of the side that performs."""
    manner: str = typed()
    place: str = typed()
    due: date | str | None = typed(None)
    """A day, or words that fix one, such as "within 7 days of signing"."""
    amount: Decimal | None = typed(None)
    """Chinese yuan, at most two decimals."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause (协议条款) as it is signed, and by when how much of it is due.

    `owes` are letters of sides; `instalments` (day, yuan) take the place of `due` and `amount`.
    """

    words: str = typed()
    manner: str = typed()
    place: str = typed()
    due: date | str | None = typed(None)
    amount: Decimal | None = typed(None)
    owes: tuple[str, ...] = ()
    instalments: tuple[tuple[date | str | None, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the sides agreed (调解协议): written, or spoken and registered (口头协议)."""

    number: str = ""
    facts: str = typed()
    issues: str = typed()
    clauses: tuple[Clause, ...] = ()
    copies: int = 3
    """One for each side and one for the committee (人民调解法第二十九条)."""
    agreed_on: date | None = None
    place: str = ""
    oral: bool = False
    performance: str = ""
    """How far it is performed: done | running | late; empty when nobody looked yet."""
    across: bool = False
    """Two committees worked on it together (跨调委会)."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Everything that is to be done, each instalment by itself; a clause by which nobody owes
        anything is none."""
        return tuple(
            Step(number, owes, clause.manner, clause.place, due, amount)
            for number, clause in enumerate(self.clauses, 1)
            if clause.owes or clause.due or clause.amount or clause.instalments
            for owes in clause.owes or ("",)
            for due, amount in clause.instalments or ((clause.due, clause.amount),)
        )

    @property
    def total(self) -> Decimal | None:
        """The sum of all its amounts in yuan; None when it names none."""
        amounts = [amount for c in self.clauses for _, amount in c.instalments]
        amounts += [c.amount for c in self.clauses if c.amount is not None and not c.instalments]
        return sum(amounts, Decimal(0)) if amounts else None

    @property
    def last_due(self) -> date | None:
        """The day on which all of it is due."""
        return max((s.due for s in self.steps if isinstance(s.due, date)), default=None)

    @property
    def manners(self) -> tuple[str, ...]:
        """How it is performed, each manner once."""
        return tuple(dict.fromkeys(c.manner for c in self.clauses if c.manner))

    @property
    def places(self) -> tuple[str, ...]:
        """Where it is performed, each place once."""
        return tuple(dict.fromkeys(c.place for c in self.clauses if c.place))


@dataclass(frozen=True, slots=True)
class Visit:
    """A follow-up visit (回访)."""

    at: datetime | None = None
    by: str = ""
    performance: str = ""
    satisfied: str = ""
    later_suit: bool | None = None
    risk_left: bool | None = None
    words: str = typed()
    measures: str = typed()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The joint application to the court (司法确认申请); `annexes` are names of papers."""

    court: str = ""
    applied_on: date | None = None
    annexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Committee:
    """The mediation committee (人民调解委员会) that leads the file."""

    name: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """The next session as it is told to the sides (调解通知)."""

    at: datetime | None = None
    place: str = ""
    open: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One dispute's file (卷宗). `kind` is one of the statistical types, `source` whence it came."""

    number: str = ""
    kind: str = ""
    source: str = ""
    summary: str = typed()
    committee: Committee = field(default_factory=Committee)
    mediators: tuple[str, ...] = ()
    registrar: str = ""
    registered_on: date | None = None
    began_on: date | None = None
    ended_on: date | None = None
    filed_by: str = ""
    filed_on: date | None = None
    keep_years: int | None = None
    """How long the file is kept: years after filing; 0 is for ever (永久); None: not set."""
    note: str = typed()
    rule_version: str = ""
    sides: tuple[Side, ...] = ()
    planned: Planned | None = None
    sessions: tuple[Session, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    agreement: Agreement | None = None
    visits: tuple[Visit, ...] = ()
    confirmation: Confirmation | None = None
