"""Discovery, the services, and what is asked for each."""

import json
from datetime import datetime

import pytest
from django.utils import timezone

from commonward.areas.queries import revisions
from commonward.cases import actions
from tests.district import INSPECTION, LAMP, POTHOLE, QUESTION, RUBBISH, District
from tests.doors.open311.conftest import Door


@pytest.mark.parametrize("path", ["discovery", "v2/discovery", "test/v2/discovery"])
def test_discovery_names_two_endpoints_with_two_formats_and_carries_no_charset(
    door: Door, path: str
) -> None:
    door.root = "/open311/"
    found = door.get(path)
    kind = {"xml": "text/xml", "json": "application/json"}[door.form]
    assert (found.status, found.headers["Content-Type"]) == (200, kind)
    said = found.data
    assert said["contact"]
    assert said["key_service"]
    assert [(e["type"], e["url"]) for e in said["endpoints"]] == [
        ("production", "http://testserver/open311/v2"),
        ("test", "http://testserver/open311/test/v2"),
    ]
    for endpoint in said["endpoints"]:
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["formats"] == ["text/xml", "application/json"]
        assert datetime.fromisoformat(endpoint["changeset"]) <= timezone.now()


def test_discovery_says_when_a_service_changed(door: Door) -> None:
    before = door.get("discovery").data["changeset"]
    seconds = revisions()["cases"] // 10**9
    assert datetime.fromisoformat(before).timestamp() == seconds


def test_the_contact_of_the_site_is_shown_where_it_is_set(door: Door, settings: object) -> None:
    settings.CONTACT = "desk@example.org"  # type: ignore[attr-defined]
    said = door.get("discovery").data
    assert said["contact"] == "desk@example.org"
    assert "desk@example.org" in said["key_service"]


def test_every_xml_answer_is_declared_utf8_without_namespaces(xml: Door) -> None:
    for resource in ("discovery", "services", f"services/{POTHOLE}", "requests", "tokens/x"):
        raw = xml.get(resource).raw
        assert raw.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n'), resource
        assert b"xmlns" not in raw


def test_only_what_can_be_reported_is_a_service_and_only_questions_make_metadata(
    door: Door,
) -> None:
    found = door.get("services")
    assert found.headers["Content-Type"].endswith("; charset=utf-8")
    services = {s["service_code"]: s for s in found.rows}
    assert list(services) == [LAMP, POTHOLE, RUBBISH, QUESTION]
    assert {c: s["metadata"] for c, s in services.items()} == {
        LAMP: "false", POTHOLE: "true", RUBBISH: "false", QUESTION: "false",
    }  # fmt: skip
    assert {s["type"] for s in services.values()} == {"realtime"}
    for service in services.values():
        for field in ("service_name", "description", "keywords", "group"):
            assert service[field], (field, service)
    assert services[LAMP]["keywords"] == "路灯,照明,lamp"


def test_json_services_are_a_bare_array_with_true_booleans_and_texts(xml: Door) -> None:
    raw = json.loads(xml.get("services", form="json").raw)
    assert isinstance(raw, list)
    assert raw[0]["service_code"] == LAMP
    assert raw[1]["metadata"] is True


@pytest.mark.parametrize(
    ("headers", "query", "name", "group"),
    [
        ({"accept-language": "en"}, {}, "Street lamp", "Utilities"),
        ({"accept-language": "zh-CN,zh;q=0.9"}, {}, "路灯", "公用设施"),
        ({"accept-language": "fr"}, {}, "路灯", "公用设施"),
        ({"accept-language": "zh"}, {"locale": "en"}, "Street lamp", "Utilities"),
        ({"accept-language": "en"}, {"locale": "zh_CN"}, "路灯", "公用设施"),
        ({"accept-language": "en"}, {"locale": "tlh-xx"}, "Street lamp", "Utilities"),
    ],
)
def test_names_follow_the_language_asked_for(
    door: Door, headers: dict[str, str], query: dict[str, str], name: str, group: str
) -> None:
    found = door.get("services", headers=headers, **query)
    assert (found.rows[0]["service_name"], found.rows[0]["group"]) == (name, group)
    assert found.headers["Content-Language"] == ("en" if name == "Street lamp" else "zh-hans")
    assert "Accept-Language" in found.headers["Vary"]


def test_a_definition_gives_each_question_its_type_order_and_values(door: Door) -> None:
    said = door.get(f"services/{POTHOLE}").data
    assert said["service_code"] == POTHOLE
    questions = said["attributes"]
    assert [q["code"] for q in questions] == ["HOWDEEP", "SURFACE", "HARMS", "SEENAT", "NOTE"]
    assert [q["datatype"] for q in questions] == [
        "number", "singlevaluelist", "multivaluelist", "datetime", "text",
    ]  # fmt: skip
    assert [str(q["order"]) for q in questions] == ["1", "2", "3", "4", "5"]
    assert [str(q["required"]).lower() for q in questions] == ["true"] + ["false"] * 4
    assert {str(q["variable"]).lower() for q in questions} == {"true"}
    assert questions[0]["description"] == "How deep is it, in centimetres?"
    assert all(q["datatype_description"] for q in questions)
    assert questions[1]["values"] == [
        {"key": "asphalt", "name": "沥青"},
        {"key": "concrete", "name": "水泥"},
    ]
    assert "values" not in questions[0]


def test_json_definitions_are_a_bare_object_with_numbers_and_booleans(xml: Door) -> None:
    raw = json.loads(xml.get(f"services/{POTHOLE}", form="json").raw)
    assert raw["attributes"][0]["order"] == 1
    assert raw["attributes"][0]["required"] is True


def test_a_service_without_questions_has_an_empty_definition(door: Door) -> None:
    assert door.get(f"services/{LAMP}").data == {"service_code": LAMP, "attributes": []}


@pytest.mark.parametrize("code", ["nix", INSPECTION, "01", "0102x", "..", "%00"])
def test_a_code_that_is_not_offered_is_not_found(door: Door, code: str) -> None:
    found = door.get(f"services/{code}")
    assert found.status in ((400,) if code == "%00" else (404,))
    assert found.wrong


def test_a_changed_service_is_seen_at_once(door: Door, district: District) -> None:
    assert "0401" not in {s["service_code"] for s in door.get("services").rows}
    actions.set_category("0401", "占道经营", name_en="Street vending")
    assert "0401" in {s["service_code"] for s in door.get("services").rows}
