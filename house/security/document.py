"""schemathesis against a real server: no answer is a 5xx, each is one that the document promises."""

import contextlib
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from house.security.told import Part
from house.security.town import Town

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
OF_THE_SERVER = (414, 431)
"""An address or headers too long to be read at all: granian's refusal, before the site is asked."""
METHODS = ("get", "post", "put", "patch", "delete")
PATIENCE = 120
"""Seconds for the document: it is made when it is first asked for."""
CALLERS = ("demo-admin", "demo-chief", "demo-response")


def drive(town: Town, number: str, examples: int, part: Part) -> None:
    """So many requests of each operation by those who may do much, most at one case that exists."""
    base = f"http://127.0.0.1:{town.port}"
    document = schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json", timeout=PATIENCE)
    keys = [town.keys()[login] for login in CALLERS]
    count = operations = 0
    for path, methods in document.raw_schema["paths"].items():
        for method in methods:
            if method not in METHODS:
                continue
            operations += 1
            count += _one(document[path][method], keys, number, examples, part)
    part.looked = f"{count:,} requests to {operations} operations"


def _one(operation: Any, keys: list[str], number: str, examples: int, part: Part) -> int:
    count = 0

    @settings(
        max_examples=examples, suppress_health_check=list(HealthCheck), database=None, deadline=None
    )
    @given(
        case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES)),
        key=st.sampled_from(keys),
        known=st.integers(0, 3),
    )
    def told(case: Any, key: str, known: int) -> None:
        nonlocal count
        if known and "number" in case.path_parameters:
            case.path_parameters["number"] = number
        # Whoever withdraws the key that it calls with is heard no more.
        if "key" in case.path_parameters:
            case.path_parameters["key"] = 999_999
        count += 1
        answer = case.call(headers={"Authorization": f"Bearer {key}"})
        if answer.status_code not in OF_THE_SERVER:
            case.validate_response(answer, checks=CHECKS)

    try:
        told()
    except BaseExceptionGroup as group:
        for fault in group.exceptions:
            _note(fault, operation, part)
    except Exception as fault:  # whatever it raises is what was found
        _note(fault, operation, part)
    return count


def _note(fault: BaseException, operation: Any, part: Part) -> None:
    with contextlib.suppress(AttributeError):
        for one in fault.exceptions:  # type: ignore[attr-defined] # a group of failures
            _note(one, operation, part)
        return
    words = " ".join(str(fault).split())[:300]
    part.find(type(fault).__name__, f"{operation.method.upper()} {operation.path}", words)
