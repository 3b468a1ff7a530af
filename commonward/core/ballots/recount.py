#!/usr/bin/env python3
"""Count a published vote again, and find whatever was added, dropped or changed (计票复核).

    python3 recount.py ballots.json [--root HEX]

One file of plain Python (3.11 or newer) without any other library, so that anybody can read and
run it; the site itself counts with this very file. It checks that each ballot bears the vote's
signature, that no token stands twice, that there are no more ballots than rights were given out,
that the list is the one whose root was written into the public log when the box was closed, and
that the result follows from the list. The root must come from somewhere else than the file: from
the vote's page, the public log, or whoever wrote it down on the evening of the closing.

Signatures are RSASSA-PSS with SHA-384 and a salt of 48 bytes (RFC 8017, RFC 9474). The root is
that of RFC 9162's tree over the vote's terms and then the ballots in the order of their tokens.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

FORMAT = "commonward-vote-1"
SALT = HASH = 48
Ballots = Mapping[Any, int]
"""A choice → how many ballots say so."""


# The list ---------------------------------------------------------------------------------------


def line(ballot: Sequence[Any]) -> bytes:
    """The bytes of a ballot (token, randomizer, signature, choice) in the list."""
    return canonical(list(ballot))


def canonical(given: Any) -> bytes:
    """JSON with sorted names and nothing between: the same bytes on every machine."""
    return json.dumps(
        given, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def root_of(terms: Mapping[str, Any], ballots: Sequence[Sequence[Any]]) -> str:
    """The root over the vote's terms and the ballots, sorted by token (hex)."""
    leaves = [canonical(terms), *(line(b) for b in sorted(ballots, key=lambda b: str(b[0])))]
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in pairs]
        # An odd one out is carried up: for trees built from the left this is RFC 9162's split.
        level = above + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()


def tie_order(root: str, numbers: Sequence[int]) -> list[int]:
    """Who comes first where all else is equal: by the hash of the list's root and the number.

    It is fixed beforehand as a rule, and known by nobody before the last ballot is in the box.
    """
    return sorted(numbers, key=lambda n: hashlib.sha256(f"{root}:{n}".encode()).digest())


# The signatures ---------------------------------------------------------------------------------


def message(vote: str, token: str, randomizer: str) -> bytes:
    """What is signed: 32 random bytes, then the vote and the token (RFC 9474, PSS-Randomized)."""
    head = f"{FORMAT}\x00{vote}\x00".encode()
    return bytes.fromhex(randomizer) + head + bytes.fromhex(token)


