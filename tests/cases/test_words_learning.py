"""What may be learnt from: before any case, with few, and with a month held back."""

from pathlib import Path

import pytest

from commonward.cases.actions import training
from commonward.cases.models import WordModel
from commonward.cases.queries import suggested
from commonward.cases.queries.examples import examples
from commonward.core.refusals import Invalid
from tests.corpus import closed_cases
from tests.district import AT, LAMP, District


def test_before_any_case_the_sites_own_keywords_suggest(here: District) -> None:
    found = suggested.offered("门口的路灯坏了，一片漆黑")
    assert not found.calibrated
    assert found.version.startswith(suggested.STARTING)
    assert found.kinds[0].code == LAMP
    assert "路灯" in found.kinds[0].because


def test_the_held_back_month_is_never_learnt_from(here: District, tmp_path: Path) -> None:
    closed_cases(tmp_path, AT)
    found = examples(AT)
    divided = training.divide(found)
    border = found[-1].at - training.HELD_BACK
    assert divided.held
    assert all(one.at >= border for one in divided.held)
    assert all(one.at < border for one in divided.learnt)


def test_with_too_few_cases_nothing_is_trained(here: District, tmp_path: Path) -> None:
    closed_cases(tmp_path, AT, count=50)
    assert not training.training_due(AT)
    with pytest.raises(Invalid):
        training.train(AT)
    assert not WordModel.objects.exists()
