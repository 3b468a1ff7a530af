"""A side reads and signs the agreement, makes a sealed bid, and shares out points."""

import re
import secrets
from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonward.core.offers import blind
from commonward.core.offers.blind import Round
from commonward.disputes import actions as disputes
from commonward.disputes.actions.agreements import draft_agreement, propose_agreement
from commonward.disputes.actions.offers import open_round, start_division
from commonward.disputes.models import Agreement, BidRound, Signature
from tests.disputes.test_agreements import terms
from tests.district import District
from tests.talks import Talks, mediation


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


def reader() -> Client:
    """A browser that asks for English."""
    return Client(headers={"accept-language": "en"})


def both(talks: Talks, **more: Any) -> tuple[str, str, str]:
    """Number and the two secret links of a dispute whose talks have begun."""
    made = talks.registered(**more)
    at = talks.later(20)
    disputes.take_step(made.number, "contact", talks.coordinator, at)
    key = disputes.invite(made.number, "b", talks.coordinator, at)
    client = reader()
    client.post(reverse("portal:dispute_answer", args=[key]), {"says": "agreed"})
    disputes.start_talks(made.number, "community", talks.coordinator, talks.later(40))
    return made.number, made.key, key


def page(name: str, key: str) -> str:
    return reader().get(reverse(f"portal:{name}", args=[key])).content.decode()


def test_a_side_reads_both_wordings_and_signs_the_text_it_has_read(talks: Talks) -> None:
    number, first, second = both(talks)
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    assert "80 cm" not in page("dispute_agreement", first)
    propose_agreement(number, talks.mediator, talks.later(51))
    told = page("dispute_agreement", first)
    assert "80 cm" in told and "赵小梅" in told
    digest = Agreement.objects.get().digest
    where = reverse("portal:dispute_agreement", args=[first])
    unread = reader().post(where, {"do": "sign", "digest": digest})
    assert unread.status_code == 422 and not Signature.objects.exists()
    other_text = reader().post(where, {"do": "sign", "digest": "0" * 64, "read": "1"})
    assert other_text.status_code == 422
    done = reader().post(where, {"do": "sign", "digest": digest, "read": "1"}, follow=True)
    assert "You have signed" in done.content.decode()
    assert Signature.objects.get().side.letter == "a"
    assert "has signed" in page("dispute_agreement", second)


def test_a_side_objects_in_words_and_reads_that_nothing_is_held_against_it(talks: Talks) -> None:
    number, _, second = both(talks)
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    digest = propose_agreement(number, talks.mediator, talks.later(51)).digest
    where = reverse("portal:dispute_agreement", args=[second])
    empty = reader().post(where, {"do": "object", "digest": digest, "words": " "})
    assert empty.status_code == 422
    done = reader().post(
        where, {"do": "object", "digest": digest, "words": "太高 too much"}, follow=True
    )
    assert "nothing is held against you" in done.content.decode()
    assert Agreement.objects.filter(state="draft").exists()


def test_family_papers_offer_no_electronic_signature(talks: Talks) -> None:
    number, first, _ = both(talks, kind="family")
    draft_agreement(number, terms(talks), talks.mediator, talks.later(50))
    digest = propose_agreement(number, talks.mediator, talks.later(51)).digest
    assert 'value="sign"' not in page("dispute_agreement", first)
    where = reverse("portal:dispute_agreement", args=[first])
    forced = reader().post(where, {"do": "sign", "digest": digest, "read": "1"})
    assert forced.status_code == 422 and not Signature.objects.exists()


def test_two_browsers_bid_through_the_page_and_the_page_never_shows_an_amount_before_both_open(
    talks: Talks,
) -> None:
    number, first, second = both(talks)
    open_round(number, "b", "a", 10_000, talks.mediator, talks.later(50), way="browser")
    keys = {"a": blind.new_private(), "b": blind.new_private()}
    links = {"a": first, "b": second}
    nonces = {letter: secrets.token_bytes(32) for letter in links}
    bids = {"a": 200, "b": 310}

    def send(letter: str, **told: str) -> int:
        where = reverse("portal:dispute_offers", args=[links[letter]])
        return int(reader().post(where, told).status_code)

    coded = {one: b64encode(blind.public_bytes(key)).decode() for one, key in keys.items()}
    assert all(send(one, do="key", public=coded[one]) == 302 for one in links)
    publics = [blind.public_bytes(keys[one]) for one in ("a", "b")]
    round_ = Round(number, 1, 10_000)
    for letter, part in (("b", blind.PAYER), ("a", blind.TAKER)):
        secret = blind.shared_secret(keys[letter], publics[0], publics[1], number)
        assert (
            send(
                letter,
                do="bid",
                commitment=b64encode(
                    blind.commitment(round_, part, bids[letter], nonces[letter])
                ).decode(),
                marks=b64encode(b"".join(blind.marks(round_, part, bids[letter], secret))).decode(),
                kept=b64encode(b"own").decode(),
            )
            == 302
        )
    for letter in links:
        nonce = b64encode(nonces[letter]).decode()
        assert BidRound.objects.get().state == "crossed"
        assert send(letter, do="open", steps=str(bids[letter]), nonce=nonce) == 302
    assert "25,500.00" in page("dispute_offers", first)
    assert "31,000" not in page("dispute_offers", first)


@pytest.mark.parametrize("told", [{"do": "bid", "marks": "%%"}, {"do": "open"}, {"do": "dance"}])
def test_what_no_browser_of_ours_sends_is_refused_in_words(
    talks: Talks, told: dict[str, str]
) -> None:
    number, first, _ = both(talks)
    open_round(number, "b", "a", 10_000, talks.mediator, talks.later(50), way="browser")
    where = reverse("portal:dispute_offers", args=[first])
    answer = reader().post(where, told)
    assert answer.status_code == 422 and "Please check" in answer.content.decode()


def test_points_are_given_on_a_plain_form_and_the_proof_is_shown_to_both(talks: Talks) -> None:
    number, first, second = both(talks)
    start_division(number, ["钢琴 piano", "shed"], "a", "b", talks.mediator, talks.later(50))
    where = [reverse("portal:dispute_offers", args=[key]) for key in (first, second)]
    short = reader().post(where[0], {"do": "points", "p0": "60", "p1": "30"})
    assert short.status_code == 422 and "they must make 100" in short.content.decode()
    reader().post(where[0], {"do": "points", "p0": "70", "p1": "30"})
    assert not re.search(r"\b70\b", page("dispute_offers", second))
    reader().post(where[1], {"do": "points", "p0": "40", "p1": "60"})
    for key in (first, second):
        assert "Both hold equally many" in page("dispute_offers", key)


def test_a_wrong_link_opens_neither_page(talks: Talks) -> None:
    for name in ("dispute_agreement", "dispute_offers"):
        assert reader().get(reverse(f"portal:{name}", args=["0" * 40])).status_code == 404
