"""Every test here may have the small district."""

import pytest

from tests.district import District, small_district


@pytest.fixture
def here(db: None) -> District:
    """The small district, set up afresh."""
    return small_district()
