"""What is still unclear in an agreement, in words, before anybody signs it (协议审查).

A court confirms only what is clear and what the sides may settle; an agreement that says neither
who nor by when is a second dispute. Each finding names the clause, what is wrong and what would
be right. The machine only points: the mediator decides, except that nothing with a `refused`
finding can be proposed for signing.
Grounds: People's Mediation Law 29 (contents); Civil Procedure Law 205–206 (confirmation).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from types import MappingProxyType
from typing import Any

from commonward.core.agreements.amounts import capital, figures, read_capital
from commonward.core.agreements.clauses import Agreement, Clause
from commonward.core.agreements.moments import Moment, NoSuchDay, impossible_days, read_moment
from commonward.core.agreements.wording import found_in, says_nothing, wording
from commonward.core.refusals import N_, Invalid

RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "who": (
            N_("It is not said which side this binds."),
            N_("Choose the side, or both sides."),
        ),
        "what": (
            N_("It is not said what is to be done or handed over."),
            N_("Say what it is, with its number, size or kind, so that a stranger could check it."),
        ),
        "how_much": (
            N_("It is not said how much money it is{said}."),
            N_("Give the amount in figures; share it out if several bear it."),
        ),
        "by_when": (
            N_("It is not said by when{said}."),
            N_("Give a day, such as {example}, or a number of days after the signing."),
        ),
        "where": (
            N_("It is not said where."),
            N_("Name the place: the address, the room, the counter."),
        ),
        "proof": (
            N_("It is not said how it will be shown that it was done."),
            N_("Name the proof: a receipt, a photo, a look at it together with a signature."),
        ),
        "if_not": (
            N_("It is not said what happens if it is not done."),
            N_("Say what follows: a sum for each day, the other side may have it done, the court."),
        ),
        "sum": (
            N_("The parts make {parts} yuan, the whole is {whole} yuan."),
            N_("Make the parts and the whole the same."),
        ),
        "words": (
            N_("The amount in words, {words}, is not the amount in figures, {figures} yuan."),
            N_("In words it would be {right}."),
        ),
        "past": (
            N_("{day} lies before the day of signing."),
            N_("Give a day after the signing; what was already done belongs in the facts."),
        ),
        "no_such_date": (
            N_("There is no such day: {day}."),
            N_("Look at the calendar and write the day again."),
        ),
        "order": (
            N_("{day} comes before {earlier}, on which it builds."),
            N_("Put the steps in the order in which they can be done."),
        ),
        "status": (
            N_("“{quote}”: marriage, parentage, adoption and custody are not settled here."),
            N_("Leave it out and tell the sides of the court or the civil affairs office."),
        ),
        "title": (
            N_("“{quote}”: who owns a home, land or intellectual property is not settled here."),
            N_("Settle who uses, repairs or pays; for the title name the court or the registry."),
        ),
        "third_party": (
            N_(
                "“{quote}”: this gives duties to, or takes rights from, somebody who does not sign."
            ),
            N_("Let that person join and sign, or write only what the two sides do themselves."),
        ),
        "waiver": (
            N_("“{quote}”: the right to sue, complain, report or appeal cannot be given up."),
            N_("Write that the claim is settled when the agreement has been performed."),
        ),
        "vague": (
            N_("“{quote}” can be read in several ways."),
            N_("Say the day, the amount or the work in figures and plain nouns."),
        ),
        "unlawful": (
            N_("“{quote}”: this is against the law or public morals, whoever agreed to it."),
            N_("Write a consequence that the law knows: a sum, the other side has it done, court."),
        ),
        "loose": (
            N_("“{quote}”: money in free words is not followed and not reminded of."),
            N_("Make it a clause of its own: who pays whom, how much, by when."),
        ),
    }
)
"""For each rule: what is wrong, and what would be right; English with named places."""

_CONTENT = ("status", "title", "third_party", "waiver", "unlawful")


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect: its `rule`, the `clause` (from 1; 0 is the whole) and the field it stands in."""

    rule: str
    clause: int
    field: str
    values: Mapping[str, Any] = made(default_factory=dict)

    @property
    def wrong(self) -> str:
        """What is wrong, as English with named places (`values` fill them)."""
        return RULES[self.rule][0]

    @property
    def right(self) -> str:
        """What would be right, as English with named places."""
        return RULES[self.rule][1]


