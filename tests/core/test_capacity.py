"""How large a machine: more never needs less, every figure has a source, the page tells the same."""

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.capacity import WORKERS, Needs, figures, needs
from tests.architecture.tracked import ROOT

OF = figures()
PEOPLE, REPORTS, YEARS = (st.integers(1, most) for most in (2_000_000_000, 100_000_000, 30))
SIZES = ("cores", "memory_gb", "disk_gb", "backup_gb", "web", "live", "workers", "busy_cpu")


def sizes(found: Needs) -> list[float]:
    return [getattr(found, name) for name in SIZES]


@settings(max_examples=300, deadline=None)
@given(PEOPLE, REPORTS, YEARS, PEOPLE, REPORTS, YEARS)
def test_more_people_reports_or_years_never_need_less(
    people: int, reports: int, years: int, more: int, told: int, longer: int
) -> None:
    small = needs(people, reports, years, OF)
    for large in (
        needs(people + more, reports, years, OF),
        needs(people, reports + told, years, OF),
        needs(people, reports, years + longer, OF),
        needs(people + more, reports + told, years + longer, OF),
    ):
        assert all(a <= b for a, b in zip(sizes(small), sizes(large), strict=True))


def test_every_figure_is_used_and_says_how_it_is_known() -> None:
    code = (ROOT / "commonward/core/capacity.py").read_text("utf-8")
    for name, one in OF.items():
        assert f'f["{name}"]' in code, name
        assert len(one.source) > 20
        if "bench/results/latest.md" in one.source:
            assert one.kind == "measured"
    measured = (ROOT / "bench/results/latest.md").read_text("utf-8")
    assert (
        "| 4.9 ms |" in measured and "| p50 5.3 ms," in measured and "1.83 GB of facts" in measured
    )


def test_own_figures_stand_over_the_shipped_ones_and_nonsense_is_refused() -> None:
    own = '[busiest]\nvalue = 20\nkind = "measured"\nsource = "our own year"\n'
    assert (
        needs(1_500_000, 800_000, 5, figures(own)).busy_cpu
        > needs(1_500_000, 800_000, 5, OF).busy_cpu
    )
    for wrong in (
        "[busiest]\nvalue = 3\n", own.replace("20", "-1"), own.replace("measured", "guessed"),
        own.replace("busiest", "luck"), own.replace("20", "inf"), own.replace("20", '"x"'),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            figures(wrong)
    with pytest.raises(ValueError):
        needs(0, 1, 1, OF)


def test_the_workers_are_those_that_are_deployed() -> None:
    for name in WORKERS:
        assert (ROOT / f"deploy/systemd/commonward-{name}.service").exists()


def test_the_page_tells_what_the_command_reckons() -> None:
    page = (ROOT / "docs/how-to/capacity.md").read_text("utf-8")
    rows = re.findall(
        r"^\| ([\d,]+) \| ([\d,]+) \| (\w+) \| (\d+) \| (\d+) GB \| ([\d,]+) GB \| ([\d,]+) GB \|",
        page, re.MULTILINE,
    )  # fmt: skip
    assert len(rows) >= 4
    for people, reports, *told in rows:
        out = StringIO()
        number = (people.replace(",", ""), reports.replace(",", ""))
        call_command("capacity", *number, json=True, stdout=out)
        found = json.loads(out.getvalue())["needs"]
        assert told == [
            found["database"], str(found["cores"]), str(found["memory_gb"]),
            f"{found['disk_gb']:,}", f"{found['backup_gb']:,}",
        ], people  # fmt: skip


def test_the_command_tells_each_source(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("capacity", "5000", "2000")
    told = capsys.readouterr().out
    assert all(one.source in told for one in OF.values())
    with pytest.raises(CommandError):
        call_command("capacity", "5000", "0")
