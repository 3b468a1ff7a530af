"""`programmes set-up`: what a bare site needs, once; run again it changes nothing."""

import pytest
from django.core.management import call_command

from commonward.cases.models import Category, ProcedureVersion
from commonward.core.rights import PROGRAMME
from commonward.programmes.models import AdviceText, Checklist
from tests.district import District, small_district


@pytest.fixture
def district(db: None) -> District:
    """The small district."""
    return small_district()


def test_it_makes_what_is_missing_and_leaves_what_the_site_changed(district: District) -> None:
    call_command("programmes", "set-up")
    made = Category.objects.filter(code__startswith=PROGRAMME)
    rooms = set(made.values_list("procedure", flat=True))
    assert len(rooms) >= 3
    assert (
        set(ProcedureVersion.objects.filter(name__in=rooms).values_list("name", flat=True)) == rooms
    )
    assert Checklist.objects.count() >= 7
    AdviceText.objects.update(active=False)
    before = (made.count(), Checklist.objects.count(), AdviceText.objects.count())
    call_command("programmes", "set-up")
    assert (made.count(), Checklist.objects.count(), AdviceText.objects.count()) == before
    assert not AdviceText.objects.filter(active=True).exists()
