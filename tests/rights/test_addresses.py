"""What stands in an address tells a stranger nothing: numbers and codes are drawn, and none counts."""

from commonward.doors.api.urls import api
from tests.rights.addresses import addresses
from tests.rights.others import OTHERS

FOR_STAFF = ("desk", "demo", "api")
"""Doors that a stranger does not open; the API's numbers are asked with a key of staff."""


def test_the_walk_sees_the_whole_map() -> None:
    found = list(addresses())
    assert len(found) > 500, len(found)
    assert {"desk", "portal", "field", "api", "open311", "live", "tiles", "ledger"} <= {
        one.door for one in found
    }


def test_no_running_number_stands_in_an_address_of_a_stranger_without_a_reason() -> None:
    counting = {one.name for one in addresses() if one.counts and one.door not in FOR_STAFF}
    said = {name for name, row in OTHERS.items() if row.counted}
    assert counting - said == set(), (
        "draw it by chance, or say in tests/rights/table/others.toml why it may count"
    )
    assert said - counting == set(), "these do not count"


def test_no_operation_without_a_key_of_staff_takes_a_running_number() -> None:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            numbers = [
                one["name"]
                for one in operation.get("parameters", ())
                if one["in"] == "path" and one["schema"].get("type") == "integer"
            ]
            open_to_all = operation.get("security") == []
            assert not (numbers and open_to_all), (method, path, numbers)
            if operation["operationId"] in ("read_proof", "read_call_status"):
                assert not numbers, path
