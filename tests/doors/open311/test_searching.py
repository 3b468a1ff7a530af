"""GET requests: what is found, in which order, how much at once, and what is never shown."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions import add_report, join
from commonward.cases.actions.opening import Said
from commonward.cases.models import Case, Report
from tests.district import LAMP, POTHOLE, RUBBISH, ZONE, District
from tests.doors.open311.conftest import Door


def w3c(at: datetime) -> str:
    return at.isoformat()


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["service_request_id"] for row in rows]


def at_hours(district: District, *hours: float, category: str = RUBBISH) -> list[Report]:
    """A report for each of these hours after the district's moment."""
    return [
        district.report(category, f"No. {h}", at=district.at + timedelta(hours=h)) for h in hours
    ]


def test_a_request_shows_what_is_public_and_leaves_out_what_is_empty(
    door: Door, district: District
) -> None:
    report = district.report(
        RUBBISH,
        "Bags & <boxes> 🗑️ مرحبا, call 139 1234 5678",
        contact={"phone": "13912345678", "first_name": "Li"},
        address="Gate 3, ring 28881234",
    )
    found = door.get(f"requests/{report.number}")
    assert found.headers["Content-Type"].endswith("; charset=utf-8")
    row = found.row
    assert row["service_request_id"] == report.number
    assert (row["status"], row["service_code"]) == ("open", RUBBISH)
    assert row["service_name"] == "Exposed rubbish"
    assert row["status_notes"] == "We have your report and are reading it."
    assert row["description"] == "Bags & <boxes> 🗑️ مرحبا, call •••"
    assert row["address"] == "Gate 3, ring •••"
    assert row["agency_responsible"] == "Intake"
    assert (float(row["lat"]), float(row["long"])) == district.inside()
    assert datetime.fromisoformat(row["requested_datetime"]) == district.at.replace(microsecond=0)
    assert "expected_datetime" not in row  # nobody has promised the reporter anything yet
    assert datetime.fromisoformat(row["updated_datetime"]).tzinfo is not None
    assert not {"media_url", "address_id", "zipcode", "notes", "extended_attributes"} & set(row)
    assert b"Li" not in found.raw
    assert b"1391234" not in found.raw


def test_a_request_that_is_worked_on_says_by_when(door: Door, district: District) -> None:
    report = district.report(LAMP, standard=district.standards[LAMP])
    district.handled(report)
    row = door.get(f"requests/{report.number}").row
    due = Case.objects.get(pk=report.case_id).due_at
    assert due is not None
    assert datetime.fromisoformat(row["expected_datetime"]) == due.replace(microsecond=0)


def test_a_closed_case_is_closed_and_tells_who_did_it_but_expects_nothing(
    door: Door, district: District
) -> None:
    report = district.report(LAMP, standard=district.standards[LAMP])
    district.closed(report)
    row = door.get(f"requests/{report.number}", locale="zh").row
    assert (row["status"], row["status_notes"]) == ("closed", "已结案，我们向您回访。")
    assert row["agency_responsible"] == "路灯所"
    assert "expected_datetime" not in row
    assert datetime.fromisoformat(row["updated_datetime"]) == (
        district.at + timedelta(minutes=300)
    ).replace(microsecond=0)


def test_a_report_that_is_not_public_is_neither_listed_nor_found(
    door: Door, district: District
) -> None:
    hidden = district.report(public=False)
    half = district.report()
    Report.objects.filter(pk=half.pk).update(public=False)
    other = district.report()
    Case.objects.filter(pk=other.case_id).update(public=False)
    for report in (hidden, half, other):
        assert door.get(f"requests/{report.number}").status == 404
    assert door.get("requests", service_request_id=f"{hidden.number},{half.number}").rows == []
    assert door.get("requests").rows == []


def test_one_more_reporter_of_a_case_is_not_made_public_with_it(
    door: Door, district: District
) -> None:
    first = district.report()
    second = add_report(first.number, Said("counter", "Me too"), district.at)
    assert ids(door.get("requests").rows) == [first.number]
    assert door.get(f"requests/{second.number}").status == 404


