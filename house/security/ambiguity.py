"""How many ways a regular expression has to read one text: one, polynomially or exponentially many.

Python's `re` tries one way after the other, so that a text which fits almost costs as many tries as
there are ways. The expression is read by Python's own parser into the automaton of its positions
(Glushkov); the criteria are those of Weber and Seidl, "On the degree of ambiguity of finite
automata" (1991): *exponential* where one word leads from a position back to itself on two ways,
*polynomial* where one word keeps one loop, leads from it into another one, and keeps that too.

It never says "one" of what has more, except across lookarounds and atomic groups: what stands in
these is judged by itself. Bounded repeats of more than `MANY` are taken as unbounded where they
could nest. From a position behind which nothing can fail the first try succeeds: the ways through
it cost nothing, and are not counted.
"""

import importlib
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_parser: Any = importlib.import_module("re._parser")  # it has no other public name since 3.11
_code: Any = importlib.import_module("re._constants")

MANY = 12
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S", "CATEGORY_WORD": r"\w", "CATEGORY_NOT_WORD": r"\W",
}  # fmt: skip
_SAMPLES = "aZ5_ \n\t-.字é٣ẞ\u3000\x00!"
"""One sign of each kind that a category may hold; the expression's own signs come beside them."""

Edges = Mapping[int, Mapping[int, int]]
Letters = frozenset[str]


@dataclass(slots=True)
class _Part:
    """A piece of the expression: where it begins and ends, and on how many ways it is empty.

    `first` and `last` tell on how many ways; `free` is that part of `last` behind which the piece
    holds no condition (an end of the line, a lookahead) that could still fail.
    """

    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    free: set[int] = field(default_factory=set)
    empty: int = 1
    freely: bool = True


class _Reader:
    """One expression as an automaton of its positions."""

    def __init__(
        self, *, loops: bool, samples: Sequence[str], flags: int, atomic: bool = True
    ) -> None:
        self.letters: list[Letters] = []
        self.follow: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.inner: list[Any] = []
        self.gives_back = True
        self._loops, self._samples, self._flags, self._atomic = loops, samples, flags, atomic

    def sequence(self, items: Iterable[Any]) -> _Part:
        whole = _Part()
        for item in items:
            whole = self._joined(whole, self._item(item))
        return whole

    def _joined(self, one: _Part, two: _Part) -> _Part:
        self._edges(one.last, two.first)
        return _Part(
            _added(one.first, two.first, one.empty),
            _added(two.last, one.last, two.empty),
            two.free | (one.free if two.empty and two.freely else set()),
            min(2, one.empty * two.empty),
            one.freely and two.freely,
        )

    def _edges(self, last: Mapping[int, int], first: Mapping[int, int]) -> None:
        for before, ways in last.items():
            for after, more in first.items():
                self.follow[before][after] = min(2, self.follow[before][after] + ways * more)

    def _item(self, item: Any) -> _Part:
        op, told = item
        if op in (_code.MAX_REPEAT, _code.MIN_REPEAT):
            return self._repeated(*told)
        if op in (_code.POSSESSIVE_REPEAT, _code.ATOMIC_GROUP):
            return self._kept(op, told)
        if op is _code.SUBPATTERN:
            return self.sequence(told[3])
        if op is _code.BRANCH:
            return self._branches([self.sequence(one) for one in told[1]])
        if op in (_code.ASSERT, _code.ASSERT_NOT):
            self.inner.append(told[1])
            return _Part(freely=False)
        if op is _code.AT:
            return _Part(freely=False)
        if op is _code.GROUPREF:  # whatever it repeats: anything, as often as it likes
            return self._repeated(0, _code.MAXREPEAT, [(_code.ANY, None)])
        if op is _code.GROUPREF_EXISTS:
            return self._branches([self.sequence(one or ()) for one in told[1:]])
        return self._position(self._signs(op, told))

    def _kept(self, op: Any, told: Any) -> _Part:
        """What never gives back: one sign for whatever it takes, or as if it gave back."""
        self.gives_back = False
        inner = [(_code.MAX_REPEAT, told)] if op is _code.POSSESSIVE_REPEAT else told
        if not self._atomic:
            return self.sequence(inner)
        self.inner.append(inner)
        return self._position(frozenset(self._samples))

    def _position(self, letters: Letters) -> _Part:
        self.letters.append(letters)
        own = len(self.letters) - 1
        return _Part({own: 1}, {own: 1}, {own}, 0)

    def _branches(self, parts: Sequence[_Part]) -> _Part:
        made = _Part(empty=0)
        for one in parts:
            made = _Part(
                _added(made.first, one.first), _added(made.last, one.last), made.free | one.free,
                min(2, made.empty + one.empty), made.freely and one.freely,
            )  # fmt: skip
        return made

    def _repeated(self, least: int, most: int, items: Any) -> _Part:
        """Two turns stand for more: what may be left out is nested, x{0,2} as (x(x)?)?."""
        endless = most is _code.MAXREPEAT or (self._loops and most > MANY)
        turns = [self.sequence(items) for _ in range(max(1, min(2, least if endless else most)))]
        for one in turns:
            one.empty = min(one.empty, 1)  # an empty turn ends the loop: sre sees to it
        made = turns[-1]
        if endless:
            looped = turns[0] if self._loops and least > MANY else made
            self._edges(looped.last, looped.first)
        for at in range(len(turns) - 1, -1, -1):
            if at < len(turns) - 1:
                made = self._joined(turns[at], made)
            if at >= least:
                made.empty = 1
        return made

    def _signs(self, op: Any, told: Any) -> Letters:
        if op is _code.IN:
            turned = told[0][0] is _code.NEGATE
            held: set[str] = set()
            for one, what in told[1:] if turned else told:
                held |= self._signs(one, what)
            return frozenset(set(self._samples) - held if turned else held)
        if op is _code.ANY:
            dot = bool(self._flags & re.DOTALL)
            return frozenset(one for one in self._samples if dot or one != "\n")
        if op is _code.CATEGORY:
            kind = re.compile(_CATEGORIES[told.name], self._flags & re.ASCII)
            return frozenset(one for one in self._samples if kind.match(one))
        if op is _code.NOT_LITERAL:
            return frozenset(self._samples) - self._within(told, told)
        low, high = told if op is _code.RANGE else (told, told)
        return self._within(low, high)

    def _within(self, low: int, high: int) -> Letters:
        cased = self._flags & re.IGNORECASE
        return frozenset(
            one
            for one in self._samples
            if any(
                low <= ord(way) <= high
                for way in ({one, *one.lower(), *one.upper()} if cased else {one})
            )
        )


