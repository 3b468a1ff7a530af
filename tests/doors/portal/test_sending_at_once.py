"""The same form sent many times at the same moment, as by a double click on a slow line."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from commonward.cases.models import Case, Receipt, Report
from tests.district import small_district
from tests.doors.portal.conftest import Resident


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_six_times_at_once_is_one_report_with_one_receipt() -> None:
    small_district(timezone.now() - timedelta(days=2))
    fields = Resident().told().fields
    led_to: list[str] = []
    begin = threading.Barrier(6)

    def send() -> None:
        try:
            begin.wait()
            led_to.append(Client().post("/report/", fields).headers["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(led_to) == 6
    assert len(set(led_to)) == 1
    assert (Report.objects.count(), Case.objects.count(), Receipt.objects.count()) == (1, 1, 1)