@pytest.mark.parametrize("wrong", ["0", "ABCDEFGHJK", "%20", "../services", "😀", "1" * 300])
def test_a_number_that_is_none_is_not_found(door: Door, wrong: str) -> None:
    found = door.get(f"requests/{wrong}")
    assert found.status == 404
    assert found.wrong


def test_a_number_is_found_as_it_is_said_over_the_telephone(door: Door, district: District) -> None:
    number = district.report().number
    said = f"{number[:5]}-{number[5:]}".lower()
    assert door.get(f"requests/{said}").row["service_request_id"] == number


def test_the_newest_come_first_and_ties_keep_their_order_over_pages(
    door: Door, district: District
) -> None:
    made = [r.number for r in at_hours(district, 1, 2, 2, 2, 3)]
    assert ids(door.get("requests").rows) == made[::-1]
    pages = [ids(door.get("requests", page=p, page_size=2).rows) for p in (1, 2, 3, 4)]
    assert sum(pages, []) == made[::-1]
    assert [len(page) for page in pages] == [2, 2, 1, 0]


def test_numbers_override_every_other_parameter(door: Door, district: District) -> None:
    a, b, _ = at_hours(district, 1, 2, 3)
    found = door.get(
        "requests",
        service_request_id=f"{a.number}, {b.number.lower()},nothing",
        status="closed",
        service_code="nix",
        start_date="not read",
    )
    assert set(ids(found.rows)) == {a.number, b.number}
    assert door.get("requests", service_request_id="nothing,,").rows == []


def test_codes_and_statuses_are_comma_lists_and_may_be_repeated(
    door: Door, district: District
) -> None:
    lamp = district.report(LAMP, standard=district.standards[LAMP])
    hole = district.report(POTHOLE, answers={"HOWDEEP": "4"})
    rubbish = district.report(RUBBISH)
    district.closed(lamp)

    def found(**query: Any) -> set[str]:
        return set(ids(door.get("requests", **query).rows))

    assert found(service_code=LAMP) == {lamp.number}
    assert found(service_code=f"{LAMP}, {POTHOLE}") == {lamp.number, hole.number}
    assert found(service_code=[LAMP, RUBBISH]) == {lamp.number, rubbish.number}
    assert found(service_code="unknown") == set()
    assert found(status="open") == {hole.number, rubbish.number}
    assert found(status="CLOSED") == {lamp.number}
    assert found(status="open,closed") == {lamp.number, hole.number, rubbish.number}
    assert found(status="", service_code="") == {lamp.number, hole.number, rubbish.number}
    assert found(service_code=f"{LAMP},{RUBBISH}", status="open") == {rubbish.number}
    wrong = door.get("requests", status="open,solved")
    assert (wrong.status, "solved" in wrong.wrong) == (400, True)


def test_dates_bound_when_it_was_requested_and_are_not_exchanged(
    door: Door, district: District
) -> None:
    early, middle, late = at_hours(district, 1, 2, 3)
    two = district.at + timedelta(hours=2)
    shown = two.replace(microsecond=0)
    second = timedelta(seconds=1)

    def found(**query: datetime) -> list[str]:
        return ids(door.get("requests", **{k: w3c(v) for k, v in query.items()}).rows)

    assert found(start_date=two) == [late.number, middle.number]
    assert found(end_date=two) == [middle.number, early.number]
    assert found(start_date=two, end_date=two) == [middle.number]
    assert found(start_date=shown, end_date=shown) == [middle.number]
    assert found(start_date=two - second, end_date=two + second) == [middle.number]
    assert found(start_date=two + second, end_date=two + 2 * second) == []
    backward = door.get("requests", start_date=w3c(two), end_date=w3c(two - second))
    assert backward.status == 400


