"""A report without a service: refused as the standard says, unless the site has somebody to sort."""

from typing import Any

from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions.word_settings import set_reading
from commonward.cases.models import Report, Suggestion
from commonward.core.rights import SYSTEM
from tests.district import LAMP, District
from tests.doors.open311.conftest import Door

OTHER = "0999"


def sorts() -> None:
    cases.set_category(OTHER, "其他", name_en="Other", parent="03")
    set_reading(SYSTEM, timezone.now(), on=True, unsorted=OTHER)


def test_without_a_category_for_it_the_service_is_required(
    door: Door, district: District, here: dict[str, Any]
) -> None:
    answer = door.post(description="路灯不亮", **here)
    assert answer.status == 400
    assert not Report.objects.exists()


def test_where_somebody_sorts_it_is_taken_once_and_waits(
    door: Door, district: District, here: dict[str, Any]
) -> None:
    sorts()
    for _ in range(2):
        door.post(description="门口的路灯不亮", idempotency_key="one", **here)
    report = Report.objects.get()
    assert report.case.category.code == OTHER
    kept = Suggestion.objects.get()
    assert kept.decided_at is None
    assert kept.given[0]["code"] == LAMP
