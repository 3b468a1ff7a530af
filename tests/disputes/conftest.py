"""Every test here may have the small district and the people who mediate in it."""

import pytest

from tests.district import District, small_district
from tests.talks import Talks, mediation


@pytest.fixture
def here(db: None) -> District:
    """The small district, set up afresh."""
    return small_district()


@pytest.fixture
def talks(here: District) -> Talks:
    """The same with mediation."""
    return mediation(here)
