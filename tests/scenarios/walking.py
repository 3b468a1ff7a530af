"""What a random walk draws from: reports and their slips, moments, people, the late table."""

import random
from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import strategies as st

from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from tests.core.oracle import Rules
from tests.district import (
    ACCOUNTS,
    DISTRICT,
    INSPECTION,
    LAMP,
    POTHOLE,
    QUESTION,
    RUBBISH,
    SINCE,
    STREETS,
    District,
)

NORMAL = [(480, 720), (840, 1080)]
WEEK = [*([NORMAL] * 5), [], []]
NEW_YEARS = {date(year, 1, 1) for year in range(2020, 2040)}
LATE = {
    "2026-01-01": True, "2026-03-03": True, "2026-03-05": True, "2026-03-06": True,
    "2026-03-07": False, "2026-03-14": False, "2026-04-06": True, "2026-05-01": True,
}  # fmt: skip
"""The table of 2026, which arrives in the middle of a walk: day → whether it is off."""
WITHOUT = Rules("Asia/Shanghai", NEW_YEARS - {date(2026, 1, 1)}, set(), WEEK)
WITH = Rules(
    "Asia/Shanghai",
    NEW_YEARS | {date.fromisoformat(day) for day, off in LATE.items() if off},
    {date.fromisoformat(day) for day, off in LATE.items() if not off},
    WEEK,
)
ANY = st.integers(0, 2**32).map(lambda n: random.Random(n).getrandbits(40))
"""Picks one of a list that only the walk knows, by its remainder: evenly, also from a small n."""
LATER = st.one_of(
    st.just(timedelta(0)),
    st.integers(1, 600).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 120).map(lambda n: timedelta(minutes=n)),
    st.integers(1, 600).map(lambda n: timedelta(minutes=n)),
    st.integers(1, 30 * 24).map(lambda n: timedelta(hours=n)),
)
CATEGORIES = (LAMP, POTHOLE, RUBBISH, QUESTION)
FREE = st.sampled_from(["Because of the rain.", "因为下雨", "x\u202e🚧", "因为" * 99, " "])
INSIDE = st.tuples(st.integers(0, 2), st.integers(0, 2)).map(lambda g: District.inside(*g))
ELSEWHERE = st.sampled_from(
    [(None, None), (27.81, 113.105), (27.8099, 113.11), (48.1, 11.5), (113.1, 27.8), (27.81, None)]
)
PLACES = st.one_of(INSIDE, INSIDE, ELSEWHERE)
CONTACTS = st.sampled_from([{}, {"phone": "13800000000"}, {"email": "a@example.org"}])
TOLD = st.fixed_dictionaries(
    {
        "category": st.sampled_from(CATEGORIES),
        "place": INSIDE,
        "contact": CONTACTS,
        "words": FREE,
        "limit": st.sampled_from([None, "3 work_day", "6 urgent_hour", "10 day", "90 work_minute"]),
        "key": st.just(""),
        "by_standard": st.booleans(),
        "public": st.booleans(),
        "grade": st.sampled_from(["ordinary", "urgent"]),
    }
)
SLIPS = st.one_of(
    st.just({}),
    st.just({}),
    st.just({}),
    ELSEWHERE.map(lambda place: {"place": place}),
    st.sampled_from(
        [
            {"category": "nope"},
            {"category": INSPECTION},
            {"contact": {"pet": "x"}},
            {"standard": LAMP},
            {"grade": "red"},
            {"key": "k"},
            {"words": "x" * 4_001},
        ]
    ),
)
"""What is wrong, or unusual, with a report."""
Turns = list[tuple[int, int, timedelta]]
TURNS = st.lists(st.tuples(ANY, ANY, LATER), max_size=6)
ROLES = sorted({role for role, _ in ACCOUNTS.values() if role and role != "administrator"})
KINDS = (*("whistle", "assist", "supervision") * 3, "dance")
ONWARD: Mapping[str, tuple[str, ...]] = {
    "collect": ("accept", "ask_verification", "answer", "dispatch"),
    "verify": ("confirm", "fix_on_spot"),
    "file": ("file",),
    "dispatch": ("dispatch", "decide_finally"),
    "handle": ("finish",),
    "suspended": ("resume",),
    "feed_back": ("pass_on",),
    "check": ("pass_check", "fail_check"),
    "close": ("close",),
    "evaluate": ("content", "not_content"),
    "answer_again": ("answer_again",),
    "closed": ("reopen", "raise", "note"),
}
"""The verbs that bring a case on, so that walks reach every stage."""


def asked_by(kind: str) -> tuple[str, ...]:
    """Who asks for such a task, as DOMAIN tells it."""
    return {
        "whistle": ("dispatcher", "duty_chief", "leader"),
        "assist": ("dispatcher", "handler"),
        "supervision": ("duty_chief", "leader"),
    }.get(kind, ("leader",))


def everybody(here: District) -> int:
    """Somebody who holds every post and sits in the street's team: the one who must be stopped."""
    account = people.add_account(SYSTEM, "everybody", "Everybody", at=SINCE).pk
    for role in ROLES:
        people.grant(SYSTEM, account, role, at=SINCE)
    people.join_team(SYSTEM, account, here.teams["street"], at=SINCE)
    return account


def narrow(here: District) -> int:
    """Somebody whose posts hold for one street, one group of categories, or one verb only."""
    account = people.add_account(SYSTEM, "narrow", "Narrow", at=SINCE).pk
    street = f"/{DISTRICT}/{STREETS[0]}/"
    people.grant(SYSTEM, account, "intake_officer", at=SINCE, area_path=street)
    people.grant(SYSTEM, account, "handler", at=SINCE, categories=["02", "03"])
    people.grant(SYSTEM, account, "leader", at=SINCE, verbs=["force_close"])
    people.join_team(SYSTEM, account, here.teams["roads"], at=SINCE)
    return account
