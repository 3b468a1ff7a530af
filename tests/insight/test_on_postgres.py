"""The same definitions on a province's own PostgreSQL give what the slow reference gives."""

import pytest
from django.db import connection

from commonward.core.indicators.facts import TABLES
from tests.core.indicators import engines
from tests.core.indicators.random_counts import equal_on


@pytest.mark.django_db
def test_a_hundred_random_counts_are_equal_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on PostgreSQL only")
    names = {name: f"facts_{name}" for name in TABLES}
    equal_on(engines.postgres, "postgres", names, range(10))
