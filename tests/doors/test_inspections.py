"""Inspections through their doors: the officer's desk, the worker's phone, the owner's page."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from commonward.cases.models import Case, Report
from commonward.people.models import Account
from commonward.programmes.actions.inspections.notices import code_of
from commonward.programmes.models import Campaign, Checklist, Defect, Place, PlaceAnswer, Visit
from tests.district import District, small_district
from tests.doors.field.test_sending import photo, send
from tests.programmes.inspection_office import Office, answers, office, photos_needed

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DESK = "/desk/programmes/inspections/"


@pytest.fixture
def district(db: None) -> District:
    return small_district(timezone.now() - timedelta(days=2))


@pytest.fixture
def made(district: District) -> Office:
    return office(district, days=9)


def browser(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    if login:
        client.force_login(Account.objects.get(login=login), BACKEND)
    return client


def due(made: Office, team: int) -> Visit:
    visit = made.visit(team)
    Visit.objects.filter(pk=visit.pk).update(on=timezone.localdate())
    return visit


def sent(visit: Visit, **faults: str) -> dict[str, Any]:
    return {
        "kind": "inspection",
        "visit": visit.pk,
        "answers": answers(**faults),
        "shows": list(photos_needed()),
    }


def test_a_phone_carries_the_visits_of_its_team_and_sends_one_once(
    district: District, made: Office
) -> None:
    visit = due(made, district.teams["grids-south"])
    phone = browser("grid_worker")
    carried = phone.get("/field/work.json").json()["inspections"]
    assert visit.pk in [one["id"] for one in carried]
    assert set(carried[0]) == {
        "id", "kind", "on", "late", "turn", "place", "code", "title", "campaign", "address", "lat",
        "lon", "items",
    }  # fmt: skip
    key, item = str(uuid.uuid4()), sent(visit, wires="no")
    done = [send(phone, photo(), key=key, **item) for _ in range(3)]
    assert [status for status, _ in done] == [200, 200, 200]
    assert [answer["again"] for _, answer in done] == [False, True, True]
    assert Defect.objects.count() == Case.objects.count() == 1
    status, answer = send(phone, photo(), **item)
    assert (status, "already" in answer["words"]) == (409, True)
    other = send(
        browser("second_grid_worker"), photo(), **sent(due(made, district.teams["grids-south"]))
    )
    assert other[0] == 404


def test_a_photo_without_its_item_and_an_unknown_answer_are_refused_in_words(
    district: District, made: Office
) -> None:
    phone, visit = browser("grid_worker"), due(made, district.teams["grids-south"])
    assert send(phone, photo(), **(sent(visit) | {"shows": []}))[0] == 400
    assert send(phone, photo(), **(sent(visit) | {"answers": {"tenants": 9}}))[0] == 400
    assert send(phone, photo(), **(sent(visit) | {"visit": "x"}))[0] == 400


def test_a_campaign_is_made_looked_at_and_started_at_the_desk(
    district: District, made: Office
) -> None:
    desk = browser("programme_officer")
    today = timezone.localdate()
    given = {
        "do": "make", "title": "二次检查", "kinds": ["shop"], "since": today.isoformat(),
        "until": (today + timedelta(days=20)).isoformat(), "per_day": "4", "recheck_percent": "10",
        "grids": "1", "area": "",
    }  # fmt: skip
    refused = desk.post(DESK, given | {"title": "抓获违法人员"})
    assert refused.status_code == 422
    assert "count people" in refused.content.decode()
    followed = desk.post(DESK, given)
    assert followed.status_code == 302
    code = followed["Location"].strip("/").split("/")[-1]
    shown = desk.get(followed["Location"]).content.decode()
    assert "24 places" in shown
    assert desk.post(followed["Location"], {"do": "start", "code": code}).status_code == 302
    assert Campaign.objects.get(code=code).state == "running"
    assert Visit.objects.filter(campaign__code=code).count() == 24
    assert "visited: 0 of 24 places" in desk.get(followed["Location"]).content.decode()


def test_a_table_is_shown_first_and_then_taken_over(district: District, made: Office) -> None:
    desk = browser("programme_officer")
    lat, lon = district.inside()
    text = f"编号,类别,名称,纬度,经度,业主电话\nt-1,沿街商铺,新店,{lat},{lon},13912345678\nt-2,castle,堡,{lat},{lon},\n"
    path = f"{DESK}places/table/"
    shown = desk.post(path, {"do": "look", "file": SimpleUploadedFile("a.csv", text.encode())})
    page = shown.content.decode()
    assert "1 lines can be taken over" in page
    assert "13912345678" not in page
    assert not Place.objects.filter(code="t-1").exists()
    rows = page.split('name="rows" value="')[1].split('"')[0]
    assert desk.post(path, {"do": "keep", "rows": rows}).status_code == 302
    assert Place.objects.get(code="t-1").kind == "shop"
    assert desk.post(path, {"do": "keep", "rows": f"{rows}x"}).status_code == 422


def test_a_checklist_that_asks_who_is_there_is_refused_on_the_page(
    district: District, made: Office
) -> None:
    desk = browser("programme_officer")
    path = f"{DESK}checklists/shop/"
    now = Checklist.objects.get(kind="shop")
    wrong = now.text.replace(
        "Are wires laid in conduits", "How many people live here, are wires in conduits"
    )
    answer = desk.post(path, {"do": "adopt", "text": wrong, "upon": "1"})
    assert (answer.status_code, "asks who is there" in answer.content.decode()) == (422, True)
    fine = now.text.replace("5 work_day", "6 work_day")
    assert desk.post(path, {"do": "adopt", "text": fine, "upon": "1"}).status_code == 302
    assert Checklist.objects.filter(kind="shop").count() == 2


def test_a_notice_shows_the_list_and_a_code_and_the_owner_answers_by_it(
    district: District, made: Office
) -> None:
    visit = due(made, district.teams["grids-south"])
    path = f"{DESK}{made.campaign.code}/grids-south/{timezone.localdate().isoformat()}/notices/"
    code = code_of(visit.campaign_id, visit.place_id)
    notice = browser("grid_worker").get(path).content.decode()
    assert f"/together/places/{code}/" in notice
    owner = browser("")
    page = owner.get(f"/together/places/{code}/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "Are the exits and ways out open" in page.content.decode()
    assert owner.get("/together/places/aaaaaaaaaaaaaaaa/").status_code == 404
    send(browser("grid_worker"), photo(), **sent(visit, wires="no"))
    fault = Defect.objects.get()
    after = owner.get(f"/together/places/{code}/").content.decode()
    assert "To be mended" in after
    given = {"do": "mended", "defect": str(fault.pk), "words": "", "photos": [photo("blue")]}
    assert owner.post(f"/together/places/{code}/", given).status_code == 302
    fault.refresh_from_db()
    assert fault.state == "to_revisit"
    assert PlaceAnswer.objects.get().report == Report.objects.order_by("-id")[0].number
    assert (
        owner.post("/together/places/", {"code": "-".join([code[:4], code[4:]])}).status_code == 302
    )


def test_the_public_reads_no_places_name_and_no_small_count(
    district: District, made: Office
) -> None:
    first = list(Visit.objects.filter(campaign=made.campaign).select_related("place")[:4])
    Visit.objects.filter(pk__in=[one.pk for one in first]).update(
        state="done", done_at=timezone.now()
    )
    page = browser("").get("/together/places/").content.decode()
    assert "Too few places were visited so far" in page
    assert "4 of 24" not in page
    assert not any(one.place.name in page for one in first)
    Visit.objects.filter(campaign=made.campaign).update(state="done", done_at=timezone.now())
    page = browser("").get("/together/places/").content.decode()
    assert "24 of 24 places visited" in page
    assert "号店" not in page
