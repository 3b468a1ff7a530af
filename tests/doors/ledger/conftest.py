"""The small district, for whose reports there is a log."""

import pytest

from tests.district import District, small_district


@pytest.fixture
def here(db: None) -> District:
    """The small district."""
    return small_district()
