"""The demonstration's tour, walked from its first step to its last by hand, in both languages."""

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from commonward.cases.models import Case
from commonward.core.rights import SYSTEM
from commonward.doors.demo.roles import POSTS
from commonward.people import actions as people
from tests.browser.conftest import PATIENCE
from tests.district import LAMP, District
from tests.doors.demo import urls

LANGUAGES = {"en-GB": "en", "zh-CN": "zh-hans"}
TEAMS = {
    "intake_officer": ["intake"],
    "duty_chief": ["intake"],
    "dispatcher": ["dispatch"],
    "grid_worker": ["grids-south", "grids-north"],
}


@pytest.fixture
def demonstration(settings: Any, district: District) -> District:
    """The small district as a demonstration, with the posts that a visitor may try."""
    settings.DEMO = True
    settings.SECOND_FACTOR = False
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "commonward.doors.demo"]
    settings.ROOT_URLCONF = urls.__name__
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"].append("commonward.doors.demo.guiding.tour")
    settings.TEMPLATES = templates
    since = timezone.now() - timedelta(days=2)
    for post in POSTS:
        account = people.add_account(SYSTEM, post.login, post.login, at=since).pk
        people.grant(SYSTEM, account, post.role, at=since)
        for code in TEAMS.get(post.role, [post.team] if post.team in district.teams else []):
            people.join_team(SYSTEM, account, district.teams[code], at=since)
    people.set_site_clock(timezone.now(), 1, real=timezone.now())
    return district


class Walk:
    """A visitor with a window: says the page's own words, and does what the strip tells."""

    def __init__(self, window: Any, language: str) -> None:
        self.window, self.page, self.language = window, window.page, LANGUAGES[language]

    def say(self, text: str) -> str:
        """The text in the visitor's language."""
        with translation.override(self.language):
            return gettext(text)

    def press(self, text: str) -> None:
        """Press what bears this text in the visitor's language."""
        self.window.press(self.say(text))

    def step(self, verb: str) -> None:
        """Take a step of the case by the title that its own procedure gives it."""
        verbs = Case.objects.select_related("procedure").get().procedure.text["verbs"]
        title = next(one for one in verbs if one["name"] == verb)["title"]
        self.window.press(title["zh" if self.language.startswith("zh") else "en"])

    def told(self, place: int) -> None:
        """The strip tells this step, and the page under it is sound."""
        # The press leads over a form and a redirect: the page that is left still has its strip.
        expect(self.page.locator(".tour-strip")).to_have_text(
            re.compile(rf"\s{place}\s"), timeout=PATIENCE
        )
        # The page that was left asks once more as the one who has just been signed out, and its
        # answer is heard late: dropped here, after the last wait before the faults are looked at.
        self.window.faults[:] = [one for one in self.window.faults if "401" not in one]
        self.window.sound(f"tour-{place}")

    def go_on(self, place: int) -> None:
        """Become whose turn it is: the case is there, and nothing more is to be pressed above."""
        self.page.locator(".tour-strip .btn").click()
        self.page.wait_for_load_state()
        self.told(place)
        assert self.page.locator(".tour-strip .btn").count() == 0

    def send(self) -> None:
        """Send a step's form, once more where something is to be looked at first."""
        for _each in range(2):
            if self.page.locator("form.step-form").count():
                self.page.locator("form.step-form .step-ways button").first.click()
                self.page.wait_for_load_state()


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 320)])
def test_the_tour_leads_one_report_from_the_first_word_to_the_callback(
    demonstration: District, window: Callable[..., Any], language: str, width: int
) -> None:
    with window(language, width) as w:
        walk = Walk(w, language)
        w.open("/demo/")
        w.sound("demo")
        walk.press("Begin the tour")
        walk.told(1)
        w.page.locator("#words").fill("The lamp is out 路灯不亮")
        walk.press("Next")
        kind = w.page.locator(f"#kind-{LAMP}")
        if not kind.is_visible():
            w.page.locator("summary").first.click()
        kind.check()
        walk.press("Next")
        w.page.get_by_text(walk.say("I know the position in numbers"), exact=True).click()
        w.page.locator("#lat").fill("27.805")
        w.page.locator("#lon").fill("113.105")
        walk.press("Next")
        walk.press("Next")
        walk.press("Send")
        walk.told(2)

        walk.go_on(2)
        walk.step("accept")
        walk.go_on(3)
        walk.step("file")
        walk.send()
        walk.go_on(4)
        walk.step("dispatch")
        w.page.locator("main [name=team]").select_option(str(demonstration.teams["lamps"]))
        walk.send()
        walk.go_on(5)
        walk.step("take")
        assert w.page.locator(".tour-strip .btn").count() == 0
        walk.step("finish")
        w.page.locator("textarea[name=result]").fill("A new lamp is in. 路灯已更换。")
        walk.send()
        walk.go_on(6)
        walk.step("pass_on")
        walk.go_on(7)
        walk.step("pass_check")
        walk.send()
        walk.go_on(8)
        walk.step("close")
        w.page.locator("main [name=outcome][value=solved]").check()
        walk.send()
        walk.go_on(9)
        walk.step("content")
        w.page.locator("main [name=satisfied][value='5']").check()
        walk.send()
        case = Case.objects.get()
        assert (case.stage, case.outcome) == ("closed", "solved")
        walk.go_on(10)
        assert case.number in w.text
        walk.press("End the tour")
        assert w.path == "/demo/"
        assert w.page.locator(".tour-strip").count() == 0
