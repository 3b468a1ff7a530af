"""Fixtures of the programmes."""

import pytest

from tests.district import District, small_district
from tests.programmes.councils import Councils, councils


@pytest.fixture
def district(db: None) -> District:
    """The small district."""
    return small_district()


@pytest.fixture
def town(district: District) -> Councils:
    """The small district with councils."""
    return councils(district)
