"""Many cases at once: the same cases as opened here, each once, nothing half-written."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from commonward.cases.actions import Said, act, open_case
from commonward.cases.actions.importing import Imported, import_cases
from commonward.cases.models import Case, Clock, Event, ImportedFile, Report
from commonward.cases.queries.facts import codes
from commonward.cases.queries.facts import facts as facts_of
from commonward.cases.queries.shown import shown_reports
from commonward.cases.queries.verifying import verify
from commonward.core.calendars import Limit, Unit
from commonward.core.incoming import Layout
from commonward.core.indicators.facts import CASES
from commonward.core.refusals import Invalid
from commonward.core.sheets import Sheet
from tests.district import AT, LAMP, RUBBISH, District

TITLES = ("ref", "kind", "opened", "lat", "lon", "where", "words", "closed", "outcome", "team",
          "due", "grade")  # fmt: skip
LAYOUT: dict[str, Any] = {
    "source": "old system",
    "columns": {
        "ref": "ref", "category": "kind", "opened_at": "opened", "lat": "lat", "lon": "lon",
        "address": "where", "words": "words", "closed_at": "closed", "outcome": "outcome",
        "team": "team", "due_at": "due", "grade": "grade",
    },
    "categories": {"lamp": LAMP},
}  # fmt: skip


def row(ref: str = "1", **given: str) -> dict[str, str]:
    lat, lon = District.inside()
    plain = dict.fromkeys(TITLES, "")
    return plain | {
        "ref": ref, "kind": RUBBISH, "opened": AT.isoformat(), "lat": str(lat), "lon": str(lon),
        "words": "Rubbish beside the gate.",
    } | given  # fmt: skip


def written(folder: Path, rows: Iterable[dict[str, str]], encoding: str = "utf-8") -> Sheet:
    path = folder / "cases.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, TITLES)
        out.writeheader()
        out.writerows(rows)
    return Sheet.at(path)


def taken(folder: Path, sheet: Sheet, **more: Any) -> Imported:
    layout = Layout.from_data(LAYOUT | more.pop("layout", {}))
    return import_cases(sheet, layout, at=AT, rejects=folder / "rejects.csv", **more)


def rejects(folder: Path) -> list[dict[str, str]]:
    with (folder / "rejects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fields(row_: Any, *leave_out: str) -> dict[str, Any]:
    names = [f.attname for f in row_._meta.concrete_fields]
    return {n: getattr(row_, n) for n in names if n not in leave_out}


@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("category", [RUBBISH, LAMP])
def test_an_imported_case_is_what_opening_it_here_would_have_made(
    here: District, tmp_path: Path, category: str, limited: bool
) -> None:
    due = AT + timedelta(hours=30)
    taken(tmp_path, written(tmp_path, [row(kind=category, due=due.isoformat() if limited else "")]))
    lat, lon = here.inside()
    limit = None
    if limited:
        limit = Limit(30 * 3600, Unit.URGENT_SECOND)
    opened = open_case(
        category, Said("import", "Rubbish beside the gate.", lat, lon), AT, origin="import",
        limit=limit, source="old system", source_ref="2", public=False,
    )  # fmt: skip
    theirs = Case.objects.get(source_ref="1")
    ours = Case.objects.get(number=opened.number)
    apart = ("id", "number", "source_ref")
    assert fields(theirs, *apart) == fields(ours, *apart)
    assert theirs.team_id is not None
    told = ("id", "number", "case_id", "idempotency")
    assert fields(Report.objects.get(case=theirs), *told) == fields(opened, *told)
    clocks = [
        [fields(c, "id", "case_id") for c in Clock.objects.filter(case=case).order_by("kind")]
        for case in (theirs, ours)
    ]
    assert clocks[0] == clocks[1]
    assert len(clocks[0]) == 1 + limited
    events = [Event.objects.get(case=case) for case in (theirs, ours)]
    assert events[0].data == events[1].data
    assert (events[0].verb, events[0].to_stage) == ("imported", events[1].to_stage)
    assert list(verify()) == []


def test_an_imported_case_goes_on_through_the_loop(here: District, tmp_path: Path) -> None:
    taken(tmp_path, written(tmp_path, [row(kind="lamp")]))
    number = Case.objects.get().number
    act(number, "accept", here.intake_officer, AT + timedelta(minutes=3))
    act(number, "file", here.duty_chief, AT + timedelta(minutes=5))
    assert Case.objects.get().stage == "dispatch"
    assert list(verify()) == []


def test_a_closed_case_keeps_its_closing_and_whether_it_was_in_time(
    here: District, tmp_path: Path
) -> None:
    late, early = AT - timedelta(days=2), AT - timedelta(days=9)
    opened = (AT - timedelta(days=10)).isoformat()
    common = {"opened": opened, "due": (AT - timedelta(days=5)).isoformat(), "team": "lamps"}
    done = taken(
        tmp_path,
        written(
            tmp_path,
            [
                row("late", closed=late.isoformat(), outcome="solved", **common),
                row("early", closed=early.isoformat(), **common),
            ],
        ),
    )
    assert done.taken == 2
    found = Case.objects.get(source_ref="late")
    assert (found.stage, found.is_open, found.closed_at, found.outcome) == (
        "closed", False, late, "solved",
    )  # fmt: skip
    assert found.handling_team_id == here.teams["lamps"]
    met = {c.case.source_ref: c.met for c in Clock.objects.select_related("case")}
    assert met == {"late": False, "early": True}
    assert Report.objects.get(case=found).answered_at == late
    # In figures it was filed when it was opened: an earlier system does not tell when it filed.
    (facts,) = (chunk["cases"] for chunk in facts_of(None, codes()))
    names = list(CASES.columns)
    assert {row[names.index("filed_at")] for row in facts} == {AT - timedelta(days=10)}
    assert list(verify()) == []


def test_the_same_file_again_adds_nothing(here: District, tmp_path: Path) -> None:
    sheet = written(tmp_path, [row(str(n)) for n in range(7)])
    assert taken(tmp_path, sheet, batch=3).taken == 7
    again = taken(tmp_path, sheet)
    assert (again.taken, again.known, again.went_on_after) == (0, 0, 8)
    assert Case.objects.count() == 7


def test_a_longer_file_of_the_same_source_adds_only_what_is_new(
    here: District, tmp_path: Path
) -> None:
    taken(tmp_path, written(tmp_path, [row("1"), row("2")]))
    more = taken(tmp_path, written(tmp_path, [row("1"), row("2"), row("3"), row("3")]))
    assert (more.taken, more.known) == (1, 3)
    assert Case.objects.count() == 3


def test_rows_without_a_reference_are_taken_once_each(here: District, tmp_path: Path) -> None:
    sheet = written(tmp_path, [row(""), row("")])
    assert taken(tmp_path, sheet).taken == 2
    ImportedFile.objects.update(line=0)
    assert taken(tmp_path, sheet).known == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "nonsense"}, "category"),
        ({"kind": ""}, "category"),
        ({"opened": ""}, "opened_at"),
        ({"opened": "1900-01-01T00:00:00+08:00"}, "opened_at"),
        ({"opened": "2026-03-02 09:00:00"}, "opened_at"),
        ({"opened": "2026-03-02"}, "opened_at"),
        ({"opened": "yesterday"}, "opened_at"),
        ({"opened": "2031-01-01T00:00:00+08:00"}, "opened_at"),
        ({"closed": "2026-03-01T00:00:00+08:00"}, "closed_at"),
        ({"due": "2026-03-01T00:00:00+08:00"}, "due_at"),
        ({"lat": "0", "lon": "0"}, "lat"),
        ({"lat": "113.105", "lon": "27.805"}, "lat"),
        ({"lat": "27,805"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"lon": ""}, "lon"),
        ({"words": "x" * 4001}, "words"),
        ({"grade": "purple"}, "grade"),
        ({"team": "nobody", "closed": AT.isoformat()}, "team"),
        ({"outcome": "vanished", "closed": AT.isoformat()}, "outcome"),
    ],
)
def test_a_row_that_cannot_be_used_is_kept_apart_with_the_reason(
    here: District, tmp_path: Path, change: dict[str, str], field: str
) -> None:
    done = taken(tmp_path, written(tmp_path, [row("bad", **change), row("good")]))
    assert (done.taken, done.rejected) == (1, 1)
    (kept,) = rejects(tmp_path)
    assert (kept["line"], kept["field"]) == ("2", field)
    assert kept["reason"]
    assert kept["row"].startswith("bad,")
    assert Case.objects.get().source_ref == "good"
    assert list(verify()) == []


def test_a_zone_for_the_whole_file_makes_plain_times_right(here: District, tmp_path: Path) -> None:
    sheet = written(tmp_path, [row(opened="2026-03-02 09:00:00")])
    taken(tmp_path, sheet, layout={"zone": "Asia/Shanghai"})
    assert Case.objects.get().opened_at == AT


def test_gb18030_and_broken_quotes_lose_only_the_broken_line(
    here: District, tmp_path: Path
) -> None:
    sheet = written(tmp_path, [row("1", words="井盖缺失㙍"), row("2")], encoding="gb18030")
    raw = sheet.path.read_bytes().replace(b"2,0301", b'2,"0301')
    sheet.path.write_bytes(raw)
    done = taken(tmp_path, Sheet.at(sheet.path))
    assert (done.taken, done.rejected) == (1, 1)
    assert Report.objects.get().words == "井盖缺失㙍"


def test_words_with_every_separator_come_in_unchanged(here: District, tmp_path: Path) -> None:
    words = 'tab\there, back\\slash, "quotes", line\nbreak, \\N, emoji 🕳️, ‏نص'
    taken(tmp_path, written(tmp_path, [row(words=words)]))
    assert Report.objects.get().words == words


def test_a_batch_that_fails_leaves_nothing_and_the_next_run_goes_on(
    here: District, tmp_path: Path
) -> None:
    sheet = written(tmp_path, [row(str(n)) for n in range(6)])

    class Stop(Exception):
        pass

    def stop(done: Imported, line: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        taken(tmp_path, sheet, batch=2, progress=stop)
    assert Case.objects.count() == 2
    assert ImportedFile.objects.get().line == 3
    rest = taken(tmp_path, sheet, batch=2)
    assert (rest.taken, rest.known, rest.went_on_after) == (4, 0, 3)


def test_what_is_taken_over_is_shown_to_everybody_only_where_the_mapping_says_so(
    here: District, tmp_path: Path
) -> None:
    taken(tmp_path, written(tmp_path, [row("1")]))
    assert not all_shown()
    (tmp_path / "two").mkdir()
    taken(tmp_path, written(tmp_path / "two", [row("2")]), layout={"public": True})
    assert all_shown() == ["2"]


def all_shown() -> list[str]:
    """The references of the cases that everybody is shown."""
    told = Report.objects.filter(shown_reports())
    return list(told.values_list("case__source_ref", flat=True))


def test_a_file_goes_on_only_under_its_own_source(here: District, tmp_path: Path) -> None:
    sheet = written(tmp_path, [row()])
    taken(tmp_path, sheet)
    with pytest.raises(Invalid, match="old system"):
        taken(tmp_path, sheet, layout={"source": "another"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": ""},
        {"columns": {"category": "kind"}},
        {"columns": LAYOUT["columns"] | {"name": "x"}},
        {"columns": {"category": "kind", "opened_at": "opened", "lat": "lat"}},
        {"zone": "Mars/Olympus"},
        {"public": "yes"},
    ],
)
def test_a_mapping_that_cannot_work_is_refused_before_any_row(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Layout.from_data(LAYOUT | wrong)


def test_a_mapping_naming_a_column_that_is_not_there_is_refused(
    here: District, tmp_path: Path
) -> None:
    columns = LAYOUT["columns"] | {"words": "description"}
    with pytest.raises(Invalid, match="description"):
        taken(tmp_path, written(tmp_path, [row()]), layout={"columns": columns})
    assert not ImportedFile.objects.exists()


KILLED = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from commonward.cases.actions.importing import import_cases
from commonward.core.calendars import Limit, Unit
from commonward.core.incoming import Layout
from commonward.core.sheets import Sheet
from tests.cases.test_importing import LAYOUT
from tests.district import AT
folder, after = Path(sys.argv[1]), int(sys.argv[2])
batches = 0
def progress(done, line):
    global batches
    batches += 1
    if batches == after:
        os.kill(os.getpid(), signal.SIGKILL)
import_cases(Sheet.at(folder / "cases.csv"), Layout.from_data(LAYOUT), at=AT,
             rejects=folder / "rejects.csv", batch=20, progress=progress)
"""


