"""The columnar files follow the record, and hold what a making anew would hold."""

# ruff: noqa: S608 (statements are made of our own file names)

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from commonward.cases.models import Case
from commonward.core.indicators import book as books
from commonward.core.indicators import reference
from commonward.core.indicators.facts import TABLES
from commonward.core.indicators.windows import Window, run_up, span, window
from commonward.core.refusals import Refusal
from commonward.insight.queries import measuring, rows
from commonward.insight.store import engine, rolling, writing
from commonward.insight.store import manifest as manifests
from commonward.people.models import Team
from tests.district import STREETS, District
from tests.insight.busy import limited, week
from tests.insight.holding import COUNTS, small_book, stored

ZONE = "Asia/Shanghai"
MARCH = window("month", date(2026, 3, 2), ZONE)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.FIGURES = tmp_path / "figures"
    yield
    held = engine._open.pop(settings.FIGURES, None)
    if held is not None:
        held[1].close()


def straight() -> dict[str, int]:
    return {name: len(some) for name, some in rows.all_rows().items()}


def test_the_files_hold_every_row_as_it_was_read(here: District, settings: Any) -> None:
    week(here)
    made = writing.rebuild(here.at, small_book())
    assert made is not None
    assert {name: made.manifest.rows(name) for name in TABLES} == straight()
    con = engine.connect(settings.FIGURES)
    for name, some in rows.all_rows().items():
        files = [one.name for one in made.manifest.files.get(name, {}).values()]
        if not files:
            continue
        read = con.execute(f"SELECT * FROM {engine.listed(settings.FIGURES, files)}").fetchall()
        plain = [
            tuple(v.replace(tzinfo=None) if hasattr(v, "tzinfo") else v for v in row.values())
            for row in some
        ]
        assert sorted(read, key=repr) == sorted(plain, key=repr)


def test_a_pass_after_each_few_steps_holds_what_a_making_anew_holds(
    here: District, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SWEPT", 0)
    first = writing.refresh(here.at, small_book())
    assert first is not None
    assert first.anew
    made = week(here)
    passed = writing.refresh(here.at, small_book())
    assert passed is not None
    assert not passed.anew
    assert passed.events > 50
    here.act(made["reopened"], "dispatch", here.dispatcher, 600, team=here.teams["roads"])
    # Those whose case was joined to this one are answered with it, without an event of their own.
    here.act(made["handed_back"], "force_close", here.leader, 650, reason="the pole is gone")
    here.act(made["handed_back"], "end_unreached", here.intake_officer, 660)
    passed = writing.refresh(here.at, small_book())
    assert passed is not None
    assert (passed.anew, passed.events) == (False, 3)
    followed = stored()
    settings.FIGURES = tmp_path / "anew"
    writing.rebuild(here.at, small_book())
    assert stored() == followed


def test_a_pass_without_news_writes_no_file(here: District, settings: Any) -> None:
    week(here)
    writing.refresh(here.at, small_book())
    writing.refresh(here.at, small_book())
    passed = writing.refresh(here.at, small_book())
    assert passed is not None
    assert (passed.anew, passed.events, passed.written) == (False, 0, 0)


def test_what_changed_without_an_event_is_found_in_turn(here: District, settings: Any) -> None:
    report = limited(here, 9)
    writing.refresh(here.at, small_book())
    Case.objects.filter(pk=report.case_id).update(grade="urgent")
    writing.refresh(here.at, small_book())
    writing.refresh(here.at, small_book())
    with engine.reading() as found:
        assert found is not None
        assert found.run("SELECT grade FROM cases") == [("urgent",)]


def test_other_codes_make_all_anew(here: District, settings: Any) -> None:
    here.handled(limited(here, 9))
    writing.refresh(here.at, small_book())
    here.report()
    Team.objects.filter(code="street").update(code="street-office")
    passed = writing.refresh(here.at, small_book())
    assert passed is not None
    assert passed.anew
    with engine.reading() as found:
        assert found is not None
        assert found.run("SELECT DISTINCT department FROM cases WHERE department <> ''") == [
            ("street-office",)
        ]


def test_a_database_that_was_put_back_makes_all_anew(here: District, settings: Any) -> None:
    here.handled(limited(here, 9))
    writing.refresh(here.at, small_book())
    path = settings.FIGURES / manifests.NEWEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"position": "900000"}))
    passed = writing.refresh(here.at, small_book())
    assert passed is not None
    assert passed.anew


