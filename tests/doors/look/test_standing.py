"""What the room behind a page refuses is an answer in words, never a fault of ours."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM
from commonward.people import actions
from commonward.people.models import Account
from tests.district import STREETS, small_district

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(role: str, street: str = "") -> Client:
    small_district()
    area = Area.objects.get(code=street).path if street else ""
    at = timezone.now()
    account = actions.add_account(SYSTEM, "dan", "Dan", at=at)
    actions.grant(SYSTEM, account.pk, role, at=at, area_path=area)
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(pk=account.pk), BACKEND)
    return client


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_administers_one_street_is_refused_the_whole_outbox_in_words(
    db: None, method: str
) -> None:
    client = signed_in("administrator", STREETS[0])
    answer = getattr(client, method)(reverse("desk:admin_outbox"))
    assert answer.status_code == 403
    assert "Not for your post" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_survey_that_is_not_there_is_not_found_whoever_asks_for_its_links(db: None) -> None:
    client = signed_in("programme_officer")
    answer = client.post(
        reverse("desk:programme_survey_links", args=["none"]), {"many": "3", "stratum": "x"}
    )
    assert answer.status_code == 404
