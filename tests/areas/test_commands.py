"""`areas` and `calendar` on the command line: what is printed, and the exit code on a refusal."""

import io
import json
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation

from commonward.areas.models import Area, CalendarYear

pytestmark = pytest.mark.django_db


def run(*words: str | Path) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command(*(str(word) for word in words), stdout=out)
    return " ".join(out.getvalue().split())


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    path = tmp_path / "codes.csv"
    path.write_text(
        "code,name\n43,湖南省\n4302,株洲市\n430211,天元区\n43021x,错\n", encoding="gb18030"
    )
    return path


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    path = tmp_path / "outline.json"
    square = shapely.box(113.0, 27.8, 113.1, 27.9)
    feature = {
        "type": "Feature",
        "properties": {"code": "430211", "name": "天元区"},
        "geometry": shapely.geometry.mapping(square),
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_import_prints_the_plan_and_a_dry_run_changes_nothing(codes: Path, outline: Path) -> None:
    said = run("areas", "import", codes, outline, "--dry-run")
    assert "added │ 3" in said
    assert "left out │ 1" in said
    assert "codes.csv, line 5" in said
    assert "Dry run: nothing was changed." in said
    assert not Area.objects.exists()


def test_import_grow_and_show_lead_from_files_to_grids(codes: Path, outline: Path) -> None:
    run("areas", "import", codes, outline, "--gcj02", "--at", "2024-01-01")
    assert "Nothing to change." in run("areas", "import", codes, outline, "--gcj02")
    assert "16 grids, all synthetic" in run("areas", "grow", "430211", "--count", "16")
    said = run("areas", "show", "430211")
    assert "湖南省 43 › 株洲市 4302 › 天元区 430211" in said
    assert "grid │ 16 │ 16 │ 16" in said
    assert "1 streets" in run("areas", "grow", "--count", "12")


def test_a_name_with_brackets_is_printed_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("code,name\n43,湖[/b]南[red]\n")
    run("areas", "import", path)
    assert "湖[/b]南[red]" in run("areas", "show")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["areas", "show", "430299"], "no area with the code 430299"),
        (["areas", "grow", "430299"], "import its GeoJSON first"),
        (["areas", "import", "absent.csv"], "absent.csv: No such file"),
        (["areas", "show", "--at", "yesterday"], "2026-01-31"),
        (["areas", "show", "--at", "2024-01-01T00:00:00"], "needs its zone"),
        (["calendar", "import", "absent.json"], "absent.json: No such file"),
        (["calendar", "show", "2031"], "has no table for 2031"),
    ],
)
def test_a_refusal_ends_the_command_with_its_words(words: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        run(*words)


def test_files_of_which_no_row_can_be_used_are_a_failure(outline: Path) -> None:
    with pytest.raises(CommandError, match="No row of the files"):
        run("areas", "import", outline)
    assert "added │ 1" in run("areas", "import", outline, "--top", "430211")


def test_calendar_import_takes_a_folder_and_shows_a_year(tmp_path: Path) -> None:
    for year in (2025, 2027, 2028):
        days = [{"name": "国庆节", "date": f"{year}-10-01", "isOffDay": True}]
        content = {"year": year, "papers": ["x"], "days": days if year != 2028 else []}
        content["papers"] = ["x"] if year != 2028 else []
        (tmp_path / f"{year}.json").write_text(json.dumps(content))
    said = run("calendar", "import", tmp_path, "--dry-run")
    assert "2026 is a hole" in said
    assert "2028: the file has no days" in said
    assert not CalendarYear.objects.exists()
    run("calendar", "import", tmp_path)
    assert "2025-10-01 │ 国庆节 │ day off" in run("calendar", "show", "2025")
    assert "Nothing to change. Unchanged: 2 years." in run("calendar", "import", tmp_path)