def test_counts_of_another_book_are_rolled_up_anew(here: District, settings: Any) -> None:
    week(here)
    writing.refresh(here.at, small_book())
    other = small_book(opened={"of": "cases", "moment": "opened_at", "where": "limited"})
    count = other.counts["opened"]
    before = manifests.read(settings.FIGURES)
    assert before is not None
    assert not rolling.answerable(before, count, [MARCH], (), {})
    with engine.reading() as found:
        assert found is not None
        right = reference.counter(rows.all_rows())([count], [MARCH], (), {})
        assert found.counter()([count], [MARCH], (), {}) == right
    writing.refresh(here.at, other)
    after = manifests.read(settings.FIGURES)
    assert after is not None
    assert rolling.answerable(after, count, [MARCH], (), {}) == [MARCH]
    with engine.reading() as found:
        assert found is not None
        assert found.counter()([count], [MARCH], (), {}) == right


WINDOWS: tuple[list[Window], ...] = (
    run_up(MARCH, 3),
    [window("year", date(2026, 3, 2), ZONE), MARCH],
    [span(date(2026, 3, 1), date(2026, 3, 2), ZONE), MARCH],
    [MARCH.cut_at("noon")],
    [window("month", date(2026, 3, 2), "UTC")],
)


def test_rollups_and_facts_count_what_the_slow_reference_counts(
    here: District, settings: Any
) -> None:
    week(here)
    asked = small_book()
    writing.rebuild(here.at, asked)
    slow = reference.counter(rows.all_rows())
    counts = list(asked.counts.values())
    with engine.reading() as found:
        assert found is not None
        quick = found.counter()
        for windows in WINDOWS:
            for by in ((), ("street",), ("grid", "category"), ("grade",), ("department",)):
                for only in ({}, {"street": (STREETS[1],)}, {"category": ("0301", "0102")}):
                    assert quick(counts, windows, by, only) == slow(counts, windows, by, only)


def test_rollups_answer_what_they_can(here: District, settings: Any) -> None:
    week(here)
    asked = small_book()
    made = writing.rebuild(here.at, asked)
    assert made is not None

    def answers(name: str, one: Window, by: tuple[str, ...] = ()) -> bool:
        return bool(rolling.answerable(made.manifest, asked.counts[name], [one], by, {}))

    assert answers("late", MARCH, ("grid", "category"))
    assert answers("seconds", window("year", date(2026, 3, 2), ZONE))
    assert not answers("late", MARCH, ("grade",))
    assert not answers("typical", MARCH)
    assert not answers("waiting", MARCH)
    assert not answers("open_now", MARCH)
    assert not answers("late", MARCH.cut_at("noon"))
    assert not answers("late", window("week", date(2026, 3, 2), ZONE))


def test_the_store_has_no_column_but_those_of_the_facts(here: District, settings: Any) -> None:
    week(here)
    made = writing.rebuild(here.at, small_book())
    assert made is not None
    con = engine.connect(settings.FIGURES)
    for name, months in made.manifest.files.items():
        for one in months.values():
            read = con.execute(f"SELECT * FROM {engine.listed(settings.FIGURES, [one.name])}")
            assert [c[0] for c in read.description or ()] == list(TABLES[name].columns)
            for file in one.rolled.values():
                read = con.execute(f"SELECT * FROM {engine.listed(settings.FIGURES, [file])}")
                columns = [c[0] for c in read.description or ()]
                counts = [c for c in columns if c[:2] in ("n ", "m ")]
                assert set(columns) == {"month", *rolling.BY, *counts}
    words = {"summary", "words", "address", "contact", "name", "reporter", "phone"}
    assert not words & {column for facts in TABLES.values() for column in facts.columns}


def test_figures_come_from_the_files_once_there_are_some(here: District, settings: Any) -> None:
    week(here)
    at = here.at + 10 * HOUR
    rate = "closed_in_time_rate"
    slow = measuring.figures_of([rate], [MARCH], by=("street",), at=at)
    behind = measuring.cases_behind(rate, "closed_in_time", MARCH, actor=here.leader, at=at)
    writing.rebuild(at, measuring.book_in_force())
    limited(here, 1)  # not followed yet
    assert measuring.figures_of([rate], [MARCH], by=("street",), at=at) == slow
    again = measuring.cases_behind(rate, "closed_in_time", MARCH, actor=here.leader, at=at)
    assert again == behind


