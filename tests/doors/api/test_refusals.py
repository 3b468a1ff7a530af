"""What the API refuses, in which words, and that nothing is changed by it."""

import pytest

from commonward.cases.models import Case, Event
from commonward.cases.queries import filed
from commonward.core.rights import SYSTEM
from commonward.people.actions import issue_key
from tests.district import LAMP, POTHOLE, RUBBISH, SINCE
from tests.doors.api.conftest import Office


def test_a_change_without_the_version_read_is_refused(office: Office) -> None:
    number = office.opened().data["case"]
    path = f"/cases/{number}/verbs/accept"
    assert (r := office.call("intake_officer", "POST", path)).status == 428
    assert (r.code, r.data["field"]) == ("if_match", "If-Match")
    for wrong in ('"7"', "*", 'W/"1"', "1", '"1", "2"'):
        told = office.call("intake_officer", "POST", path, If_Match=wrong)
        assert (told.status, told.code) == (412, "stale"), wrong
    assert Case.objects.get(number=number).stage == "collect"
    assert office.call("intake_officer", "POST", path, If_Match='"1"').status == 200


def test_the_second_of_two_with_the_same_version_is_told(office: Office) -> None:
    number = office.opened().data["case"]
    etag = office.call("intake_officer", "GET", f"/cases/{number}").etag
    note = {"words": "First."}
    path = f"/cases/{number}/verbs/note"
    assert office.call("dispatcher", "POST", path, note, If_Match=etag).status == 200
    told = office.call("intake_officer", "POST", path, {"words": "Second."}, If_Match=etag)
    assert (told.status, told.code) == (412, "stale")
    assert "version 2, you had 1" in told.data["detail"]
    assert Event.objects.filter(case__number=number, verb="note").count() == 1


def test_every_change_of_a_case_asks_for_the_version(office: Office) -> None:
    receipt = office.opened().data
    number, report = receipt["case"], receipt["report"]
    task = office.call(
        "duty_chief",
        "POST",
        f"/cases/{number}/tasks",
        {"kind": "assist", "teams": [office.here.teams["lamps"]], "words": "Help."},
        If_Match='"1"',
    ).data[0]["id"]
    other = office.opened().data["case"]
    for path, body in (
        (f"/cases/{number}/verbs/accept", {}),
        (f"/cases/{number}/tasks", {"kind": "assist", "teams": [1], "words": "x"}),
        (f"/tasks/{task}/verbs/accept", {}),
        (f"/cases/{number}/approvals", {"kind": "appeal", "reason": "x"}),
        (f"/cases/{number}/join", {"into": other, "reason": "x"}),
        (f"/cases/{number}/split", {"parts": [{"category": LAMP, "words": "x"}]}),
        (f"/reports/{report}/callback", {"reached": True}),
    ):
        assert office.call("duty_chief", "POST", path, body).status == 428, path
        assert office.call("duty_chief", "POST", path, body, If_Match='"99"').status == 412, path


@pytest.mark.parametrize(
    ("who", "verb", "given", "status", "code"),
    [
        ("grid_worker", "accept", {}, 403, "forbidden"),
        ("intake_officer", "refuse", {}, 422, "invalid"),
        ("intake_officer", "finish", {"result": "x"}, 409, "stage"),
        ("intake_officer", "dance", {}, 404, "missing"),
        ("intake_officer", "recategorise", {"category": "nix"}, 422, "category"),
        ("intake_officer", "locate", {"lat": 1, "lon": 1}, 422, "outside"),
        ("intake_officer", "refuse", {"reason": "a\x00b"}, 422, "invalid"),
        ("intake_officer", "refuse", {"reason": "half \ud800"}, 422, "invalid"),
        ("intake_officer", "note", {"words": "x" * 4001}, 422, "invalid"),
        ("duty_chief", "assign", {"team": 2**62}, 422, "invalid"),
        ("duty_chief", "assign", {"team": 2**64}, 422, "invalid"),
    ],
)
def test_a_refused_step_changes_nothing(
    office: Office, who: str, verb: str, given: dict[str, object], status: int, code: str
) -> None:
    number = office.opened().data["case"]
    told = office.step(who, number, verb, **given)
    assert (told.status, told.code) == (status, code), told.data
    case = Case.objects.get(number=number)
    assert (case.version, case.stage) == (1, "collect")
    assert Event.objects.filter(case=case).count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"category": "nix"}, "category"),
        ({"category": POTHOLE}, "attribute[HOWDEEP]"),
        ({"lat": 91}, "lat"),
        ({"lat": 27.8}, "lon"),
        ({"lat": "27,8"}, "lat"),
        ({"grade": "red"}, "grade"),
        ({"limit": "soon"}, ""),
        ({"words": 5}, "words"),
        ({"contact": {"phone": "1" * 300}}, "contact.phone"),
        ({"answers": {"x": "\x00"}}, "answers"),
        ({"standard": 2**40}, "standard"),
    ],
)
def test_a_report_that_cannot_be_taken_names_the_field(
    office: Office, body: dict[str, object], field: str
) -> None:
    told = office.call("intake_officer", "POST", "/cases", {"category": RUBBISH, **body})
    assert told.status == 422, told.data
    assert told.code
    assert told.data["field"] == field
    assert not Case.objects.exists()


