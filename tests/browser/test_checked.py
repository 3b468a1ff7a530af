"""What may be private in what everybody reads, in a real browser at every width."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests.browser.test_desk_publicity import WAYS
from tests.district import District

WORDS = (
    "Mr Smith of flat 12b, 橘园小区3栋2单元501 张女士: no lamp at the gate. "
    "Call 13800138000 about file 1234567."
)


@pytest.mark.parametrize(("width", "language"), WAYS)
def test_the_check_reads_well_and_one_press_hides(
    district: District, window: Callable[..., Any], width: int | tuple[int, ...], language: str
) -> None:
    report = district.report(words=WORDS, address="12 Harbour Street", public=True)
    with window(language, width) as w:
        w.sign_in("duty_chief")
        w.open(reverse("desk:checked", args=[report.case.number]))
        w.sound("checked")
        w.page.locator("button[value^='hide:']").first.click()
        w.page.wait_for_load_state()
        assert w.page.locator("mark.is-hidden").count() == 2
        w.sound("checked-after")
        w.open(reverse("desk:case", args=[report.case.number]))
        w.sound("checked-case")
        assert not w.faults
