"""Whatever is sent, the answer is whole, well formed, of the described form, and never a 5xx."""

import re
import string
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
import schemathesis
import yaml
from django.test import Client
from django.urls import resolve
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from commonward.doors.open311.asking import nowhere
from commonward.doors.open311.urls import urlpatterns
from tests.architecture.tracked import PACKAGE
from tests.district import LAMP, POTHOLE, RUBBISH, District
from tests.doors.open311.conftest import Answer, Door

FILE = PACKAGE / "doors" / "open311" / "openapi.yaml"
DESCRIPTION = schemathesis.openapi.from_path(FILE)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
FEW = hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)

EVIL = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "", "\x00", "\x01", "\ufffe", "😀" * 20, "مرحبا", "' OR 1=1 --", "%s%n", "{0}", "{name}",
            "<x>&amp;]]>", "-0", "1e309", "NaN", "٢", "9" * 400, "2026-01-31T08:00:00+08:00",
            "2026-01-31T08:00:00", "0001-01-01T00:00:00Z", "open,closed,", LAMP, POTHOLE, RUBBISH,
        ]
    ),
)  # fmt: skip
READING = (
    "service_request_id", "service_code", "status", "start_date", "end_date", "updated_after",
    "updated_before", "lat", "long", "radius", "page", "page_size", "extensions", "locale",
    "jurisdiction_id", "api_key",
)  # fmt: skip
WRITING = (
    "service_code", "lat", "long", "address_string", "address_id", "email", "device_id",
    "account_id", "first_name", "last_name", "phone", "description", "media_url",
    "idempotency_key", "attribute[HOWDEEP]", "attribute[HARMS][]", "attribute[", "status",
    "update_id", "service_request_id", "updated_datetime", "jurisdiction_id",
)  # fmt: skip


def whole(found: Answer) -> None:
    """It can be read in the format it claims, and is a success or the client's own fault."""
    assert found.status < 500
    if found.raw and "csv" not in found.headers["Content-Type"]:
        assert found.data is not None
    if found.status >= 400:
        assert found.wrong


@FEW
@given(
    resource=st.sampled_from(["services", "requests", "servicerequestupdates", "discovery"]),
    form=st.sampled_from(["xml", "json", "csv"]),
    query=st.dictionaries(st.sampled_from(READING), EVIL, max_size=6),
)
def test_no_question_breaks_it(
    xml: Door, district: District, resource: str, form: str, query: dict[str, str]
) -> None:
    whole(xml.send("GET", f"{resource}.{form}?{urlencode(query)}"))


@FEW
@given(
    kind=st.sampled_from(["services", "requests", "tokens", "photos"]),
    name=EVIL.filter(bool),
    form=st.sampled_from(["xml", "json", "jpg"]),
)
def test_no_name_in_an_address_breaks_it(xml: Door, kind: str, name: str, form: str) -> None:
    whole(xml.send("GET", f"{kind}/{quote(name.encode('utf-8', 'replace'), safe='')}.{form}"))


@FEW
@given(
    resource=st.sampled_from(["requests", "servicerequestupdates"]),
    form=st.sampled_from(["xml", "json"]),
    fields=st.dictionaries(st.sampled_from(WRITING), EVIL, max_size=10),
    placed=st.booleans(),
)
def test_no_form_breaks_it(
    xml: Door,
    district: District,
    here: Mapping[str, Any],
    resource: str,
    form: str,
    fields: dict[str, str],
    placed: bool,
) -> None:
    xml.form = form
    good = {"service_code": RUBBISH, **here} if placed else {}
    body = urlencode({"api_key": xml.secret} | good | fields)
    found = xml.send(
        "POST",
        f"{resource}.{form}",
        data=body.encode(),
        content_type="application/x-www-form-urlencoded",
    )
    whole(found)
    if found.status == 200 and resource == "requests":
        whole(xml.get("requests", extensions="true", form=form))


@FEW
@given(
    body=st.binary(max_size=200),
    boundary=st.text(string.printable, max_size=20),
    kind=st.sampled_from(["multipart/form-data", "application/x-www-form-urlencoded", "text/xml"]),
)
def test_no_bytes_break_it(xml: Door, body: bytes, boundary: str, kind: str) -> None:
    line = f"{kind}; boundary={boundary}".replace("\r", "").replace("\n", "")
    whole(xml.send("POST", "requests.xml", data=body, content_type=line))


def served(case: Any, client: Client, secret: str) -> Response:
    """What the site answers to a generated case."""
    if isinstance(case.body, dict):
        case.body = {**case.body, "api_key": secret}
    sent = requests.Request(
        **_plain(case.as_transport_kwargs(base_url="http://testserver/open311/v2"))
    ).prepare()
    headers = {
        k: v.decode("latin-1") if isinstance(v, bytes) else v
        for k, v in sent.headers.items()
        if k.lower() not in ("content-length", "cookie")
    }
    kind = headers.pop("Content-Type", "")
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    found = client.generic(
        str(sent.method), sent.path_url, body, content_type=kind, headers=headers
    )
    return Response(
        status_code=found.status_code,
        headers={name.lower(): [value] for name, value in found.headers.items()},
        content=found.getvalue() if found.streaming else found.content,
        request=sent,
        elapsed=0.0,
        verify=False,
    )


def _plain(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {
        k: v
        for k, v in kwargs.items()
        if k in ("method", "url", "params", "data", "json", "files", "headers", "cookies")
    }


@DESCRIPTION.parametrize()
@hypothesis_settings(
    max_examples=25,
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
def test_every_answer_has_the_described_form(case: Any, client: Client, secret: str) -> None:
    case.validate_response(served(case, client, secret), checks=CHECKS)


def test_the_description_names_every_address_of_the_door_but_photos(client: Client) -> None:
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))["paths"]
    for path in said:
        address = re.sub(r"{(?!format)\w+}", "x", path).replace("{format}", "xml")
        assert resolve(f"/open311/v2{address}").func is not nowhere
    offered = [p for p in urlpatterns if "photos" not in str(p.pattern)]
    # Its own root and whatever else is asked for have no answer to describe.
    assert len(said) == len(offered) - 2


@pytest.mark.parametrize("depth", [50_000])
def test_a_deep_or_long_list_in_one_parameter_is_answered(xml: Door, depth: int) -> None:
    whole(xml.send("GET", f"requests.xml?service_request_id={',' * depth}"))
    whole(xml.send("GET", f"requests.xml?status={'open,' * (depth // 10)}"))
