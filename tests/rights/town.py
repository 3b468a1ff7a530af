"""The small district with one of everything that an address can name, some of it apart."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from PIL import Image

from commonward.cases import actions as cases
from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.approving import ask_extension
from commonward.cases.actions.asking import ask_reporter
from commonward.cases.actions.hooking import add_hook
from commonward.cases.actions.photos import add_photos, prepare_photo
from commonward.cases.actions.texts import add_text
from commonward.cases.models import Case, Photo
from commonward.core.calendars import Limit
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.people.models import Account, Team
from commonward.people.queries import actor_for
from commonward.response.actions.paying import Payment, Transfer, tell_payment
from commonward.response.actions.planning import ask_plan
from tests.district import LAMP, RUBBISH, SINCE, STREETS, District, small_district
from tests.doors.desk.programme_rows import (
    councils,
    inspections,
    learning,
    marks,
    plans,
    pledges,
    risk,
    surveys,
)
from tests.exchanges import made as exchange
from tests.help import urgent_help
from tests.planning import asked
from tests.rights.people import settle
from tests.talks import mediation

SPARE = "spare"
WORDS = "turnips"
"""Stands in the words of every case, whoever may see it."""


@dataclass(frozen=True)
class Town:
    """Where everything is: what stands in addresses, by kind of object and by which one."""

    here: District
    accounts: Mapping[str, int]
    teams: Mapping[str, int]
    named: Mapping[str, str]
    cases: Mapping[str, Case] = field(default_factory=dict)


def build() -> Town:
    """Set all of it up in the present database, two days ago."""
    here = small_district(timezone.now() - timedelta(days=2))
    talks = mediation(here)
    aid = urgent_help(here)
    people.add_team(SYSTEM, SPARE, "备用", at=SINCE, kind="centre", name_en="Spare")
    teams = dict(Team.objects.values_list("code", "id"))
    accounts = settle(here, teams)
    lat, lon = here.inside(2, 2)
    south = here.report(words=f"South {WORDS}.", contact={"phone": "13800000000"}, public=True)
    north = here.report(LAMP, words=f"North {WORDS}.", lat=lat, lon=lon)
    for one in (south, north):
        here.handled(one)
    dispute, *_ = talks.talking("street", words=f"A wall and {WORDS}.")
    incident = aid.ordered("fire", words=f"Fire among {WORDS}.").incident.case.number
    named = {
        "south": south.case.number, "north": north.case.number, "dispute": dispute,
        "incident": incident, "none": "0000000000", "report": south.number,
        "street": str(teams["street"]),
    }  # fmt: skip
    named |= _programmes(here) | _around(here, accounts, named)
    numbers = Case.objects.select_related("category").in_bulk(
        [n for n in named.values() if len(n) > 8], field_name="number"
    )
    cases = {name: numbers[n] for name, n in named.items() if n in numbers}
    return Town(here, accounts, teams, named, cases)


def _around(
    here: District, accounts: Mapping[str, int], named: Mapping[str, str]
) -> dict[str, str]:
    """What hangs on the two cases, and what the rooms keep beside cases."""
    at = here.at + timedelta(minutes=30)
    chief, planner = here.administrator, actor_for(accounts["planner-everywhere"], here.at)
    tasks = cases.ask_tasks(
        named["north"], "whistle", [here.teams["roads"]], "Come.", here.dispatcher, at
    )
    waits = ask_extension(
        named["south"], Limit.parse("1 work_day"), "Rain.", here.street_handler, at
    )
    question = ask_reporter(named["south"], "Which gate?", here.street_handler, at)
    drawn = io.BytesIO()
    Image.new("RGB", (20, 20), "green").save(drawn, "PNG")
    add_photos(named["report"], [prepare_photo(drawn.getvalue())], here.street_handler, at)
    told = Payment((Transfer("3.8万", "Elsewhere", "6222", "Town Bank", "6217", "half"),), "x", "1")
    stop = tell_payment(told, at, here.intake_officer)
    text = add_text(chief, "Bins", "We empty them.", at, language="en", category=RUBBISH)
    answer = add_answer(chief, "Who?", "We.", at, language="en", category=RUBBISH, public=True)
    hook, _secret = add_hook(SYSTEM, "Other", "https://example.org/hook", at=at)
    exchange("hotline")
    plan = ask_plan("cover", "Posts", STREETS[1], asked(), planner, here.at)
    return {
        "task": str(tasks[0].pk), "approval": str(waits.pk), "question": str(question.pk),
        "photo": Photo.objects.get().name, "payment": stop.case.number, "text": str(text.pk),
        "answer": str(answer.pk), "hook": str(hook.pk), "exchange": "hotline", "cover": plan.code,
    }  # fmt: skip


def _programmes(here: District) -> dict[str, str]:
    """One of each part of the programmes, as the tables of their pages make them."""
    office: Any = SimpleNamespace(district=here)
    keeper = people.add_account(SYSTEM, "programme_officer", "Officer", at=SINCE).pk
    people.grant(SYSTEM, keeper, "programme_officer", at=SINCE)
    found: dict[str, str] = {}
    for part in (councils, inspections, marks, pledges, plans, risk, surveys, learning):
        found |= part.prepare(office)
    Account.objects.filter(login__startswith="officer").update(is_active=False)
    return found
