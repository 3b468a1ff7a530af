"""What phones send: once each, told in words when refused, and only what their holder may do."""

import io
import json
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from commonward.cases.actions.fielding import KEPT_DAYS, end_sent, plan_round
from commonward.cases.models import Case, Event, Photo, Remark, Report, Sent, Visit
from commonward.cases.queries.dangers import dangers_waiting
from commonward.core.refusals import Forbidden, Invalid
from commonward.people.models import Account
from tests.district import POTHOLE, RUBBISH, District, small_district

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def district(db: None) -> District:
    return small_district(timezone.now() - timedelta(days=2))


def phone(login: str) -> Client:
    """A signed-in phone."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(login=login), BACKEND)
    return client


def photo(colour: str = "red") -> io.BytesIO:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(kept, "JPEG")
    kept.seek(0)
    kept.name = "a.jpg"
    return kept


def send(client: Client, *photos: io.BytesIO, **item: Any) -> tuple[int, dict[str, Any]]:
    """One thing out of the outbox; the status and what was answered."""
    work = client.get("/field/work.json").json()
    given = {"account": work.get("account"), "key": str(uuid.uuid4()), **item}
    answer = client.post("/field/send/", {"item": json.dumps(given), "photos": list(photos)})
    return answer.status_code, answer.json()


def find(**more: Any) -> dict[str, Any]:
    lat, lon = District.inside()
    return {"kind": "find", "category": RUBBISH, "words": "Bags at the gate", "lat": lat,
            "lon": lon, **more}  # fmt: skip


def to_verify(district: District) -> Report:
    report = district.report()
    district.act(report, "ask_verification", district.intake_officer, 3)
    return report


def test_a_worker_carries_the_tasks_of_the_own_team_with_masked_words_and_their_steps(
    district: District,
) -> None:
    report = to_verify(district)
    district.report(words="Elsewhere", lat=District.inside(2)[0], lon=District.inside(2)[1])
    Case.objects.filter(pk=report.case_id).update(summary="Ring 139 1234 5678")
    tasks = phone("grid_worker").get("/field/work.json").json()["tasks"]
    assert [task["number"] for task in tasks] == [report.case.number]
    assert tasks[0]["words"] == "Ring •••"
    assert {verb["name"] for verb in tasks[0]["verbs"]} >= {"confirm", "not_found", "fix_on_spot"}


def test_the_page_that_a_phone_keeps_is_kept_by_no_proxy(district: District) -> None:
    assert phone("grid_worker").get("/field/").headers["Cache-Control"] == "private, no-cache"


def test_a_find_sent_three_times_is_filed_once_with_its_photos(district: District) -> None:
    client, key = phone("grid_worker"), str(uuid.uuid4())
    answers = [send(client, photo(), photo("blue"), key=key, **find()) for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 200]
    assert [answer["again"] for _, answer in answers] == [False, True, True]
    assert len({answer["number"] for _, answer in answers}) == 1
    assert Report.objects.count() == 1
    assert Photo.objects.count() == 2
    case = Case.objects.get()
    assert (case.origin, case.stage) == ("grid", "collect")
    assert Event.objects.filter(case=case, verb="opened").values_list("role", flat=True)[0] == (
        "grid_worker"
    )


def test_a_key_used_for_another_thing_is_refused_and_files_nothing(district: District) -> None:
    client, key = phone("grid_worker"), str(uuid.uuid4())
    send(client, key=key, **find())
    status, answer = send(client, key=key, **find(words="Another"))
    assert (status, answer["code"]) == (409, "idempotency")
    assert Report.objects.count() == 1


def test_what_was_refused_may_come_again_under_its_key_put_right(district: District) -> None:
    client, key = phone("grid_worker"), str(uuid.uuid4())
    status, answer = send(client, key=key, **find(category=POTHOLE))
    assert status == 400
    assert "HOWDEEP" in answer["words"]
    status, _ = send(client, key=key, **find(category=POTHOLE, answers={"HOWDEEP": "7"}))
    assert status == 200
    assert Report.objects.count() == 1


def test_fixed_on_the_spot_is_one_thing_with_the_find(district: District) -> None:
    status, answer = send(
        phone("grid_worker"), photo(), **find(fixed=True, result="Bags taken away")
    )
    assert status == 200
    assert Case.objects.get(number=answer["number"]).stage == "close"
    status, answer = send(phone("grid_worker"), photo("green"), **find(fixed=True, result=""))
    assert status == 400, "without saying what was done neither half is kept"
    assert Case.objects.count() == 1
    assert Photo.objects.count() == 1


def test_a_step_taken_without_network_is_taken_when_it_comes_with_the_moment_it_was_done(
    district: District,
) -> None:
    report = to_verify(district)
    done_at = (timezone.now() - timedelta(hours=5)).isoformat()
    status, _ = send(
        phone("grid_worker"), photo(), kind="step", number=report.case.number, verb="confirm",
        stage="verify", done_at=done_at,
    )  # fmt: skip
    assert status == 200
    case = Case.objects.get(pk=report.case_id)
    assert case.stage == "file"
    event = Event.objects.filter(case=case, verb="confirm").get()
    assert event.at > timezone.now() - timedelta(minutes=1), "the log's time is the server's"
    assert "sent later" in Remark.objects.get(event=event).words
    assert Photo.objects.get().moment == "before"


def test_a_place_that_was_only_words_is_put_on_the_map_from_the_spot(district: District) -> None:
    report = district.report(lat=None, lon=None, address="By the old well")
    district.act(report, "ask_verification", district.intake_officer, 3)
    lat, lon = district.inside(0, 1)
    status, answer = send(
        phone("grid_worker"), kind="step", number=report.case.number, verb="locate",
        stage="verify", lat=lat, lon=lon,
    )  # fmt: skip
    assert status == 200, answer
    case = Case.objects.get(pk=report.case_id)
    assert case.area_path.split("/")[-2] == district.grid(0, 1)
    assert case.stage == "verify"


def test_a_case_that_went_on_meanwhile_is_told_in_words_and_a_note_still_goes(
    district: District,
) -> None:
    report = to_verify(district)
    client = phone("grid_worker")
    district.act(report, "confirm", district.grid_worker, 9)
    step = {"kind": "step", "number": report.case.number, "stage": "verify"}
    status, answer = send(client, verb="not_found", reason="Nothing there", **step)
    assert (status, answer["code"]) == (409, "moved")
    assert "Filing" in answer["words"]
    assert "send them as a note" in answer["words"]
    assert Case.objects.get(pk=report.case_id).stage == "file"
    status, _ = send(client, photo(), verb="note", words="Nothing there", **step)
    assert status == 200
    assert Remark.objects.filter(words__contains="Nothing there").exists()


@pytest.mark.parametrize("login", ["intake_officer", "dispatcher", "leader", "outsider"])
def test_other_posts_carry_nothing_and_send_nothing(district: District, login: str) -> None:
    client = phone(login)
    assert client.get("/field/work.json").status_code == 403
    answer = client.post("/field/send/", {"item": json.dumps(find())})
    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_a_handler_finds_nothing_and_a_stranger_is_sent_to_sign_in(district: District) -> None:
    status, answer = send(phone("handler"), **find())
    assert status == 403
    assert "ask the desk" in answer["words"]
    for path in ("/field/", "/field/work.json"):
        assert Client().get(path).headers["Location"].startswith("/account/login/")


def test_what_another_account_wrote_is_not_sent_in_this_ones_name(district: District) -> None:
    other = Account.objects.get(login="second_grid_worker").pk
    status, answer = send(phone("grid_worker"), **find(account=other))
    assert status == 403
    assert "another account" in answer["words"]


def test_sending_needs_the_protection_of_the_form(district: District) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(login="grid_worker"), BACKEND)
    item = {"account": Account.objects.get(login="grid_worker").pk, "key": str(uuid.uuid4())}
    body = {"item": json.dumps({**find(), **item})}
    assert client.post("/field/send/", body).status_code == 403
    token = client.get("/field/work.json").json()["csrf"]
    answer = client.post("/field/send/", body, headers={"X-CSRFToken": token})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "steal"},
        {"kind": "find", "words": 7},
        {"kind": "find", "lat": "north"},
        {"kind": "find", "lat": True},
        {"kind": "step", "number": ["x"]},
        {"kind": "step", "number": "nothing", "verb": "confirm", "stage": "verify"},
        {"kind": "visit"},
        {"kind": "visit", "round": "x", "point": {}, "on": "tomorrow"},
        {"kind": "visit", "round": 1, "point": 0, "on": "2026-13-45"},
        {"key": ""},
        {"key": "x" * 400},
        {"done_at": "99999-01-01", "kind": "find"},
    ],
)
def test_broken_items_are_refused_in_words(district: District, broken: dict[str, Any]) -> None:
    status, answer = send(phone("grid_worker"), **broken)
    assert status in (400, 404)
    assert answer["words"]
    assert not Report.objects.exists()
    client = phone("grid_worker")
    for body in ("", "{", "[]", "null", "\ud800".encode("utf-8", "replace")):
        assert client.post("/field/send/", {"item": body}).status_code == 400


def test_a_photo_that_is_none_keeps_nothing(district: District) -> None:
    fake = io.BytesIO(b"<svg onload=alert(1)>")
    fake.name = "a.jpg"
    status, answer = send(phone("grid_worker"), fake, **find())
    assert (status, answer["field"]) == (400, "media")
    assert not Report.objects.exists()


def test_photos_are_shown_to_those_who_see_the_case_and_to_nobody_else(district: District) -> None:
    send(phone("grid_worker"), photo(), **find())
    path = f"/field/photos/{Photo.objects.get().name}"
    assert phone("grid_worker").get(path).status_code == 200
    assert phone("handler").get(path).status_code == 404
    assert Client().get(path).status_code == 302


def a_round(district: District) -> int:
    lat, lon = District.inside()
    points = [{"name": "Gate", "lat": lat, "lon": lon}, {"name": "Well", "lat": lat, "lon": lon}]
    today = timezone.localdate()
    return plan_round(
        district.teams["grids-south"], "Morning", points, range(1, 8), today, district.dispatcher
    ).pk


def test_a_point_visited_twice_counts_once_and_names_nobody(district: District) -> None:
    round_id, client = a_round(district), phone("grid_worker")
    today = timezone.localdate().isoformat()
    for _ in range(2):
        status, _ = send(client, kind="visit", round=round_id, point=1, on=today)
        assert status == 200
    assert Visit.objects.count() == 1
    assert not {f.name for f in Visit._meta.get_fields()} & {"account", "by", "worker", "lat"}
    rounds = client.get("/field/work.json").json()["rounds"]
    assert [(r["name"], r["visited"]) for r in rounds] == [("Morning", [1])]
    status, answer = send(client, kind="visit", round=round_id, point=7, on=today)
    assert status == 400
    north = Client(headers={"accept-language": "en"})
    other = Account.objects.get(login="handler")
    north.force_login(other, BACKEND)
    assert send(north, kind="visit", round=round_id, point=0, on=today)[0] == 404


def test_rounds_are_planned_by_those_who_plan_and_make_sense(district: District) -> None:
    today = timezone.localdate()
    team, point = district.teams["grids-south"], {"name": "Gate", "lat": 1, "lon": 2}
    with pytest.raises(Forbidden):
        plan_round(team, "Mine", [point], [1], today, district.grid_worker)
    for points, days in (([], [1]), ([point], []), ([point], [8]), ([{"name": "x"}], [1]),
                         ([{"name": "x", "lat": 91, "lon": 0}], [1])):  # fmt: skip
        with pytest.raises(Invalid):
            plan_round(team, "Morning", points, days, today, district.dispatcher)


def test_what_phones_were_answered_is_forgotten_after_a_month(district: District) -> None:
    send(phone("grid_worker"), **find())
    assert end_sent(timezone.now() + timedelta(days=KEPT_DAYS - 1)) == 0
    assert end_sent(timezone.now() + timedelta(days=KEPT_DAYS, minutes=1)) == 1
    assert not Sent.objects.exists()


def test_the_days_work_is_read_in_a_bounded_number_of_queries(
    district: District, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        to_verify(district)
    client = phone("grid_worker")
    client.get("/field/work.json")
    with django_assert_max_num_queries(20):
        tasks = client.get("/field/work.json").json()["tasks"]
    assert len(tasks) == 12


@pytest.mark.django_db(transaction=True)
def test_the_same_thing_sent_from_two_tabs_at_once_is_done_once() -> None:
    small_district(timezone.now() - timedelta(days=2))
    clients, key = [phone("grid_worker"), phone("grid_worker")], str(uuid.uuid4())
    answers: list[tuple[int, dict[str, Any]]] = []

    def one(client: Client) -> None:
        try:
            answers.append(send(client, photo(), key=key, **find()))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [200, 200], answers
    assert sorted(answer["again"] for _, answer in answers) == [False, True]
    assert Report.objects.count() == 1
    assert Photo.objects.count() == 1


def test_a_find_that_tells_of_danger_alarms_a_person_and_names_the_number(
    district: District,
) -> None:
    _, answer = send(phone("grid_worker"), key=str(uuid.uuid4()), **find(words="楼道着火了"))
    assert answer["call"] == ["119"]
    (told,) = dangers_waiting(district.dispatcher, timezone.now())
    assert told.case == answer["number"]