def _added(one: Mapping[int, int], two: Mapping[int, int], times: int = 1) -> dict[int, int]:
    made = defaultdict(int, one)
    for key, ways in two.items():
        if times:
            made[key] = min(2, made[key] + ways * times)
    return dict(made)


def ways(pattern: str, flags: int = 0, *, sought: bool = True, whole: bool = False) -> str:
    """ "exponential", "polynomial", or "" where no text has more than boundedly many ways.

    `sought`: it may begin anywhere in the text (search, sub, findall); `whole`: it must reach the
    text's end (fullmatch).
    """
    tree = _parser.parse(pattern, flags)
    return _of(list(tree), tree.state.flags, sought, whole)


def _of(items: list[Any], flags: int, sought: bool, whole: bool) -> str:
    samples = sorted({*_SAMPLES, *_own(items)})
    reader = _Reader(loops=True, samples=samples, flags=flags)
    part = reader.sequence(items)
    if _exponential(reader.letters, _failing(reader.follow, part, whole)):
        return "exponential"
    found = ""
    for inner in reader.inner:
        worse = _of(list(inner), flags, False, True)
        if worse == "exponential":
            return worse
        found = found or worse
    anywhere = sought and not _fixed(items)
    # What never gives back is still begun anew at each place of the text.
    for atomic in (False, True) if anywhere and not reader.gives_back else (True,):
        reader = _Reader(loops=False, samples=samples, flags=flags, atomic=atomic)
        part = reader.sequence(items)
        start = len(reader.letters)
        if anywhere:
            reader.letters.append(frozenset(samples))
            reader.follow[start].update({start: 1, **part.first})
        begun = None if atomic else start
        if _polynomial(reader.letters, _failing(reader.follow, part, whole), begun):
            found = "polynomial"
    return found


def _failing(follow: Edges, part: _Part, whole: bool) -> Edges:
    """What is left of the ways where those end that can only succeed."""
    free = set() if whole else part.free
    return {
        one: {other: many for other, many in ends.items() if other not in free}
        for one, ends in follow.items()
        if one not in free
    }


def _fixed(items: list[Any]) -> bool:
    """Whether it can begin at one place alone."""
    return bool(items) and items[0][0] is _code.AT and items[0][1] in (
        _code.AT_BEGINNING, _code.AT_BEGINNING_STRING
    )  # fmt: skip


