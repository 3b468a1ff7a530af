"""A program's report without a category: taken where the site has somebody to sort it."""

from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions.word_settings import set_reading
from commonward.cases.models import Case, Suggestion
from commonward.core.rights import SYSTEM
from tests.district import LAMP
from tests.doors.api.conftest import Office

OTHER = "0999"
TOLD = {"words": "门口的路灯不亮", "lat": 27.805, "lon": 113.105}


def test_without_a_category_for_it_the_field_is_named(office: Office) -> None:
    answer = office.call("intake_officer", "POST", "/cases", TOLD)
    assert answer.status == 422
    assert not Case.objects.exists()


def test_where_somebody_sorts_it_is_taken_once_and_waits(office: Office) -> None:
    cases.set_category(OTHER, "其他", name_en="Other", parent="03")
    set_reading(SYSTEM, timezone.now(), on=True, unsorted=OTHER)
    first = office.call("intake_officer", "POST", "/cases", TOLD, Idempotency_Key="one")
    again = office.call("intake_officer", "POST", "/cases", TOLD, Idempotency_Key="one")
    assert first.status == again.status == 201, first.data
    assert first.data["case"] == again.data["case"]
    assert Case.objects.get().category.code == OTHER
    kept = Suggestion.objects.get()
    assert kept.decided_at is None
    assert kept.given[0]["code"] == LAMP
    assert office.call("leader", "POST", "/cases", TOLD).status == 403
