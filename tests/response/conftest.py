"""Every test here may have the small district with its units and who coordinates them."""

import pytest

from tests.district import small_district
from tests.help import Help, urgent_help


@pytest.fixture
def aid(db: None) -> Help:
    """The small district with urgent help: seven units on duty, a coordinator, a second centre."""
    return urgent_help(small_district())
