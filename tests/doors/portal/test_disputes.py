"""A side of a dispute on the portal: asks, keeps the link, answers, brings somebody."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonward.disputes import actions as disputes
from commonward.disputes.actions.passes import code_of
from commonward.disputes.models import Dispute, Party
from tests.district import District
from tests.talks import Talks, mediation


def browser() -> Client:
    """Somebody who reads English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


def asked(client: Client, **more: Any) -> Any:
    page = client.get(reverse("portal:dispute_register"))
    given = {"kind": "neighbours", "words": "一堵墙 A wall", "name": "钱多多"}
    sending = page.context["sending"]
    told = {**given, "sending": sending, **more}
    return client.post(reverse("portal:dispute_register"), told, follow=True)


def test_a_resident_asks_for_mediation_and_gets_a_page(talks: Talks) -> None:
    client = browser()
    page = asked(client)
    made = Dispute.objects.get()
    assert made.case.number in page.content.decode()
    key = page.context["key"]
    mine = client.get(reverse("portal:dispute_mine", args=[key]))
    assert "一堵墙" in mine.content.decode()
    assert mine.headers["Cache-Control"] == "no-store"


def test_sent_twice_it_is_one_dispute(talks: Talks) -> None:
    client = browser()
    sending = "5" * 40
    first, again = asked(client, sending=sending), asked(client, sending=sending)
    assert first.context["key"] == again.context["key"] and Dispute.objects.count() == 1


def test_danger_shows_whom_to_call_and_keeps_nothing(talks: Talks) -> None:
    page = asked(browser(), fact_violence="1")
    assert page.status_code == 422 and 'href="tel:110"' in page.content.decode()
    assert not Dispute.objects.exists()


def test_the_other_side_reads_neutral_words_only_and_decides_freely(talks: Talks) -> None:
    made = talks.registered()
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(5))
    key = disputes.invite(made.number, "b", talks.coordinator, talks.later(6))
    client = browser()
    page = client.get(reverse("portal:dispute_mine", args=[key])).content.decode()
    assert "A garden wall" in page and "takes our light" not in page and "13912345678" not in page
    before = client.get(reverse("portal:dispute_answer", args=[key])).content.decode()
    assert "free and voluntary" in before
    client.post(reverse("portal:dispute_answer", args=[key]), {"says": "agreed"})
    assert talks.dispute(made.number).case.stage == "choose"
    client.post(reverse("portal:dispute_answer", args=[key]), {"says": "refused"})
    assert talks.dispute(made.number).result == "refused_by_side"


def test_number_and_code_open_the_same_page_and_a_helper_can_be_brought(talks: Talks) -> None:
    made = talks.registered()
    client = browser()
    page = client.post(
        reverse("portal:dispute_follow"), {"number": made.number, "code": code_of(made.key)},
        follow=True,
    )  # fmt: skip
    assert "takes our light" in page.content.decode()
    bring = reverse("portal:dispute_bring", args=[made.key])
    client.post(bring, {"name": "孙有才", "part": "supporter"})
    assert Party.objects.filter(side__letter="a", part="supporter").count() == 1
    wrong = client.post(bring, {"name": ""})
    assert wrong.status_code == 422


def test_a_wrong_link_opens_nothing(talks: Talks) -> None:
    assert browser().get(reverse("portal:dispute_mine", args=["0" * 40])).status_code == 404
