"""The OpenAPI document is a promise: a change of it shows in a diff."""

import json
import os
from pathlib import Path

from commonward.doors.api.urls import api

SNAPSHOT = Path(__file__).parent / "openapi.json"


def test_the_document_is_the_one_that_was_promised() -> None:
    now = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("RENEW_ANSWERS"):
        SNAPSHOT.write_text(now, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == now, (
        "The API changed. If it should: RENEW_ANSWERS=1 ./dev test tests/doors/api/test_document.py"
    )


def test_it_is_openapi_3_1_and_every_error_is_a_problem() -> None:
    document = api.get_openapi_schema()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["security"], path
            assert {"401", "403", "404", "422"} <= {str(s) for s in operation["responses"]}
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
