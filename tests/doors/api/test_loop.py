"""Cases go through the loop by the API alone."""

from datetime import timedelta

from django.utils import timezone

from commonward.people.queries import access_log
from tests.district import LAMP, POTHOLE, RUBBISH, SINCE, STREETS
from tests.doors.api.conftest import Office


def test_a_report_goes_through_the_whole_loop_to_a_content_reporter(office: Office) -> None:
    receipt = office.opened(contact={"phone": "13800000000"}).data
    number = receipt["case"]
    street = office.here.teams["street"]
    for who, verb, given in (
        ("intake_officer", "accept", {}),
        ("duty_chief", "file", {}),
        ("dispatcher", "dispatch", {"team": street}),
        ("street_handler", "take", {}),
        ("street_handler", "finish", {"result": "Swept."}),
        ("dispatcher", "pass_on", {}),
        ("second_grid_worker", "pass_check", {}),
        ("duty_chief", "close", {"outcome": "solved"}),
    ):
        answer = office.step(who, number, verb, **given)
        assert answer.status == 200, (verb, answer.data)
        assert answer.etag == f'"{answer.data["version"]}"'
    assert answer.data["stage"] == "evaluate"
    called = office.call(
        "intake_officer",
        "POST",
        f"/reports/{receipt['report']}/callback",
        {"reached": True, "solved": True, "satisfied": 5},
        If_Match=answer.etag,
    )
    assert (called.status, called.data["satisfied"]) == (200, 5)
    ended = office.step("intake_officer", number, "content", satisfied=5)
    assert (ended.data["stage"], ended.data["is_open"]) == ("closed", False)
    told = office.call("leader", "GET", f"/cases/{number}/events", None).data["events"]
    verbs = [event["verb"] for event in told]
    assert verbs == [
        "opened", "accept", "file", "dispatch", "take", "finish", "pass_on", "pass_check",
        "close", "called_back", "content",
    ]  # fmt: skip
    assert next(e for e in told if e["verb"] == "finish")["words"] == "Swept."
    assert "13800000000" not in str(told)


def test_events_are_paged_by_key(office: Office) -> None:
    number = office.opened().data["case"]
    for n in range(4):
        office.step("intake_officer", number, "note", words=f"Note {n}")
    first = office.call("leader", "GET", f"/cases/{number}/events?size=3").data
    second = office.call(
        "leader", "GET", f"/cases/{number}/events?size=3&after={first['after']}"
    ).data
    assert [e["words"] for e in (first["events"] + second["events"])[1:]] == [
        f"Note {n}" for n in range(4)
    ]
    assert second["after"] == 0


def test_the_file_shows_everything_but_details_and_each_look_is_noted(office: Office) -> None:
    receipt = office.opened(contact={"phone": "13800000000", "first_name": "Ms"}).data
    number = receipt["case"]
    file = office.call("leader", "GET", f"/cases/{number}")
    assert file.etag == '"1"'
    assert file.data["case"]["stage_title"]["en"] == "Received"
    assert file.data["reports"][0]["words"] == "Rubbish beside the gate."
    assert file.data["reports"][0]["has_contact"] is True
    [clock] = file.data["clocks"]
    assert clock["allowed"] == 15 * 60
    assert any("15 urgent_minute" in sentence for sentence in clock["sentences"])
    assert "13800000000" not in str(file.data)
    contact = office.call("leader", "GET", f"/reports/{receipt['report']}/details")
    assert contact.data == {"phone": "13800000000", "first_name": "Ms"}
    looks = [(look.account, look.what, look.door) for look in access_log(number)]
    leader = office.here.accounts["leader"]
    assert looks == [(leader, "contact", "api"), (leader, "read", "api")]


def test_the_offered_verbs_are_those_that_this_person_could_take(office: Office) -> None:
    number = office.opened().data["case"]
    offered = {
        who: [v["name"] for v in office.call(who, "GET", f"/cases/{number}/verbs").data]
        for who in ("intake_officer", "grid_worker", "leader")
    }
    assert "accept" in offered["intake_officer"]
    assert "accept" not in offered["grid_worker"]
    assert "fix_on_spot" in offered["grid_worker"]
    assert offered["leader"] == ["force_close", "note"]


def test_why_names_the_rule_and_its_number(office: Office) -> None:
    number = office.opened().data["case"]
    told = office.call("leader", "GET", f"/cases/{number}/why").data
    assert (told["team"], told["rule"], told["number"]) == ("受理席", "intake everywhere", 1)
    assert told["sentences"][0] == "It went to “受理席”."


