"""No published number depends on a case that is not public, and few numbers are hidden for it."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from commonward.core.indicators import reference
from commonward.core.indicators.facts import TABLES, Kind
from commonward.core.publishing.sheets import K
from commonward.insight.actions import publishing
from commonward.insight.models import Release
from commonward.insight.queries import rows, tabulating
from commonward.insight.queries.measuring import book_in_force
from commonward.insight.queries.released import not_public
from tests.insight.test_publication import AT, FEBRUARY, case, told

pytestmark = pytest.mark.django_db
STREETS = [f"s{n:02}" for n in range(20)]


@pytest.fixture
def all_cases(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """A month of a district of twenty streets in four tables; about three in a hundred are not
    public. Whoever takes rows out of it counts without them."""
    chance = Random(11)
    made: dict[str, list[Any]] = {name: [] for name in TABLES}
    for n in range(900):
        street = STREETS[min(int(chance.expovariate(0.12)), 19)]
        own = case(n, chance, street=street, public=chance.random() > 0.03,
                   community=f"{street}-{chance.randrange(2)}", category=f"03{chance.randrange(4):02}")  # fmt: skip
        made["cases"].append(own)
        for name in ("reports", "acts", "limits"):
            made[name].append(beside(name, own, n))
    monkeypatch.setattr(rows, "counter", lambda: reference.counter(made))
    monkeypatch.setattr(tabulating, "only", lambda facts: {})
    return made


def beside(name: str, own: dict[str, Any], number: int) -> dict[str, Any]:
    """A row of another table of the same case, in time and done rightly."""
    empty = {Kind.TEXT: "", Kind.YES_NO: True, Kind.WHOLE: number, Kind.MOMENT: own["opened_at"]}
    found = {c.name: empty.get(c.kind) for c in TABLES[name].columns.values()}
    return found | {column: own[column] for column in found if column in own}


def without_hidden(tables: dict[str, list[Any]]) -> None:
    """Take out every row that is not public, as if it had never been."""
    for some in tables.values():
        some[:] = [one for one in some if one["public"]]


def contents(months: Sequence[tabulating.Month]) -> dict[str, Any]:
    """What would be published, without the one number that tells of the others."""
    found = publishing.told(list(months), book_in_force())
    for one in found.values():
        one.pop(publishing.NOT_PUBLIC, None)
    return found


def test_what_is_published_is_the_same_as_if_the_hidden_cases_had_never_been(
    all_cases: dict[str, list[Any]],
) -> None:
    """Nobody subtracts from a number what is not in it: not across tables, levels or counts."""
    with_them = contents(tabulating.tabulated(book_in_force(), FEBRUARY, rows.counter()))
    assert sum(not one["public"] for one in all_cases["cases"]) > 15
    without_hidden(all_cases)
    assert contents(tabulating.tabulated(book_in_force(), FEBRUARY, rows.counter())) == with_them
    assert {"cases", "reports", "acts"} <= set(with_them)


def test_every_published_volume_is_the_list_of_public_cases_counted(
    all_cases: dict[str, list[Any]],
) -> None:
    release = publishing.publish(FEBRUARY, AT)
    compared = 0
    for key, counts in release.content["cases"]["cells"]:
        inside = [
            one
            for one in all_cases["cases"]
            if one["public"] and all(one[k] == v for k, v in zip(key[::2], key[1::2], strict=False))
        ]
        if "opened" in counts:
            assert counts["opened"] == len(inside), key
            compared += 1
    assert compared > 25


def test_a_few_hidden_cases_in_each_street_hide_no_number(
    all_cases: dict[str, list[Any]],
) -> None:
    release = publishing.publish(FEBRUARY, AT)
    by_street = {s: sum(c["street"] == s for c in all_cases["cases"]) for s in STREETS}
    hidden = {
        s: sum(c["street"] == s and not c["public"] for c in all_cases["cases"]) for s in STREETS
    }
    assert sum(0 < n < K for n in hidden.values()) > 8, (
        f"{hidden}: many a street has one to four of them"
    )
    shown = [s for s in STREETS if told(release, ["street", s], "opened") is not None]
    large = [s for s in STREETS if by_street[s] - hidden[s] >= K]
    assert len(shown) >= len(large) - 1
    assert told(release, ["site"], "opened") == sum(c["public"] for c in all_cases["cases"])


@pytest.mark.parametrize(("hidden", "said"), [(0, 0), (1, None), (4, None), (5, 5), (40, 40)])
def test_how_many_are_not_public_is_told_of_the_site_unless_they_are_few(
    all_cases: dict[str, list[Any]], hidden: int, said: int | None
) -> None:
    without_hidden(all_cases)
    for one in all_cases["cases"][:hidden]:
        one["public"] = False
    release = publishing.publish(FEBRUARY, AT)
    assert not_public(release) == said
    assert told(release, ["site"], "opened") == len(all_cases["cases"]) - hidden


def test_a_few_more_hidden_cases_change_nothing_that_was_told(
    all_cases: dict[str, list[Any]],
) -> None:
    first = publishing.publish(FEBRUARY, AT)
    more = [{**all_cases["cases"][0], "case": 9_000 + n, "public": False} for n in range(4)]
    all_cases["cases"] += more[:3]
    assert publishing.publish(FEBRUARY, AT + timedelta(days=1)) == first
    all_cases["cases"] += [{**more[3], "case": 9_100 + n} for n in range(4)]
    second = publishing.publish(FEBRUARY, AT + timedelta(days=2))
    assert not_public(second) == (not_public(first) or 0) + 7
    assert second.content["cases"]["cells"] == first.content["cases"]["cells"]
    assert Release.objects.count() == 2
