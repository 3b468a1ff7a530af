"""Two browsers make their keys, compare the code, bid, and open what crosses; the JavaScript draws
the same as the Python reference."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.core.offers import blind
from commonward.core.offers.blind import Round
from commonward.disputes import actions as disputes
from commonward.disputes.access import party_by
from commonward.disputes.actions.agreements import draft_agreement, propose_agreement
from commonward.disputes.actions.offers import give_points, open_round, start_division
from commonward.disputes.models import Bid, BidRound
from commonward.disputes.queries.offers import rounds
from tests.disputes.test_agreements import terms
from tests.district import District
from tests.talks import Talks, mediation

SIZES = [("en-GB", (320, 1280)), ("zh-CN", (320, 768))]
THINGS = ["钢琴 the piano", "garden shed", "power tools"]


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


def both(talks: Talks) -> tuple[str, str, str]:
    """Number and both secret links of a dispute whose talks have begun."""
    made = talks.registered()
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(20))
    key = disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    disputes.answer(made.number, "b", "agreed", party_by(key, talks.at), talks.later(25))
    disputes.start_talks(made.number, "community", talks.coordinator, talks.later(40))
    return made.number, made.key, key


def bid(w: Any, path: str, amount: str) -> None:
    """From the code to the sealed bid."""
    w.open(path)
    w.page.locator("#amount").wait_for(state="visible")
    w.page.locator("#amount").fill(amount)
    w.page.locator("#compared").check()
    with w.page.expect_navigation():
        w.page.locator("[data-part=bid] button").click()


def test_two_browsers_meet_in_the_middle_and_no_amount_reaches_the_house_before(
    window: Callable[..., Any], talks: Talks
) -> None:
    number, first, second = both(talks)
    open_round(number, "b", "a", 10_000, talks.mediator, talks.later(50), way="browser")
    paths = [reverse("portal:dispute_offers", args=[key]) for key in (first, second)]
    with window("en-GB", 320) as taker, window("zh-CN", 1280) as payer:
        sent: list[str] = []
        for w in (taker, payer):
            w.page.on("request", lambda r: sent.append(r.post_data or ""))
        for w, path in ((taker, paths[0]), (payer, paths[1])):
            w.open(path)
            w.page.locator("[data-part=key-new] button").wait_for(state="visible")
            w.sound("bids-1-key")
            with w.page.expect_navigation():
                w.page.locator("[data-part=key-new] button").click()
        codes = []
        for w, path in ((taker, paths[0]), (payer, paths[1])):
            w.open(path)
            w.page.locator("[data-part=bid]").wait_for(state="visible")
            codes.append(w.page.locator("output").inner_text())
            w.sound("bids-2-bid")
        assert codes[0] == codes[1]
        bid(taker, paths[0], "20000")
        bid(payer, paths[1], "31000")
        assert BidRound.objects.get().state == "crossed"
        assert not any("20000" in one or "31000" in one or "310" in one.split("&") for one in sent)
        for w, path in ((taker, paths[0]), (payer, paths[1])):
            w.open(path)
            w.page.locator("[data-part=open]").wait_for(state="visible")
            w.sound("bids-3-open")
            with w.page.expect_navigation():
                w.page.locator("[data-part=open] button").click()
        taker.open(paths[0])
        assert "25,500.00" in taker.text
        taker.sound("bids-4-met")
    assert rounds(talks.dispute(number), talks.mediator)[0].sum == 2_550_000
    assert not Bid.objects.exclude(commitment=None, opened=None).exists()


def test_a_key_is_carried_to_another_device_under_a_passphrase(
    window: Callable[..., Any], talks: Talks
) -> None:
    number, first, _ = both(talks)
    open_round(number, "b", "a", 10_000, talks.mediator, talks.later(50), way="browser")
    path = reverse("portal:dispute_offers", args=[first])
    with window("en-GB", 768) as w:
        w.open(path)
        w.page.locator("[data-part=key-new] button").click()
        w.page.locator("[data-part=key-waits]").wait_for(state="visible")
        w.page.locator("[data-part=key-carry] summary").click()
        w.page.locator("#phrase").fill("four words make one")
        w.page.locator("[data-part=key-carry] button").click()
        saved = w.page.locator("[data-part=key-carry] textarea")
        saved.wait_for(state="visible")
        text = saved.input_value()
        w.sound("bids-carry")
    with window("en-GB", 768) as other:
        other.open(path)
        other.page.locator("[data-part=key-bring] summary").click()
        other.page.locator("#brought").fill(text)
        other.page.locator("#brought-phrase").fill("a wrong passphrase")
        other.page.locator("[data-part=key-bring] button").click()
        other.page.locator("[data-wrong]").wait_for(state="visible")
        other.page.locator("#brought-phrase").fill("four words make one")
        other.page.locator("[data-part=key-bring] button").click()
        other.page.locator("[data-part=key-waits]").wait_for(state="visible")


def test_the_browser_draws_what_the_reference_draws(
    window: Callable[..., Any], talks: Talks
) -> None:
    number, first, _ = both(talks)
    open_round(number, "b", "a", 10_000, talks.mediator, talks.later(50), way="browser")
    other = blind.new_private()
    script = """async ([address, other, number]) => {
      const { protocol: p } = await import(address);
      const jwk = await p.newKey(), own = await p.publicOf(jwk), theirs = p.bytesOf(other);
      const round = { number, count: 1, step: 10000 };
      const secret = await p.sharedSecret(jwk, own, theirs, number);
      const nonce = new Uint8Array(32).fill(7);
      return {
        own: p.base64(own), secret: p.base64(secret),
        code: await p.comparisonCode(own, theirs, number),
        committed: p.base64(await p.commitment(round, "payer", 1048574, nonce)),
        payer: p.base64(await p.marks(round, "payer", 777, secret)),
        taker: p.base64(await p.marks(round, "taker", 777, secret)),
      };
    }"""
    with window("en-GB", 768) as w:
        w.open(reverse("portal:dispute_offers", args=[first]))
        address = w.page.locator("script[src*='bids']").get_attribute("src")
        coded = blind.public_bytes(other)
        drawn = w.page.evaluate(script, [address, b64encode(coded).decode(), number])
    made = {name: b64decode(drawn[name]) for name in drawn if name != "code"}
    key = blind.shared_secret(other, made["own"], coded, number)
    assert key == made["secret"]
    assert blind.comparison_code(made["own"], coded, number) == drawn["code"]
    round_ = Round(number, 1, 10_000)
    assert blind.commitment(round_, blind.PAYER, 1_048_574, bytes([7]) * 32) == made["committed"]
    payer, taker = (
        [made[name][at : at + 32] for at in range(0, 640, 32)] for name in ("payer", "taker")
    )
    blind.check_marks(payer)
    blind.check_marks(taker)
    for steps, crosses in ((776, True), (777, True), (778, False)):
        assert blind.cross(payer, blind.marks(round_, blind.TAKER, steps, key)) == crosses
    for steps, crosses in ((776, False), (777, True), (778, True)):
        assert blind.cross(blind.marks(round_, blind.PAYER, steps, key), taker) == crosses


@pytest.mark.parametrize(("language", "width"), SIZES)
def test_the_agreement_and_the_division_are_sound_in_each_width(
    window: Callable[..., Any], talks: Talks, language: str, width: int | tuple[int, ...]
) -> None:
    number, first, second = both(talks)
    start_division(number, THINGS, "a", "b", talks.mediator, talks.later(50))
    with window(language, width) as w:
        w.open(reverse("portal:dispute_offers", args=[first]))
        w.sound("division-points")
        for key, points in ((first, (60, 30, 10)), (second, (50, 20, 30))):
            given = dict(zip(THINGS, points, strict=True))
            give_points(number, 1, given, party_by(key, talks.at), talks.later(51))
        w.open(reverse("portal:dispute_offers", args=[first]))
        w.sound("division-proof")
        draft_agreement(number, terms(talks), talks.mediator, timezone.now())
        propose_agreement(number, talks.mediator, timezone.now())
        w.open(reverse("portal:dispute_agreement", args=[first]))
        w.sound("agreement")


@pytest.mark.parametrize(("language", "width"), SIZES)
def test_the_mediators_pages_are_sound_and_tell_what_is_unclear_while_writing(
    window: Callable[..., Any], talks: Talks, language: str, width: int | tuple[int, ...]
) -> None:
    number, *_ = both(talks)
    given = terms(talks)
    given["clauses"][0]["by"] = "尽快 as soon as possible"
    draft_agreement(number, given, talks.mediator, timezone.now())
    with window(language, width) as w:
        w.sign_in("mediator")
        w.open(reverse("desk:dispute_agreement", args=[number]))
        w.sound("desk-agreement")
        day = given["clauses"][1]["by"]
        before = w.page.locator(".findings li").count()
        w.page.locator("#c1-by").fill(day)
        w.page.wait_for_timeout(100)
        w.page.locator("#findings h2").wait_for()
        w.page.locator(".findings li").first.wait_for(state="detached")
        assert before == 1
        w.open(reverse("desk:dispute_offers", args=[number]))
        w.sound("desk-offers")
