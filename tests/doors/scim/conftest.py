"""The office's directory as a program: a key, and requests as its two large providers send them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions, queries
from commonward.people.models import Account, Grant, Membership, Team

TYPE = "application/scim+json"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
STREET = "/43/4302/430211/430211001/"


@dataclass
class Told:
    """An answer: its status, its document and its version."""

    status: int
    body: dict[str, Any]
    version: str
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return str(self.body["id"])


@dataclass
class Directory:
    """Asks as the office's directory does, with its key."""

    secret: str
    root: Actor
    teams: dict[str, Team]

    def ask(self, method: str, path: str, body: Any = None, **more: str) -> Told:
        headers = {"authorization": f"Bearer {self.secret}", "accept-language": "en"}
        if "version" in more:
            headers["if-match"] = more["version"]
        response = Client().generic(
            method,
            f"/scim/v2/{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type=more.get("type", TYPE),
            headers=headers,
        )
        told = json.loads(response.content) if response.content else {}
        return Told(
            response.status_code, told, response.headers.get("ETag", ""), dict(response.headers)
        )

    def joins(self, login: str, **more: Any) -> Told:
        """A new user, as a directory makes one."""
        told = self.ask("POST", "Users", {"schemas": [USER], "userName": login, **more})
        assert told.status == 201, told.body
        return told

    def patch(self, path: str, *operations: dict[str, Any], **more: str) -> Told:
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return self.ask("PATCH", path, body, **more)

    def group(self, name: str, *members: Told) -> Told:
        """A new group with these members."""
        listed = [{"value": one.id} for one in members]
        told = self.ask(
            "POST", "Groups", {"schemas": [GROUP], "displayName": name, "members": listed}
        )
        assert told.status == 201, told.body
        return told


def now() -> datetime:
    return timezone.now()


def rights_of(told: Told) -> set[tuple[str, str]]:
    """The roles and areas that stand for an account."""
    standing = Grant.objects.filter(account_id=int(told.id), until=None)
    return set(standing.values_list("role", "area_code"))


def teams_of(told: Told) -> set[str]:
    """The teams that an account is in."""
    standing = Membership.objects.filter(account_id=int(told.id), until=None)
    return set(standing.values_list("team__code", flat=True))


@pytest.fixture
def directory(db: None) -> Directory:
    at = timezone.now() - timedelta(hours=1)
    root = actions.add_account(SYSTEM, "root", "Root", at=at)
    actions.grant(SYSTEM, root.pk, "administrator", at=at)
    teams = {code: actions.add_team(SYSTEM, code, code, at=at) for code in ("water", "roads")}
    _key, secret = actions.issue_key(SYSTEM, "Directory", ["scim"], at=at, per_minute=100_000)
    return Directory(secret, queries.actor_for(root.pk, at), teams)


def account_of(told: Told) -> Account:
    return Account.objects.get(pk=int(told.id))