@pytest.mark.django_db(transaction=True)
def test_kill_9_in_the_middle_and_a_second_run_give_every_row_once(
    tmp_path: Path, here: District
) -> None:
    rows = [row(str(n)) for n in range(200)]
    rows[33]["kind"] = rows[150]["kind"] = "nonsense"
    sheet = written(tmp_path, rows)
    database = connection.settings_dict
    url = {
        "sqlite": f"sqlite:///{database['NAME']}",
        "postgresql": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
            **{k: database.get(k, "") for k in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
        ),
    }[connection.vendor]
    environment = os.environ | {
        "DATABASE_URL": url,
        "COMMONWARD_VAR": str(settings.VAR),
        "DJANGO_SETTINGS_MODULE": "commonward.config.settings",
    }
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), "3"],
        env=environment,
        cwd=settings.ROOT,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert 0 < Case.objects.count() < 198
    with (tmp_path / "rejects.csv").open("a", encoding="utf-8") as file:
        file.write("151,kind,written ahead of the commit,x\n")
    rest = taken(tmp_path, sheet, batch=20)
    assert rest.known == 0
    refs = sorted(int(r) for r in Case.objects.values_list("source_ref", flat=True))
    assert refs == [n for n in range(200) if n not in (33, 150)]
    assert [r["line"] for r in rejects(tmp_path)] == ["35", "152"]
    assert list(verify()) == []
