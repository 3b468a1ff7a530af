"""Residents decide, in browsers: proposed, checked, supported, voted on by a letter's code and by a
paper without JavaScript, closed by two, published, and counted again by the downloaded file."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Photo
from commonward.programmes.actions import ballot_rights
from commonward.programmes.actions.council_meetings import (
    Decision,
    Minutes,
    write_council_minutes,
)
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.councilling import (
    Question,
    Seats,
    open_consultation,
    set_council,
)
from commonward.programmes.actions.proposal_photos import (
    propose_with_photos,
    show_proposal_photo,
)
from commonward.programmes.actions.proposing import proposal_step
from commonward.programmes.models import Ballot, Proposal, Vote
from tests.district import District
from tests.programmes.councils import Councils, councils
from tests.programmes.test_proposal_photos import WISH, picture

RFC = Path(__file__).parents[1] / "core" / "ballots" / "rfc9474.json"
DESK = "/desk/programmes/councils/"


@pytest.fixture
def town(district: District) -> Councils:
    """The district with councils, today."""
    made = councils(district)
    made.at = timezone.now()
    return made


def test_the_browser_makes_the_numbers_of_the_rfc(
    town: Councils, window: Callable[..., Any]
) -> None:
    with window() as phone:
        phone.open("/together/votes/")
        same = phone.page.evaluate(
            """async (r) => {
                const made = await import('/static/portal/votes.js');
                const key = { n: BigInt('0x' + r.p) * BigInt('0x' + r.q), e: 65537n };
                const inv = BigInt('0x' + r.inv);
                const one = await made.blind(
                    key, made.bytesOf(r.msg), made.bytesOf(r.salt), made.inverse(inv, key.n));
                return [one.sent === r.blinded_msg, one.back === inv,
                        made.unblind(key, one, r.blind_sig) === r.sig,
                        made.unblind(key, one, r.sig)];
            }""",
            json.loads(RFC.read_text()),
        )
        assert same == [True, True, True, None]


def test_from_a_wish_to_a_result_that_anybody_counts_again(
    town: Councils, window: Callable[..., Any], tmp_path: Path
) -> None:
    with window("en-GB", 320) as phone, window("en-GB", 1280) as desk:
        desk.sign_in("programme_officer")
        number = _proposed(phone)
        _supported(phone, desk, number)
        vote = _prepared(desk)
        codes = _letters(desk, vote)
        desk.open(f"{DESK}votes/{vote}/")
        desk.press("Open the vote")
        _voted(phone, vote, codes[0])
        _voted_on_paper(window, town, vote)
        desk.open(f"{DESK}votes/{vote}/")
        desk.sound("vote-open-desk")
        desk.press("End the voting")
        desk.press("Agree, and count")
        assert "somebody else" in desk.text.lower() or "Please check" in desk.text
        with window("zh-CN", 1280) as second:
            second.sign_in("second_officer")
            second.open(f"{DESK}votes/{vote}/")
            second.sound("vote-closing-desk-zh")
            second.page.locator("button[value=count]").click()
            second.page.wait_for_load_state()
            second.page.locator("button[value=publish]").click()
            second.page.wait_for_load_state()
        _counted_again(phone, vote, tmp_path)


def _proposed(phone: Any) -> str:
    phone.open("/together/proposals/")
    phone.sound("proposals")
    phone.press("Propose something")
    phone.sound("proposal-new-title")
    phone.page.fill("[name=title]", "A bench at the bus stop")
    phone.press("Next")
    phone.page.fill("[name=words]", "Old people wait standing.")
    phone.sound("proposal-new-words")
    phone.press("Next")
    phone.press("Next")
    assert "Old people wait standing." in phone.text
    phone.sound("proposal-new-check")
    phone.press("Send")
    phone.sound("proposal-thanks")
    return Proposal.objects.select_related("case").get().case.number


def _supported(phone: Any, desk: Any, number: str) -> None:
    desk.open(f"{DESK}proposals/")
    desk.sound("proposals-desk")
    desk.press("A bench at the bus stop")
    desk.sound("proposal-desk")
    desk.press("Show it and look for support")
    phone.open(f"/together/proposals/{number}/")
    phone.press("Support it")
    phone.page.get_by_text("This browser has supported it").wait_for()
    phone.page.fill("textarea[name=words]", "My mother needs it.")
    phone.press("Say it")
    assert "My mother needs it." in phone.text
    phone.sound("proposal")
    phone.open(f"/together/proposals/{number}/?for=children")
    phone.sound("proposal-children")
    assert Proposal.objects.get().supports == 1


def _prepared(desk: Any) -> str:
    today = day_of(timezone.now())
    desk.open(f"{DESK}votes/")
    desk.page.get_by_text("Prepare a vote").click()
    for name, given in (
        ("title", "小区预算"), ("title_en", "Money for the estate"), ("budget", "300"),
        ("options", "长椅 | Bench | 100\n树 | Trees | 200\n灯 | Lamps | 250"),
        ("opens_on", today.isoformat()), ("closes_on", (today + timedelta(days=5)).isoformat()),
    ):  # fmt: skip
        desk.page.fill(f"[name={name}]", given)
    desk.page.select_option("[name=method]", "equal_shares")
    desk.page.select_option("[name=area]", index=0)
    desk.sound("votes-desk")
    desk.page.locator("button[value=prepare]").click()
    desk.page.wait_for_load_state()
    return Vote.objects.select_related("case").get().case.number


def _letters(desk: Any, vote: str) -> list[str]:
    desk.page.fill("#many", "3")
    desk.press("Print letters")
    desk.sound("letters")
    return [str(one) for one in desk.page.locator(".vote-code").all_inner_texts()]


def _voted(phone: Any, vote: str, code: str) -> None:
    phone.open("/together/votes/")
    phone.sound("votes")
    phone.open(f"/together/votes/{vote}/")
    phone.sound("vote-open")
    phone.page.fill("#code", "2222-2222-2222")
    phone.press("Get my ballot")
    phone.page.get_by_text("We do not know this code").wait_for()
    phone.page.fill("#code", code.lower())
    phone.press("Get my ballot")
    phone.page.get_by_text("You have your ballot").wait_for()
    phone.page.check("#c-1")
    phone.press("Put it into the box")
    phone.page.get_by_text("Your ballot lies in the box").wait_for()
    # Another day, the same browser: the last choice counts.
    phone.open(f"/together/votes/{vote}/")
    phone.page.check("#c-2")
    phone.press("Put it into the box")
    phone.page.get_by_text("Your ballot lies in the box").wait_for()
    assert Ballot.objects.get().choice == [2]
    phone.faults.clear()  # the browser itself notes the refused code
    phone.sound("vote-cast")
    kept = phone.page.evaluate("() => Object.values(localStorage).join()")
    assert "back" not in kept
    assert "sent" not in kept


def _voted_on_paper(window: Callable[..., Any], town: Councils, vote: str) -> None:
    papers = ballot_rights.print_papers(vote, 2, town.officer, timezone.now())
    ballot_rights.hand_paper(vote, town.officer, timezone.now(), looked=True)
    with window("zh-CN", 320, script=False) as other:
        other.open(f"/together/votes/{vote}/")
        other.page.check("#c-1")
        other.page.fill("#paper", papers[0])
        other.page.click("#cast")
        other.page.wait_for_load_state()
        assert other.path.endswith("/thanks/")
    assert Ballot.objects.count() == 2


def _counted_again(phone: Any, vote: str, folder: Path) -> None:
    phone.open(f"/together/votes/{vote}/")
    phone.sound("vote-result")
    root = phone.page.locator("code.command").inner_text().split()[-1]
    for name, link in (
        ("ballots.json", "The list of all ballots"),
        ("recount.py", "The file that"),
    ):
        with phone.page.expect_download() as got:
            phone.page.get_by_text(link).click()
        got.value.save_as(folder / name)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "recount.py", "ballots.json", "--root", root],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    list_ = json.loads((folder / "ballots.json").read_text(encoding="utf-8"))
    assert json.dumps(list_["result"], sort_keys=True) in done.stdout
    assert sorted(b[3] for b in list_["ballots"]) == [[1], [2]]
    assert sorted(list_["result"]["winners"]) == [1, 2]


def test_every_page_is_sound_in_both_languages_and_at_three_widths(
    town: Councils, window: Callable[..., Any]
) -> None:
    today = day_of(town.at)
    kinds = ("yes_no", "schulze", "knapsack")
    numbers = [town.vote(kind).case.number for kind in kinds]
    area = town.area.pk
    asked = open_consultation(
        Question("公园怎么建", area, today, today, today + timedelta(days=9), "The park"),
        town.officer, town.at,
    )  # fmt: skip
    council = set_council(
        "", Seats("estate", "一号院议事会", area, today, today + timedelta(days=700), "Estate 1",
                  "1-101", "55550101", "", "", [("召集人", "王某")]),
        town.officer, town.at,
    )  # fmt: skip
    write_council_minutes(
        council.code, Minutes(today, "路灯", "两盏路灯不亮。", "Lamps", "Two lamps are dark."),
        [Decision("修好路灯", "The lamps are mended", town.here.teams["roads"],
                  today + timedelta(days=7)), Decision("在公告栏贴图")],
        town.officer, town.at,
    )  # fmt: skip
    wish = propose_with_photos(WISH, [picture("red"), picture("green", "")], town.at).case.number
    proposal_step(wish, "admit", town.officer, town.at)
    name = Photo.objects.earliest("pk").name
    show_proposal_photo(wish, name, "站牌旁的空地", "", town.officer, town.at, public=True)
    public = (
        f"/together/councils/{council.code}/", f"/together/proposals/{wish}/",
        "/together/", "/together/councils/", "/together/councils/?for=children",
        "/together/consultations/", f"/together/consultations/{asked.code}/",
        "/together/votes/?for=children", f"/together/votes/{numbers[2]}/?for=children",
        *(f"/together/votes/{number}/" for number in numbers),
    )  # fmt: skip
    desk = (
        DESK, f"{DESK}{council.code}/", f"{DESK}consultations/",
        f"{DESK}consultations/{asked.code}/", f"{DESK}votes/{numbers[0]}/",
        f"{DESK}proposals/{wish}/",
    )  # fmt: skip
    for language, width in (("en-GB", (320, 1280)), ("zh-CN", (320, 768))):
        with window(language, width) as shown:
            shown.sign_in("programme_officer")
            for place, path in enumerate((*public, *desk)):
                shown.open(path)
                shown.sound(f"councils-{place:02}")
