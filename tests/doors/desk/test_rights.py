"""Every address of the desk × every standing person, against the table below.

Those of mediation and of urgent help have tables of their own (test_dispute_rights.py,
test_response_rights.py). An address without a row fails, and so does a row without an address. Whoever is not signed in is
led to the sign-in; whoever is signed in and not let in reads 403 in words, or 404 where the thing
asked for is not theirs to see.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from commonward.doors.desk import urls
from commonward.doors.desk.dispute_urls import dispute_patterns
from commonward.doors.desk.live_map_urls import live_map_patterns
from commonward.doors.desk.plan_urls import plan_patterns
from commonward.doors.desk.programme_urls import programme_patterns
from commonward.doors.desk.response_urls import response_patterns
from commonward.doors.desk.sending_urls import sending_patterns
from tests.district import ACCOUNTS
from tests.doors.desk.conftest import Office

STAFF = tuple(login for login, (role, _) in ACCOUNTS.items() if role)
"""Everybody with a post; the outsider has an account and none."""
CENTRE = ("intake_officer", "dispatcher", "duty_chief", "leader")
CENTRE_HIDES = ("intake_officer", "dispatcher", "duty_chief")
CALLS = ("intake_officer", "duty_chief")
PEOPLE = (*ACCOUNTS, "nobody")
UNSEEN = ("handler", "second_handler", "administrator")
"""Staff to whom the case below does not exist: handlers of other teams, and administrators."""
ASKERS = (
    "intake_officer",
    "dispatcher",
    "duty_chief",
    "street_handler",
    "grid_worker",
    "second_grid_worker",
)
DASHBOARD_TEAMS = (
    "handler", "second_handler", "street_handler", "grid_worker", "second_grid_worker",
    "dispatcher", "duty_chief", "leader",
)  # fmt: skip
ACCOUNT, TEAM = "{account}", "{team}"
"""Stand for the street office and its handler."""
NUMBER = "{number}"
"""Stands for a case about rubbish that the street office (street_handler) is handling."""


@dataclass(frozen=True)
class Row:
    """Who is let in, what stands in the address, and whether it is asked for or sent to.

    To `unseen` people (with a post) the thing asked for does not exist: 404.
    """

    let_in: tuple[str, ...]
    given: tuple[tuple[str, str], ...] = ()
    method: str = "get"
    unseen: tuple[str, ...] = ()

    def expected(self, login: str) -> str:
        """What this person meets: "in", "refused", "missing" or "sign in"."""
        if login == "nobody":
            return "sign in"
        if login in self.unseen:
            return "missing"
        return "in" if login in self.let_in else "refused"


ROWS: dict[str, Row] = {
    "admin": Row(("administrator",)),
    "admin_accounts": Row(("administrator",)),
    "admin_account": Row(("administrator",), (("account", ACCOUNT),)),
    "admin_teams": Row(("administrator",)),
    "admin_team": Row(("administrator",), (("team", TEAM),)),
    "admin_keys": Row(("administrator",)),
    "admin_directory": Row(("administrator",)),
    "admin_reviews": Row(("administrator",)),
    "admin_review": Row((), (("review", "1000000"),), unseen=("administrator",)),
    "access": Row(("leader", "administrator")),
    # Who never began is led back to the accounts.
    "admin_see_end": Row(("administrator",), method="post"),
    "admin_ledger": Row(("administrator",)),
    "admin_hooks": Row(("administrator",)),
    "admin_outbox": Row(("administrator",)),
    "admin_letters": Row(("administrator",)),
    "admin_letter": Row(("administrator",), (("use", "step"), ("length", "long"))),
    "admin_hook": Row((), (("hook", "1000000"),), unseen=("administrator",)),
    # The chief reads; only administrators set (test_words.py).
    "admin_neighbours": Row(("administrator",)),
    "admin_neighbour": Row((), (("neighbour", "1000000"),), unseen=("administrator",)),
    "hand_overs": Row(("dispatcher", "duty_chief", "leader")),
    "hand_over": Row(
        (), (("hand_over", "1000000"),), unseen=("dispatcher", "duty_chief", "leader")
    ),
    "case_neighbour": Row(
        ("dispatcher", "duty_chief", "leader"), (("number", NUMBER),), unseen=UNSEEN
    ),
    "task_neighbour": Row(
        (),
        (("number", NUMBER), ("task", "1000000")),
        unseen=(*UNSEEN, "dispatcher", "duty_chief", "leader"),
    ),
    "admin_words": Row(("administrator", "duty_chief")),
    "admin_words_spelling": Row(("administrator", "duty_chief")),
    "admin_words_same": Row(("administrator", "duty_chief")),
    "admin_words_danger": Row(("administrator", "duty_chief")),
    "admin_words_model": Row((), (("version", "none"),), unseen=("administrator", "duty_chief")),
    "admin_words_kind": Row(("administrator", "duty_chief"), (("code", "0102"),)),
    "admin_areas": Row(("administrator",)),
    "admin_area": Row(("administrator",), (("code", "430298"),)),
    "admin_area_change": Row(("administrator",), (("code", "430298"), ("change", "redraw"))),
    "admin_rules": Row(("administrator",)),
    "admin_rule": Row((), (("rule", "1000000"),), unseen=("administrator",)),
    "admin_calendars": Row(("administrator",)),
    "admin_calendar": Row(("administrator",), (("name", "site"),)),
    "admin_categories": Row(("administrator",)),
    "admin_category": Row(("administrator",), (("code", "0201"),)),
    "admin_explorer": Row(("administrator",)),
    "admin_dispute_rules": Row(("administrator",), (("kind", "grading"),)),
    "admin_procedures": Row(("administrator",)),
    "admin_procedure": Row(("administrator",), (("name", "service_matter"),)),
    "admin_figures": Row(("administrator",)),
    "admin_figures_file": Row(("administrator",)),
    "admin_figure": Row(("administrator",), (("name", "closed_rate"),)),
    # None was named yet; then: test_exchanges.py.
    "exchanges": Row(("administrator", "dispatcher", "duty_chief")),
    "exchange": Row((), (("name", "none"),), unseen=("administrator", "dispatcher", "duty_chief")),
    "exchange_mapping": Row((), (("name", "none"),), unseen=("administrator",)),
    "exchange_run": Row(
        (), (("name", "none"), ("number", "1")), unseen=("dispatcher", "duty_chief")
    ),
    "exchange_file": Row(
        (), (("name", "none"), ("number", "1")), unseen=("dispatcher", "duty_chief")
    ),
    "figures": Row(STAFF),
    "figures_mine": Row(STAFF),
    "figure": Row(STAFF, (("name", "closed_rate"),)),
    # Who looks at no figures of areas sees the cases behind their own alone (test_figures.py).
    "figure_cases": Row(("dispatcher", "duty_chief", "leader"), (("name", "closed_rate"),)),
    "home": Row(STAFF),
    "seen": Row(STAFF, method="post"),
    "queue": Row(STAFF),
    "row": Row(STAFF, (("number", NUMBER),), unseen=UNSEEN),
    "beside": Row(STAFF, (("number", NUMBER),), unseen=UNSEEN),
    "bulk": Row(STAFF),
    "saved": Row(STAFF),
    "delete_saved": Row(STAFF, (("view", "1"),), method="post"),
    "go": Row(STAFF),
    "keys": Row(STAFF),
    "sort": Row(CENTRE_HIDES),
    "case_sort": Row(CENTRE_HIDES, (("number", NUMBER),), method="post"),
    "intake": Row(CALLS),
    "intake_beside": Row(CALLS, method="post"),
    "telephone": Row((*CALLS, "leader")),
    "telephone_mine": Row(CALLS),
    "callbacks": Row(CALLS),
    # The case below owes no callback, which is said as of a case that there is not.
    "callback": Row((), (("number", NUMBER),), unseen=CALLS),
    "texts": Row(STAFF),
    "text_add": Row(STAFF),
    "text": Row((), (("text", "1000000"),), unseen=STAFF),
    "answers": Row(STAFF),
    "answer_add": Row(STAFF),
    "answers_kept": Row(STAFF),
    "answer_gaps": Row(STAFF),
    "answers_file": Row(STAFF),
    "answers_import": Row(("administrator", "duty_chief")),
    "answer": Row((), (("answer", "1000000"),), unseen=STAFF),
    "dashboard": Row(("dispatcher", "duty_chief", "leader")),
    "dashboard_team": Row(DASHBOARD_TEAMS),
    "dashboard_grid": Row(
        ("grid_worker", "second_grid_worker", "dispatcher", "duty_chief", "leader")
    ),
    # Before one was made there is no file of a forecast; then: tests/doors/desk/test_forecast.py.
    "forecast": Row(("administrator", "duty_chief", "leader")),
    "forecast_file": Row(
        (), (("name", "days.csv"),), unseen=("administrator", "duty_chief", "leader")
    ),
    "reports": Row(("dispatcher", "duty_chief", "leader")),
    "report_make": Row(("leader",), method="post"),
    # Before one was made there is no file of a report; then: test_reports.py.
    "report_file": Row(
        (),
        (("month", "2020-01"), ("language", "en")),
        unseen=("dispatcher", "duty_chief", "leader"),
    ),
    "news": Row(("administrator", "dispatcher", "duty_chief", "leader")),
    "rounds": Row(("administrator", "dispatcher", "duty_chief", "leader")),
    "signed_in": Row(STAFF),
    "emergency": Row(STAFF),
    "question_ask": Row(ASKERS, (("number", NUMBER),), unseen=UNSEEN),
    # Nothing was asked on the case below: to those who may ask there is no such question.
    "question_answer": Row((), (("number", NUMBER), ("question", "0")), unseen=UNSEEN + ASKERS),
    "question_withdraw": Row((), (("number", NUMBER), ("question", "0")), unseen=UNSEEN + ASKERS),
    # Nobody asked anything of their own data there.
    "data_request": Row(
        (),
        (("number", NUMBER), ("data_request", "1000000")),
        unseen=(*UNSEEN, "intake_officer", "dispatcher", "duty_chief"),
    ),
    "board": Row(("dispatcher", "duty_chief", "leader")),
    "hotspots": Row(CENTRE),
    "hot": Row(CENTRE),
    # Nothing was put together yet: there is no such issue.
    "hot_issue": Row((), (("issue", "1000000"),), unseen=CENTRE),
    # Nobody had anything worked out: there is no file and nothing behind it.
    "hotspots_csv": Row((), unseen=CENTRE),
    "hotspot_cases": Row((), (("run", "1000000"),), unseen=CENTRE),
    "case": Row(STAFF, (("number", NUMBER),), unseen=UNSEEN),
    "step": Row(("street_handler",), (("number", NUMBER), ("verb", "finish")), unseen=UNSEEN),
    "task_step": Row((), (("number", NUMBER), ("task", "0"), ("verb", "accept")), unseen=STAFF),
    "ask": Row(
        ("dispatcher", "duty_chief", "leader"),
        (("number", NUMBER), ("kind", "whistle")),
        unseen=UNSEEN,
    ),
    "request": Row(
        ("street_handler", "dispatcher"),
        (("number", NUMBER), ("kind", "extension")),
        unseen=UNSEEN,
    ),
    "decide": Row((), (("number", NUMBER), ("approval", "0")), unseen=STAFF),
    "split": Row(
        ("intake_officer", "dispatcher", "duty_chief"), (("number", NUMBER),), unseen=UNSEEN
    ),
    "call_back": Row((), (("number", NUMBER), ("report", NUMBER)), unseen=UNSEEN),
    "contact": Row(STAFF, (("number", NUMBER), ("report", NUMBER)), method="post", unseen=UNSEEN),
    "danger": Row(
        (*CENTRE, "grid_worker", "second_grid_worker", "street_handler"),
        (("number", NUMBER),),
        unseen=UNSEEN,
    ),
    # Nothing told of danger there; where something did: tests/doors/desk/test_danger_told.py.
    "danger_seen": Row((), (("number", NUMBER),), method="post", unseen=STAFF),
    "dangers": Row(STAFF),
    "danger_decided": Row((), (("number", NUMBER),), method="post", unseen=STAFF),
    "read_first": Row(STAFF),
    "paper_file": Row(STAFF, (("number", NUMBER),), unseen=UNSEEN),
    "paper_receipt": Row(STAFF, (("number", NUMBER), ("report", NUMBER)), unseen=UNSEEN),
    "paper_order": Row((), (("number", NUMBER), ("task", "0")), unseen=STAFF),
    "publicity": Row(CENTRE_HIDES, (("number", NUMBER),), unseen=UNSEEN),
    "checked": Row(CENTRE_HIDES, (("number", NUMBER),), unseen=UNSEEN),
    "publicity_words": Row(CENTRE_HIDES, (("number", NUMBER), ("report", NUMBER)), unseen=UNSEEN),
    "photos": Row(
        (
            "intake_officer",
            "dispatcher",
            "duty_chief",
            "grid_worker",
            "second_grid_worker",
            "street_handler",
        ),
        (("number", NUMBER),),
        unseen=UNSEEN,
    ),  # fmt: skip
    "photo_file": Row((), (("number", NUMBER), ("name", "00/none.jpg")), unseen=STAFF),
    "photo": Row((), (("number", NUMBER), ("name", "00/none.jpg")), unseen=STAFF),
}


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert all(isinstance(entry, URLPattern) for entry in urls.urlpatterns)
    apart = [
        *dispute_patterns, *response_patterns, *live_map_patterns, *sending_patterns, *plan_patterns,
        *programme_patterns,
    ]  # fmt: skip
    here = [entry for entry in urls.urlpatterns if entry not in apart]
    assert sorted(ROWS) == sorted(str(entry.name) for entry in here)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_only_those_in_the_table_are_let_in(office: Office, name: str) -> None:
    report = office.district.report()
    office.district.handled(report)
    row = ROWS[name]
    there = {
        "number": report.case.number,
        "account": office.district.accounts["street_handler"],
        "team": office.district.teams["street"],
    }
    given = {key: value.format(**there) for key, value in row.given}
    path = reverse(f"desk:{name}", kwargs=given)
    met = {}
    for login in PEOPLE:
        # A fresh client without the check of forged forms: rights are asked about here.
        client = Client()
        if login != "nobody":
            client.force_login(*office.key_of(login))
        met[login] = _met(client.post(path) if row.method == "post" else client.get(path))
    assert met == {login: row.expected(login) for login in PEOPLE}


def _met(answer: Any) -> str:
    if answer.status_code in (301, 302, 303):
        to = answer.headers["Location"]
        return "sign in" if to.startswith(reverse("account_login")) else "in"
    # An empty form is refused in words (4xx) by a page that let its sender in.
    return {403: "refused", 404: "missing"}.get(answer.status_code, "in")