def version() -> str:
    """The version of the rules, for the paper and the record."""
    return wording().version


def lint(agreement: Agreement, signing: date) -> list[Finding]:
    """All that is unclear or not allowed, if it were signed on this day; empty when nothing is."""
    if not any(clause.act != "other" for clause in agreement.clauses):
        return [Finding("what", 0, "clauses")]
    found: list[Finding] = []
    for number, clause in enumerate(agreement.clauses, 1):
        check = _Check(agreement, clause, number, signing)
        found += check.all()
    return found


@dataclass(frozen=True, slots=True)
class _Check:
    """The rules on one clause."""

    agreement: Agreement
    clause: Clause
    number: int
    signing: date

    def all(self) -> Iterator[Finding]:
        for rule in (self._people, self._fields, self._money, self._moments, self._said):
            yield from rule()

    def _finding(self, rule: str, name: str, **values: Any) -> Finding:
        return Finding(rule, self.number, name, values)

    def _people(self) -> Iterable[Finding]:
        clause = self.clause
        known = set(self.agreement.sides)
        if clause.act == "costs":
            if clause.shares and not {side for side, _ in clause.shares} <= known:
                yield self._finding("who", "shares")
            return
        if clause.act != "other" and (not clause.who or not set(clause.who) <= known):
            yield self._finding("who", "who")
        if clause.act in ("pay", "return", "apologise") and (
            not clause.to or not set(clause.to) <= known or set(clause.to) & set(clause.who)
        ):
            yield self._finding("who", "to")

    def _fields(self) -> Iterable[Finding]:
        for name in _NEEDED[self.clause.act]:
            if says_nothing(getattr(self.clause, name)):
                yield self._finding(_RULE_OF.get(name, name), name)

    def _money(self) -> Iterable[Finding]:
        clause = self.clause
        if clause.act not in ("pay", "costs"):
            return
        if clause.fen is None or clause.fen <= 0:
            yield self._finding("how_much", "fen", said=_quoted(clause.said))
            return
        if clause.act == "costs" and not clause.shares:
            yield self._finding("how_much", "shares", said="")
        for name in ("instalments", "shares"):
            parts = [fen for _, fen in getattr(clause, name)]
            if parts and sum(parts) != clause.fen:
                yield self._finding(
                    "sum", name, parts=figures(sum(parts)), whole=figures(clause.fen)
                )
            if any(fen < 0 or (fen == 0 and name == "instalments") for fen in parts):
                yield self._finding("how_much", name, said="")
        if clause.words and not _same(clause.words, clause.fen):
            yield self._finding(
                "words",
                "words",
                words=clause.words,
                figures=figures(clause.fen),
                right=capital(clause.fen),
            )

    def _moments(self) -> Iterable[Finding]:
        clause = self.clause
        if clause.act == "refrain":
            yield from self._span()
            return
        if clause.act in ("confidential", "other"):
            return
        if clause.instalments:
            earlier: date | None = None
            for written, _ in clause.instalments:
                moment, wrong = self._moment(written, "instalments")
                yield from wrong
                day = moment.falls(self.signing) if moment else None
                yield from self._after(day, earlier, "instalments")
                earlier = day or earlier
            return
        moment, wrong = self._moment(clause.by, "by")
        yield from wrong
        if moment and 0 < clause.after <= len(self.agreement.clauses):
            first = self.agreement.clauses[clause.after - 1]
            base = _last_day(first, self.signing)
            yield from self._after(moment.falls(self.signing), base, "after")

    def _span(self) -> Iterable[Finding]:
        clause = self.clause
        begins, wrong = self._moment(clause.start, "from") if clause.start else (None, ())
        yield from wrong
        if clause.lasting and not clause.until:
            return
        ends, wrong = self._moment(clause.until, "until")
        yield from wrong
        if begins and ends:
            yield from self._after(ends.falls(self.signing), begins.falls(self.signing), "until")

    def _moment(self, written: str, name: str) -> tuple[Moment | None, Iterable[Finding]]:
        if says_nothing(written):
            return None, [self._unsaid(name, "")]
        try:
            moment = read_moment(written)
        except NoSuchDay as no_day:
            return None, [self._finding("no_such_date", name, day=no_day.written)]
        if moment is None:
            quote = found_in(written, "vague")
            if quote:
                return None, [self._finding("vague", name, quote=written)]
            return None, [self._unsaid(name, written)]
        if moment.day and moment.day < self.signing:
            return moment, [self._finding("past", name, day=moment.day.isoformat())]
        return moment, ()

    def _unsaid(self, name: str, written: str) -> Finding:
        example = self.signing.replace(month=12, day=31).isoformat()
        return self._finding("by_when", name, said=_quoted(written), example=example)

    def _after(self, day: date | None, earlier: date | None, name: str) -> Iterable[Finding]:
        if day and earlier and day < earlier:
            yield self._finding("order", name, day=day.isoformat(), earlier=earlier.isoformat())

    def _forbidden_rights(self) -> Iterable[Finding]:
        """What one must refrain from may be as bad as it is; but it may not be a right."""
        if self.clause.act == "refrain":
            for said in (f"不得{self.clause.what}", f"shall not {self.clause.what}"):
                if quote := found_in(said, "waiver"):
                    yield self._finding("waiver", "what", quote=quote)
                    return

    def _said(self) -> Iterable[Finding]:
        yield from self._forbidden_rights()
        for name, rules in _SPOKEN[self.clause.act].items():
            text = getattr(self.clause, name)
            if not text or says_nothing(text):
                continue
            for rule in rules:
                if quote := found_in(text, rule):
                    yield self._finding(rule, name, quote=quote)
        for name in ("text", "what", "if_not", "proof", "how"):
            for written in impossible_days(getattr(self.clause, name)):
                yield self._finding("no_such_date", name, day=written)