def test_a_span_is_ninety_days_and_the_last_ninety_when_nothing_is_said(
    door: Door, district: District
) -> None:
    now = timezone.now()
    old = district.report(RUBBISH, "old", at=now - timedelta(days=91))
    new = district.report(RUBBISH, "new", at=now - timedelta(days=89))
    assert ids(door.get("requests").rows) == [new.number]
    assert ids(door.get("requests", end_date=w3c(now - timedelta(days=90))).rows) == [old.number]
    whole = {"start_date": w3c(now - timedelta(days=91)), "end_date": w3c(now)}
    refused = door.get("requests", **whole)
    assert (refused.status, "90" in refused.wrong) == (400, True)
    ninety = {"start_date": w3c(now - timedelta(days=90)), "end_date": w3c(now)}
    assert ids(door.get("requests", **ninety).rows) == [new.number]
    # A start alone reaches ninety days from there, and no further.
    alone = door.get("requests", start_date=w3c(now - timedelta(days=180)))
    assert ids(alone.rows) == [old.number]


@pytest.mark.parametrize("name", ["start_date", "end_date", "updated_after", "updated_before"])
@pytest.mark.parametrize(
    "wrong",
    [
        "2026-01-01T00:00:00",
        "2026-01-01",
        "yesterday",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-01-01T00:00:00+99:99",
        "20260101T000000Z",
        "1767225600",
    ],
)
def test_a_moment_without_a_zone_or_sense_is_refused_with_a_right_one(
    door: Door, name: str, wrong: str
) -> None:
    found = door.get("requests", **{name: wrong})
    assert found.status == 400
    assert name in found.wrong
    assert "2026-01-31T08:00:00+08:00" in found.wrong


@pytest.mark.parametrize(
    "right",
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T08:00:00+08:00",
        "2026-01-01T08:00:00.123456789+08:00",
        "2026-01-01T08:00+0800",
        "1900-01-01T00:00:00Z",
    ],
)
def test_every_usual_moment_with_a_zone_is_understood(door: Door, right: str) -> None:
    assert door.get("requests", start_date=right).rows == []


def test_a_plus_that_a_client_forgot_to_encode_is_understood(xml: Door, district: District) -> None:
    report = district.report()
    east = district.at.astimezone(ZONE).isoformat(timespec="seconds")
    found = xml.send("GET", f"requests.xml?start_date={east}&end_date={east}")
    assert ids(found.rows) == [report.number]


def test_what_changed_is_found_by_when_it_changed(door: Door, district: District) -> None:
    still, moved = at_hours(district, 0, 0)
    district.act(moved, "accept", district.intake_officer, 60)
    hour = district.at + timedelta(minutes=30)
    assert ids(door.get("requests", updated_after=w3c(hour)).rows) == [moved.number]
    assert ids(door.get("requests", updated_before=w3c(hour)).rows) == [still.number]


def test_a_circle_holds_what_is_within_its_metres(door: Door, district: District) -> None:
    places = {}
    for row in range(3):
        lat, lon = district.inside(row, 0)
        places[row] = district.report(RUBBISH, f"row {row}", lat=lat, lon=lon).number
    lat, lon = district.inside(0, 0)

    def found(metres: int | None) -> set[str]:
        query = {"lat": lat, "long": lon} | ({"radius": metres} if metres else {})
        return set(ids(door.get("requests", **query).rows))

    # A hundredth of a degree of latitude is 1,112 m.
    assert found(None) == {places[0]}
    assert found(1_100) == {places[0]}
    assert found(1_120) == {places[0], places[1]}
    assert found(2_300) == set(places.values())
    east_lat, east_lon = district.inside(0, 1)
    east = district.report(RUBBISH, "east", lat=east_lat, lon=east_lon).number
    # And of longitude, here, 984 m.
    assert east not in found(960)
    assert east in found(1_000)
    assert door.get("requests", lat=lat).status == 400
    assert door.get("requests", lat=lat, long=lon, radius="wide").status == 400


@pytest.mark.parametrize("wrong", ["0", "-1", "1.5", "many", "99999999999", "٣"])
def test_a_page_that_is_no_number_is_refused_in_words(door: Door, wrong: str) -> None:
    for name in ("page", "page_size"):
        found = door.get("requests", **{name: wrong})
        assert (found.status, name in found.wrong) == (400, True)


