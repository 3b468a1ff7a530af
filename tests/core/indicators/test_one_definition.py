"""What is no case of its own is said once for the indicators and once for Python: the same."""

import re
from pathlib import Path

import pytest

from commonward.core.figures import NO_CASE, Standing, Verdict, verdict
from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.conditions import Not, OneOf
from tests.core.indicators.by_hand import case, march, value

ROOT = Path(__file__).parents[3]
NAMED = (("cases", "real"), ("limits", "due"), ("acts", "done"))
"""Where a shipped condition leaves out what is no case of its own."""


def test_the_shipped_condition_leaves_out_what_the_table_of_departments_does() -> None:
    made = book(shipped()).conditions["cases"]["real"]
    match made:
        case Not(inner=OneOf(column=column, among=among)):
            assert (column.name, frozenset(among)) == ("outcome", NO_CASE)
        case _:
            pytest.fail(f"“real” has another form: {made}")


def test_every_other_condition_about_it_has_the_same_words() -> None:
    texts = [
        str(entry["is"] if isinstance(entry, dict) else entry)
        for entries in shipped()["conditions"].values()
        for entry in entries.values()
    ] + [str(entry.get("where", "")) for entry in shipped()["counts"].values()]
    lists = [set(re.findall(r"'(\w+)'", part)) for text in texts
             for part in re.findall(r"outcome not in \(([^)]*)\)", text)]  # fmt: skip
    assert len(lists) > len(NAMED)
    assert [one for one in lists if "joined" in one and one != NO_CASE] == []


def test_no_other_file_lists_these_outcomes_again() -> None:
    again = re.compile(r"[(\[{]\"(void|refused|joined)\", \"(void|refused|joined)\"")
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "commonward").rglob("*.py"))
        if "migrations" not in path.parts and again.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["commonward/core/figures.py"]


@pytest.mark.parametrize("outcome", sorted(NO_CASE))
@pytest.mark.parametrize(
    "name", ["cases_closed", "resolved_rate", "closed_in_time_rate", "closed_rate", "backlog"]
)
def test_what_is_no_case_changes_no_figure(outcome: str, name: str) -> None:
    own = case(closed_at=march(4), due_at=march(10), outcome="solved")
    gone = case(closed_at=march(5), due_at=march(10), outcome=outcome)
    assert value(name, cases=[own]) == value(name, cases=[own, gone])
    standing = Standing(limited=True, closed=True, met=True, passed=True, outcome=outcome)
    assert verdict(standing) is Verdict.OUT


def test_a_joined_case_was_not_filed_but_it_came() -> None:
    rows = [
        case(filed_at=march(3), outcome="solved"),
        case(filed_at=march(3), outcome="void"),
        case(filed_at=march(3), outcome="joined"),
    ]
    assert value("cases_filed", cases=rows) == 2
    assert value("filed_rightly_rate", cases=rows) == 0.5
    assert value("cases_opened", cases=rows) == 3