def test_a_whistle_is_asked_accepted_and_scored(office: Office) -> None:
    number = office.opened().data["case"]
    asked = office.call(
        "duty_chief",
        "POST",
        f"/cases/{number}/tasks",
        {"kind": "whistle", "teams": [office.here.teams["lamps"]], "words": "Please come."},
        If_Match='"1"',
    )
    assert asked.status == 201, asked.data
    assert asked.etag == '"2"'
    [task] = asked.data
    assert task["due_at"] is not None
    for verb, given in (("accept", {}), ("arrive", {}), ("conclude", {"result": "Done."})):
        taken = office.call(
            "second_handler",
            "POST",
            f"/tasks/{task['id']}/verbs/{verb}",
            given,
            If_Match=f'"{task["version"]}"',
        )
        assert taken.status == 200, taken.data
        task = taken.data
    scored = office.call(
        "leader", "POST", f"/tasks/{task['id']}/verbs/score", {"score": 90}, If_Match=taken.etag
    )
    assert (scored.data["is_open"], scored.data["score"]) == (False, 90)
    assert office.call("leader", "GET", f"/cases/{number}/tasks").data == [scored.data]


def test_more_time_is_asked_and_granted_level_by_level(office: Office) -> None:
    number = _handled(office)
    before = office.call("leader", "GET", f"/cases/{number}")
    asked = office.call(
        "street_handler",
        "POST",
        f"/cases/{number}/approvals",
        {"kind": "extension", "reason": "Waiting for a part.", "limit": "1 work_day"},
        If_Match=before.etag,
    )
    assert asked.status == 201, asked.data
    for who in ("duty_chief", "leader"):
        etag = office.call(who, "GET", f"/cases/{number}").etag
        decided = office.call(
            who,
            "POST",
            f"/approvals/{asked.data['id']}/decision",
            {"grant": True, "reason": "Agreed."},
            If_Match=etag,
        )
        assert decided.status == 200, decided.data
    assert decided.data["state"] == "granted"
    after = office.call("leader", "GET", f"/cases/{number}").data
    assert after["case"]["due_at"] > before.data["case"]["due_at"]
    assert office.call("leader", "GET", f"/cases/{number}/approvals").data == [decided.data]


def test_a_suspension_needs_its_end(office: Office) -> None:
    number = _handled(office)
    etag = office.call("leader", "GET", f"/cases/{number}").etag
    ask = {"kind": "suspension", "reason": "Winter."}
    path = f"/cases/{number}/approvals"
    assert office.call("street_handler", "POST", path, ask, If_Match=etag).status == 422
    ask["until"] = (timezone.now() + timedelta(days=30)).isoformat()
    assert office.call("street_handler", "POST", path, ask, If_Match=etag).status == 201


def _handled(office: Office) -> str:
    number: str = office.opened().data["case"]
    office.step("intake_officer", number, "accept")
    office.step("duty_chief", number, "file")
    office.step("dispatcher", number, "dispatch", team=office.here.teams["street"])
    return number


def test_a_second_report_joins_and_two_cases_become_one(office: Office) -> None:
    first, second = office.opened().data["case"], office.opened().data["case"]
    near = office.call(
        "dispatcher",
        "GET",
        "/similar?category={}&lat={}&lon={}".format(RUBBISH, *office.here.inside()),
    )
    assert {one["case"]["number"] for one in near.data} == {first, second}
    assert all(one["metres"] == 0 for one in near.data)
    more = office.call("intake_officer", "POST", f"/cases/{first}/reports", {"words": "Me too."})
    assert more.status == 201
    assert more.data["report"] != first
    joined = office.call(
        "dispatcher",
        "POST",
        f"/cases/{second}/join",
        {"into": first, "reason": "The same heap."},
        If_Match='"1"',
    )
    assert (joined.status, joined.data["number"]) == (200, first)
    file = office.call("dispatcher", "GET", f"/cases/{first}").data
    assert [one["number"] for one in file["joined"]] == [second]
    assert len(file["reports"]) == 2
    assert office.call("dispatcher", "GET", f"/cases/{second}").data["joined_to"] == first


def test_similar_leaves_out_what_is_too_far_and_of_another_category(office: Office) -> None:
    lat, lon = office.here.inside()
    near = office.opened(lat=lat + 0.0003).data["case"]
    office.opened(lat=lat + 0.0006)
    office.opened(category=LAMP)
    found = office.call(
        "dispatcher", "GET", f"/similar?category={RUBBISH}&lat={lat}&lon={lon}"
    ).data
    assert [one["case"]["number"] for one in found] == [near]
    assert 30 < found[0]["metres"] < 37


def test_a_case_is_split_and_shows_its_children(office: Office) -> None:
    number = office.opened().data["case"]
    split = office.call(
        "dispatcher",
        "POST",
        f"/cases/{number}/split",
        {
            "parts": [
                {"category": LAMP, "words": "The lamp"},
                {"category": RUBBISH, "words": "Bags"},
            ]
        },
        If_Match='"1"',
    )
    assert [child["category"] for child in split.data] == [LAMP, RUBBISH]
    file = office.call("dispatcher", "GET", f"/cases/{number}").data
    assert [c["number"] for c in file["children"]] == [c["number"] for c in split.data]


