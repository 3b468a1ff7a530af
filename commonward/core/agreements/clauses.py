"""An agreement as data: clauses that say who does what, by when, and how it is shown (协议条款).

Sides are letters ("a", "b" …); names are put in only where a paper is drawn. A draft may lack
anything: the linter says what is missing. Only what no form could have sent is refused here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commonward.core.refusals import N_, Invalid

ACTS = (
    "pay",
    "do",
    "refrain",
    "return",
    "apologise",
    "costs",
    "confidential",
    "withdraw",
    "other",
)
"""Pay, do, refrain from, give back, apologise, share costs, keep secret, withdraw, anything else."""

_MOST_CLAUSES, _MOST_INSTALMENTS, _MOST_LETTERS = 200, 120, 4000


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause (条款). What does not belong to its `act` stays empty.

    `who` and `to` are letters of sides; `fen` the amount in fen, None when none was given, with
    `said` the words that stood in its place; `instalments` pairs of (day as written, fen);
    `shares` what each side bears of `fen`; `after` the number of the clause that comes first.
    """

    act: str
    who: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    fen: int | None = None
    said: str = ""
    currency: str = "CNY"
    words: str = ""
    what: str = ""
    by: str = ""
    instalments: tuple[tuple[str, int], ...] = ()
    shares: tuple[tuple[str, int], ...] = ()
    how: str = ""
    where: str = ""
    proof: str = ""
    if_not: str = ""
    start: str = ""
    until: str = ""
    lasting: bool = False
    after: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A draft or final agreement (调解协议): the facts and the clauses between the `sides`."""

    sides: tuple[str, ...]
    facts: str
    clauses: tuple[Clause, ...] = field(default=())


def read_agreement(data: Mapping[str, Any]) -> Agreement:
    """The agreement that the data (from a form or the store) stands for; see `as_data`.

    Raises Invalid for an unknown act, too many clauses or something of the wrong type.
    """
    clauses = data.get("clauses") or []
    if not isinstance(clauses, list):
        raise _wrong("clauses", clauses)
    if len(clauses) > _MOST_CLAUSES:
        raise Invalid(
            N_("{given} clauses are too many: an agreement has at most {most}."),
            field="clauses",
            given=len(clauses),
            most=_MOST_CLAUSES,
        )
    return Agreement(
        sides=_letters("sides", data.get("sides") or ()),
        facts=_text("facts", data.get("facts")),
        clauses=tuple(read_clause(clause) for clause in clauses),
    )


def read_clause(data: Mapping[str, Any]) -> Clause:
    """One clause from its data; raises Invalid as `read_agreement` does."""
    if not isinstance(data, Mapping) or data.get("act") not in ACTS:
        raise Invalid(
            N_("Each clause is of one kind: {kinds}."), field="act", kinds=", ".join(ACTS)
        )
    fen, said = _amount(data.get("fen"))
    after = data.get("after") or 0
    if not isinstance(after, int):
        raise _wrong("after", after)
    return Clause(
        act=data["act"],
        who=_letters("who", data.get("who") or ()),
        to=_letters("to", data.get("to") or ()),
        fen=fen,
        said=said,
        currency=_text("currency", data.get("currency")) or "CNY",
        words=_text("words", data.get("words")),
        what=_text("what", data.get("what") or data.get("for")),
        by=_text("by", data.get("by")),
        instalments=_pairs("instalments", data.get("instalments") or ()),
        shares=_pairs("shares", tuple((data.get("shares") or {}).items())),
        how=_text("how", data.get("how")),
        where=_text("where", data.get("where")),
        proof=_text("proof", data.get("proof")),
        if_not=_text("if_not", data.get("if_not")),
        start=_text("from", data.get("from")),
        until=_text("until", data.get("until")),
        lasting=data.get("lasting") is True,
        after=after,
        text=_text("text", data.get("text")),
    )


def as_data(agreement: Agreement) -> dict[str, Any]:
    """The agreement as plain values for JSON; `read_agreement` gives it back."""
    return {
        "sides": list(agreement.sides),
        "facts": agreement.facts,
        "clauses": [_clause_data(clause) for clause in agreement.clauses],
    }


def _clause_data(clause: Clause) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "act": clause.act,
        "who": list(clause.who),
        "to": list(clause.to),
        "fen": clause.said or clause.fen,
        "currency": "" if clause.currency == "CNY" else clause.currency,
        "instalments": [list(part) for part in clause.instalments],
        "shares": dict(clause.shares),
        "from": clause.start,
        "until": clause.until,
        "lasting": clause.lasting,
        "after": clause.after,
    }
    for name in ("words", "what", "by", "how", "where", "proof", "if_not", "text"):
        plain[name] = getattr(clause, name)
    return {name: value for name, value in plain.items() if value not in ("", [], {}, None, 0)}


def _amount(value: Any) -> tuple[int | None, str]:
    if value is None or isinstance(value, str):
        return None, (value or "").strip()
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong("fen", value)
    return value, ""


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _MOST_LETTERS:
        raise _wrong(name, value)
    return value.strip()


def _letters(name: str, value: Any) -> tuple[str, ...]:
    given: Sequence[Any] = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise _wrong(name, value)
    return tuple(one for one in given if one)


def _pairs(name: str, value: Any) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list | tuple) or len(value) > _MOST_INSTALMENTS:
        raise _wrong(name, value)
    pairs = []
    for one in value:
        if len(one) != 2 or not isinstance(one[0], str) or type(one[1]) is not int:
            raise _wrong(name, one)
        pairs.append((one[0].strip(), one[1]))
    return tuple(pairs)


def _wrong(name: str, value: Any) -> Invalid:
    return Invalid(
        N_("“{name}” of an agreement cannot be {given}."),
        field=name,
        name=name,
        given=str(value)[:60],
    )
