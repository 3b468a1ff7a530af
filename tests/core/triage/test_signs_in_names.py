"""Names of places come out of what people wrote: their signs are signs, and no pattern."""

import pytest

from commonward.core.triage.hot.naming import _whole


@pytest.mark.parametrize("name", ["顺苑(", "顺苑[", "顺苑*", "顺.苑", "顺苑+)"])
def test_a_name_with_signs_of_a_pattern_is_looked_for_as_it_stands(name: str) -> None:
    assert _whole(name, [f"嘉{name}漏水"] * 4) == f"嘉{name}"


def test_a_sign_of_a_pattern_stands_for_no_other_character() -> None:
    assert _whole("顺.苑", ["嘉顺德苑漏水"] * 4) == "顺.苑"