def test_a_killed_pass_leaves_what_held_and_the_next_one_goes_on(
    here: District, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here.handled(limited(here, 9))
    writing.refresh(here.at, small_book())
    before = stored()
    week(here)
    copy = writing._Writer._copy
    for files in (1, 3, 7):
        left = files

        def killed(self: Any, rows: str, name: str) -> int:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return copy(self, rows, name)

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(writing._Writer, "_copy", killed)
            writing.refresh(here.at, small_book())
        assert stored() == before
    passed = writing.refresh(here.at, small_book())
    assert passed is not None
    assert not passed.anew
    followed = stored()
    named = passed.manifest.names()
    there = {str(p.relative_to(settings.FIGURES)) for p in settings.FIGURES.rglob("*.parquet")}
    assert there == {name for name in named if name.endswith(".parquet")}
    settings.FIGURES = tmp_path / "anew"
    writing.rebuild(here.at, small_book())
    assert stored() == followed


def test_files_stay_while_somebody_reads_them(here: District, settings: Any) -> None:
    here.handled(limited(here, 9))
    writing.refresh(here.at, small_book())
    lent = manifests.lent(settings.FIGURES)
    assert lent is not None
    old, held = lent
    week(here)
    writing.refresh(here.at, small_book())
    assert all((settings.FIGURES / name).exists() for name in old.names())
    stored(old)
    held.close()
    here.report()
    writing.refresh(here.at, small_book())
    now = manifests.read(settings.FIGURES)
    assert now is not None
    gone = {name for name in old.names() - now.names() if (settings.FIGURES / name).exists()}
    assert not gone


def test_only_one_writes_at_a_time(here: District, settings: Any) -> None:
    with manifests.writing(settings.FIGURES) as ours:
        assert ours
        assert writing.refresh(here.at, small_book()) is None
        assert writing.rebuild(here.at, small_book()) is None


def _as_an_older_version_left_them(folder: Path, column: str) -> None:
    """The files without a column of today, and a manifest that says so; no process has them open."""
    engine._open.pop(folder)[1].close()
    now = manifests.read(folder)
    assert now is not None
    for one in now.files["cases"].values():
        table = pq.read_table(folder / one.name)
        pq.write_table(table.drop_columns([column]), folder / one.name)
    path = folder / manifests.NEWEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": "older", "counts": {}}))


def test_files_of_an_older_version_are_read_until_all_is_made_anew(
    here: District, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    week(here)
    indicators = {
        "many": {"formula": "ended"},
        "usual": {"formula": "typical"},
        "share": {"formula": "ended / opened"},
    }
    data = {"counts": {n: COUNTS["counts"][n] for n in ("opened", "typical")}}
    data["counts"]["ended"] = {"of": "cases", "moment": "closed_at"}
    book = books.book(data | {"indicators": indicators})
    writing.rebuild(here.at, book)

    def told() -> dict[str, float | None]:
        found = measuring.figures_of(list(indicators), [MARCH], at=MARCH.end, book=book)
        return {name: one.value for name, one in found[MARCH][()].items()}

    before = told()
    assert all(before.values())
    _as_an_older_version_left_them(settings.FIGURES, "took")
    monkeypatch.setattr(rows, "MOST", 0)
    # What needs the column that they have not is unknown, never none; the rest is told as before.
    assert told() == before | {"usual": None}
    with measuring.counting() as (counter, cases):
        with pytest.raises(Refusal):
            counter([book.counts["typical"]], [MARCH], (), {})
        with pytest.raises(Refusal):
            cases(book.counts["typical"], MARCH, {})
        assert len(cases(book.counts["ended"], MARCH, {})) == before["many"]
    passed = writing.refresh(here.at, book)
    assert passed is not None
    assert passed.anew
    assert told() == before


def test_files_laid_out_otherwise_are_not_read(here: District, settings: Any) -> None:
    here.report()
    writing.refresh(here.at, small_book())
    path = settings.FIGURES / manifests.NEWEST
    other = {"schema": "older", "layout": manifests.LAYOUT + 1}
    path.write_text(json.dumps(json.loads(path.read_text()) | other))
    with engine.reading() as found:
        assert found is None
    passed = writing.refresh(here.at, small_book())
    assert passed is not None
    assert passed.anew
