"""The pages of a plan: its tree, its table out and in again, a month by each who has a part."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from python_calamine import CalamineWorkbook

from commonward.cases.models import Photo
from commonward.core.targets.sheet import COLUMNS, Line, cells
from commonward.people.models import Account
from commonward.programmes.actions.planning import mask_target
from commonward.programmes.models import ReviewLine, Target
from commonward.programmes.queries.plan_lines import lines_of
from tests.cases.test_photos import picture
from tests.doors.desk.conftest import BACKEND
from tests.programmes.plan_office import (
    AFTER_FEBRUARY,
    CODE,
    ESTATES,
    IN_TIME,
    LAMPS,
    Office,
    plan_office,
)

PLAN = f"/desk/programmes/plans/{CODE}/"
MONTH = f"{PLAN}2026-02/"


@pytest.fixture
def plans(db: None, settings: Any) -> Office:
    settings.SECOND_FACTOR = False
    settings.LANGUAGE_CODE = "en"
    return plan_office()


@pytest.fixture
def signed() -> Callable[[str], Client]:
    def of(login: str, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(Account.objects.get(login=login), BACKEND)
        return client

    return of


def table(lines: list[Line]) -> SimpleUploadedFile:
    rows = [",".join(COLUMNS), *(",".join(f'"{c}"' for c in cells(line)) for line in lines)]
    return SimpleUploadedFile("plan.csv", "\n".join(rows).encode())


def test_the_tree_shows_progress_gaps_and_opens_by_a_link_or_in_place(
    plans: Office, signed: Callable[..., Client]
) -> None:
    officer = signed("programme_officer")
    closed = officer.get(PLAN).content.decode()
    assert "without a figure" in closed and "Estates renewed" not in closed
    assert "Estates renewed" in officer.get(f"{PLAN}?open=1").content.decode()
    assert "Estates renewed" in officer.get(f"{PLAN}group/1/").content.decode()
    assert "Estates renewed" in officer.get(f"{PLAN}bars/?open=1").content.decode()
    assert "Lamps mended" in officer.get(f"{PLAN}?state=unknown").content.decode()
    assert (
        "改造小区数"
        in signed("programme_officer", "zh-hans").get(f"{PLAN}?open=all").content.decode()
    )


def test_the_page_asks_as_often_for_three_targets_as_for_sixty(
    plans: Office, signed: Callable[..., Client]
) -> None:
    officer = signed("programme_officer")
    officer.get(PLAN)
    with CaptureQueriesContext(connection) as few:
        officer.get(f"{PLAN}?open=all")
    rows = Target.objects.filter(pk=plans.target(LAMPS)).values()[0]
    Target.objects.bulk_create(Target(**(rows | {"id": None, "number": 10 + n})) for n in range(60))
    with CaptureQueriesContext(connection) as many:
        officer.get(f"{PLAN}?open=all")
    assert len(many) == len(few)


def test_a_table_goes_out_and_comes_back_and_nothing_is_written_before_it_is_confirmed(
    plans: Office, signed: Callable[..., Client]
) -> None:
    officer = signed("programme_officer")
    Target.objects.filter(pk=plans.target(LAMPS)).update(title="=HYPERLINK(1)")
    before = lines_of(plans.plan)
    csv = officer.get(f"{PLAN}table/")
    assert "'=HYPERLINK" in csv.content.decode()
    for language, form in (("en", "csv"), ("zh-hans", "csv"), ("en", "xlsx")):
        taken = signed("programme_officer", language).get(f"{PLAN}table/?as={form}")
        file = SimpleUploadedFile(f"plan.{form}", taken.content)
        page = officer.post(f"{PLAN}import/", {"do": "look", "file": file}).content.decode()
        assert "the same: 3" in page and "new targets: 0" in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(officer.get(f"{PLAN}table/?as=xlsx").content))
    assert "=HYPERLINK(1)" in book.get_sheet_by_index(0).to_python()[2]
    assert lines_of(plans.plan) == before


def test_a_preview_tells_faults_by_cell_and_a_confirmed_one_is_written(
    plans: Office, signed: Callable[..., Client]
) -> None:
    officer = signed("programme_officer")
    wrong = table([replace(LAMPS, owner="nobody"), replace(ESTATES, target="抓获人数")])
    page = officer.post(f"{PLAN}import/", {"do": "look", "file": wrong}).content.decode()
    assert "2 cells to mend" in page and "There is no team" in page and "would count people" in page
    assert 'name="table"' not in page
    good = table([replace(LAMPS, wanted=LAMPS.wanted + 20), replace(LAMPS, target_no=2)])
    page = officer.post(f"{PLAN}import/", {"do": "look", "file": good}).content.decode()
    assert "<del>100</del>" in page and "<ins>120</ins>" in page
    assert Target.objects.get(pk=plans.target(LAMPS)).wanted == 100
    kept = page.split('name="table" value="')[1].split('"')[0]
    sent = {"do": "confirm", "table": kept, "reason": "More lamps."}
    assert officer.post(f"{PLAN}import/", {**sent, "reason": ""}).status_code == 422
    assert officer.post(f"{PLAN}import/", {**sent, "table": kept[:-2]}).status_code == 422
    assert officer.post(f"{PLAN}import/", sent).status_code == 302
    assert Target.objects.get(pk=plans.target(LAMPS)).wanted == 120
    assert Target.objects.filter(plan=plans.plan).count() == 4
    assert officer.post(f"{PLAN}import/", sent).status_code == 422


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site's clock stands at the beginning of March."""
    monkeypatch.setattr(timezone, "now", lambda: AFTER_FEBRUARY)


