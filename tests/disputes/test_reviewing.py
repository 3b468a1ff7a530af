"""Cases that look invented come on a list of cases, are read again, and get a finding."""

from datetime import timedelta

import pytest

from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.disputes import actions as disputes
from commonward.disputes.actions.reviewing import look_for_invented, mark_words, settle_review
from commonward.disputes.models import Dispute, Review, WordsMark
from commonward.disputes.queries.reviewing import to_be_read
from tests.talks import Talks

COPIED = "They quarrelled about the drain, the law was explained, and both shook hands."


@pytest.fixture
def listed(talks: Talks) -> list[str]:
    """A dozen typed in an afternoon by one mediator with the same words, all "settled"."""
    numbers = []
    for n in range(12):
        made = disputes.register(
            talks.application(words=f"{COPIED} House {n}.", source="own"),
            talks.later(2 * n),
            talks.mediator,
            channel="desk",
        )
        numbers.append(made.number)
    honest = talks.registered(at=talks.later(30), words="The pump in the yard is loud at night.")
    Dispute.objects.update(result="settled_performed")
    assert look_for_invented(talks.later(60)) == 12
    assert not Review.objects.filter(dispute__case__number=honest.number).exists()
    return numbers


def test_the_signs_of_each_case_are_told(talks: Talks, listed: list[str]) -> None:
    found = to_be_read(talks.coordinator)
    assert sorted(line.number for line in found) == sorted(listed)
    assert found[0].signs == {"burst": 12.0, "words": 11.0, "one_sided": 0.0}


def test_the_list_is_for_coordinators(talks: Talks, listed: list[str]) -> None:
    for actor in (talks.mediator, talks.panelist, talks.here.leader, talks.here.administrator):
        assert to_be_read(actor) == []


def test_a_finding_needs_words_and_takes_the_case_off_the_list(
    talks: Talks, listed: list[str]
) -> None:
    with pytest.raises(Invalid):
        settle_review(listed[0], "invented", " ", talks.coordinator, talks.later(70))
    with pytest.raises(Invalid):
        settle_review(listed[0], "guilty", "Words.", talks.coordinator, talks.later(70))
    for actor in (talks.mediator, talks.here.leader):
        with pytest.raises((Forbidden, Missing)):
            settle_review(listed[0], "real", "I was there.", actor, talks.later(70))
    made = settle_review(listed[0], "invented", "Nobody lives there.", talks.coordinator,
                         talks.later(71))  # fmt: skip
    assert made.words is not None and b"Nobody" not in bytes(made.words)
    assert listed[0] not in [line.number for line in to_be_read(talks.coordinator)]
    assert [line.finding for line in to_be_read(talks.coordinator, done=True)] == ["invented"]
    assert look_for_invented(talks.later(80)) == 0


def test_marks_are_sealed_and_taken_once(talks: Talks) -> None:
    made = talks.registered(words=COPIED)
    assert mark_words(talks.later(10)) == 1
    assert mark_words(talks.later(11)) == 0
    row = WordsMark.objects.get(dispute=talks.dispute(made.number).pk)
    assert row.sealed is not None and b"drain" not in bytes(row.sealed)
    assert mark_words(talks.at - timedelta(days=1)) == 0
