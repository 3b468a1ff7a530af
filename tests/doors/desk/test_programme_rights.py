"""Every address of the programmes at the desk × every standing person, against their tables.

A part has a file in `programme_rows` with `ROWS` and, where an address names something,
`prepare(office)`, which makes it and gives what the places in the rows ("{plan}") stand for. An
address without a row fails, and so does a row without an address.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from commonward.core.rights import SYSTEM
from commonward.doors.desk.programme_urls import programme_patterns
from commonward.people import actions as people
from tests.district import ACCOUNTS, SINCE
from tests.doors.desk import programme_rows
from tests.doors.desk.conftest import Office
from tests.doors.desk.programme_rows.row import Row

OFFICER = "programme_officer"
PEOPLE = (*ACCOUNTS, OFFICER, "nobody")
WORKS = (
    OFFICER, "leader", "handler", "second_handler", "street_handler", "grid_worker",
    "second_grid_worker",
)  # fmt: skip
PARTS: tuple[ModuleType, ...] = tuple(
    importlib.import_module(f"{programme_rows.__name__}.{found.name}")
    for found in pkgutil.iter_modules(programme_rows.__path__)
    if found.name != "row"
)
ROWS: Mapping[str, tuple[Row, ModuleType | None]] = {
    "programmes": (Row((*WORKS, "administrator", "intake_officer")), None),
    **{name: (row, part) for part in PARTS for name, row in part.ROWS.items()},
}


@pytest.fixture
def officer(office: Office) -> str:
    """The post that the small district's others do not have."""
    account = people.add_account(SYSTEM, OFFICER, "Programme Officer", at=SINCE).pk
    people.grant(SYSTEM, account, OFFICER, at=SINCE)
    return OFFICER


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert all(isinstance(entry, URLPattern) for entry in programme_patterns)
    assert sorted(ROWS) == sorted(str(entry.name) for entry in programme_patterns)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_only_those_in_the_table_are_let_in(office: Office, officer: str, name: str) -> None:
    row, part = ROWS[name]
    prepare: Callable[[Office], Mapping[str, str]] | None = getattr(part, "prepare", None)
    stands_for = dict(prepare(office)) if prepare else {}
    kwargs = {k: v.format(**stands_for) for k, v in row.given.items()}
    path = reverse(f"desk:{name}", kwargs=kwargs)
    met = {}
    for login in PEOPLE:
        client = Client()
        if login != "nobody":
            client.force_login(*office.key_of(login))
        sent = client.get(path) if row.method == "get" else client.post(path)
        met[login] = _met(sent)
    assert met == {login: row.expected(login) for login in PEOPLE}


def _met(sent: Any) -> str:
    if sent.status_code in (301, 302, 303):
        to = sent.headers["Location"]
        return "sign in" if to.startswith(reverse("account_login")) else "in"
    return {403: "refused", 404: "missing"}.get(sent.status_code, "in")
