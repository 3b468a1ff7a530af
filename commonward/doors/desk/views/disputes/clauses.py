"""The clauses of an agreement as a plain form, and back; findings in words beside their fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from commonward.core.agreements.amounts import figures
from commonward.core.agreements.clauses import Agreement, Clause
from commonward.core.agreements.linting import Finding
from commonward.core.refusals import N_

ACTS: Mapping[str, str] = {
    "pay": N_("Pay"),
    "do": N_("Do something"),
    "refrain": N_("Refrain from something"),
    "return": N_("Give something back"),
    "apologise": N_("Apologise"),
    "costs": N_("Share costs"),
    "confidential": N_("Keep secret"),
    "withdraw": N_("Withdraw a claim"),
    "other": N_("Something else"),
}
_DUTY = ("proof", "if_not")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "pay": ("who", "to", "what", "fen", "words", "by", "instalments", "how", *_DUTY, "after"),
    "do": ("who", "what", "where", "by", *_DUTY, "after"),
    "refrain": ("who", "what", "where", "from", "until", "lasting", *_DUTY),
    "return": ("who", "to", "what", "where", "by", *_DUTY, "after"),
    "apologise": ("who", "to", "what", "how", "where", "by", *_DUTY),
    "costs": ("what", "fen", "shares", "by", *_DUTY),
    "confidential": ("who", "what", "if_not"),
    "withdraw": ("who", "what", "where", "by", *_DUTY, "after"),
    "other": ("text",),
}
LABELS: Mapping[str, str] = {
    "who": N_("Who"),
    "to": N_("To whom"),
    "what": N_("What exactly"),
    "fen": N_("How much, in yuan"),
    "words": N_("The amount in words (may stay empty)"),
    "by": N_("To be done by"),
    "instalments": N_("Or in instalments: a day and an amount on each line"),
    "how": N_("How"),
    "where": N_("Where"),
    "from": N_("From when"),
    "until": N_("Until when"),
    "lasting": N_("For good"),
    "shares": N_("Who bears how much, in yuan"),
    "proof": N_("How it is shown"),
    "if_not": N_("What follows if not"),
    "after": N_("After which clause (may stay empty)"),
    "text": N_("Words"),
    "clauses": N_("Clauses"),
}
_LONG = frozenset({"what", "if_not", "text", "instalments", "proof"})
_LINE = re.compile(r"^\s*(.*?)[\s:：]+([\d,，.]+)\s*(?:元|yuan)?\s*$")
MOST = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a clause as the form shows it; `kind` is sides|line|long|tick|shares."""

    id: str
    name: str
    label: str
    kind: str
    value: str
    parts: Sequence[tuple[str, str, str]] = ()
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One clause of the form."""

    number: int
    act: str
    title: str
    fields: Sequence[Field]


def rows(terms: Agreement, findings: Sequence[Finding]) -> list[Row]:
    """The form of each clause."""
    wrong = {(one.clause, one.field) for one in findings}
    return [
        Row(
            number,
            clause.act,
            _(ACTS[clause.act]),
            [_field(clause, number, name, terms.sides, wrong) for name in FIELDS[clause.act]],
        )
        for number, clause in enumerate(terms.clauses, 1)
    ]


def told(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings in words, each with the clause and the field it stands in."""
    return [
        {
            "clause": one.clause,
            "field": _(LABELS.get(one.field, one.field)),
            "anchor": f"c{one.clause}-{one.field}" if one.clause else "facts",
            "wrong": _(one.wrong).format(**one.values),
            "right": _(one.right).format(**one.values),
        }
        for one in findings
    ]


def read(given: QueryDict) -> dict[str, Any]:
    """What the form holds, as data for `core.agreements.clauses.read_agreement`.

    Nothing is refused here: an amount that is none is kept as words, and the linter says so.
    """
    count = given.get("count", "0")
    most = min(int(count), MOST) if count.isdecimal() and len(count) < 5 else 0
    return {
        "facts": given.get("facts", "").strip(),
        "clauses": [
            _clause(given, f"c{number}-")
            for number in range(1, most + 1)
            if given.get(f"c{number}-act") in ACTS
        ],
    }


def _clause(given: QueryDict, lead: str) -> dict[str, Any]:
    act = given.get(f"{lead}act", "")
    data: dict[str, Any] = {"act": act}
    for name in FIELDS[act]:
        value = given.get(lead + name, "").strip()
        if name in ("who", "to"):
            data[name] = [one for one in value.split(",") if one]
        elif name == "fen":
            data[name] = fen_of(value) if fen_of(value) is not None else value
        elif name == "instalments":
            data[name] = [_instalment(line) for line in value.splitlines() if line.strip()]
        elif name == "shares":
            data[name] = _shares(given, lead)
        elif name == "lasting":
            data[name] = bool(value)
        elif name == "after":
            data[name] = int(value) if value.isdecimal() and len(value) < 4 else 0
        else:
            data[name] = value
    return data


def _shares(given: QueryDict, lead: str) -> dict[str, int]:
    found = {}
    for key in given:
        if key.startswith(f"{lead}share-") and (fen := fen_of(given.get(key, ""))) is not None:
            found[key.removeprefix(f"{lead}share-")[:1]] = fen
    return found


def fen_of(value: str) -> int | None:
    """The fen that an amount in yuan, as somebody types it, stands for; None for no amount."""
    plain = re.sub(r"[,，\s元¥￥]", "", value)
    found = re.fullmatch(r"(\d{1,12})(?:\.(\d{1,2}))?", plain)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def _instalment(line: str) -> list[Any]:
    """A day and an amount; what cannot be parted stands as a day without an amount."""
    found = _LINE.match(line)
    fen = fen_of(found[2]) if found else None
    return [found[1], fen] if found and fen is not None else [line.strip(), 0]


def _field(
    clause: Clause, number: int, name: str, sides: Sequence[str], wrong: set[tuple[int, str]]
) -> Field:
    id_ = f"c{number}-{name}"
    label, bad = _(LABELS[name]), (number, name) in wrong
    if name in ("who", "to"):
        chosen = ",".join(getattr(clause, name))
        options = [(one, _("Side {letter}").format(letter=one.upper())) for one in sides]
        if len(sides) > 1:
            both = ",".join(sides)
            options.append((both, _("All sides")))
        parts = [(value, text, "selected" if value == chosen else "") for value, text in options]
        return Field(id_, name, label, "sides", chosen, parts, bad)
    if name == "shares":
        shares = dict(clause.shares)
        parts = [
            (
                f"c{number}-share-{one}",
                _("Side {letter}").format(letter=one.upper()),
                _yuan(shares[one]) if one in shares else "",
            )
            for one in sides
        ]
        return Field(id_, name, label, "shares", "", parts, bad)
    if name == "lasting":
        return Field(id_, name, label, "tick", "1" if clause.lasting else "", (), bad)
    kind = "long" if name in _LONG else "line"
    return Field(id_, name, label, kind, _value(clause, name), (), bad)


def _value(clause: Clause, name: str) -> str:
    if name == "fen":
        return clause.said or (_yuan(clause.fen) if clause.fen is not None else "")
    if name == "instalments":
        return "\n".join(f"{day} {_yuan(fen)}" for day, fen in clause.instalments)
    if name == "after":
        return str(clause.after or "")
    return str(getattr(clause, "start" if name == "from" else name))


def _yuan(fen: int) -> str:
    return figures(fen).replace(",", "")