def _own(items: Any) -> Iterator[str]:
    """The signs that the expression names, and their neighbours: classes differ only at these."""
    if (
        isinstance(items, tuple)
        and len(items) == 2
        and items[0] in (_code.LITERAL, _code.NOT_LITERAL)
    ):
        yield from _near(items[1])
    elif isinstance(items, tuple) and len(items) == 2 and items[0] is _code.RANGE:
        yield from _near(items[1][0])
        yield from _near(items[1][1])
    elif isinstance(items, (list, tuple)) or type(items).__name__ == "SubPattern":
        for one in items:
            yield from _own(one)


def _near(sign: int) -> Iterator[str]:
    for one in (sign - 1, sign, sign + 1):
        if 0 <= one <= sys.maxunicode and not 0xD800 <= one <= 0xDFFF:
            yield from {chr(one), chr(one).lower()[:1], chr(one).upper()[:1]}


def _exponential(letters: Sequence[Letters], follow: Edges) -> bool:
    of = _components(follow, range(len(letters)))
    for start, ends in follow.items():
        for end, many in ends.items():
            if many > 1 and of[start] == of[end]:
                return True
    groups: dict[int, list[int]] = defaultdict(list)
    for position, component in of.items():
        groups[component].append(position)
    return any(len(one) > 1 and _forks(letters, follow, one) for one in groups.values())


def _forks(letters: Sequence[Letters], follow: Edges, group: Sequence[int]) -> bool:
    """Whether a pair of equals and a pair of others lie on one cycle of the squared automaton."""
    within = set(group)
    pairs: dict[tuple[int, int], list[tuple[int, int]]] = {}
    waiting = [(one, one) for one in group]
    while waiting:
        pair = waiting.pop()
        if pair in pairs:
            continue
        pairs[pair] = [
            (a, b)
            for a in follow.get(pair[0], ()) if a in within
            for b in follow.get(pair[1], ()) if b in within and letters[a] & letters[b]
        ]  # fmt: skip
        waiting += pairs[pair]
    of = _components({k: dict.fromkeys(v, 1) for k, v in pairs.items()}, pairs)
    equals = {of[pair] for pair in pairs if pair[0] == pair[1]}
    return any(pair[0] != pair[1] and of[pair] in equals for pair in pairs)


def _polynomial(letters: Sequence[Letters], follow: Edges, begun: int | None) -> bool:
    """`begun`: only ways that begin with this loop."""
    of = _components(follow, range(len(letters)))
    many = Counter(of.values())
    looped = [one for one in of if one in follow.get(one, ()) or many[of[one]] > 1]
    for one in looped if begun is None else [begun]:
        for two in looped:
            if of[one] < of[two] or not letters[one] & letters[two]:
                continue  # a component is numbered after those that it leads to
            if of[one] != of[two] and _both(letters, follow, of, one, two):
                return True
    return False


def _both(
    letters: Sequence[Letters], follow: Edges, of: Mapping[int, int], one: int, two: int
) -> bool:
    """Whether one word keeps `one`, leads from it to `two`, and keeps `two`."""
    seen: set[tuple[int, int, int]] = set()
    waiting = [(one, one, two)]
    while waiting:
        state = waiting.pop()
        for a in follow.get(state[0], ()):
            if of[a] != of[one]:
                continue
            for c in follow.get(state[2], ()):
                common = letters[a] & letters[c]
                if of[c] != of[two] or not common:
                    continue
                for b in follow.get(state[1], ()):
                    if common & letters[b] and (a, b, c) not in seen:
                        if (a, b, c) == (one, two, two):
                            return True
                        seen.add((a, b, c))
                        waiting.append((a, b, c))
    return False


def _components(follow: Mapping[Any, Iterable[Any]], every: Iterable[Any]) -> dict[Any, int]:
    """For each state the number of its strongly connected component (Tarjan, without recursion).

    What a component leads to has a lower number.
    """
    number: dict[Any, int] = {}
    low: dict[Any, int] = {}
    of: dict[Any, int] = {}
    held: list[Any] = []
    for root in every:
        if root in number:
            continue
        path = [(root, iter(follow.get(root, ())))]
        number[root] = low[root] = len(number)
        held.append(root)
        while path:
            state, left = path[-1]
            for one in left:
                if one not in number:
                    number[one] = low[one] = len(number)
                    held.append(one)
                    path.append((one, iter(follow.get(one, ()))))
                    break
                if one not in of:
                    low[state] = min(low[state], number[one])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[state])
                if low[state] == number[state]:
                    whole = held[held.index(state) :]
                    del held[-len(whole) :]
                    of |= dict.fromkeys(whole, len(of))
    return of
