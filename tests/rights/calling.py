"""Call an operation of the API as a program of somebody's does, with a key of theirs."""

import json
from typing import Any

from django.db import transaction
from django.test import Client

from commonward.core.rights import SYSTEM
from commonward.doors.api.urls import api
from commonward.people.actions import issue_key
from tests.district import RUBBISH, SINCE, District
from tests.doors.api.test_permissions import BODIES
from tests.rights.checking import Check
from tests.rights.table import Thing
from tests.rights.things import Things
from tests.rights.town import Town

OPERATIONS = {
    operation["operationId"]: (method.upper(), path)
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method, operation in methods.items()
}
OFTEN = 1_000_000


class Keys:
    """A key with the right "api" for each account that asks."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._made: dict[str, str] = {"nobody": ""}

    def of(self, login: str) -> str:
        """The secret of this account's key; somebody who left had one, and it ended with them."""
        if login not in self._made:
            account = self._town.accounts[login]
            if login == "left-the-site":
                self._made[login] = "cw_of-somebody-who-left"
            else:
                _, self._made[login] = issue_key(
                    SYSTEM, login, ["api"], at=SINCE, account=account, per_minute=OFTEN
                )
        return self._made[login]


def call(town: Town, things: Things, check: Check, secret: str) -> Any:
    """The operation as a program calls it, having read the present version; what it changed is undone."""
    name = check.row.name
    method, path = OPERATIONS[name]
    given = things.given(check.row, check.thing)
    for place, value in given.items():
        path = path.replace("{" + place + "}", value)
    body = dict(BODIES.get(name, {}))
    if name == "join_case":
        # Into itself: a case into which it could go is another object with rights of its own.
        body["into"] = given["number"]
    sent = {"accept-language": "en", "if-match": f'"{_version(town, check.thing)}"'}
    if secret:
        sent["authorization"] = f"Bearer {secret}"
    lat, lon = District.inside()
    asked = f"{path}?category={RUBBISH}&lat={lat}&lon={lon}"
    with transaction.atomic():
        answer = Client(headers=sent).generic(
            method, asked, json.dumps(body), content_type="application/json"
        )
        transaction.set_rollback(True)
    return answer


def _version(town: Town, thing: Thing | None) -> int:
    """What somebody has read who sees it: another one is told that it changed, and nothing more."""
    name = thing.name if thing else ""
    case = town.cases.get("south" if name == "approval" else name)
    return case.version if case else 1
