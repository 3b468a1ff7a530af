"""Both sides look after the agreement on the portal: paid, confirmed, disputed, with a proof."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonward.disputes.actions.passes import new_pass
from commonward.disputes.models import Claim, Obligation
from tests.disputes.test_performing import in_force
from tests.district import District
from tests.doors.portal.test_dispute_papers import photo
from tests.talks import Talks, mediation


def browser() -> Client:
    """Somebody who reads English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


@pytest.fixture
def both(talks: Talks) -> tuple[str, str, str]:
    """The number, and the addresses of what is owed for side A and side B."""
    number, first, second = in_force(talks)
    keys = [new_pass(who.party or 0, talks.later(80)) for who in (first, second)]
    a, b = (reverse("portal:dispute_performance", args=[key]) for key in keys)
    return number, a, b


def send(path: str, **given: Any) -> Any:
    return browser().post(path, given, follow=True)


def test_a_payment_with_its_proof_counts_once_the_other_side_confirms_it(
    both: tuple[str, str, str],
) -> None:
    _, a, b = both
    page = send(b, obligation="1", yuan="1,000", words="银行转账", proof=photo())
    assert page.status_code == 200, page.content.decode()[-600:]
    said = Claim.objects.get()
    assert (said.fen, said.proof_id is not None, said.answer) == (100_000, True, "")
    seen = browser().get(a).content.decode()
    assert "银行转账" in seen and "Yes, that is so" in seen
    send(a, claim=str(said.pk), says="confirmed")
    assert Obligation.objects.get(number=1).done_at is not None
    assert "Yes, that is so" not in browser().get(a).content.decode()


def test_what_is_wrong_is_said_beside_its_field_and_keeps_nothing(
    both: tuple[str, str, str],
) -> None:
    _, _, b = both
    page = send(b, obligation="1", yuan="a thousand")
    assert page.status_code == 422 and "is not an amount in yuan" in page.content.decode()
    assert not Claim.objects.exists()


def test_before_an_agreement_there_is_no_account(talks: Talks) -> None:
    made = talks.registered()
    assert browser().get(
        reverse("portal:dispute_performance", args=[made.key])
    ).status_code == 404  # fmt: skip
