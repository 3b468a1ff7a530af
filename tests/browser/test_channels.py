"""Whole loops of the channels in a real browser: another system's files, the outbox, and a neighbour."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from commonward.cases.actions import delivering
from commonward.cases.actions.federating import keys, neighbours
from commonward.cases.actions.subscribing import confirm, subscribe, token_of
from commonward.cases.models import Case, Delivery, Event, HandOver
from commonward.core.federation import letters
from commonward.core.federation.letters import Letter
from commonward.doors.federation.sending import send_letters
from commonward.doors.outbox.sending import deliver
from tests.district import RUBBISH, District
from tests.doors.email import conftest as mails

box = mails.box
"""A real mail server on this machine."""
THEIRS = ("Order", "Told", "Kind", "North", "East", "Where", "Taken at")
COLUMNS = {
    "ref": "Order", "words": "Told", "category": "Kind", "lat": "North", "lon": "East",
    "address": "Where", "opened_at": "Taken at",
}  # fmt: skip


def their_file(taken: str, *rows: tuple[str, str, str]) -> dict[str, Any]:
    """A file of another system in its own layout; rows are number, kind and address."""
    lat, lon = District.inside()
    made = io.StringIO()
    out = csv.writer(made)
    out.writerow(THEIRS)
    for ref, kind, where in rows:
        out.writerow((ref, "Rubbish beside the gate.", kind, lat, lon, where, taken))
    return {"name": "theirs.csv", "mimeType": "text/csv", "buffer": made.getvalue().encode()}


def test_a_foreign_file_is_drawn_taken_in_answered_and_compared(
    window: Callable[..., Any], district: District, settings: Any, tmp_path: Any
) -> None:
    settings.VAR = tmp_path
    taken = timezone.localtime(timezone.now() - timedelta(hours=5)).strftime("%d.%m.%Y %H:%M")
    with window("en-GB", 1280) as w:
        w.sign_in("administrator")
        w.open("/desk/exchanges/")
        w.page.fill("#name", "hotline")
        w.page.select_option("#direction", "both")
        w.press("Go on to its mapping")
        w.page.set_input_files(
            "#sample-file", their_file(taken, ("H1", "waste", "East"), ("H2", "", "E"))
        )
        w.press("Read the columns")
        for name, column in COLUMNS.items():
            w.page.select_option(f"#column-{name}", column)
        w.page.select_option("#form-opened_at", "%d.%m.%Y %H:%M")
        expect(w.page.locator("#ours-category-1")).to_be_visible(timeout=60_000)
        w.page.fill("#ours-category-1", RUBBISH)
        expect(w.page.locator("#preview")).to_contain_text("right: 1, faulty: 1", timeout=60_000)
        expect(w.page.locator("#preview")).to_contain_text("The category is empty.", timeout=60_000)
        w.sound("exchange-mapping")
        w.page.fill("#back-ref", "Order")
        w.page.fill("#back-status", "State")
        w.press("Keep as the version that holds")
        w.page.get_by_text("Version 1 of the mapping holds").wait_for()
        w.sound("exchange-admin")
        w.sign_out()
        w.sign_in("dispatcher")
        w.open("/desk/exchanges/hotline/")
        w.page.set_input_files(
            "#in-file", their_file(taken, ("H1", "waste", "East"), ("H2", "", "E"))
        )
        w.press("Take the file in")
        w.page.get_by_text("The category is empty.").wait_for()
        w.sound("exchange-in")
        w.open("/desk/exchanges/hotline/")
        w.press("Make the file")
        with w.page.expect_download() as fetched:
            w.page.get_by_role("link", name="Fetch the file").click()
        sent = fetched.value.path().read_text(encoding="utf-8-sig")
        assert sent.startswith("Order,State") and "H1" in sent
        w.press("They have it")
        w.page.get_by_text("File 2 is acknowledged.").wait_for()
        w.sound("exchange-out")
        w.open("/desk/exchanges/hotline/")
        w.page.set_input_files(
            "#compare-file", their_file(taken, ("H1", "waste", "West"), ("H3", "waste", "N"))
        )
        w.press("Compare")
        w.page.get_by_text("West").first.wait_for()
        w.sound("exchange-compared")
        w.page.locator("input[name=reason]").fill("Rang them.")
        w.press("Decide it so")
        w.page.get_by_text("Decided: Take theirs.").wait_for()
    assert Case.objects.get(source="hotline").address == "West"


def test_a_dead_letter_is_sent_again_and_new_words_go_out_with_the_next(
    window: Callable[..., Any], district: District, settings: Any, box: mails.Box
) -> None:
    settings.MAIL, settings.MAIL_FROM = True, "Commonward <reports@example.org>"
    at = timezone.now()
    report = district.report()
    told = subscribe(report.pk, "alice@example.org", "en", at, own=True)
    assert told is not None
    question = delivering.lease(at)
    assert question is not None
    delivering.taken(question, at)
    confirm(token_of(told.pk), at)
    district.act(report, "accept", district.intake_officer, 10)
    delivering.prepare(at)
    (owed,) = Delivery.objects.filter(state="waiting").values_list("pk", flat=True)
    assert delivering.lease(at) == owed
    delivering.put_off(owed, at + delivering.GIVE_UP_AFTER + timedelta(hours=1), "SMTP 452")
    with window("en-GB", 1280) as w:
        w.sign_in("administrator")
        w.open("/desk/admin/outbox/?list=dead&channel=mail")
        w.page.get_by_text("SMTP 452").wait_for()
        assert "alice" not in w.text
        w.sound("outbox-dead")
        w.page.get_by_role("button", name=re.compile("^Send again:")).click()
        w.page.get_by_text("It goes out again with the next pass.").wait_for()
        deliver(timezone.now, channel="mail")
        assert box.tos == [["alice@example.org"]]
        w.open("/desk/admin/letters/step/long/")
        english = w.page.locator("section", has=w.page.locator("#title-en"))
        english.locator("#title-en").fill("Our news of {number}")
        english.locator("#body-en").fill("Look: {heading}\n{link}")
        english.locator("button[value=look]").click()
        w.page.get_by_text("Our news of GK-2026-000123").wait_for()
        w.sound("letter")
        w.page.locator("section", has=w.page.locator("#title-en")).locator(
            "button[value=save]"
        ).click()
        w.page.get_by_text("The site's own words, version 1.").wait_for()
    district.act(report, "file", district.duty_chief, 20)
    deliver(timezone.now, channel="mail")
    assert str(box.taken[-1]["Subject"]) == f"Our news of {report.number}"


class Neighbour(ThreadingHTTPServer):
    """A neighbouring office that takes what comes, and says one status."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = letters.new_key()
        self.public = b""
        self.came: list[Letter] = []

    @property
    def name(self) -> str:
        """As it stands in letters."""
        return f"127.0.0.1:{self.server_address[1]}"

    def letter(self, kind: str, seq: int, seen: int, body: dict[str, Any]) -> bytes:
        """A letter of theirs about the one matter, sealed."""
        about, to = self.came[0].handing, self.came[0].from_
        made = Letter(kind, self.name, to, about, seq, seen, datetime.now(UTC), body)
        return letters.seal(made, self.key)