def test_a_month_by_officer_owner_checker_and_leader(
    plans: Office, later: None, signed: Callable[..., Client]
) -> None:
    officer, owner, checker = (
        signed("programme_officer"),
        signed("handler"),
        signed("second_handler"),
    )
    assert "Open the review" in officer.get(MONTH).content.decode()
    assert officer.post(MONTH, {"do": "open"}).status_code == 302
    estates, lamps = plans.target(ESTATES), plans.target(LAMPS)
    page = owner.get(MONTH).content.decode()
    assert "What your team reports" in page and f'id="target-{estates}"' in page
    assert f'id="target-{lamps}"' not in page
    sent = {"do": "report", "target": estates, "value": "1", "words": "One is done."}
    assert owner.post(MONTH, sent).status_code == 302
    assert checker.post(MONTH, {**sent, "target": estates}).status_code == 422
    assert "Proposed orders" in officer.get(MONTH).content.decode()
    order = {"do": "order", "team": plans.here.teams["roads"], "words": "Why?"}
    assert officer.post(MONTH, order).status_code == 302
    assert "Why?" in owner.get(MONTH).content.decode()
    officer.post(MONTH, {"do": "step", "verb": "begin_check"})
    assert "What your team checks" in checker.get(MONTH).content.decode()
    assert "What your team checks" not in owner.get(MONTH).content.decode()
    checked = {"do": "check", "target": estates, "verdict": "confirmed"}
    assert owner.post(MONTH, checked).status_code == 422
    assert checker.post(MONTH, checked).status_code == 302
    officer.post(MONTH, {"do": "step", "verb": "reckon"})
    officer.post(MONTH, {"do": "step", "verb": "notify", "words": "Well begun."})
    page = owner.get(MONTH).content.decode()
    assert "Well begun." in page and "Contest the score" in page
    assert (
        owner.post(MONTH, {"do": "appeal", "target": estates, "words": "Two!"}).status_code == 302
    )
    leader = signed("leader")
    decided = {
        "do": "decide",
        "target": estates,
        "value": "2",
        "words": "So it is.",
        "upheld": "yes",
    }
    assert leader.post(MONTH, decided).status_code == 302
    assert ReviewLine.objects.get(target=estates).score == 100
    officer.post(MONTH, {"do": "step", "verb": "end_review"})
    assert "Ended" in officer.get(MONTH).content.decode()
    target = officer.get(f"{PLAN}1.1.1/").content.decode()
    assert "2026-02" in target and "So it is." in target


