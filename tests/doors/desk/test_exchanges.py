"""The desk's pages of exchanges: a mapping drawn beside a sample, files taken in, differences decided."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commonward.cases.models import Case, Event, Exchange, ExchangeMapping, ExchangeRow, ExchangeRun
from tests.doors.desk.conftest import Colleague, Office, Page
from tests.exchanges import MAPPING, csv_bytes, made, order

LIST = "/desk/exchanges/"
HERE = f"{LIST}hotline/"
DRAW = f"{HERE}mapping/"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    """Files lie in a folder of the test."""
    settings.VAR = tmp_path


def file(data: bytes, name: str = "orders.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def with_do(page: Page, do: str) -> dict[str, Any]:
    """The fields of the form that has this button."""
    form = next(f for f in page.forms if ("do", do) in f.buttons)
    return {**form.fields, "do": do}


def sent(who: Colleague, at: str, do: str, **more: Any) -> Page:
    return who.post(at, with_do(who.open(at), do) | more)


def drawn(office: Office) -> Page:
    """An administrator names the hotline, shows a sample and draws: the page with the preview."""
    admin = office.administrator
    sent(admin, LIST, "add", name="hotline", direction="both", form="csv", keep_days="30")
    told = [order("H1", 电话="13900001111"), order("H2", 受理时间="02.03.2026 09:05")]
    page = sent(admin, DRAW, "sample", file=file(csv_bytes(told)))
    given = with_do(page, "look")
    choices = {f"column-{name}": rule.get("column", "") for name, rule in MAPPING["fields"].items()}
    lists = {"theirs-category": ["垃圾"], "ours-category": ["0301"]}
    own = {"form-opened_at": "%Y-%m-%d %H:%M", "back-ref": "工单号", "back-status": "状态"}
    return admin.post(DRAW, given | choices | lists | own)


def test_the_mapping_is_drawn_with_a_preview_that_tells_each_rows_fault(office: Office) -> None:
    page = drawn(office)
    assert page.status == 200
    assert "right: 1, faulty: 1" in page.text
    assert "2026-03-02 09:05" in page.text, "what would be right"
    assert "13900001111" not in page.html and "•••" in page.html
    assert not ExchangeMapping.objects.exists(), "looking keeps nothing"
    done = office.administrator.post(DRAW, with_do(page, "save"))
    assert "Version 1 of the mapping holds from now on." in done.text
    kept = ExchangeMapping.objects.get().text
    assert kept["fields"]["category"] == {"column": "类别", "values": {"垃圾": "0301"}}
    assert Exchange.objects.get().form == "csv"


def test_before_anything_is_drawn_the_names_of_columns_suggest_it(office: Office) -> None:
    admin = office.administrator
    sent(admin, LIST, "add", name="hotline", direction="in", form="json", keep_days="30")
    data = json.dumps(
        {"data": {"rows": [{"工单编号": "1", "诉求内容": "x", "纬度": 27.8}]}}
    ).encode()
    page = sent(admin, DRAW, "sample", file=file(data, "a.json"), path="data")
    assert page.status == 422 and "Lists here: rows" in page.text
    page = sent(admin, DRAW, "sample", file=file(data, "a.json"), path="data.rows")
    form = with_do(page, "save")
    assert (form["column-ref"], form["column-words"]) == (["工单编号"], ["诉求内容"])


def test_an_officer_takes_a_file_in_and_reads_why_a_row_was_refused(office: Office) -> None:
    made()
    page = sent(
        office.dispatcher, HERE, "in", file=file(csv_bytes([order("H1"), order("H2", 类别="?")]))
    )
    assert page.heading.startswith("Orders taken in")
    assert "H2" in page.text and "is none of ours" in page.text
    assert Case.objects.filter(source="hotline").count() == 1
    told = office.dispatcher.open(f"{HERE}1/file/?as=csv")
    lines = list(csv.reader(io.StringIO(told.html.removeprefix("\ufeff"))))
    assert lines[0][:3] == ["State", "Line", "Number there"]
    assert lines[1][:3] == ["row refused", "3", "H2"]
    assert office.browser("dispatcher", "zh-hans").open(f"{HERE}1/").status == 200


def test_statuses_are_fetched_again_and_acknowledged(office: Office) -> None:
    made()
    officer = office.dispatcher
    sent(officer, HERE, "in", file=file(csv_bytes([order("H1")])))
    page = sent(officer, HERE, "out")
    assert page.heading.startswith("Statuses for them")
    first, again = (officer.open(f"{HERE}2/file/").html for _ in range(2))
    assert first == again and "H1" in first
    officer.post(f"{HERE}2/", with_do(page, "ack"))
    assert ExchangeRun.objects.get(number=2).acknowledged_at is not None
    assert "Nothing changed" in sent(officer, HERE, "out").text


def test_a_difference_is_decided_with_a_reason(office: Office) -> None:
    made()
    officer = office.dispatcher
    sent(officer, HERE, "in", file=file(csv_bytes([order("H1")])))
    page = sent(officer, HERE, "reconcile", file=file(csv_bytes([order("H1", 地址="West gate")])))
    assert "East gate" in page.text and "West gate" in page.text
    path = f"{HERE}2/"
    row = str(ExchangeRow.objects.get().pk)
    assert officer.post(path, with_do(page, "decide") | {"row": row, "reason": ""}).status == 422
    done = officer.post(path, with_do(page, "decide") | {"row": row, "reason": "Rang them."})
    assert "Decided: Take theirs." in done.text
    assert Case.objects.get(source="hotline").address == "West gate"
    assert Event.objects.filter(verb="exchange_decided").count() == 1


def test_administrators_define_and_officers_run(office: Office) -> None:
    made()
    assert office.dispatcher.open(DRAW).status == 403
    officer = office.dispatcher
    data = csv_bytes([order("H1")])
    page = sent(officer, HERE, "in", file=file(data))
    run = page.path
    assert office.administrator.open(run).status == 403, "cases are not an administrator's to read"
    form = with_do(officer.open(HERE), "in")
    admin = office.administrator
    admin.open(HERE)
    token = {"csrfmiddlewaretoken": with_do(admin.open(HERE), "end")["csrfmiddlewaretoken"]}
    assert admin.post(HERE, form | token | {"file": file(data)}).status == 422
    assert office.intake_officer.open(HERE).status == 403
    for who, do, more in ((officer, "end", {}), (officer, "add", {"name": "other"})):
        token = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]}
        path = HERE if do == "end" else LIST
        given = {"do": do, "direction": "in", "form": "csv", "keep_days": "3", **more, **token}
        assert who.post(path, given).status == 422
    assert Exchange.objects.get().ended_at is None
