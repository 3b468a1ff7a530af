"""The API as a program sees it: keys of the small district's people, over the real stack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.people.actions import add_account, grant, issue_key
from tests.district import ACCOUNTS, RUBBISH, SINCE, District, small_district


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    data: Any

    @property
    def etag(self) -> str:
        return self.headers["ETag"]

    @property
    def code(self) -> str:
        """The problem's code; checks that the problem is one."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.data["status"] == self.status
        assert self.data["type"] == f"urn:commonward:problem:{self.data['code']}"
        assert self.data["detail"]
        return str(self.data["code"])


@dataclass(frozen=True)
class Office:
    """The district and a key for each of its people."""

    here: District
    keys: Mapping[str, str]

    def call(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request by this person's program ("" sends no key)."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            sent["Authorization"] = f"Bearer {self.keys[who]}"
        sent.setdefault("Accept-Language", "en")
        content = body if isinstance(body, bytes | str) else json.dumps(body or {})
        got = Client(headers=sent).generic(
            method, f"/api/v1{path}", content, content_type="application/json"
        )
        return Answer(got.status_code, dict(got.items()), got.json() if got.content else None)

    def opened(self, **more: Any) -> Answer:
        """A new case, filed by the intake officer in the middle of the first grid."""
        lat, lon = self.here.inside()
        body = {"category": RUBBISH, "words": "Rubbish beside the gate.", "lat": lat, "lon": lon}
        answer = self.call("intake_officer", "POST", "/cases", body | more)
        assert answer.status == 201, answer.data
        return answer

    def step(self, who: str, number: str, verb: str, **given: Any) -> Answer:
        """A step with the version that stands."""
        etag = self.call(who, "GET", f"/cases/{number}").headers.get("ETag", '"1"')
        return self.call(who, "POST", f"/cases/{number}/verbs/{verb}", given, If_Match=etag)


@pytest.fixture
def office(db: None) -> Office:
    """The small district as it stands now, a key for everybody, and two who see nothing here."""
    here = small_district(timezone.now())
    accounts = dict(here.accounts)
    accounts["stranger"] = add_account(SYSTEM, "stranger", "Stranger", at=SINCE).pk
    for role in ("intake_officer", "dispatcher", "duty_chief", "leader", "handler"):
        grant(SYSTEM, accounts["stranger"], role, at=SINCE, area_path="/99/")
    keys = {
        login: issue_key(
            SYSTEM, login, ["api"], at=SINCE, account=accounts[login], per_minute=1_000_000
        )[1]
        for login in (*ACCOUNTS, "stranger")
    }
    return Office(here, keys)
