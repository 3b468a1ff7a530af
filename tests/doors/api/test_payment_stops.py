"""A bank's own key reads and answers the requests of its bank, and opens nothing else."""

import json
import re
import threading
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.hooking import signature
from commonward.core.refusals import Invalid
from commonward.core.rights import SYSTEM
from commonward.doors.webhook.banks import Asker
from commonward.people import actions as people
from commonward.people.models import AccessRecord
from commonward.response.actions.bank_ends import set_bank_end
from commonward.response.actions.paying import Payment, Transfer, close_payment, tell_payment
from commonward.response.models import BankRequest
from tests.district import SINCE, small_district
from tests.help import Help, urgent_help

FROM, TO = "6222020200011112220", "6217000011112222333"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "banks.md"


@pytest.fixture
def aid(db: None) -> Help:
    """Urgent help now."""
    return urgent_help(small_district(timezone.now()), on_duty=False)


def key_of(account: int, right: str = "payment_stops") -> str:
    return people.issue_key(SYSTEM, f"key {account}", [right], at=SINCE, account=account)[1]


def call(key: str, method: str, path: str, body: Any = None) -> Any:
    client = Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})
    return getattr(client, method)(f"/api/v1{path}", body, content_type="application/json")


def told(aid: Help, bank: str = "Town Bank") -> BankRequest:
    given = Payment(
        (Transfer("38000", "Elsewhere", FROM, bank, TO, "half"),), "secret words", "139"
    )
    return tell_payment(given, timezone.now(), aid.here.intake_officer).requests.get()


def test_a_bank_reads_its_own_requests_and_answers_them_once(aid: Help) -> None:
    asked, key = told(aid), key_of(aid.accounts["teller"])
    listed = call(key, "get", "/payment-stops")
    (one,) = listed.json()
    assert (one["request"], one["transfers"][0]["account"]) == (asked.key, TO)
    assert FROM not in listed.content.decode() and "secret words" not in listed.content.decode()
    assert listed["Cache-Control"] == "no-store"
    assert AccessRecord.objects.filter(what="payment stop asked").exists()
    path = f"/payment-stops/{asked.key}/answer"
    for state in ({"state": "acknowledged"}, {"state": "confirmed", "result": "in_part"}):
        for _twice in range(2):
            answered = call(key, "post", path, state)
            assert answered.status_code == 200, answered.content
    assert answered.json()["answer"] == "in_part"
    assert call(key, "post", path, {"state": "confirmed", "result": "stopped"}).status_code == 409
    kept = BankRequest.objects.get()
    assert (kept.answer, kept.way) == ("in_part", "key")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"state": "done"}, {"state": "confirmed"}, {"state": "refused"},
        {"state": "refused", "reason": "x" * 501}, {"state": "confirmed", "result": "maybe"},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_changes_nothing(aid: Help, body: Any) -> None:
    asked, key = told(aid), key_of(aid.accounts["teller"])
    assert call(key, "post", f"/payment-stops/{asked.key}/answer", body).status_code == 422
    assert BankRequest.objects.get().acknowledged_at is None


def test_another_bank_and_another_office_find_nothing(aid: Help) -> None:
    asked = told(aid)
    team = people.add_team(SYSTEM, "farm-bank", "农商银行", at=SINCE, kind="bank").pk
    account = people.add_account(SYSTEM, "farm", "Farm", at=SINCE).pk
    people.grant(SYSTEM, account, "partner", at=SINCE)
    people.join_team(SYSTEM, account, team, at=SINCE)
    for key in (key_of(account), key_of(aid.accounts["other_centre"])):
        assert call(key, "get", "/payment-stops").json() == []
        path = f"/payment-stops/{asked.key}/answer"
        assert call(key, "post", path, {"state": "acknowledged"}).status_code == 404
    coordinator = key_of(aid.accounts["response_coordinator"])
    assert call(coordinator, "get", "/payment-stops").status_code == 403


def test_the_key_opens_nothing_else_and_no_other_key_opens_this(aid: Help) -> None:
    asked, key = told(aid), key_of(aid.accounts["teller"])
    number = asked.stop.case.number
    for path in ("/cases", f"/cases/{number}", "/handovers", "/categories"):
        answer = call(key, "get", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "right")
    other = key_of(aid.accounts["teller"], "api")
    assert call(other, "get", "/payment-stops").status_code == 403
    assert Client().get("/api/v1/payment-stops").status_code == 401
    with pytest.raises(Invalid, match="one bank"):
        people.issue_key(SYSTEM, "nobody's", ["payment_stops"], at=SINCE)


def test_once_closed_the_bank_finds_it_no_more(aid: Help) -> None:
    asked, key = told(aid), key_of(aid.accounts["teller"])
    close_payment(asked.stop.case.number, aid.coordinator, timezone.now(), reason="A mistake.")
    assert call(key, "get", "/payment-stops").json() == []
    path = f"/payment-stops/{asked.key}/answer"
    assert call(key, "post", path, {"state": "acknowledged"}).status_code == 404


def test_the_page_for_a_bank_s_engineer_describes_what_is_done(aid: Help, settings: Any) -> None:
    """Its program is run and stops a payment; its signature and its example are right."""
    settings.HOOKS_PRIVATE = True
    page = PAGE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    line = re.search(r"`(whsec_\S+)`, the id `(\w+)`, the timestamp `(\d+)`.*?body `(.+?)` it is `(\S+)`", page)  # fmt: skip
    assert line is not None
    secret, name, moment, body, right = line.groups()
    assert secret == "whsec_" + b64encode(b"k" * 32).decode()
    assert signature(b"k" * 32, name, int(moment), body.encode()) == right

    names: dict[str, Any] = {}
    exec(program.replace("REPLACE", ""), names)  # noqa: S102 (the page's own program)
    seen: list[Any] = []

    def stop(transfers: Any) -> str:
        seen.append(transfers)
        return "stopped"

    names["stop"] = stop
    names["Bank"].log_message = lambda *_args: None
    server = names["server"]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        _end, made = set_bank_end(
            aid.bank_team, address=f"http://127.0.0.1:{server.server_port}/", hotline="95500",
            silent_seconds=30, at=timezone.now(), actor=aid.here.administrator,
        )  # fmt: skip
        names["SECRET"] = b64decode(made.removeprefix("whsec_"))
        asked = told(aid)
        asker = Asker()
        assert asker.pass_once(timezone.now, patient=True).heard == 1
        asker.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert BankRequest.objects.get(pk=asked.pk).answer == "stopped"
    ((sent,),) = seen
    (shown,) = json.loads(example)["transfers"]
    assert set(sent) == set(shown), "the example has exactly the fields that are sent"
