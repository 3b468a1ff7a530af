"""Mediation in a browser: the pages at three widths, and the attack on a note from other windows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from commonward.disputes.actions import appointing, caucus, sessions
from commonward.disputes.actions.passes import new_pass
from commonward.disputes.models import Session
from commonward.disputes.queries.sessions import common_times
from tests.chosen import PHRASES, Choosing, appointed, choosing, with_passphrase
from tests.district import District
from tests.talks import mediation

SECRET = "They would take forty thousand."


@pytest.fixture
def case(district: District, monkeypatch: pytest.MonkeyPatch) -> Choosing:
    """A dispute whose sides want to talk; two mediators in the register, one with a passphrase."""
    monkeypatch.setattr("commonward.core.caucus.COST", 10)
    made = choosing(mediation(district))
    with_passphrase(made)
    return made


def planned(case: Choosing) -> None:
    """A mediator is appointed, and a session planned at the first common time."""
    appointed(case)
    slot = common_times(case.dispute, timedelta(hours=1), case.at(2 * 24 * 60 + 60))[0]
    sessions.plan(
        case.number, sessions.Plan(slot.start, slot.end, place="Tea house, second floor"),
        case.talks.mediator, case.at(60),
    )  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("en-GB", (320, 1280)), ("zh-CN", 768)])
def test_the_pages_of_mediation_are_sound(
    case: Choosing, window: Callable[..., Any], language: str, width: int | tuple[int, ...]
) -> None:
    assert case.first.party is not None
    key = new_pass(case.first.party, case.at(35))
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    with window(language, width) as w:
        w.open(reverse("portal:dispute_mediator", args=[key]))
        w.sound("portal-mediator-three")
        w.sign_in("mediator")
        w.open(reverse("desk:dispute_own"))
        w.sound("desk-own-asked")
        w.sign_in("coordinator")
        for name, path in (
            ("mediators", reverse("desk:dispute_mediators")),
            ("mediator", reverse("desk:dispute_mediator", args=[case.account("mediator")])),
            ("mediation", reverse("desk:dispute_mediation", args=[case.number])),
            ("review", reverse("desk:dispute_review")),
        ):
            w.open(path)
            w.sound(f"desk-{name}")
    planned(case)
    number = sessions_number(case)
    with window(language, width) as w:
        w.open(reverse("portal:dispute_mediator", args=[key]))
        w.sound("portal-mediator-appointed")
        w.open(reverse("portal:dispute_sessions", args=[key]))
        assert "Tea house" in w.text
        w.sound("portal-sessions")
        w.sign_in("mediator")
        for name, path in (
            ("mediation-mine", reverse("desk:dispute_mediation", args=[case.number])),
            ("sessions", reverse("desk:dispute_sessions", args=[case.number])),
            ("record", reverse("desk:dispute_record", args=[case.number, number])),
            ("caucus", reverse("desk:dispute_caucus", args=[case.number])),
            ("own", reverse("desk:dispute_own")),
        ):
            w.open(path)
            w.sound(f"desk-{name}")


def sessions_number(case: Choosing) -> int:
    """The number of the session that was planned."""
    return int(Session.objects.get(dispute=case.dispute).pk)


def test_a_note_written_in_the_browser_is_read_by_its_mediator_and_by_no_other_window(
    case: Choosing, window: Callable[..., Any]
) -> None:
    planned(case)
    path = reverse("desk:dispute_caucus", args=[case.number])
    assert case.first.party is not None and case.second.party is not None
    links = [new_pass(side.party or 0, case.at(70)) for side in (case.first, case.second)]
    with window("en-GB", 1280) as w:
        w.sign_in("mediator")
        w.open(path)
        w.page.check("#s-a")
        w.page.fill("#passphrase", PHRASES["mediator"])
        w.page.fill("#words", SECRET)
        w.page.click("button[value=write]")
        w.page.wait_for_load_state()
        assert SECRET not in w.page.content()
        w.page.check("#s-a")
        w.page.fill("#passphrase", PHRASES["mediator"])
        w.page.click("button[value=read]")
        w.page.wait_for_load_state()
        assert SECRET in w.text
        w.sound("desk-caucus-open")
    for login in ("coordinator", "second_mediator", "panelist", "administrator", "leader", "clerk"):
        with window("en-GB", 1280) as w:
            w.sign_in(login)
            for page in (path, reverse("desk:dispute", args=[case.number])):
                w.open(page)
                assert SECRET not in w.page.content()
    for link in links:
        with window("en-GB", 320) as w:
            for name in ("dispute_mine", "dispute_sessions", "dispute_mediator"):
                w.open(reverse(f"portal:{name}", args=[link]))
                assert SECRET not in w.page.content()
    assert caucus.read_notes(
        case.number, "a", PHRASES["mediator"], case.talks.mediator, case.at(80), door="desk"
    )[0].words == SECRET  # fmt: skip