def test_the_same_idempotency_key_gives_the_same_receipt(office: Office) -> None:
    lat, lon = office.here.inside()
    body = {"category": RUBBISH, "words": "Once.", "lat": lat, "lon": lon}
    first = office.call("intake_officer", "POST", "/cases", body, Idempotency_Key="k1")
    again = office.call("intake_officer", "POST", "/cases", body, Idempotency_Key="k1")
    assert first.data == again.data
    other = office.call(
        "intake_officer", "POST", "/cases", body | {"words": "Twice."}, Idempotency_Key="k1"
    )
    assert (other.status, other.code) == (409, "idempotency")
    elsewhere = office.call("dispatcher", "POST", "/cases", body, Idempotency_Key="k1")
    assert elsewhere.data["case"] != first.data["case"]


def test_places_are_located_and_listed(office: Office) -> None:
    lat, lon = office.here.inside(2, 1)
    found = office.call("leader", "GET", f"/areas/locate?lat={lat}&lon={lon}").data
    assert found["code"] == office.here.grid(2, 1)
    assert found["candidates"] == []
    swapped = office.call("leader", "GET", f"/areas/locate?lat=80&lon={lat}").data
    assert swapped["outside"] is True
    streets = office.call("leader", "GET", "/areas?below=430298").data
    assert [one["code"] for one in streets] == list(STREETS)
    assert office.call("leader", "GET", f"/areas/{STREETS[0]}").data["name_en"] == "Street 1"
    assert office.call("leader", "GET", "/areas/nix").code == "missing"


def test_alarms_count_what_would_be_silent(office: Office) -> None:
    assert office.call("leader", "GET", "/alarms").data["unrouted"] == 0
    made = office.call("administrator", "POST", "/teams", {"code": "empty", "name": "空队"})
    assert made.status == 201
    rule = {"duty": "intake", "team": made.data["id"], "category": LAMP}
    put = office.call("administrator", "PUT", "/rules/nobody there", rule)
    assert (put.status, put.data["number"]) == (200, 1)
    number = office.opened(category=LAMP).data["case"]
    alarms = office.call("leader", "GET", "/alarms").data
    assert alarms["unrouted"] == 1
    assert alarms["teams"] == [{"team": "empty", "name": "空队", "active": True, "rules": 1}]
    waiting = office.call("leader", "GET", "/unrouted").data["cases"]
    assert [one["number"] for one in waiting] == [number]
    assert office.call("leader", "GET", "/stuck").data == []


def test_reference_data_is_read_and_set_by_administrators(office: Office) -> None:
    codes = [one["code"] for one in office.call("handler", "GET", "/categories").data]
    assert codes == sorted(codes)
    new = {"name": "井盖", "parent": "01", "kind": "component"}
    assert office.call("administrator", "PUT", "/categories/0199", new).data["name"] == "井盖"
    assert office.opened(category="0199").status == 201
    shipped = office.call("handler", "GET", "/procedures/service_matter").data
    changed = shipped["text"] | {"reopen_days": 20}
    adopted = office.call("administrator", "PUT", "/procedures/service_matter", changed)
    assert adopted.status == 200, adopted.data
    assert adopted.data["number"] == shipped["number"] + 1
    broken = shipped["text"] | {"start": "nowhere"}
    refused = office.call("administrator", "PUT", "/procedures/service_matter", broken)
    assert refused.status == 422
    assert "nowhere" in refused.data["detail"]
    names = [one["name"] for one in office.call("handler", "GET", "/procedures").data]
    assert "enquiry" in names


def test_a_key_is_issued_opens_the_api_and_is_revoked(office: Office) -> None:
    asked = {"name": "map", "rights": ["api"], "account": office.here.accounts["leader"]}
    made = office.call("administrator", "POST", "/keys", asked)
    assert made.status == 201
    program = Office(office.here, {**office.keys, "program": made.data["secret"]})
    assert program.call("program", "GET", "/teams").status == 200
    assert office.call("administrator", "DELETE", f"/keys/{made.data['id']}").status == 204
    assert program.call("program", "GET", "/teams").status == 401


def test_lists_are_filtered_and_paged_by_a_link(office: Office) -> None:
    numbers = [office.opened().data["case"] for _ in range(5)]
    office.opened(category=POTHOLE, answers={"HOWDEEP": 5})
    seen: list[str] = []
    path = f"/cases?category=03&size=2&area={STREETS[0]}&stage=collect&stage=file"
    while path:
        page = office.call("dispatcher", "GET", path)
        assert page.status == 200, page.data
        seen += [one["number"] for one in page.data["cases"]]
        link = page.headers.get("Link", "")
        assert bool(link) == bool(page.data["after"])
        path = link.removeprefix("</api/v1").removesuffix('>; rel="next"')
    assert seen == numbers[::-1]
    since = SINCE.isoformat().replace("+", "%2B")
    assert office.call("dispatcher", "GET", f"/cases?opened_until={since}").data["cases"] == []


def test_danger_alarms_a_person_and_the_receipt_names_the_numbers(office: Office) -> None:
    assert office.opened().data["call_now"] == []
    assert office.call("dispatcher", "GET", "/alarms").data["dangers"] == 0
    opened = office.opened(words="楼道着火了，有人晕倒")
    assert opened.data["call_now"] == ["119", "120"]
    assert office.call("dispatcher", "GET", "/alarms").data["dangers"] == 1