_DUTY = ("proof", "if_not")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "pay": ("what", "how", *_DUTY),
    "do": ("what", "where", *_DUTY),
    "refrain": ("what", "where", *_DUTY),
    "return": ("what", "where", *_DUTY),
    "apologise": ("what", "how", "where", *_DUTY),
    "costs": ("what", *_DUTY),
    "confidential": ("what",),
    "withdraw": ("what", "where", *_DUTY),
    "other": ("text",),
}
_RULE_OF = {"how": "what", "text": "what"}

_CONSEQUENCE = (*_CONTENT, "vague")
_SPOKEN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "pay": {"what": _CONSEQUENCE, "how": ("vague", "unlawful"), "if_not": _CONSEQUENCE},
    "do": {"what": _CONSEQUENCE, "proof": ("vague",), "if_not": _CONSEQUENCE},
    "refrain": {"what": ("vague",), "proof": ("vague",), "if_not": _CONSEQUENCE},
    "return": {"what": ("vague",), "proof": ("vague",), "if_not": _CONSEQUENCE},
    "apologise": {"how": ("vague", "unlawful"), "if_not": _CONSEQUENCE},
    "costs": {"what": ("vague",), "if_not": _CONSEQUENCE},
    "confidential": {"what": ("waiver",), "if_not": _CONSEQUENCE},
    "withdraw": {"if_not": _CONSEQUENCE},
    "other": {"text": (*_CONTENT, "vague", "loose")},
}


def _same(words: str, fen: int) -> bool:
    try:
        return read_capital(words) == fen
    except Invalid:
        return False


def _last_day(clause: Clause, signing: date) -> date | None:
    written = clause.instalments[-1][0] if clause.instalments else clause.by
    try:
        moment = read_moment(written)
    except NoSuchDay:
        return None
    return moment.falls(signing) if moment else None


def _quoted(text: str) -> str:
    return f" (“{text}”)" if text else ""
