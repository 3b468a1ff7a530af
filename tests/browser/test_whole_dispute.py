"""One dispute from the first word to the last, in the browsers of everybody who takes part."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from commonward.core.confirmation import CHECKS
from commonward.disputes.models import Claim, Dispute, Obligation
from tests.district import District
from tests.talks import Talks, mediation


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


def state() -> str:
    """The stage of the only dispute."""
    return str(Dispute.objects.select_related("case").get().case.stage)


def pressed(w: Any, selector: str) -> None:
    """Press a button and wait for the page that follows."""
    w.page.click(selector)
    w.page.wait_for_load_state()


def asked_for(window: Callable[..., Any], talks: Talks) -> str:
    """A resident asks for mediation on the phone; the address of their page."""
    lat, lon = talks.here.inside()
    with window("en-GB", 320) as w:
        w.open("/")
        w.open(reverse("portal:dispute_register"))
        w.page.select_option("#kind", "neighbours")
        w.page.fill("#words", "The new wall takes our light.")
        w.page.fill("#name", "钱多多")
        w.page.fill("#other", "赵小梅")
        if w.page.locator("input[name=lat]").count():
            w.page.evaluate(
                "([lat, lon]) => { document.querySelector('input[name=lat]').value = lat;"
                " document.querySelector('input[name=lon]').value = lon; }",
                [str(lat), str(lon)],
            )
        pressed(w, "main form button.btn-primary")
        w.sound("dispute-kept")
        return str(w.page.input_value("#address"))


def invited(window: Callable[..., Any], number: str) -> str:
    """The coordinator speaks with them first and invites the other side; its address."""
    with window("en-GB", 1280) as w:
        w.sign_in("coordinator")
        w.open(reverse("desk:dispute_step", args=[number, "contact"]))
        pressed(w, "form.words-form button.btn-primary")
        w.open(reverse("desk:dispute_sides", args=[number]))
        pressed(w, "section[aria-labelledby=side-b] button[value=invite]")
        w.sound("dispute-invited")
        return str(w.page.locator(".notice-good p.number").first.inner_text()).strip()


def test_the_neighbours_wall_in_everybodys_browser(
    window: Callable[..., Any], talks: Talks
) -> None:
    first = asked_for(window, talks)
    number = Dispute.objects.get().case.number
    second = invited(window, number)
    with window("zh-CN", 320) as w:
        w.page.goto(second)
        w.page.goto(second + "answer/")
        w.sound("dispute-answer")
        pressed(w, "button[value=agreed]")
        assert state() == "choose"
    with window("en-GB", 1280) as w:
        w.sign_in("coordinator")
        w.open(reverse("desk:dispute_step", args=[number, "to_grid"]))
        pressed(w, "form.words-form button.btn-primary")
        w.sign_in("mediator")
        where = reverse("desk:dispute_agreement", args=[number])
        w.open(where)
        w.page.fill("#facts", "A wall took the light.")
        w.page.select_option("#kind", "pay")
        pressed(w, "button[value=add]")
        for name, value in (
            ("fen", "1200"),
            ("what", "plants"),
            ("by", "within 30 days of signing"),
            ("how", "bank transfer"),
            ("proof", "the bank's receipt"),
            ("if_not", "对方可以依法起诉"),
        ):
            w.page.fill(f"[name=c1-{name}]", value)
        w.page.select_option("[name=c1-who]", "b")
        w.page.select_option("[name=c1-to]", "a")
        pressed(w, "button[value=propose]")
        assert state() == "agreed", w.text
    for link in (first, second):
        with window("en-GB", 320) as w:
            w.page.goto(link + "agreement/")
            w.page.check("#read")
            w.sound("dispute-sign")
            pressed(w, "button[value=sign]")
    with window("en-GB", 1280) as w:
        w.sign_in("mediator")
        w.open(where)
        w.page.check("#seal")
        pressed(w, "button[value=force]")
        assert state() == "perform"
        confirmed_by_the_court(w, number)
    with window("zh-CN", 320) as w:
        w.page.goto(second + "performance/")
        w.page.click("details summary")
        pressed(w, "details[open] button.btn-primary")
        assert Claim.objects.get().fen == 120_000
    with window("en-GB", 320) as w:
        w.page.goto(first + "performance/")
        w.sound("dispute-performance")
        pressed(w, "button[value=confirmed]")
        assert Obligation.objects.get().done_at is not None and state() == "follow"
    for link in (first, second):
        with window("en-GB", 320) as w:
            w.page.goto(link + "holds/")
            pressed(w, "main form button.btn-primary")
    assert Dispute.objects.get().result == "settled_performed"


def confirmed_by_the_court(w: Any, number: str) -> None:
    """The application is prepared and sent; the clerk reads the papers' line and rules."""
    w.open(reverse("desk:dispute_handovers", args=[number]))
    for code in CHECKS:
        w.page.check(f"#c-{code}")
    w.page.select_option("#court", "court")
    pressed(w, "button[value=prepare]")
    pressed(w, "button[value=send]")
    w.sound("dispute-handovers")
    w.sign_in("clerk")
    w.open(reverse("desk:handover_box"))
    w.sound("dispute-box")
    w.page.locator("select[name=answer]").select_option("confirmed")
    pressed(w, "button[value=answer]")
    assert "confirmed" in w.text
