"""In the dark: every kind of page of the desk keeps its contrast (axe finds what does not)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from commonward.cases import actions as cases
from tests.district import LAMP, POTHOLE, District

PAGES = {
    "duty_chief": (
        "", "queue/", "board/", "board/?tab=whistles", "board/?tab=returned", "intake/", "news/",
        "rounds/", "texts/", "texts/new/", "answers/", "views/", "keys/", "cases/{n}/",
        "cases/{n}/steps/note/", "cases/{n}/ask/whistle/", "cases/{n}/split/",
    ),
    "administrator": (
        "admin/", "admin/accounts/", "admin/teams/", "admin/categories/", "admin/calendars/site/",
        "admin/procedures/service_matter/", "admin/answering/", "admin/keys/", "admin/areas/",
    ),
}  # fmt: skip


def at_work(district: District) -> str:
    """A case with a hand-back, a whistle and something overdue beside it; its number."""
    begun = timezone.now() - timedelta(hours=5)
    report = district.report(POTHOLE, answers={"HOWDEEP": "12"}, at=begun)
    district.report(LAMP, at=begun)
    number = report.case.number

    def act(verb: str, who: Any, minutes: int, **given: Any) -> None:
        cases.act(number, verb, who, begun + timedelta(minutes=minutes), given)

    act("accept", district.intake_officer, 1)
    act("file", district.duty_chief, 2)
    act("dispatch", district.dispatcher, 3, team=district.teams["roads"])
    act("hand_back", district.handler, 20, reason="It is the developer's road.")
    act("dispatch", district.dispatcher, 40, team=district.teams["roads"])
    whistled, when = [district.teams["lamps"]], begun + timedelta(minutes=60)
    cases.ask_tasks(number, "whistle", whistled, "Come.", district.dispatcher, when)
    return number


def test_every_kind_of_desk_page_is_read_as_well_in_the_dark(
    district: District, window: Callable[..., Any]
) -> None:
    number = at_work(district)
    faults: list[str] = []
    for login, pages in PAGES.items():
        with window("en-GB", 1280, dark=True) as w:
            w.sign_in(login)
            for page in pages:
                w.open("/desk/" + page.format(n=number))
                try:
                    w.sound(f"dark {page}")
                except AssertionError as fault:
                    faults.append(str(fault))
    assert not faults, "\n".join(faults)
