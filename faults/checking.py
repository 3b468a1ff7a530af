"""The book held against the site: what was acknowledged is there, once, whole, and told."""

import hashlib
import time
from collections import Counter
from typing import Any

from faults.book import Book
from faults.inside import STEPS
from faults.installation import Site

LEASE = 11 * 60
"""Seconds after which what a killed worker had leased was taken up by another one; as long as
something is still delivered within that time, a long queue is no loss."""


def faults_of(site: Site, book: Book, *, deliveries: bool = True) -> list[str]:
    """Everything that is wrong, in words; the site must be running where deliveries are looked at."""
    seen = _drained(site) if deliveries else site.inside("look")
    return [*_reports(seen, book), *_whole(seen), *(_deliveries(site, seen) if deliveries else ())]


def _drained(site: Site) -> dict[str, Any]:
    """What is there once nothing waits any more; leases of the killed end by themselves."""
    until, before, fewest = time.monotonic() + LEASE, -1, 2**62
    while True:
        seen = site.inside("look")
        waiting = [one for one in seen["deliveries"] if one[3] == "waiting"]
        if len(waiting) < fewest:
            fewest, until = len(waiting), time.monotonic() + LEASE
        # What was not owed yet at one look is at the next.
        if (not waiting and len(seen["deliveries"]) == before) or time.monotonic() > until:
            return seen
        before = len(seen["deliveries"])
        time.sleep(5)


def _reports(seen: dict[str, Any], book: Book) -> list[str]:
    wrong = []
    by_number = {number: words for number, words, *_ in seen["reports"]}
    words = Counter(one[1] for one in seen["reports"])
    for line in book.lines("report"):
        if by_number.get(line["number"]) != line["words"]:
            wrong.append(f"lost: report {line['number']}")
    for line in book.lines("receipt"):
        number = seen["receipts"].get(hashlib.sha256(line["token"].encode()).hexdigest())
        if number is None or by_number.get(number) != line["words"]:
            wrong.append(f"lost: what was told on the page as {line['words']}")
    wrong += [f"doubled: {one}" for one, count in words.items() if count > 1]
    for line in book.lines("step"):
        if line["verb"] not in seen["steps"].get(line["case"], []):
            wrong.append(f"lost: {line['verb']} of {line['case']}")
    for case, verbs in seen["steps"].items():
        if verbs != list(STEPS[: len(verbs)]):
            wrong.append(f"out of order or doubled: {case} {verbs}")
    return wrong


def _whole(seen: dict[str, Any]) -> list[str]:
    wrong = []
    opened = Counter(seen["opened"])
    cases = Counter(one[4] for one in seen["reports"])
    if set(opened) != set(cases) or any(count > 1 for count in opened.values()):
        wrong.append("half: reports without the event of their case, or events without reports")
    if missing := set(cases) - set(seen["running"]):
        wrong.append(f"half: {len(missing)} open cases without a clock")
    wrong += [f"half: {one}" for one in seen["found"][:20]]
    wrong += [f"chain: {one}" for one in seen["refused"]]
    wrong += [f"chain: {one}" for one in seen["chain"][:20]]
    wrong += [f"chain: around it: {one}" for one in seen["around"][:40]]
    wrong += [f"file: {one}" for one in seen["file"][:20]]
    wrong += [f"time ran backwards at event {one}" for one in seen["backwards"][:20]]
    wrong += [f"photo without its file: {one}" for one in seen["photos"][:20]]
    return wrong


def _deliveries(site: Site, seen: dict[str, Any]) -> list[str]:
    wrong = []
    came = Counter((one["kind"], one["key"]) for one in site.received())
    hook = site.told["hook"]
    keys: Counter[tuple[str, str]] = Counter()
    for pk, channel, event, state in seen["deliveries"]:
        if state == "waiting":
            wrong.append(f"not delivered: {channel} {pk}")
        if channel == "hook" and state == "sent":
            key = ("hook", f"commonward-{hook}-{event}")
            keys[key] += 1
            if not came[key]:
                wrong.append(f"lost: hook {pk} is said to be sent, and never came")
    wrong += [f"doubled: event owed twice to one hook: {key}" for key, n in keys.items() if n > 1]
    mails = sum(1 for one in seen["deliveries"] if one[1] == "mail" and one[3] == "sent")
    if mails > sum(1 for kind, _ in came if kind == "mail"):
        wrong.append(f"lost: {mails} mails are said to be sent, fewer came")
    return wrong


def repeats(site: Site) -> tuple[int, int]:
    """How many arrivals there were, and how many under a key that had come before: at least once
    means that whoever is killed between the sending and its note sends again, under the same key."""
    came = Counter(one["key"] for one in site.received())
    return sum(came.values()), sum(came.values()) - len(came)
