"""The marks of reference data: asked once by a page that only reads, anew by everybody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.people.actions import raise_revision
from commonward.people.queries import reading_once, revisions

pytestmark = pytest.mark.django_db


def test_a_page_that_reads_asks_for_the_marks_once() -> None:
    with CaptureQueriesContext(connection) as captured, reading_once():
        assert revisions() == revisions() == revisions()
    assert len(captured) == 1


def test_outside_of_it_a_change_is_seen_at_once() -> None:
    with reading_once():
        before = revisions()
        raise_revision("cases")
        assert revisions() == before
    assert revisions()["cases"] != before.get("cases")