def test_bodies_that_are_no_json_or_too_large_are_told(office: Office) -> None:
    for content in (b"{", b"\xff\xfe", b"[" * 100_000):
        told = office.call("intake_officer", "POST", "/cases", content)
        assert (told.status, told.code) == (400, "unreadable")
    nan = office.call("intake_officer", "POST", "/cases", '{"category": "0301", "lat": NaN}')
    assert nan.status == 422
    large = office.call("intake_officer", "POST", "/cases", b'{"words": "' + b"x" * 3_000_000)
    assert (large.status, large.code) == (413, "size")


def test_refusals_are_told_in_the_asked_language_with_the_same_code(office: Office) -> None:
    number = office.opened().data["case"]
    told = {
        language: office.call(
            "grid_worker",
            "POST",
            f"/cases/{number}/verbs/accept",
            If_Match='"1"',
            Accept_Language=language,
        )
        for language in ("en", "zh-hans")
    }
    assert {one.code for one in told.values()} == {"forbidden"}
    assert "is for intake_officer" in told["en"].data["detail"]
    assert told["zh-hans"].headers["Content-Language"] == "zh-hans"


def test_without_a_good_key_nothing_opens(office: Office) -> None:
    for key in ("", "Bearer", "Bearer nonsense", "Basic eDp5", f"Token {office.keys['leader']}"):
        told = office.call("", "GET", "/teams", **({"Authorization": key} if key else {}))
        assert (told.status, told.code) == (401, "key")
        assert told.headers["WWW-Authenticate"].startswith("Bearer")
    narrow = issue_key(SYSTEM, "map", ["open311.report"], at=SINCE)[1]
    other = Office(office.here, {"map": narrow})
    assert (r := other.call("map", "GET", "/teams")).status == 403
    assert r.code == "right"
    assert office.call("outsider", "GET", "/teams").code == "grant"


def test_a_key_is_used_no_oftener_than_agreed(office: Office) -> None:
    account = office.here.accounts["leader"]
    secret = issue_key(SYSTEM, "slow", ["api"], at=SINCE, account=account, per_minute=2)[1]
    slow = Office(office.here, {"slow": secret})
    answers = [slow.call("slow", "GET", "/teams") for _ in range(7)]
    # The minute may change once among the seven.
    refused = [one for one in answers if one.status == 429]
    assert len(refused) >= 3
    assert refused[0].code == "rate"
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60


def test_wrong_addresses_methods_and_keys_of_pages_are_problems_too(office: Office) -> None:
    assert office.call("leader", "GET", "/nix").code == "address"
    wrong = office.call("leader", "DELETE", "/cases")
    assert (wrong.status, wrong.code) == (405, "method")
    assert set(wrong.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert office.call("leader", "GET", "/cases?after=nix").data["field"] == "after"
    assert office.call("leader", "GET", "/cases?light=blue").status == 422
    assert office.call("leader", "GET", "/cases?opened_from=2026-01-01T00:00:00").status == 422
    assert office.call("leader", "GET", "/cases?opened_from=0001-01-01T00:00:00Z").status == 422
    assert office.call("leader", "GET", "/cases?order=due&state=all").data["field"] == "order"


def test_what_breaks_is_noted_and_told_without_a_trace(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    number = office.opened().data["case"]

    def broken(*_: object) -> None:
        raise RuntimeError("the shelf fell down")

    monkeypatch.setattr(filed, "case_file", broken)
    told = office.call("leader", "GET", f"/cases/{number}")
    assert (told.status, told.code) == (500, "broken")
    assert "shelf" not in str(told.data)
    assert "the shelf fell down" in caplog.text