def signed(key: Mapping[str, Any], said: bytes, signature: str) -> bool:
    """Whether the signature (hex) is this key's over these bytes (RFC 8017, 8.1.2)."""
    n, e = int(key["n"], 16), int(key["e"])
    size = (n.bit_length() + 7) // 8
    given = bytes.fromhex(signature)
    value = int.from_bytes(given, "big")
    if len(given) != size or value >= n:
        return False
    bits = n.bit_length() - 1
    return _pss_holds(said, pow(value, e, n).to_bytes((bits + 7) // 8, "big"), bits)


def _pss_holds(said: bytes, encoded: bytes, bits: int) -> bool:
    """EMSA-PSS-VERIFY (RFC 8017, 9.1.2)."""
    unused = 8 * len(encoded) - bits
    if encoded[-1] != 0xBC or encoded[0] >> (8 - unused):
        return False
    masked, digest = encoded[: -HASH - 1], encoded[-HASH - 1 : -1]
    block = bytearray(a ^ b for a, b in zip(masked, mgf1(digest, len(masked)), strict=True))
    block[0] &= 0xFF >> unused
    if bytes(block[: -SALT - 1]).strip(b"\x00") or block[-SALT - 1] != 1:
        return False
    hashed = hashlib.sha384(said).digest()
    return hashlib.sha384(bytes(8) + hashed + bytes(block[-SALT:])).digest() == digest


def mgf1(seed: bytes, length: int) -> bytes:
    """The mask of so many bytes that a seed stands for (RFC 8017, B.2.1, SHA-384)."""
    blocks = range(-(-length // HASH))
    return b"".join(hashlib.sha384(seed + n.to_bytes(4, "big")).digest() for n in blocks)[:length]


# The methods ------------------------------------------------------------------------------------


def yes_no(ballots: Ballots, terms: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """More yes than no, where enough have voted (the quorum); blank counts for the quorum."""
    counts = {name: ballots.get(name, 0) for name in ("yes", "no", "blank")}
    enough = sum(counts.values()) >= int(terms.get("quorum", 0))
    return {**counts, "quorum": enough, "accepted": enough and counts["yes"] > counts["no"]}


def approval(ballots: Ballots, terms: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """Each ballot names any number of options; those named most often win the seats."""
    votes = {n: sum(k for c, k in ballots.items() if n in c) for n in order}
    ranked = sorted(order, key=lambda n: -votes[n])
    return {"votes": _named(votes), "winners": ranked[: int(terms.get("seats", 1))]}


def borda(ballots: Ballots, terms: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """First of m gets m − 1 points, the last none; those left out share what remains evenly."""
    points = {n: Fraction(0) for n in order}
    for choice, times in ballots.items():
        rest = [n for n in order if n not in choice]
        for place, n in enumerate(choice):
            points[n] += times * (len(order) - 1 - place)
        for n in rest:
            points[n] += times * Fraction(len(rest) - 1, 2)
    ranked = sorted(order, key=lambda n: -points[n])
    return {"points": _named(points), "winners": ranked[: int(terms.get("seats", 1))]}


def instant_runoff(
    ballots: Ballots, terms: Mapping[str, Any], order: Sequence[int]
) -> dict[str, Any]:
    """Whoever has fewest first places goes out, round by round, until one has more than half."""
    left, rounds = list(order), []
    while True:
        votes = dict.fromkeys(left, 0)
        for choice, times in ballots.items():
            first = next((n for n in choice if n in votes), None)
            if first is not None:
                votes[first] += times
        rounds.append(_named(votes))
        best = max(left, key=lambda n: votes[n])
        if 2 * votes[best] > sum(votes.values()) or len(left) == 1:
            return {"rounds": rounds, "winners": [best]}
        # Among equals the later in the order goes out.
        left.remove(min(reversed(left), key=lambda n: votes[n]))


def schulze(ballots: Ballots, terms: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """Options are compared two by two; the strongest paths decide (Schulze 2011, winning votes)."""
    beats = {(a, b): 0 for a in order for b in order if a != b}
    for choice, times in ballots.items():
        place = {n: choice.index(n) if n in choice else len(order) for n in order}
        for a, b in beats:
            if place[a] < place[b]:
                beats[a, b] += times
    path = {(a, b): k if k > beats[b, a] else 0 for (a, b), k in beats.items()}
    for via in order:
        for a, b in beats:
            if via not in (a, b):
                path[a, b] = max(path[a, b], min(path[a, via], path[via, b]))
    wins = {a: sum(path[a, b] > path[b, a] for b in order if b != a) for a in order}
    ranked = sorted(order, key=lambda n: -wins[n])
    pairs = {f"{a}>{b}": k for (a, b), k in sorted(beats.items())}
    return {"pairs": pairs, "winners": ranked[: int(terms.get("seats", 1))]}


def knapsack(ballots: Ballots, terms: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """The budget goes down the list by votes; what no longer fits is passed over."""
    votes = {n: sum(k for c, k in ballots.items() if n in c) for n in order}
    chosen = _greedy(votes, costs_of(terms), int(terms["budget"]), order, [])
    return _funded(votes, chosen, terms)


def equal_shares(
    ballots: Ballots, terms: Mapping[str, Any], order: Sequence[int]
) -> dict[str, Any]:
    """Each ballot gets the same share of the budget and pays for what it names (Peters & Skowron).

    The option that its supporters can pay at the least share per yuan comes first, each paying
    alike as far as they can; the rest of the budget then goes down the list by votes.
    """
    votes = {n: sum(k for c, k in ballots.items() if n in c) for n in order}
    shared = shares(ballots, costs_of(terms), int(terms["budget"]), order)
    chosen = _greedy(votes, costs_of(terms), int(terms["budget"]), order, shared)
    return {**_funded(votes, chosen, terms), "by_shares": shared}


def shares(
    ballots: Ballots, costs: Mapping[int, int], budget: int, order: Sequence[int]
) -> list[int]:
    """The method of equal shares itself, with what an option costs as its worth; exact."""
    purses = {choice: Fraction(budget, max(1, sum(ballots.values()))) for choice in ballots}
    left = list(order)
    chosen: list[int] = []
    while True:
        found = None
        for n in left:
            backers = [(purses[c], k, c) for c, k in ballots.items() if n in c]
            price = _price(backers, costs[n])
            if price is not None and (found is None or price / costs[n] < found[0]):
                found = (price / costs[n], price, n, backers)
        if found is None:
            return chosen
        _rate, price, n, backers = found
        for purse, _times, choice in backers:
            purses[choice] = purse - min(purse, price)
        chosen.append(n)
        left.remove(n)


def _price(backers: list[tuple[Fraction, int, Any]], cost: int) -> Fraction | None:
    """What each backer pays at most so that together they pay the cost; None where they cannot."""
    owed, heads = Fraction(cost), sum(times for _, times, _ in backers)
    for purse, times, _ in sorted(backers, key=lambda b: b[0]):
        if purse * heads >= owed:
            return owed / heads
        owed -= purse * times
        heads -= times
    return None


def _greedy(
    votes: Mapping[int, int],
    costs: Mapping[int, int],
    budget: int,
    order: Sequence[int],
    chosen: Sequence[int],
) -> list[int]:
    taken = list(chosen)
    spent = sum(costs[n] for n in taken)
    for n in sorted(order, key=lambda n: -votes[n]):
        if n not in taken and votes[n] and spent + costs[n] <= budget:
            taken.append(n)
            spent += costs[n]
    return taken


def costs_of(terms: Mapping[str, Any]) -> dict[int, int]:
    """What each option costs, in whole units of money."""
    return {int(o["number"]): int(o["cost"]) for o in terms["options"]}


def _funded(
    votes: Mapping[int, int], chosen: list[int], terms: Mapping[str, Any]
) -> dict[str, Any]:
    spent = sum(costs_of(terms)[n] for n in chosen)
    return {"votes": _named(votes), "winners": chosen, "spent": spent}


def _named(values: Mapping[int, Any]) -> dict[str, Any]:
    """For JSON: names are text, and a fraction is written as one."""
    return {str(n): int(v) if v == int(v) else str(v) for n, v in sorted(values.items())}


Method = Callable[[Ballots, Mapping[str, Any], Sequence[int]], dict[str, Any]]
METHODS: Mapping[str, Method] = {
    "yes_no": yes_no,
    "approval": approval,
    "borda": borda,
    "instant_runoff": instant_runoff,
    "schulze": schulze,
    "knapsack": knapsack,
    "equal_shares": equal_shares,
}
RANKED = ("borda", "instant_runoff", "schulze")
BUDGETED = ("knapsack", "equal_shares")


def fault_of(choice: Any, terms: Mapping[str, Any]) -> str:
    """What is wrong with a choice under these terms; "" where nothing is."""
    if terms["method"] == "yes_no":
        return "" if choice in ("yes", "no", "blank") else "it says neither yes, no nor blank"
    if not isinstance(choice, list) or any(type(n) is not int for n in choice):
        return "it is no list of numbers"
    if set(choice) - {o["number"] for o in terms["options"]}:
        return "it names an option that is not on the paper"
    if len(set(choice)) != len(choice):
        return "it names an option twice"
    if terms["method"] not in RANKED and choice != sorted(choice):
        return "its numbers are not in order"
    return ""


def count(terms: Mapping[str, Any], choices: Sequence[Any], order: Sequence[int]) -> dict[str, Any]:
    """The result of these choices under these terms; `order` decides between equals."""
    kept = Counter(tuple(c) if isinstance(c, list) else c for c in choices)
    return {"ballots": len(choices), **METHODS[terms["method"]](kept, terms, order)}


# The whole --------------------------------------------------------------------------------------


def result_of(terms: Mapping[str, Any], ballots: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Count a list of ballots, equals parted by the list's own root."""
    order = tie_order(root_of(terms, ballots), [int(o["number"]) for o in terms["options"]])
    return count(terms, [b[3] for b in ballots], order)


def check(published: Mapping[str, Any], root: str = "") -> list[str]:
    """All faults of a published vote, in words; an empty list means that it holds."""
    if published.get("format") != FORMAT:
        return [f"This is no list of the form {FORMAT}."]
    terms, ballots, issued = published["terms"], published["ballots"], published["issued"]
    faults = [f for place, b in enumerate(ballots, 1) for f in _ballot_faults(place, b, terms)]
    twice = [token for token, times in Counter(b[0] for b in ballots).items() if times > 1]
    faults += [f"The token {token[:12]}… stands twice." for token in twice]
    rights = int(issued["codes_spent"]) + int(issued["counter_checked"])
    if len(ballots) > rights:
        faults.append(f"There are {len(ballots)} ballots, but only {rights} rights were used.")
    found = root_of(terms, ballots)
    for said, where in ((published["root"], "the file"), (root, "what you gave")):
        if said and said != found:
            faults.append(f"The list's root is {found}, but {where} says {said}.")
    if not faults and published["result"] != (counted := result_of(terms, ballots)):
        faults.append(f"The list gives {counted}, but the file says {published['result']}.")
    return faults


def _ballot_faults(place: int, ballot: Sequence[Any], terms: Mapping[str, Any]) -> list[str]:
    token, randomizer, signature, choice = ballot
    faults = []
    if not signed(terms["key"], message(terms["code"], token, randomizer), signature):
        faults.append(f"Ballot {place} ({token[:12]}…) does not bear the vote's signature.")
    if fault := fault_of(choice, terms):
        faults.append(f"Ballot {place} ({token[:12]}…) does not count: {fault}.")
    return faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Check and count a file; 0 where it holds, 1 where it does not."""
    about = argparse.ArgumentParser(description="Count a published vote again.")
    about.add_argument("file", type=Path)
    about.add_argument("--root", default="", help="the root that you know from elsewhere")
    given = about.parse_args(arguments)
    published = json.loads(given.file.read_text(encoding="utf-8"))
    faults = check(published, given.root)
    say = sys.stdout.write
    for fault in faults:
        say(f"FAULT  {fault}\n")
    if faults:
        return 1
    say(f"root    {published['root']}\n")
    say(f"result  {json.dumps(published['result'], sort_keys=True)}\n")
    say("HOLDS   every ballot is signed, none is missing, and the result follows from them.\n")
    if not given.root:
        say("        (Compare the root with the vote's page or the public log, or give --root.)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
