"""Each paper is shredded on its own day, and nothing that is kept is left out."""

from datetime import timedelta

import pytest
from django.db import models

from commonward.cases.actions import forget
from commonward.core.keeping import KINDS
from commonward.core.papers.kinds import entries
from commonward.disputes import actions as disputes
from commonward.disputes.actions.forgetting import KIND_OF, forget_papers, places
from commonward.disputes.actions.grading import contest_grade
from commonward.disputes.actions.ruling import adopt_rules
from commonward.disputes.models import Agreement, BidRound, GradeWord, Party
from commonward.disputes.queries.filed import filed
from commonward.disputes.queries.ruling import SHIPPED
from commonward.disputes.retention import KEPT
from tests.talks import Talks

YEARS = timedelta(days=5 * 366)


@pytest.fixture
def ended(talks: Talks) -> str:
    """The number of a dispute that failed, with an objection, a text and a sum on its way."""
    number, first, _ = talks.talking()
    contest_grade(number, "It is worse than that.", first, talks.later(50))
    dispute = talks.dispute(number)
    Agreement.objects.create(dispute=dispute, terms=b"sealed", **_text(talks))
    BidRound.objects.create(dispute=dispute, sum=b"sealed", **_round(talks))
    disputes.take_step(number, "fail", talks.mediator, talks.later(90), {"reason": "no way"})
    return number


def _text(talks: Talks) -> dict[str, object]:
    return _filled(Agreement, talks)


def _round(talks: Talks) -> dict[str, object]:
    return _filled(BidRound, talks)


def _filled(model: type[models.Model], talks: Talks) -> dict[str, object]:
    """Whatever a row of the model cannot do without."""
    return {
        field.name: talks.at if isinstance(field, models.DateTimeField) else 1
        for field in model._meta.local_fields
        if not field.null
        and not field.primary_key
        and not field.is_relation
        and not field.has_default()
        and isinstance(field, models.DateTimeField | models.IntegerField)
    }


def test_every_kept_field_is_emptied_and_every_kind_of_paper_exists() -> None:
    found = {(model.__name__, name) for model, names, _ in places() for name in names}
    kept = {(one.model.partition(".")[2], name) for one in KEPT for name in one.fields}
    assert found == kept
    assert set(KIND_OF.values()) | {entry.keep for entry in entries()} <= set(KINDS)
    assert set(KIND_OF) <= {name for name, _ in kept}


def test_what_was_offered_goes_with_the_end_and_the_agreement_stays(
    talks: Talks, ended: str
) -> None:
    assert forget_papers(talks.later(89)) == {}
    assert forget_papers(talks.later(91)) == {"offer": 1}
    assert BidRound.objects.get().sum is None
    assert Agreement.objects.get().terms is not None
    assert forget_papers(talks.later(92)) == {}


def test_after_the_years_of_the_procedure_nothing_personal_is_left(
    talks: Talks, ended: str
) -> None:
    at = talks.later(90) + YEARS
    forget(at)
    forget_papers(at)
    for model, names, _ in places():
        for row in model._default_manager.all():
            for name in names:
                assert not getattr(row, name), f"{model.__name__}.{name}"
    dispute = talks.dispute(ended)
    assert (dispute.kind, dispute.result) == ("neighbours", "not_settled")
    assert filed(dispute, talks.coordinator).words == ""
    assert Party.objects.exists()


def test_a_site_shortens_the_time_of_one_kind_and_no_other_changes(
    talks: Talks, ended: str
) -> None:
    text = SHIPPED["keeping"]()
    before, name, after = text.partition('name = "grading"')
    shorter = before + name + after.replace('years = "procedure"', "years = 1", 1)
    adopt_rules("keeping", shorter, at=talks.at)
    assert "grading" not in forget_papers(talks.later(91))
    assert forget_papers(talks.at + timedelta(days=370)) == {"grading": 1}
    assert GradeWord.objects.get().words is None
    assert Agreement.objects.get().terms is not None


def test_an_open_dispute_is_not_touched_however_old_it_is(talks: Talks) -> None:
    number, *_ = talks.talking()
    assert forget_papers(talks.at + 3 * YEARS) == {}
    assert filed(talks.dispute(number), talks.coordinator).words
