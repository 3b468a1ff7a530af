"""The doors without posts: every address is in the table, and what is apart is told like what is not there."""

from collections.abc import Iterator
from functools import cache

from tests.rights.addresses import addresses
from tests.rights.asking import Asking, met, plain, undrawn
from tests.rights.others import OTHERS, Other
from tests.rights.people import POSTS, WITHOUT
from tests.rights.town import Town

ELSEWHERE = ("desk", "api", "demo")
"""Doors with tables of their own; a demonstration's is not there."""
FIELD = ("grid_worker", "handler")
APART = ("none", "dispute", "incident", "payment")
"""Numbers that the public is told nothing of, and one that there is not."""


def test_every_address_says_who_may_see_it() -> None:
    standing = {name for name, row in OTHERS.items() if not row.coming}
    assert found() - set(OTHERS) == set(), "say in tests/rights/table/others.toml who may see these"
    assert standing - found() == set(), "these are no addresses"


def test_what_is_apart_is_told_to_the_public_like_what_is_not_there(
    asking: Asking, town: Town
) -> None:
    shown, wrong = [row for row in of("everybody") if row.names_a_case], []
    for row in shown:
        for method in row.takes:
            told = {}
            for one in APART:
                answer = asking.ask("nobody", row.path(town.named[one]), method)
                told[one] = (answer.status_code, plain(answer, town.named[one]))
            if len(set(told.values())) != 1:
                wrong.append(f"{row.name} {method}: {[(k, v[0]) for k, v in told.items()]}")
    assert wrong == []
    assert len(shown) > 8


def test_the_field_is_for_those_who_work_there(asking: Asking) -> None:
    wrong = []
    with undrawn():
        for row in of("staff"):
            if not row.name.startswith("field:"):
                continue
            for login in (*(f"{post}-everywhere" for post in POSTS), *WITHOUT, "nobody"):
                for method in row.takes:
                    got = met(asking.ask(login, row.path("0000000000"), method))
                    right = (
                        {"sign in"} if login in ("nobody", "left-the-site")
                        else {"refused"} if login.split("-")[0] not in FIELD
                        else {"missing"} if row.given
                        else {"in"}
                    )  # fmt: skip
                    if got not in right:
                        wrong.append(f"{row.name} {method} {login}: {got}, not {right}")
    assert wrong == []


@cache
def found() -> frozenset[str]:
    """The addresses that are there."""
    return frozenset(one.name for one in addresses() if one.door not in ELSEWHERE)


def of(*opened_by: str) -> Iterator[Other]:
    """The addresses that these may open."""
    return (row for row in OTHERS.values() if row.open in opened_by and row.name in found())