class _Handler(BaseHTTPRequestHandler):
    server: Neighbour

    def do_POST(self) -> None:
        """One letter, answered with how far we have read."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        there = self.server
        found = letters.read(body, lambda _: there.public, there.name, datetime.now(UTC))
        there.came.append(found)
        reply = there.letter("stands", 0, max(one.seq for one in there.came), {"known": True})
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def neighbour() -> Any:
    """A neighbour that listens."""
    made = Neighbour()
    thread = Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def test_a_case_is_handed_over_at_the_desk_and_its_status_comes_back(
    window: Callable[..., Any], district: District, settings: Any, neighbour: Neighbour
) -> None:
    settings.HOOKS_PRIVATE = True
    neighbour.public = keys.public_key(timezone.now())
    public = letters.public_of(neighbour.key)
    to = neighbours.add_neighbour(
        district.administrator, "Riverside", f"http://{neighbour.name}", at=timezone.now(),
        key=letters.public_text(public), origin=neighbour.name,
    )  # fmt: skip
    neighbours.compare(
        district.administrator, to.pk, letters.fingerprint(public), at=timezone.now()
    )
    report = district.report(RUBBISH, "A heap on the border.")

    def comes(kind: str, seq: int, body: dict[str, Any]) -> None:
        seen = max(one.seq for one in neighbour.came)
        sent = neighbour.letter(kind, seq, seen, body)
        assert Client().post("/federation/inbox", sent, "application/json").status_code == 200

    with window("zh-CN", 320) as w:
        w.sign_in("dispatcher")
        w.open(f"/desk/cases/{report.case.number}/neighbour/")
        w.page.fill("#reason", "在河对岸。")
        w.sound("neighbour-offer")
        w.page.locator("button[value=offer]").click()
        w.page.locator("button[value=withdraw]").wait_for()
        w.sound("neighbour-offered")
        send_letters(timezone.now)
        row = HandOver.objects.get()
        comes("accept", 1, {"clock": {"due": row.clock["due"], "reason": ""}})
        send_letters(timezone.now)
        comes("transferred", 2, {"ref": "RV-7"})
        comes("status", 3, {"stage": "Being handled", "words": "Our people are on the way."})
        w.open(f"/desk/neighbours/{row.pk}/")
        w.page.get_by_text("Our people are on the way.").wait_for()
        w.sound("neighbour-status")
        w.open("/desk/neighbours/")
        w.page.get_by_role("link", name=re.compile("20")).first.wait_for()
        w.sound("neighbour-list")
    row.refresh_from_db()
    assert (row.state, row.theirs) == ("away", "RV-7")
    assert Event.objects.filter(case=report.case, verb="neighbour_told").count() == 1
