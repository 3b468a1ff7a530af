"""The police hand a dispute over, in everybody's browser: receipts both ways, and a side's no."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from commonward.core.rights import SYSTEM
from commonward.disputes.models import Dispute, DisputeClock
from commonward.people import actions as people
from tests.browser.whole import answered, invited, number, pressed, stage, step
from tests.district import SINCE, District
from tests.talks import Talks, mediation

WORDS = "两户因院墙争吵，一方称被推搡"


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


@pytest.fixture
def key(talks: Talks) -> str:
    """The key of a police station's program, whose officer also signs in at the desk."""
    team = people.add_team(
        SYSTEM, "police", "派出所", at=SINCE, kind="partner", name_en="Police station"
    ).pk
    account = people.add_account(SYSTEM, "police", "Police", at=SINCE).pk
    people.grant(SYSTEM, account, "partner", at=SINCE)
    people.join_team(SYSTEM, account, team, at=SINCE)
    return people.issue_key(SYSTEM, "station", ["api"], at=SINCE, account=account)[1]


def handed_over(server: str, key: str) -> dict[str, Any]:
    """What the station's program sends, and the receipt that it gets."""
    told = {
        "team": "police", "reference": "2026-17", "source": "police", "kind": "neighbours",
        "words": WORDS, "applicant": [{"name": "钱多多"}], "others": [{"name": "赵小梅"}],
    }  # fmt: skip
    asked = urllib.request.Request(  # noqa: S310 (our own server)
        f"{server}/api/v1/handovers",
        json.dumps(told).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return found


def test_what_the_police_hand_over_in_everybodys_browser(
    window: Callable[..., Any], talks: Talks, key: str, live_server: Any
) -> None:
    receipt = handed_over(live_server.url, key)
    assert handed_over(live_server.url, key)["number"] == receipt["number"]
    assert Dispute.objects.count() == 1 and receipt["received_at"]
    with window("zh-CN", 320) as w:
        w.sign_in("police")
        w.open(reverse("desk:handover_box"))
        assert "2026-17" in w.text and WORDS not in w.text and number() not in w.text
        w.sound("police-box")
    with window("en-GB", 1280) as w:
        w.sign_in("coordinator")
        w.open(reverse("desk:dispute", args=[number()]))
        assert WORDS in w.text
        w.sound("police-dispute")
        step(w, "contact")
        first, second = (invited(w, letter) for letter in "ab")
    with window("zh-CN", 320) as w:
        answered(w, first, "agreed")
    back_to_the_police_and_again(window)
    with window("en-GB", 320) as w:
        answered(w, second, "refused")
        assert "You said that you do not want to." in w.text
        assert "stay open to you at any time" in w.text
    assert (stage(), Dispute.objects.get().result) == ("closed", "refused_by_side")
    nothing_follows_from_the_no(window, first)


def back_to_the_police_and_again(window: Callable[..., Any]) -> None:
    """It is handed to the police, who give their receipt and return it."""
    with window("zh-CN", 1280) as w:
        w.sign_in("coordinator")
        w.open(reverse("desk:dispute_handovers", args=[number()]))
        w.page.select_option("#what", "police")
        w.page.select_option("#team", "police")
        w.page.fill("#reason", "请核实是否已作处理")
        pressed(w, "button[value=hand_on]")
        assert stage() == "handed"
        w.sound("police-handed")
    with window("en-GB", 320) as w:
        w.sign_in("police")
        w.open(reverse("desk:handover_box"))
        w.page.fill("[name=reference]", "2026-17-2")
        pressed(w, "button[value=receive]")
        w.sound("police-receipt")
        w.page.locator("select[name=answer]").select_option("returned")
        pressed(w, "button[value=answer]")
    assert stage() == "invite"
    with window("zh-CN", 1280) as w:
        w.sign_in("coordinator")
        w.open(reverse("desk:dispute_handovers", args=[number()]))
        assert "2026-17-2" in w.text
        w.sound("police-came-back")


def nothing_follows_from_the_no(window: Callable[..., Any], first: str) -> None:
    """The other side reads that it ended, the police how; nobody reads why, and no limit runs."""
    with window("zh-CN", 320) as w:
        w.page.goto(first)
        w.sound("police-other-side")
        w.sign_in("police")
        w.open(reverse("desk:handover_box"))
        assert WORDS not in w.page.content() and "赵小梅" not in w.page.content()
        w.sound("police-told")
        w.open(reverse("desk:dispute", args=[number()]))
        assert WORDS not in w.page.content() and "赵小梅" not in w.page.content()
        w.faults.clear()
    with window("en-GB", 320) as w:
        w.sign_in("police")
        w.open(reverse("desk:handover_box"))
        assert "One side did not want to" in w.text or "refused" in w.text.lower(), w.text
    assert not DisputeClock.objects.filter(ended_at=None, binds="party").exists()
