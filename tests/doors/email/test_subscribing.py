"""Who is written to: only who asked and said yes, at an address that is sealed and goes on time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions import delivering
from commonward.cases.actions.subscribing import (
    MOST_OWN,
    subscribe,
    subscription_of,
    token_of,
    unsubscribe,
)
from commonward.cases.models import CaseKey, Delivery, Subscription
from commonward.core.refusals import Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM
from tests.district import District
from tests.doors.email.conftest import Box, reported, wanted


def test_a_report_that_is_not_public_is_followed_by_its_reporter_only(
    district: District, box: Box
) -> None:
    report = reported(district, public=False)
    with pytest.raises(Missing):
        subscribe(report.pk, "eve@example.org", "en", timezone.now(), own=False)


@pytest.mark.parametrize(
    "address",
    [
        "alice@example.org\nBcc: eve@example.org",
        "alice@example.org\r\nSubject: hello",
        "alice@example.org, eve@example.org",
        "Alice <alice@example.org>",
        "alice",
        "",
        "a" * 250 + "@example.org",
        "艾丽丝@example.org",
    ],
)
def test_an_address_that_could_end_a_header_is_refused(district: District, address: str) -> None:
    report = reported(district)
    with pytest.raises(Invalid, match="name@example.org"):
        subscribe(report.pk, address, "en", timezone.now(), own=True)
    assert not Subscription.objects.exists()


def test_the_address_lies_sealed_and_goes_when_the_mails_end(district: District) -> None:
    report = reported(district)
    made = wanted(report)
    assert b"alice" not in bytes(made.address or b"")
    unsubscribe(token_of(made.pk), timezone.now())
    made.refresh_from_db()
    assert made.address is None


def test_shredding_a_case_takes_its_subscriptions_along(district: District, box: Box) -> None:
    report = reported(district)
    wanted(report)
    cases.shred(report.case, timezone.now(), SYSTEM)
    assert not Subscription.objects.exists()
    assert CaseKey.objects.get(case=report.case).wrapped is None


def test_what_nobody_confirmed_is_deleted_after_two_days(district: District) -> None:
    report = reported(district)
    subscribe(report.pk, "alice@example.org", "en", timezone.now(), own=True)
    delivering.clean(timezone.now() + timedelta(days=1))
    assert Subscription.objects.count() == 1
    delivering.clean(timezone.now() + timedelta(days=2, minutes=1))
    assert not Subscription.objects.exists()


def test_the_same_address_is_asked_once_and_the_bound_is_told(district: District) -> None:
    report = reported(district)
    for name in ("a", "b", "c")[:MOST_OWN]:
        assert subscribe(report.pk, f"{name}@example.org", "en", timezone.now(), own=True)
    assert subscribe(report.pk, "A@example.org", "en", timezone.now(), own=True) is None
    with pytest.raises(Refusal, match="addresses follow"):
        subscribe(report.pk, "d@example.org", "en", timezone.now(), own=True)
    assert Delivery.objects.count() == MOST_OWN


def test_a_link_that_was_not_made_here_opens_nothing(district: District) -> None:
    made = wanted(reported(district))
    good = token_of(made.pk)
    for wrong in (
        f"{made.pk}-",
        f"{made.pk}-{'0' * 32}",
        good[:-1],
        "",
        f"{made.pk + 1}{good[1:]}",
    ):
        with pytest.raises(Missing):
            subscription_of(wrong)
