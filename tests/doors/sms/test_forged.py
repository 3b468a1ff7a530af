"""Whoever sends from somebody else's number does nothing that asks for more than that number."""

from collections.abc import Iterator
from typing import Any

import pytest

from commonward.doors.sms import taking
from commonward.doors.sms.behind import behind_of
from tests.district import District
from tests.doors.sms.centre import Centre
from tests.doors.sms.test_taking import ME, came, own, words_of


@pytest.fixture(autouse=True)
def _by_centre(centre: Centre, district: District) -> Iterator[None]:
    yield


def test_a_forged_number_does_nothing_where_the_message_was_not_read(
    district: District, settings: Any
) -> None:
    settings.SMS += "&extension=yes"
    one = own(district)
    right = behind_of(one.pk)
    wrong = f"{one.pk}{(int(right[-4:]) + 1) % 10_000:04}"
    for guess in (f"{one.pk}", wrong, f"{one.pk + 1}{right[-4:]}"):
        assert came("TD", ME, to=f"10690000{guess}") == "stop"
        assert came(f"Give it up {guess}", ME, to=f"10690000{guess}") == "report"
    one.refresh_from_db()
    assert one.ended_at is None
    assert words_of(one.report) == []
    assert came("It is at the gate", ME, to=f"10690000{right}") == "words"


def test_who_guesses_the_number_behind_ours_has_few_tries_a_day(
    district: District, settings: Any
) -> None:
    settings.SMS += "&extension=yes"
    settings.SMS_A_DAY = 0
    one = own(district)
    right = behind_of(one.pk)
    for guess in range(taking.MOST_BEHIND):
        wrong = f"{one.pk}{(int(right[-4:]) + 1 + guess) % 10_000:04}"
        assert came("TD", ME, to=f"10690000{wrong}") == "stop"
    assert came("TD", ME, to=f"10690000{right}") == "stop"
    one.refresh_from_db()
    assert one.ended_at is None
    assert came(f"TD {one.report.number}") == "stop", "who names the report is heard all the same"
    one.refresh_from_db()
    assert one.ended_at is not None
