"""Steps that every whole dispute takes in the browsers, each waiting for the page that follows."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from commonward.disputes.models import Dispute

PROOF = {
    "how": "bank transfer 银行转账",
    "proof": "the bank's receipt 银行回单",
    "if_not": "对方可以依法申请强制执行或者起诉",
}


def stage() -> str:
    """The stage of the only dispute."""
    return str(Dispute.objects.select_related("case").get().case.stage)


def number() -> str:
    """Its number."""
    return str(Dispute.objects.select_related("case").get().case.number)


def pressed(w: Any, selector: str) -> None:
    """Press what sends a form, and wait until the page that answers is there."""
    with w.page.expect_navigation():
        w.page.click(selector)


def step(w: Any, verb: str, reason: str = "") -> None:
    """Take a step of the procedure from its page at the desk."""
    w.open(reverse("desk:dispute_step", args=[number(), verb]))
    if reason:
        w.page.fill("#reason", reason)
    pressed(w, "form.words-form button.btn-primary")


def invited(w: Any, letter: str) -> str:
    """The coordinator's window invites a side; the address of its page."""
    w.open(reverse("desk:dispute_sides", args=[number()]))
    pressed(w, f"section[aria-labelledby=side-{letter}] button[value=invite]")
    return str(w.page.locator(".notice-good p.number").first.inner_text()).strip()


def answered(w: Any, link: str, says: str) -> None:
    """A side's window reads what mediation is, and says yes or no."""
    w.page.goto(link + "answer/")
    w.sound("whole-answer")
    pressed(w, f"button[value={says}]")
    w.sound("whole-answered")


def proposed(w: Any, facts: str, clause: Mapping[str, str]) -> None:
    """Whoever mediates drafts an agreement of one payment by side B, and puts it forward."""
    w.open(reverse("desk:dispute_agreement", args=[number()]))
    w.page.fill("#facts", facts)
    if not w.page.locator("[name=c1-who]").count():
        w.page.select_option("#kind", "pay")
        pressed(w, "button[value=add]")
    w.page.select_option("[name=c1-who]", "b")
    w.page.select_option("[name=c1-to]", "a")
    for name, value in {**PROOF, **clause}.items():
        w.page.fill(f"[name=c1-{name}]", value)
    pressed(w, "button[value=propose]")
    assert stage() == "agreed", w.text
    w.sound("whole-proposed")


def signed(w: Any, link: str) -> None:
    """A side's window reads the clauses and signs."""
    w.page.goto(link + "agreement/")
    w.page.check("#read")
    w.sound("whole-sign")
    pressed(w, "button[value=sign]")


def in_force(w: Any) -> None:
    """Whoever mediates signs and sets the seal."""
    w.open(reverse("desk:dispute_agreement", args=[number()]))
    w.page.check("#seal")
    pressed(w, "button[value=force]")
    assert stage() == "perform", w.text
