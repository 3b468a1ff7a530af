"""Errors: one form for all of them, and nothing a client sends is answered otherwise."""

from typing import Any

import pytest
from django.urls import reverse

from tests.district import RUBBISH
from tests.doors.open311.conftest import Door

RESOURCES = (
    "services", "services/0201", "requests", "requests/X", "tokens/X", "servicerequestupdates",
)  # fmt: skip


def test_an_error_is_exactly_the_standards_document(xml: Door) -> None:
    found = xml.get("services/nix")
    assert found.raw == (
        b'<?xml version="1.0" encoding="utf-8"?>\n<errors><error><code>404</code><description>'
        + "service_code “nix” was not found; ask for the list of services.".encode()
        + b"</description></error></errors>"
    )
    assert found.headers["Content-Type"] == "text/xml; charset=utf-8"
    found = xml.get("services/nix", form="json")
    assert found.data == [
        {
            "code": 404,
            "description": "service_code “nix” was not found; ask for the list of services.",
        }
    ]
    assert found.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_another_method_is_refused_with_those_that_are_offered(
    door: Door, resource: str, method: str
) -> None:
    found = door.send(method, f"{resource}.{door.form}")
    assert found.status == 405
    assert method in found.wrong
    assert "GET" in found.headers["Allow"]


@pytest.mark.parametrize("resource", ["services", "services/0201", "requests/X", "tokens/X"])
def test_nothing_is_posted_where_there_is_only_reading(door: Door, resource: str) -> None:
    found = door.post(resource)
    assert (found.status, found.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_head_and_options_are_answered_without_a_body(door: Door) -> None:
    assert (door.send("HEAD", f"services.{door.form}").status) == 200
    found = door.send("OPTIONS", f"requests.{door.form}")
    assert (found.status, found.raw) == (204, b"")
    assert "POST" in found.headers["Allow"]
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    assert "Idempotency-Key" in found.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "path",
    [
        "services", "services.yaml", "services.csv", "services.xml.bak", "requests", "requests.",
        "requests/X", "nothing.xml", "requests.xml/", "a/b/c.json", "", "v2",
        "photos/" + "0" * 33 + ".jpg", "photos/../secret-key.jpg",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_not_found_in_the_standards_form(xml: Door, path: str) -> None:
    found = xml.send("GET", path)
    assert found.status == 404
    assert found.wrong


def test_the_root_of_the_door_is_not_found_in_the_same_form(xml: Door) -> None:
    xml.root = ""
    assert xml.send("GET", reverse("open311:root")).status == 404


def test_suffixes_may_be_written_large(xml: Door) -> None:
    assert xml.send("GET", "services.XML").status == 200
    assert xml.send("GET", "services.JSON").status == 200


@pytest.mark.parametrize("resource", RESOURCES[:4])
def test_another_jurisdiction_is_not_found_only_where_one_is_set(
    door: Door, settings: Any, resource: str
) -> None:
    free = door.get(resource, jurisdiction_id="elsewhere.gov").status
    assert free == door.get(resource).status
    settings.JURISDICTION = "tongli.example.org"
    assert door.get(resource, jurisdiction_id="tongli.example.org").status == free
    assert door.get(resource, jurisdiction_id="").status == free
    found = door.get(resource, jurisdiction_id="elsewhere.gov")
    assert (found.status, "elsewhere.gov" in found.wrong) == (404, True)
    posted = door.post(jurisdiction_id="elsewhere.gov", service_code=RUBBISH)
    assert (posted.status, "elsewhere.gov" in posted.wrong) == (404, True)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"service_code": "0301"}'),
        ("text/xml", b"<request/>"),
        ("", b"service_code=0301"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--y\r\nbroken"),
        ("multipart/form-data; boundary=" + "x" * 300, b""),
        ("multipart/form-data; boundary=\xff", b""),
        ("application/x-www-form-urlencoded; charset=utf-16", b"service_code=0301"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"%ff%fe=%c3%28"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1_001))),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\x00"),
    ],
)
def test_a_body_that_is_no_form_is_refused_in_words(door: Door, kind: str, body: bytes) -> None:
    found = door.send("POST", f"requests.{door.form}", data=body, content_type=kind)
    assert found.status in (400, 403)
    assert found.wrong


def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(door: Door) -> None:
    class Unread:
        """A body that must not be asked for."""

        def read(self, *_: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    for kind, size in (
        ("application/x-www-form-urlencoded", 10 << 20),
        ("multipart/form-data; boundary=x", 60 << 20),
    ):
        found = door.send(
            "POST",
            f"requests.{door.form}",
            CONTENT_TYPE=kind,
            CONTENT_LENGTH=str(size),
            HTTP_ACCEPT_LANGUAGE="en",
            **{"wsgi.input": Unread()},
        )
        assert found.status == 413
        assert "too large" in found.wrong


def test_a_body_in_chunks_is_refused_in_words_and_not_taken_for_an_empty_one(door: Door) -> None:
    found = door.send(
        "POST",
        f"requests.{door.form}",
        CONTENT_TYPE="application/x-www-form-urlencoded",
        HTTP_TRANSFER_ENCODING="chunked",
    )
    assert (found.status, "Content-Length" in found.wrong) == (400, True)


def test_too_many_parameters_in_an_address_are_refused_in_words(door: Door) -> None:
    query = "&".join(f"a{n}=1" for n in range(1_001))
    found = door.send("GET", f"requests.{door.form}?{query}", HTTP_ACCEPT_LANGUAGE="en")
    assert (found.status, "too many" in found.wrong) == (400, True)


def test_no_answer_sets_a_cookie(door: Door, here: dict[str, Any]) -> None:
    for found in (door.get("services"), door.post(service_code=RUBBISH, **here), door.get("x")):
        assert "Set-Cookie" not in found.headers
        assert "Cookie" not in found.headers.get("Vary", "")
