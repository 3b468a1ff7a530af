"""The Python client is what the API's document makes it, and it works against a real site."""

import base64
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from commonward.core.hooking import signatures
from commonward.core.rights import SYSTEM
from commonward.people.actions import issue_key
from house.client import DOCUMENT, FOLDER, made
from tests.district import RUBBISH, District, small_district


@pytest.fixture
def client_package() -> Iterator[Any]:
    """The package as its users import it."""
    sys.path.insert(0, str(FOLDER.parent))
    yield import_module("commonward_client")
    sys.path.remove(str(FOLDER.parent))


def test_the_client_is_what_the_document_makes_it() -> None:
    for name, text in made(json.loads(DOCUMENT.read_text(encoding="utf-8"))).items():
        kept = Path(FOLDER / name).read_text(encoding="utf-8")
        assert kept == text, f"{name} drifted: run ./dev client"


def test_every_operation_of_the_document_is_a_method(client_package: Any) -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for operations in document["paths"].values():
        for operation in operations.values():
            assert callable(getattr(client_package.Client, operation["operationId"]))


@pytest.mark.django_db(transaction=True)
def test_it_opens_a_case_follows_the_feed_and_is_refused_in_words(
    live_server: Any, client_package: Any
) -> None:
    here = small_district(timezone.now())
    account = here.accounts["intake_officer"]
    issued = issue_key(SYSTEM, "client", ["api"], at=timezone.now(), account=account)
    client = client_package.Client(live_server.url, issued[1])
    lat, lon = District.inside()
    told = {"category": RUBBISH, "words": "Rubbish beside the gate.", "lat": lat, "lon": lon}
    receipt = client.open_case(told)
    assert client.etag
    case = client.read_case(receipt["case"])["case"]
    assert case["number"] == receipt["case"]
    assert len(client.list_cases(state="open", stage=[case["stage"]], unrouted=False)["cases"]) == 1
    events = list(client_package.follow(client, size=1))
    assert [one["subject"] for one, _ in events] == [f"cases/{receipt['case']}"]
    assert list(client_package.follow(client, events[-1][1])) == []
    with pytest.raises(client_package.Refused) as refused:
        client.open_case({**told, "category": "none"})
    assert refused.value.status in (403, 404, 422) and refused.value.detail
    with pytest.raises(client_package.Refused) as unknown:
        client_package.Client(live_server.url, "wrong").list_cases()
    assert (unknown.value.status, unknown.value.code) == (401, "key")


def test_a_webhook_is_taken_with_either_secret_and_nothing_else_is(client_package: Any) -> None:
    hooks = import_module("commonward_client.webhooks")
    old, new = b"o" * 32, b"n" * 32
    body = json.dumps({"specversion": "1.0", "id": "7"}).encode()
    now = 1_772_413_200
    headers = {
        "Webhook-Id": "a", "webhook-timestamp": str(now),
        "webhook-signature": signatures([new, old], "a", now, body),
    }  # fmt: skip
    for key in (old, new):
        secret = "whsec_" + base64.b64encode(key).decode()
        assert hooks.verified(body, headers, [secret], now=now)["id"] == "7"
    good = "whsec_" + base64.b64encode(new).decode()
    wrong = "whsec_" + base64.b64encode(b"w" * 32).decode()
    faults: tuple[dict[str, Any], ...] = (
        {"body": body + b" "}, {"secrets": [wrong]}, {"now": now + 301}, {"now": now - 301},
        {"headers": {}}, {"headers": headers | {"Webhook-Id": "b"}},
    )  # fmt: skip
    for bad in faults:
        given: dict[str, Any] = {"body": body, "headers": headers, "secrets": [good], "now": now}
        with pytest.raises(hooks.NotGenuine):
            hooks.verified(**(given | bad))
