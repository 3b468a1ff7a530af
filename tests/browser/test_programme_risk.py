"""A review of risk in browsers: drafted, announced, objected to on a phone, answered, heard, weighed,
decided by somebody else with a condition, which is met, checked and read by everybody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.programmes.models import RiskHearing, RiskQuestion, RiskReview, RiskSeat
from tests.browser.test_portal import Say
from tests.district import STREETS, District
from tests.programmes.risk_office import reviews

LIST = "/desk/programmes/risk/"


def day(after: int) -> str:
    """So many days from now, as a date field takes it."""
    return f"{timezone.localtime(timezone.now() + timedelta(days=after)):%Y-%m-%d}"


def fill(w: Any, **fields: str) -> None:
    """Fill fields by their names: a choice where it is one."""
    for name, words in fields.items():
        found = w.page.locator(f"[name='{name}']:visible").first
        if found.evaluate("e => e.tagName") == "SELECT":
            found.select_option(words)
        else:
            found.fill(words)


def push(w: Any, do: str) -> None:
    """Press the button of this deed, and wait for the page that follows; nothing may be refused."""
    with w.page.expect_navigation():
        w.page.locator(f"button[name=do][value={do}]:visible").first.click()
    assert not w.page.locator("#error").count(), w.text


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 320)])
def test_from_the_draft_to_the_condition_that_everybody_sees_met(
    district: District,
    window: Callable[..., Any],
    pass_time: Callable[[timedelta], None],
    language: str,
    width: int,
) -> None:
    reviews(district)
    say = Say(language)
    roads = str(district.teams["roads"])
    with window(language, width) as desk, window(language, 320) as phone:
        desk.sign_in("programme_officer")
        desk.open(f"{LIST}new/")
        desk.sound("risk-new")
        fill(desk, office=roads, title="河滨路改造", title_en="Riverside Road works",
             facts="道路拓宽四米。", facts_en="The road gets wider.", cost="12000000")  # fmt: skip
        push(desk, "draft")
        fill(
            desk,
            name="沿街商户",
            name_en="Shops",
            size="5_49",
            how="顾客减少。",
            how_en="Fewer customers.",
        )
        push(desk, "group")
        desk.page.locator("details:has(#area) > summary").click()
        fill(desk, area=STREETS[0])
        push(desk, "area")
        desk.sound("risk-facts")
        number = RiskReview.objects.get().case.number
        own = f"{LIST}{number}/"
        desk.open(own)
        push(desk, "announce")
        desk.sound("risk-announced")

        phone.open("/together/risk/")
        phone.sound("risk-portal-list")
        phone.open(f"/together/risk/{number}/")
        phone.page.locator("[data-map][data-outlined]").wait_for()
        phone.sound("risk-portal-open")
        phone.press(say("Ask or object"))
        phone.sound("risk-ask-kind")
        phone.page.check("#kind-objection")
        phone.press(say("Next"))
        phone.page.fill("#words", "太吵了 Too loud, ring 139 1234 5678")
        phone.sound("risk-ask-words")
        phone.press(say("Next"))
        phone.sound("risk-ask-contact")
        phone.press(say("Send it"))
        assert "139" not in phone.page.locator(".risk-words").inner_text()
        phone.sound("risk-receipt")
        receipt = phone.path

        desk.open(f"{own}questions/")
        desk.sound("risk-questions")
        fill(desk, answer="八点以后开工。", answer_en="Works begin at eight.")
        desk.page.locator("[name=heeded]").check()
        push(desk, "answer")
        assert RiskQuestion.objects.get().heeded
        phone.open(receipt)
        assert phone.page.locator(".risk-answer").is_visible()
        phone.sound("risk-answered")

        desk.open(f"{own}hearing/")
        fill(desk, day=day(12), time="14:30", place="街道办大厅", place_en="Hall", slots="20")
        push(desk, "announce")
        desk.sound("risk-hearing")
        phone.open(f"/together/risk/{number}/hearing/{RiskHearing.objects.get().pk}/")
        phone.sound("risk-seat-ask")
        phone.page.check("#speaks-no")
        phone.press(say("Take a place"))
        phone.sound("risk-seat")
        assert RiskSeat.objects.get().name is None
        desk.open(own)
        push(desk, "hear")

        pass_time(timedelta(days=20))
        desk.sign_in("programme_officer")
        desk.open(f"{own}hearing/")
        desk.page.locator("summary").get_by_text(say("Minutes"), exact=True).click()
        fill(desk, came="12", minutes="商户要求保留通道。", minutes_en="Doors stay open.")
        push(desk, "held")
        desk.open(own)
        push(desk, "consult")
        desk.open(f"{own}experts/")
        fill(desk, name="林工", office="城市大学")
        desk.page.check("#consent")
        push(desk, "invite")
        fill(desk, interests="无。None.")
        push(desk, "declare")
        fill(desk, recommends="conditions", words="可行。", words_en="It can be done.")
        push(desk, "give")
        desk.sound("risk-experts")
        desk.open(f"{own}risks/")
        fill(desk, what="门前难通行", likely="likely", grave="felt", measure="安排专人稳控",
             owner=roads, due=day(60))  # fmt: skip
        with desk.page.expect_navigation():
            desk.page.locator("button[value=put]").click()
        assert "稳控" in desk.page.locator("#error").inner_text()
        desk.faults.clear()  # the browser tells the refusal's 422
        fill(desk, measure="保留两米通道", measure_en="Two metres stay open")
        push(desk, "put")
        desk.sound("risk-items")
        desk.open(own)
        push(desk, "weigh")

        desk.sign_out()
        desk.sign_in("leader")
        desk.open(f"{own}decide/")
        desk.sound("risk-decide")
        fill(desk, outcome="conditions", why="利大于弊。", why_en="More gain than loss.",
             changed="八点以后开工。", changed_en="Works begin at eight.")  # fmt: skip
        fill(desk, **{"condition-1": "先修便道", "team-1": roads, "due-1": day(40)})
        push(desk, "decide")
        desk.sign_out()
        desk.sign_in("handler")
        desk.open(LIST)
        desk.sound("risk-list-handler")
        desk.open(f"{own}conditions/")
        fill(desk, evidence="照片见公示栏 Photos at the board")
        push(desk, "meet")
        desk.sign_out()
        desk.sign_in("programme_officer")
        desk.open(f"{own}conditions/")
        fill(desk, good="yes")
        push(desk, "check")
        desk.sound("risk-conditions")
        desk.open(own)
        push(desk, "end")
        desk.sound("risk-ended")
        for page in ("hidden/", "decide/"):
            desk.open(own + page)
            desk.sound(f"risk-{page[:-1]}-after")
        phone.open(f"/together/risk/{number}/")
        seen = phone.text
        assert "照片见公示栏" in seen and say("Met and checked") in seen
        phone.sound("risk-portal-whole")
        phone.open(f"/together/risk/{number}/object/0/")
        phone.sound("risk-object")
        phone.press(say("Next"))
        assert phone.path == "/report/"
        desk.sign_out()
        desk.sign_in("administrator")
        desk.open(f"{LIST}days/")
        desk.sound("risk-days")
