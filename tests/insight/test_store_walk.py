"""Random histories: files that followed them a few steps at a time equal files made anew."""

import os
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test

from commonward.areas import actions as areas
from commonward.areas.models import CalendarYear
from commonward.insight.queries import rows
from commonward.insight.store import writing
from tests.district import AT, small_district
from tests.insight.busy import assert_the_same
from tests.insight.holding import small_book, stored
from tests.scenarios.invariants import Store, Texts, digests
from tests.scenarios.test_random_walk import Walk
from tests.scenarios.walking import everybody, narrow

FULL = os.environ.get("COMMONWARD_FULL") == "1"
WALKS, STEPS = (400, 60) if FULL else (6, 25)
BOOK = small_book()


class Followed(Walk):
    """A walk that the files follow, a few steps at a time."""

    folder: Path
    numbers = count()
    passes = 0

    def check(self) -> None:
        """What the walk's own test checks is checked there."""
        self.store = Store.read()
        self.digests = digests(self.tables)

    @rule()
    def follow(self) -> None:
        """One pass of the worker."""
        if not hasattr(self, "own"):
            self.own = self.folder / str(next(self.numbers))
        django_settings.FIGURES = self.own
        passed = writing.refresh(self.now, BOOK)
        assert passed is not None
        Followed.passes += not passed.anew

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.follow()
            followed = stored()
            django_settings.FIGURES = self.folder / str(next(self.numbers))
            writing.rebuild(self.now, BOOK)
            assert stored() == followed
            assert_the_same(rows.all_rows(), self.now)
        super().teardown()


@pytest.mark.django_db
def test_files_that_followed_random_histories_equal_files_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "FIGURES", tmp_path)
    monkeypatch.setattr(writing, "SWEPT", 0)  # the events alone must lead to every change
    Followed.folder = tmp_path
    Followed.here = replace(small_district(), at=AT)
    Followed.others = (everybody(Followed.here), narrow(Followed.here))
    Followed.texts = Texts()
    Followed.reached = set()
    CalendarYear.objects.filter(year=2026).delete()
    areas.bump("calendars")
    run_state_machine_as_test(
        Followed,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )
    assert Followed.passes > WALKS
