"""A side says on its own page what it asks for and when it can come, without an account."""

import pytest
from django.test import Client

from commonward.disputes import actions as disputes
from commonward.disputes.models import Notice, Party, Side
from commonward.disputes.queries.filed import filed
from commonward.disputes.queries.needs import needs_for
from tests.district import small_district
from tests.talks import Talks, mediation


@pytest.fixture
def talks(db: None) -> Talks:
    """The district with mediation."""
    return mediation(small_district())


def test_what_a_side_says_is_kept_shown_again_and_nothing_for_the_other(talks: Talks) -> None:
    made = talks.registered()
    page = f"/disputes/my/{made.key}/needs/"
    client = Client(headers={"accept-language": "en"})
    assert "What do you ask for?" in client.get(page).content.decode()
    given = {
        "wants": "Light again.", "hour": ["mon-am", "tue-eve"], "away": ["2026-03-05", "", ""],
        "language": "ug", "interpreter": "1",
    }  # fmt: skip
    answer = client.post(page, given, follow=True)
    html = answer.content.decode()
    assert answer.status_code == 200 and "Light again." in html and 'value="2026-03-05"' in html
    kept = needs_for(talks.dispute(made.number), talks.coordinator)["a"]
    assert (kept.hours, kept.language, kept.interpreter) == (("mon-am", "tue-eve"), "ug", True)
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(10))
    key = disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    other = client.get(f"/disputes/my/{key}/needs/").content.decode()
    assert "Light again." not in other and "2026-03-05" not in other


@pytest.mark.parametrize(
    "wrong",
    [{"away": ["soon"]}, {"hour": ["someday"]}, {"interpreter": "1"}, {"wants": "x" * 2001}],
)
def test_what_cannot_be_kept_is_refused_in_words(talks: Talks, wrong: dict[str, str]) -> None:
    made = talks.registered()
    answer = Client().post(f"/disputes/my/{made.key}/needs/", wrong)
    assert answer.status_code == 422
    assert Side.objects.get(letter="a").needs is None


def test_nobody_without_the_link_says_anything(talks: Talks) -> None:
    talks.registered()
    for key in ("0" * 40, "x"):
        assert Client().post(f"/disputes/my/{key}/needs/", {"wants": "x"}).status_code == 404


def test_whoever_brings_a_representative_says_what_they_may_do(talks: Talks) -> None:
    made = talks.registered()
    Client().post(
        f"/disputes/my/{made.key}/bring/",
        {"part": "representative", "name": "李律师", "email": "li@example.org", "powers": "sign"},
    )
    assert Party.objects.filter(part="representative").count() == 1
    seen = details_of(talks, made.number)
    assert seen["powers"] == "sign" and seen["email"] == "li@example.org"
    assert not Notice.objects.exists()


def details_of(talks: Talks, number: str) -> dict[str, str]:
    """What is kept of the representative."""
    file = filed(talks.dispute(number), talks.coordinator)
    return dict(file.sides[0].parties[1].details)
