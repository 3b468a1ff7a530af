"""Inquiries while talks run: sealed, read by those who mediate, and drawn as paper 6; the lane."""

from datetime import timedelta

import pytest

from commonward.core.refusals import Forbidden, Invalid
from commonward.disputes import actions as disputes
from commonward.disputes.actions.inquiring import note_inquiry
from commonward.disputes.models import Inquiry
from commonward.disputes.queries.file_facts import file_of
from commonward.disputes.queries.inquiring import inquiries_of
from tests.talks import Talks

FOUND = {"place": "南巷4号", "asked": "孙有才", "words": "墙高2米。"}


def test_an_inquiry_is_kept_sealed_and_stands_on_its_paper(talks: Talks) -> None:
    number, first, _ = talks.talking("street")
    note_inquiry(number, FOUND, talks.later(50), talks.mediator, talks.later(60))
    row = Inquiry.objects.get()
    assert "孙有才".encode() not in bytes(row.details or b"")
    dispute = talks.dispute(number)
    assert inquiries_of(dispute, first) == [] and inquiries_of(dispute, talks.coordinator) == []
    on_paper = file_of(dispute, talks.mediator).inquiries[0]
    assert (on_paper.place, on_paper.asked, on_paper.words) == ("南巷4号", "孙有才", "墙高2米。")


def test_an_inquiry_without_a_finding_or_still_to_come_is_refused(talks: Talks) -> None:
    number, *_ = talks.talking("street")
    for given, when in (
        ({**FOUND, "words": " "}, talks.later(50)),
        (FOUND, talks.at + timedelta(days=2)),
    ):
        with pytest.raises(Invalid):
            note_inquiry(number, given, when, talks.mediator, talks.later(60))
    with pytest.raises(Forbidden):
        note_inquiry(number, FOUND, talks.later(50), talks.coordinator, talks.later(60))
    assert not Inquiry.objects.exists()


def test_the_lane_of_enterprises_is_for_disputes_between_them(talks: Talks) -> None:
    number, *_ = talks.talking("community", kind="contract", enterprise=True)
    disputes.go_up(number, "enterprise", talks.coordinator, talks.later(60))
    dispute = talks.dispute(number)
    assert (dispute.level, dispute.case.stage) == ("enterprise", "at_enterprise")
    assert disputes.tick_levels(talks.at + timedelta(days=60)) == 0, "a person decides from there"
    with pytest.raises(Invalid, match="between enterprises"):
        talks.talking("enterprise", at=talks.later(1))
