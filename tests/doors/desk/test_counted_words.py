"""How stretches of time are said: single seconds only where the clocks of urgent help run."""

import pytest
from django.utils.translation import override

from commonward.doors.desk.wording import counted_words


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 min", "0 分钟"), (15, "15 s", "15 秒"), (90, "1 min 30 s", "1 分钟 30 秒"),
        (60, "1 min", "1 分钟"), (299, "4 min 59 s", "4 分钟 59 秒"), (359, "5 min", "5 分钟"),
        (-15, "−15 s", "−15 秒"), (3_600 + 15, "1 h", "1 小时"),
        (2 * 86_400 + 3 * 3_600 + 59, "2 d 3 h", "2 天 3 小时"),
    ],
)  # fmt: skip
def test_counted_time_is_said_in_the_units_that_fit(
    seconds: int, english: str, chinese: str
) -> None:
    with override("en"):
        assert counted_words(seconds) == english
    with override("zh-hans"):
        assert counted_words(seconds) == chinese
