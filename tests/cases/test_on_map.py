"""The cases of a tile, compared with a slow look at every case; and how soon a change is seen."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonward.areas.queries import revisions
from commonward.cases.actions import ask_tasks
from commonward.cases.models import Case, Category, Event, ProcedureVersion, Report
from commonward.cases.queries.on_map import columns, in_tile, keeping, kept, packed, right_key
from commonward.cases.queries.reference import book
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.core.tiles import Tile
from commonward.people.models import Team
from tests.cases.map_by_hand import Clock, agree, agreed, shown, slow, tiles_here
from tests.district import (
    AT,
    CELL,
    COMMUNITIES,
    DISTRICT,
    LAMP,
    POTHOLE,
    RUBBISH,
    SOUTH,
    STREETS,
    WEST,
    District,
)

COUNT = 400


def paths() -> list[str]:
    """Those of the nine grids, and that of a case of unknown area."""
    return ["", *(
        f"/{DISTRICT}/{STREETS[row // 2]}/{community}/{community}{column + 1:03}/"
        for row, community in enumerate(COMMUNITIES) for column in range(3)
    )]  # fmt: skip


@pytest.fixture
def many(here: District, clock: Clock) -> District:
    """400 cases: crowded in one place, scattered elsewhere, some ended, some without a place."""
    made = random.Random(11)
    procedure = ProcedureVersion.objects.get(name="service_matter")
    categories = list(Category.objects.filter(code__in=(LAMP, POTHOLE, RUBBISH)))
    teams = list(Team.objects.filter(code__in=("roads", "lamps", "street")))
    cases = []
    for number in range(COUNT):
        ended = made.random() < 0.2
        due = None if ended or made.random() < 0.2 else AT + timedelta(hours=made.randint(-5, 5))
        crowded = made.random() < 0.4
        spread = 0.0004 if crowded else 3 * CELL
        placed = made.random() < 0.95
        cases.append(
            Case(
                number=f"T{number:04}",
                procedure=procedure,
                stage="closed" if ended else made.choice(("collect", "handle")),
                is_open=not ended,
                category=made.choice(categories),
                area_path=made.choice(paths()),
                lat=SOUTH + made.random() * spread if placed else None,
                lon=WEST + made.random() * spread if placed else None,
                team=made.choice([None, *teams]),
                handling_team=made.choice([None, *teams]),
                opened_at=AT,
                stage_since=AT,
                changed_at=AT,
                closed_at=AT if ended else None,
                due_at=due,
                warn_at=due - timedelta(hours=2) if due and made.random() < 0.8 else None,
                public=made.random() < 0.6,
            )
        )
    Case.objects.bulk_create(cases)
    for case in Case.objects.all():
        Event.objects.create(
            case=case, at=AT, written_at=datetime.now(UTC), verb="opened", role="system"
        )
        Report.objects.create(
            number=case.number, case=case, channel="counter", received_at=AT,
            public=made.random() < 0.8,
        )  # fmt: skip
    asked = Case.objects.filter(is_open=True, team=None).order_by("id")[:5]
    for task_for in asked.values_list("number", flat=True):
        ask_tasks(task_for, "supervision", [here.teams["roads"]], "Say why.", SYSTEM, here.at)
    return here


def people_of(district: District) -> dict[str, Actor | None]:
    roads = frozenset({district.teams["roads"]})
    return {
        "everybody": None,
        "the system": SYSTEM,
        "a dispatcher of all": district.dispatcher,
        "a dispatcher of one street": Actor(rights=(Right("dispatcher", STREETS[0]),)),
        "a leader of two classes": Actor(rights=(Right("leader", "", ("01", "02")),)),
        "a leader of one class in one place": Actor(
            rights=(Right("leader", COMMUNITIES[1], ("03",)),)
        ),
        "a handler": Actor(rights=(Right("handler"),), teams=roads),
        "a handler of one street, and worker of one grid": Actor(
            rights=(Right("handler", STREETS[0]), Right("grid_worker", f"{COMMUNITIES[2]}001")),
            teams=roads,
        ),
        "a handler without a team": Actor(rights=(Right("handler"),)),
        "a leader who may only assign": Actor(rights=(Right("leader", "", (), ("assign",)),)),
        "an outsider": district.outsider,
    }


@pytest.mark.parametrize("z", [0, 8, 12, 14, 16, 18])
def test_every_tile_tells_each_person_what_a_slow_look_tells(many: District, z: int) -> None:
    total = {
        name: sum(agreed(tile, actor, seen) for tile in tiles_here(z))
        for name, actor in people_of(many).items()
        for seen in [slow(actor)]
    }
    assert total["the system"] > total["a dispatcher of one street"] > 20
    assert total["the system"] > total["everybody"] > 20
    assert total["a handler"] > 5
    nobody = ("an outsider", "a leader who may only assign", "a handler without a team")
    assert {total[name] for name in nobody} == {0}


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_any_changes_later_the_tiles_still_agree(
    many: District, clock: Clock, data: st.DataObject
) -> None:
    numbers = list(Case.objects.order_by("id").values_list("pk", flat=True))
    picked = data.draw(st.lists(st.sampled_from(numbers), max_size=8, unique=True))
    with transaction.atomic():
        for pk in picked:
            case = Case.objects.get(pk=pk)
            case.is_open = data.draw(st.booleans())
            case.closed_at = None if case.is_open else AT
            case.due_at = AT + timedelta(hours=data.draw(st.integers(-3, 3)))
            case.public = data.draw(st.booleans())
            case.lat = SOUTH + data.draw(st.floats(0, 3 * CELL))
            case.lon = case.lon or WEST
            case.save()
            Event.objects.create(
                case=case, at=AT, written_at=datetime.now(UTC), verb="changed", role="system"
            )
    clock.on(5)
    z = data.draw(st.sampled_from([0, 10, 13, 16, 18]))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keeping, "_FOLDED_AT", data.draw(st.sampled_from([3, 5_000])))
        for actor in (None, many.dispatcher, people_of(many)["a handler"]):
            seen = slow(actor)
            for tile in tiles_here(z)[:20]:
                agreed(tile, actor, seen)


def test_a_light_changes_with_time_alone(many: District) -> None:
    (tile,) = tiles_here(0)
    for hours in (-6, 0, 3, 6):
        agree(tile, SYSTEM, AT + timedelta(hours=hours))


def test_no_count_below_five_is_told(many: District) -> None:
    for z in (0, 10, 14):
        for tile in tiles_here(z):
            assert all(c.count >= 5 for c in shown(tile, None).clusters)


def test_people_with_the_same_rights_share_their_tiles_and_others_do_not(many: District) -> None:
    right = (Right("dispatcher", STREETS[0]),)
    first = Actor(account=1, name="Alice", rights=right, teams=frozenset({1}))
    second = Actor(account=2, name="Bob", rights=right, teams=frozenset({2}))
    assert right_key(first) == right_key(second)
    handlers = [
        right_key(Actor(account=n, rights=(Right("handler"),), teams=frozenset({n})))
        for n in (1, 2)
    ]
    assert handlers[0] != handlers[1]
    assert right_key(None) != right_key(SYSTEM) != right_key(many.outsider)


def test_nothing_is_asked_of_the_database_while_it_is_fresh_and_little_after(
    many: District, clock: Clock
) -> None:
    (tile,) = tiles_here(0)
    shown(tile, SYSTEM)
    known = book(revisions())
    with CaptureQueriesContext(connection) as captured:
        in_tile(kept(), tile, right_key(SYSTEM), AT, known)
    assert len(captured) == 0
    clock.on(5)
    with CaptureQueriesContext(connection) as captured:
        in_tile(kept(), tile, right_key(SYSTEM), AT, known)
    assert len(captured) <= 2  # the events, and on PostgreSQL which transactions run
    report = many.report()
    clock.on(5)
    with CaptureQueriesContext(connection) as captured:
        kept()
    # The case and its tasks, however many cases there are; on PostgreSQL who still writes, too.
    assert len(captured) <= (4 if connection.vendor == "sqlite" else 6)
    for query in captured:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite" and query["sql"].startswith("SELECT"):
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"].replace("%", "%%"))
                plan = " | ".join(row[3] for row in cursor.fetchall())
                assert "SCAN cases_" not in plan, plan
    assert report.number in {p.number for t in tiles_here(18) for p in shown(t, SYSTEM).points}


def test_another_database_under_the_process_is_noticed(
    many: District, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept()
    last = Event.objects.order_by("-id").first()
    assert last is not None
    newer = last.written_at + timedelta(seconds=1)
    # What a restored backup looks like: the same id, written at another moment.
    monkeypatch.setattr(keeping._keeper.reading, "last", (last.pk, newer))
    Case.objects.filter(is_open=True).update(lat=None, lon=None)
    clock.on(5)
    assert kept().number > before.number
    assert agree(Tile.at(0, 0, 0), SYSTEM) == 0


def test_a_reading_that_failed_loses_nothing(
    many: District, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(Tile.at(0, 0, 0), SYSTEM)
    report = many.report()
    clock.on(5)
    with monkeypatch.context() as broken:
        broken.setattr(keeping, "these", None)
        with pytest.raises(TypeError):
            kept()
    assert report.number in {p.number for t in tiles_here(18) for p in shown(t, SYSTEM).points}


def told(rows: columns.Columns, words: columns.Words) -> list[tuple[object, ...]]:
    """Each row with its words in the place of their numbers."""
    named: dict[str, Any] = {**rows, "path": [words.paths.all[n] for n in rows["path"]]}
    named["stage"] = [words.stages.all[n] for n in rows["stage"]]
    return list(zip(*(list(named[name]) for name in sorted(named)), strict=True))


def read_both_ways() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """All open cases as the database packs them, and one by one."""
    packs, one_by_one = columns.Words(), columns.Words()
    return (
        told(columns.all_open(packs), packs),
        told(columns.one_by_one(one_by_one), one_by_one),
    )


def test_cases_read_in_packs_are_those_read_one_by_one(
    many: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "MANY", 37)
    in_packs, one_by_one = read_both_ways()
    assert in_packs == one_by_one
    assert len(in_packs) > 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL packs")
def test_a_case_whose_words_changed_while_it_was_read_is_read_again(
    many: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = packed._WORDS + "AND MOD(id, 2) = 0"
    monkeypatch.setattr(packed, "_WORDS", gone)
    in_packs, one_by_one = read_both_ways()
    assert in_packs == one_by_one