def test_the_photo_of_a_target_is_seen_by_its_checker_and_never_by_the_public(
    plans: Office, later: None, signed: Callable[..., Client]
) -> None:
    """Sent with where it was taken; kept without it, looked at by another team, shown to no reader."""
    officer, owner, checker = map(signed, ("programme_officer", "handler", "second_handler"))
    officer.post(MONTH, {"do": "open"})
    estates = plans.target(ESTATES)
    exif = Image.Exif()
    exif[0x010E] = "13912345678"
    taken = picture(exif=exif)
    assert b"13912345678" in taken
    sent = {"do": "report", "target": estates, "value": "2", "words": "Papers no. 12.",
            "photo": SimpleUploadedFile("gate.jpg", taken, "image/jpeg")}  # fmt: skip
    assert owner.post(MONTH, sent).status_code == 302
    line = ReviewLine.objects.get(target=estates)
    photo = Photo.objects.get(report=line.report)
    case = line.review.case
    assert not photo.public
    officer.post(MONTH, {"do": "step", "verb": "begin_check"})
    looked = f"{MONTH}?photo={photo.name}"
    assert f'href="?photo={photo.name}"' in checker.get(MONTH).content.decode()
    shown = checker.get(looked)
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg" and b"13912345678" not in shown.content
    assert checker.get(looked.replace("2026-02", "2026-01")).status_code == 404
    checked = {"do": "check", "target": estates, "verdict": "confirmed"}
    assert checker.post(MONTH, checked).status_code == 302
    officer.post(MONTH, {"do": "step", "verb": "reckon"})
    assert Target.objects.get(pk=estates).value == 2
    # Whoever has no part in the plan, and everybody, sees neither photo nor words.
    assert signed("outsider").get(looked).status_code in (403, 404)
    reader = Client(headers={"accept-language": "en"})
    for address in (f"/together/plans/{CODE}/?group=1", f"/together/plans/{CODE}/table/"):
        told = reader.get(address).content.decode()
        assert "Estates renewed" in told
        assert photo.name not in told and "Papers no. 12." not in told and case.number not in told
    assert reader.get(looked).status_code in (302, 403, 404)
    assert reader.get(f"/photos/{case.number}/{photo.name}").status_code == 404


def test_a_target_is_changed_with_a_reason_on_its_page(
    plans: Office, signed: Callable[..., Client]
) -> None:
    officer = signed("programme_officer")
    page = officer.get(f"{PLAN}1.2.1/").content.decode()
    given = {"do": "change", "version": "1", "reason": "More."}
    for part in page.split('id="f-')[1:]:
        name, value = part.split('name="')[1].split('"')[0], part.split('value="')[1].split('"')[0]
        given[name] = value
    given["wanted"] = "150"
    assert officer.post(f"{PLAN}1.2.1/", {**given, "reason": ""}).status_code == 422
    assert officer.post(f"{PLAN}1.2.1/", given).status_code == 302
    assert "<ins>150</ins>" in officer.get(f"{PLAN}1.2.1/").content.decode()
    assert signed("handler").post(f"{PLAN}1.2.1/", given).status_code in (403, 422)


def test_everybody_reads_the_plan_but_what_is_masked(plans: Office) -> None:
    mask_target(CODE, ESTATES.key, "A tender is running.", plans.officer, AFTER_FEBRUARY)
    reader = Client(headers={"accept-language": "en"})
    assert CODE in reader.get("/together/plans/").content.decode()
    page = reader.get(f"/together/plans/{CODE}/?group=1").content.decode()
    assert "A tender is running." in page and "Estates renewed" not in page
    assert "Lamps mended" in page
    csv = reader.get(f"/together/plans/{CODE}/table/").content.decode()
    assert "A tender is running." in csv and "Estates renewed" not in csv
    plans.plan.public = False
    plans.plan.save()
    assert reader.get(f"/together/plans/{CODE}/").status_code == 404
    assert IN_TIME.formula not in page
