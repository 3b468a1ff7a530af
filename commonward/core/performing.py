"""Carrying out an agreement (履行): what is owed, what was said to be done, and what is left.

Money is counted in whole fen. What one side says it did counts when the other confirms it; until
then it waits, and silence decides nothing either way. Nothing here says anything of a person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from commonward.core.agreements.clauses import Agreement, Clause
from commonward.core.agreements.moments import NoSuchDay, read_moment

PAYS, DEED = "pay", "deed"
_DATED = frozenset({"do", "return", "apologise", "withdraw"})
_MOST_FEN = 10**13
STATES = ("done", "claimed", "late", "soon", "open")


@dataclass(frozen=True, slots=True)
class Owed:
    """One instalment or deed: which clause (from 1), who to whom (letters), fen or None, by when.

    `due` is None where the clause fixes no day of its own: it is carried out by being kept.
    """

    clause: int
    act: str
    who: str
    to: str
    fen: int | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody said that something was done: so many fen (0 for a deed), and the other's answer,
    "" while it gave none, "confirmed" or "disputed"."""

    fen: int
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one obligation stands: fen confirmed, waiting for the other side, left and too much."""

    state: str
    confirmed: int
    waiting: int
    left: int
    over: int


def owed_by(terms: Agreement, signing: date, working: Callable[[date, int], date]) -> list[Owed]:
    """What the clauses oblige to and by when, in their order; instalments one by one.

    `working` counts working days from the signing.
    """
    found: list[Owed] = []
    for number, clause in enumerate(terms.clauses, 1):
        who, to = "".join(clause.who), "".join(clause.to)
        if clause.act == "pay" and clause.instalments:
            found += [
                Owed(number, PAYS, who, to, fen, _day(day, signing, working))
                for day, fen in clause.instalments
            ]
        elif clause.act == "pay" and clause.fen:
            found.append(Owed(number, PAYS, who, to, clause.fen, _by(clause, signing, working)))
        elif clause.act in _DATED and clause.by:
            found.append(Owed(number, DEED, who, to, None, _by(clause, signing, working)))
    return found


def _by(clause: Clause, signing: date, working: Callable[[date, int], date]) -> date | None:
    return _day(clause.by, signing, working)


def _day(text: str, signing: date, working: Callable[[date, int], date]) -> date | None:
    try:
        moment = read_moment(text)
    except NoSuchDay:
        return None
    if moment is None:
        return None
    return moment.falls(signing) or working(signing, moment.count)


def standing(
    owed: Owed, claims: Iterable[Claim], today: date, *, soon: int = 3, grace: int = 0
) -> Standing:
    """Where an obligation stands on a day.

    Late is what is neither confirmed nor claimed `grace` days after its day; what waits for the
    other side's word is never late. Due soon is what falls within `soon` days.
    """
    claims = list(claims)
    confirmed = sum(c.fen for c in claims if c.answer == "confirmed")
    waiting = sum(c.fen for c in claims if not c.answer)
    if owed.fen is None:
        done = any(c.answer == "confirmed" for c in claims)
        covered = done or any(not c.answer for c in claims)
        left = over = 0
    else:
        done = confirmed >= owed.fen
        covered = confirmed + waiting >= owed.fen
        left, over = max(0, owed.fen - confirmed), max(0, confirmed - owed.fen)
    return Standing(
        _state(owed.due, done, covered, today, soon, grace), confirmed, waiting, left, over
    )


def _state(due: date | None, done: bool, covered: bool, today: date, soon: int, grace: int) -> str:
    if done:
        return "done"
    if covered:
        return "claimed"
    if due is not None and today > due + timedelta(days=grace):
        return "late"
    if due is not None and today >= due - timedelta(days=soon):
        return "soon"
    return "open"


def fen_of(text: str) -> int | None:
    """Yuan as somebody types them ("1,234.50", "１２３４.５", "¥1234") in fen; None where it is no
    amount of at most two decimals, or too much to be one."""
    plain = "".join(_DIGITS.get(c, c) for c in text.strip()).replace(",", "").replace(" ", "")
    plain = plain.removeprefix("¥").removeprefix("￥").removesuffix("元")
    whole, dot, rest = plain.partition(".")
    if not whole.isascii() or not whole.isdecimal() or (dot and not rest):
        return None
    if len(rest) > 2 or (rest and not (rest.isascii() and rest.isdecimal())):
        return None
    fen = int(whole) * 100 + int((rest + "00")[:2])
    return fen if 0 < fen <= _MOST_FEN else None


_DIGITS = {chr(0xFF10 + n): str(n) for n in range(10)} | {"．": ".", "，": ","}


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals: 123450 → "1,234.50"."""
    return f"{fen // 100:,}.{fen % 100:02}"


OPTIONS: Sequence[str] = ("talk_again", "enforce", "other_ways")
"""What is open after a breach: renewed talks, papers for enforcement, the other routes."""