def test_no_answer_holds_more_than_a_thousand(door: Door, district: District) -> None:
    report = district.report()
    Report.objects.bulk_create(
        Report(
            number=f"{n:010}",
            case_id=report.case_id,
            channel="counter",
            received_at=report.received_at,
            public=True,
        )
        for n in range(1_001)
    )
    assert len(door.get("requests").rows) == 1_000
    assert len(door.get("requests", page_size=5_000).rows) == 1_000
    assert len(door.get("requests", page=2).rows) == 2
    deep = door.get("requests", page=102, page_size=1_000)
    assert deep.status == 400
    many = ",".join(["X"] * 1_001)
    assert door.get("requests", service_request_id=many).status == 400


def test_whoever_was_joined_to_another_case_reads_where_that_one_stands(
    door: Door, district: District
) -> None:
    main, twin = district.report(), district.report()
    district.act(main, "accept", district.intake_officer, 1)
    join(
        twin.number,
        main.number,
        "same",
        district.intake_officer,
        district.at + timedelta(minutes=2),
    )
    rows = {r["service_request_id"]: r for r in door.get("requests").rows}
    assert rows[twin.number]["status"] == "open"
    assert rows[twin.number]["status_notes"] == rows[main.number]["status_notes"]
    assert set(ids(door.get("requests", status="open").rows)) == {main.number, twin.number}
    assert door.get("requests", status="closed").rows == []
    district.act(main, "force_close", district.leader, 9, reason="gone")
    assert set(ids(door.get("requests", status="closed").rows)) == {main.number, twin.number}
    assert door.get(f"requests/{twin.number}").row["status"] == "closed"


def test_extensions_add_answers_facts_and_what_happened_with_public_reasons_only(
    door: Door, district: District
) -> None:
    report = district.report(
        POTHOLE, answers={"HOWDEEP": "12", "HARMS": ["walkers", "cyclists"], "NOTE": "ask 28881234"}
    )
    district.act(report, "accept", district.intake_officer, 1)
    district.act(report, "return_to_intake", district.duty_chief, 1.5, reason="A secret reason")
    district.handled(report)
    district.act(report, "note", district.handler, 20, words="The neighbour is Li, secret")
    district.act(report, "hand_back", district.handler, 30, reason="Not our road; ring 13912345678")
    plain = door.get(f"requests/{report.number}").data[0]
    assert not {"notes", "extended_attributes", "attributes"} & set(plain)
    found = door.get(f"requests/{report.number}", extensions="true")
    [more] = found.data
    assert {a["code"]: a["value"] for a in more["attributes"]} == {
        "HOWDEEP": "12", "HARMS": "walkers, cyclists", "NOTE": "ask •••",
    }  # fmt: skip
    assert more["attributes"][0]["label"] == "How deep is it, in centimetres?"
    facts = more["extended_attributes"]
    assert (facts["channel"], facts["stage"]) == ("counter", "dispatch")
    assert facts["area"] == "Grid 1-1"
    assert [n["type"] for n in more["notes"]] == [
        "opened", "accept", "return_to_intake", "accept", "file", "dispatch", "hand_back",
    ]  # fmt: skip
    assert more["notes"][-1]["description"].endswith("Not our road; ring •••")
    assert b"secret" not in found.raw


def test_a_token_gives_its_number_and_an_unknown_one_is_not_found(
    door: Door, district: District
) -> None:
    report = district.report(token="batch-7")
    row = door.get("tokens/batch-7").row
    assert row == {"service_request_id": report.number, "token": "batch-7"}
    for wrong in ("batch-8", "%20", "x" * 500):
        found = door.get(f"tokens/{wrong}")
        assert (found.status, bool(found.wrong)) == (404, True)


def test_control_characters_in_a_description_do_not_spoil_the_document(
    door: Door, district: District
) -> None:
    report = district.report(
        RUBBISH, "a\x01b\x0bc\ufffe\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")
    )
    row = door.get(f"requests/{report.number}").row
    assert row["description"].startswith("a")
    assert row["description"].endswith("😀")
    assert door.get("requests").rows
