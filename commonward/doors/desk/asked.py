"""A list's address: what the form of the filters sends, read into the room's filters and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from commonward.cases.queries.listed import LIGHTS, ORDERS, STATES, Filters
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.naming import KINDS, code_of
from commonward.people.queries.names import teams_to_choose

NAMES = (
    "q", "state", "stage", "light", "mine", "team", "handling_team", "category", "area", "grade",
    "origin", "unrouted", "paused", "provisional", "opened_from", "opened_until", "due_before",
    "order",
)  # fmt: skip
"""What a list's address may hold, in this order; anything else is left out of it."""
NOT_NARROWING = ("q", "order", "state", "mine", "light")
"""Shown beside the filters, as search, order and quick ways."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address asks for it; `given` is that address, canonical and without the page.

    `text` are words to search for, which the newest come first for.
    """

    filters: Filters
    order: str
    text: str
    after: str
    given: Mapping[str, tuple[str, ...]]

    @property
    def query(self) -> str:
        """The address after the question mark, as it is kept in a saved view."""
        return query_of(self.given)

    def with_(self, **changed: str) -> str:
        """The address with some of it changed, or left out where it is ""."""
        return query_of({**self.given, **{k: (v,) if v else () for k, v in changed.items()}})

    @property
    def narrowed(self) -> int:
        """How many filters are set beyond the search and the quick ways."""
        return sum(1 for name in self.given if name not in NOT_NARROWING)


def query_of(given: Mapping[str, Iterable[str]]) -> str:
    """An address in the order of `NAMES`."""
    return urlencode([(name, v) for name in NAMES for v in given.get(name, ())])


def read(query: QueryDict, marks: Mapping[str, int]) -> Asked:
    """What an address asks for. Raises Invalid for what no list knows."""
    given: dict[str, tuple[str, ...]] = {}
    for name in NAMES:
        values = tuple(dict.fromkeys(v.strip()[:_LONGEST] for v in query.getlist(name)))
        kept = tuple(v for v in values if v)
        if kept:
            given[name] = kept if name == "stage" else kept[:1]
    for name in KINDS:
        if name in given:
            given[name] = (code_of(name, given[name][0], marks),)
    one = {name: values[0] for name, values in given.items()}
    state = _known("state", one.get("state", "open"), STATES)
    order = _known("order", one.get("order", "due"), ORDERS)
    if state != "open":
        order = "newest"  # only what is open is due
    filters = Filters(
        state=state,
        stages=given.get("stage", ()),
        team=_team("team", one, marks),
        handling_team=_team("handling_team", one, marks),
        mine="mine" in one,
        category=one.get("category", ""),
        area=one.get("area", ""),
        grade=one.get("grade", ""),
        origin=one.get("origin", ""),
        light=_known("light", one.get("light", ""), ("", *LIGHTS)),
        unrouted=_yes("unrouted", one),
        paused=_yes("paused", one),
        provisional=_yes("provisional", one),
        opened_from=_day("opened_from", one),
        opened_until=_day("opened_until", one, end=True),
        due_before=_day("due_before", one, end=True),
    )
    after = query.get("after", "")[:_LONGEST]
    return Asked(filters, order, one.get("q", ""), after, given)


def _known(name: str, given: str, known: Iterable[str]) -> str:
    if given not in known:
        raise Invalid(
            N_("“{given}” is not known here; choose one of {known}."),
            field=name,
            given=given,
            known=", ".join(k for k in known if k),
        )
    return given


def _yes(name: str, given: Mapping[str, str]) -> bool | None:
    said = given.get(name)
    return None if said is None else _known(name, said, ("yes", "no")) == "yes"


def _team(name: str, given: Mapping[str, str], marks: Mapping[str, int]) -> int | None:
    code = given.get(name)
    if code is None:
        return None
    team = teams_to_choose(marks).get(code)
    if team is None:
        raise Invalid(N_("There is no team “{given}”."), field=name, given=code)
    return team.id


def _day(name: str, given: Mapping[str, str], *, end: bool = False) -> datetime | None:
    """The beginning of a day in the site's zone, or its end: the last day is meant to be in it."""
    said = given.get(name)
    if said is None:
        return None
    try:
        day = date.fromisoformat(said) + timedelta(days=1 if end else 0)
    except (ValueError, OverflowError):
        raise Invalid(
            N_("“{given}” is no day: write it as 2026-03-31."), field=name, given=said
        ) from None
    return timezone.make_aware(datetime.combine(day, time()))
