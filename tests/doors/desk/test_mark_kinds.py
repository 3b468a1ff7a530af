"""A kind of marks that cannot be read is refused on its page, whatever was typed into it."""

import pytest
from django.test import Client

from tests.district import small_district
from tests.doors.desk.conftest import key_of
from tests.programmes.mark_office import marks

TYPED = {
    "do": "publish", "code": "x", "title": "亮灯", "title_en": "Lit", "months": "12",
    "kind1": "figure", "title1": "一", "title_en1": "One", "indicator1": "closed_in_time_rate",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["new/", "five-star-room/"])
def test_numbers_beyond_measure_and_unknown_lists_are_refused_in_words(path: str) -> None:
    marks(small_district())
    officer = Client(headers={"accept-language": "en"})
    officer.force_login(*key_of("programme_officer"))
    for wrong in (
        {"bound1": "9" * 400}, {"months": "nan"}, {"days1": "-1e999"}, {"list1": "<b>nothing</b>"},
    ):  # fmt: skip
        page = officer.post(f"/desk/programmes/marks/kinds/{path}", TYPED | wrong)
        assert page.status_code == 422, wrong
        assert "<b>nothing</b>" not in page.content.decode()
