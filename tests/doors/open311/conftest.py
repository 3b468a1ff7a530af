"""The door as a client sees it, in both formats, over the real stack."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.people.actions import issue_key
from tests.district import District, small_district

RIGHTS = ("open311.report", "open311.update")


@dataclass(frozen=True)
class Answer:
    """An answer: its status, headers, bytes, and what it says, read by the format it claims."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def root(self) -> ET.Element:
        """The document, if it is XML."""
        return ET.fromstring(self.raw)  # noqa: S314 (our own answer)

    @property
    def data(self) -> Any:
        """What it says: JSON as it is, XML as lists and dictionaries of texts."""
        if "json" in self.headers["Content-Type"]:
            return json.loads(self.raw)
        return _read(self.root)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A list of entries, alike in both formats."""
        return [{k: _text(v) for k, v in row.items()} for row in self.data]

    @property
    def row(self) -> dict[str, Any]:
        """The only entry."""
        [only] = self.rows
        return only

    @property
    def wrong(self) -> str:
        """The descriptions of all errors; checks that their form is exactly the standard's."""
        for error in self.rows:
            assert set(error) == {"code", "description"}
            assert error["code"] == str(self.status)
        return " | ".join(error["description"] for error in self.rows)


LISTS = {
    "services", "attributes", "values", "service_requests", "errors", "endpoints", "formats",
    "notes", "photos", "service_request_updates",
}  # fmt: skip


def _read(node: ET.Element) -> Any:
    if node.tag in LISTS:
        return [_read(child) for child in node]
    if len(node):
        return {child.tag: _read(child) for child in node}
    return node.text or ""


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, list | dict) else str(value)


@dataclass
class Door:
    """Asks in one format; `secret` is a key with every right, given with each POST."""

    client: Client
    form: str
    secret: str
    root: str = "/open311/v2/"

    def get(self, resource: str, **query: Any) -> Answer:
        """GET a resource, such as "services" or "requests/ABC"."""
        headers = query.pop("headers", {"accept-language": "en"})
        form = query.pop("form", self.form)
        return self._answer(
            self.client.get(f"{self.root}{resource}.{form}", query, headers=headers)
        )

    def post(self, resource: str = "requests", **fields: Any) -> Answer:
        """POST a form; fields that are None are left out, files make it multipart."""
        headers = {"accept-language": "en", **fields.pop("headers", {})}
        filled = {"api_key": self.secret} | fields.pop("more", {}) | fields
        return self._answer(
            self.client.post(
                f"{self.root}{resource}.{self.form}",
                {k: v for k, v in filled.items() if v is not None},
                headers=headers,
            )
        )

    def send(self, method: str, resource: str, **more: Any) -> Answer:
        """Any method, with any body."""
        path = f"{self.root}{resource}"
        headers = {"accept-language": "en"}
        return self._answer(self.client.generic(method, path, headers=headers, **more))

    @staticmethod
    def _answer(response: Any) -> Answer:
        raw = response.getvalue() if response.streaming else response.content
        return Answer(response.status_code, dict(response.headers), raw)


@pytest.fixture(scope="module")
def set_up(django_db_setup: None, django_db_blocker: Any) -> Iterator[District]:
    """The small district a day ago, so that whole cases have happened by now; set up once for a
    module, in a transaction around those of its tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield small_district(timezone.now() - timedelta(days=1))
        transaction.set_rollback(True)


@pytest.fixture
def district(set_up: District, db: None) -> District:
    """The small district; what a test writes goes with the test."""
    return set_up


@pytest.fixture
def secret(district: District) -> str:
    """A key that may report and update, as often as it likes."""
    return issue_key(SYSTEM, "an app", RIGHTS, at=district.at, per_minute=1_000_000)[1]


@pytest.fixture(params=["xml", "json"])
def door(request: pytest.FixtureRequest, client: Client, secret: str) -> Door:
    """The door, once in each format."""
    return Door(client, request.param, secret)


@pytest.fixture
def xml(client: Client, secret: str) -> Door:
    """The door in the format that the standard requires."""
    return Door(client, "xml", secret)


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """An empty folder for photos."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def here(district: District) -> dict[str, Any]:
    """lat and long of the middle of the first grid."""
    lat, lon = district.inside()
    return {"lat": lat, "long": lon}
