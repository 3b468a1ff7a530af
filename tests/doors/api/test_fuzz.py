"""schemathesis drives the real WSGI application by its own document: no answer is a 5xx, and
every answer is one that the document promises."""

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from commonward.core.rights import SYSTEM
from commonward.people.actions import issue_key
from commonward.people.models import ApiKey
from commonward.response.actions.setting_up import set_up
from tests.district import SINCE
from tests.doors.api.conftest import Office
from tests.doors.api.test_permissions import operations

CHECKS = (
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application's requests end inside the test's transaction and must not close it."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
EXAMPLES = int(os.environ.get("COMMONWARD_EXAMPLES", "5"))
"""Requests an operation is driven with, twice each; a thorough search asks for more."""


def test_no_request_breaks_anything(office: Office) -> None:
    set_up(SINCE)
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for _, method, path in operations():
        drive(office, document[path][method], office.opened().data["case"])


def drive(office: Office, operation: Any, number: str) -> None:
    """So many requests of one operation, by two who may do much, all at one case."""
    callers = {str(pk) for pk in ApiKey.objects.values_list("pk", flat=True)}
    account = office.here.accounts["leader"]
    spare, _ = issue_key(SYSTEM, "spare", ["api"], at=SINCE, account=account)
    keys = [office.keys[who] for who in ("administrator", "duty_chief")]
    if operation.path.startswith("/api/v1/calls"):
        _, system = issue_key(SYSTEM, "alarms", ["calls"], at=SINCE, per_minute=1_000_000)
        keys = [keys[0], system]

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES)))
    def told(case: Any) -> None:
        if "number" in case.path_parameters:
            case.path_parameters["number"] = number
        if str(case.path_parameters.get("key")) in callers:
            # Whoever withdraws the key that it calls with is heard no more.
            case.path_parameters["key"] = spare.pk
        for key in keys:
            etag = office.call("leader", "GET", f"/cases/{number}").etag
            sent = {"Authorization": f"Bearer {key}", "If-Match": etag}
            case.call_and_validate(headers=sent, checks=list(CHECKS))

    told()
