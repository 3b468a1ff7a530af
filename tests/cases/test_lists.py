"""The desk's lists: compared with a slow filter over every case, on either database."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonward.cases.access import may_see, seen_by
from commonward.cases.actions import ask_tasks
from commonward.cases.models import Case, Category, ProcedureVersion
from commonward.cases.queries import beginnings, lists
from commonward.cases.queries.listed import LIGHTS, Filters, light_of
from commonward.core.refusals import Invalid
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.people.models import Team
from tests.district import AT, COMMUNITIES, DISTRICT, LAMP, POTHOLE, RUBBISH, STREETS, District

COUNT = 150
STAGES = ("collect", "handle", "suspended", "closed", "void")
GRADES = ("ordinary", "urgent")
ORIGINS = ("public", "patrol")


@pytest.fixture
def many(here: District, monkeypatch: pytest.MonkeyPatch) -> District:
    """150 cases of every kind, and windows so small that every page needs all the steps."""
    monkeypatch.setattr(lists, "WINDOW", 4)
    monkeypatch.setattr(beginnings, "MORE", -1)
    monkeypatch.setattr(beginnings, "A_FEW_MORE", -1)
    made = random.Random(5)
    procedure = ProcedureVersion.objects.get(name="service_matter")
    categories = list(Category.objects.filter(code__in=(LAMP, POTHOLE, RUBBISH)))
    paths = [""]
    for street, community in zip((0, 0, 1), COMMUNITIES, strict=True):
        for column in range(3):
            paths.append(f"/{DISTRICT}/{STREETS[street]}/{community}/{community}{column + 1:03}/")
    teams = list(Team.objects.order_by("code"))[:4]
    cases = []
    for number in range(COUNT):
        stage = made.choice(STAGES)
        ended = stage in ("closed", "void")
        # Few moments, so that many share one and the key has to tell them apart.
        opened = AT - timedelta(hours=made.randrange(20))
        due = None if ended or made.random() < 0.2 else AT + timedelta(hours=made.randint(-5, 5))
        cases.append(
            Case(
                number=f"T{number:04}",
                procedure=procedure,
                stage=stage,
                is_open=not ended,
                category=made.choice(categories),
                grade=made.choice(GRADES),
                origin=made.choice(ORIGINS),
                area_path=made.choice(paths),
                team=made.choice([None, *teams]),
                handling_team=made.choice([None, *teams]),
                unrouted=made.random() < 0.2,
                paused=stage == "suspended",
                provisional=made.random() < 0.2,
                opened_at=opened,
                stage_since=opened,
                changed_at=opened,
                closed_at=opened if ended else None,
                due_at=due,
                warn_at=due - timedelta(hours=2) if due and made.random() < 0.8 else None,
            )
        )
    Case.objects.bulk_create(cases)
    asked = (
        Case.objects.filter(is_open=True, team=None).order_by("id").values_list("number", flat=True)
    )
    for task_for in asked[:3]:
        ask_tasks(task_for, "supervision", [here.teams["roads"]], "Say why.", SYSTEM, here.at)
    return here


def actors(here: District) -> dict[str, Actor]:
    """People who see everything, a part by area, by category, by team, and nothing."""
    team = frozenset({here.teams["roads"], here.teams["chiefs"]})
    return {
        "system": SYSTEM,
        "everywhere": Actor(account=1, rights=(Right("dispatcher"),), teams=team),
        "street": Actor(account=1, rights=(Right("leader", STREETS[0]),), teams=team),
        "grid": Actor(
            account=1,
            rights=(
                Right("grid_worker", f"{COMMUNITIES[2]}001"),
                Right("grid_worker", COMMUNITIES[0], ("03",)),
            ),
        ),
        "category": Actor(account=1, rights=(Right("duty_chief", "", ("01", "02")),), teams=team),
        "handler": Actor(account=1, rights=(Right("handler", DISTRICT),), teams=team),
        "both": Actor(
            account=1,
            rights=(Right("handler", "", ("01",)), Right("leader", STREETS[1])),
            teams=team,
        ),
        "blind": Actor(account=1, rights=(Right("leader", "", (), ("close",)),), teams=team),
        "elsewhere": Actor(account=1, rights=(Right("leader", "99"),)),
        "nobody": Actor(account=1),
    }


def fits(case: Case, f: Filters, actor: Actor, at: datetime) -> bool:
    """What the filters mean, one case at a time."""
    return all(
        (
            may_see(case, actor),
            f.state == "all" or case.is_open == (f.state == "open"),
            not f.stages or case.stage in f.stages,
            f.team is None or case.team_id == f.team,
            f.handling_team is None or case.handling_team_id == f.handling_team,
            not f.mine or case.team_id in actor.teams,
            case.category.code.startswith(f.category),
            not f.area or f"/{f.area}/" in case.area_path,
            not f.grade or case.grade == f.grade,
            not f.origin or case.origin == f.origin,
            not f.light or light_of(case, at) == f.light,
            f.unrouted is None or case.unrouted == f.unrouted,
            f.paused is None or case.paused == f.paused,
            f.provisional is None or case.provisional == f.provisional,
            f.opened_from is None or case.opened_at >= f.opened_from,
            f.opened_until is None or case.opened_at < f.opened_until,
            f.due_before is None or (case.due_at is not None and case.due_at < f.due_before),
        )
    )


def expected(f: Filters, actor: Actor, order: str, at: datetime) -> list[str]:
    rows = [c for c in Case.objects.select_related("category") if fits(c, f, actor, at)]
    if order == "newest":
        rows.sort(key=lambda c: (c.opened_at, c.pk), reverse=True)
    else:
        rows.sort(key=lambda c: (c.due_at is None, c.due_at or at, c.pk))
    return [c.number for c in rows]


def paged(f: Filters, actor: Actor, order: str, at: datetime, size: int) -> Iterator[str]:
    after = ""
    for _ in range(COUNT + 2):
        page = lists.case_list(actor, f, order, at, after=after, size=size)
        assert len(page.rows) <= size
        yield from (row.number for row in page.rows)
        if not page.next_key:
            return
        after = page.next_key
    raise AssertionError("the pages never end")


def some(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), st.none(), values)


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    """Some of the filters, others left out; teams by their place in the order of codes."""
    moments = st.integers(-25, 10).map(lambda hours: AT + timedelta(hours=hours))
    asked = {
        "stages": draw(some(st.sets(st.sampled_from(STAGES), min_size=1).map(tuple))),
        "team": draw(some(st.integers(0, 4))),
        "handling_team": draw(some(st.integers(0, 4))),
        "mine": draw(some(st.booleans())),
        "category": draw(some(st.sampled_from(["0", "01", "03", LAMP, "77"]))),
        "area": draw(some(st.sampled_from([DISTRICT, *STREETS, *COMMUNITIES, "99", "4302"]))),
        "grade": draw(some(st.sampled_from(GRADES))),
        "origin": draw(some(st.sampled_from(ORIGINS))),
        "light": draw(some(st.sampled_from(LIGHTS))),
        "unrouted": draw(some(st.booleans())),
        "paused": draw(some(st.booleans())),
        "provisional": draw(some(st.booleans())),
        "opened_from": draw(some(moments)),
        "due_before": draw(some(moments)),
    }
    if draw(st.booleans()):
        start = asked["opened_from"] or AT - timedelta(hours=30)
        assert isinstance(start, datetime)
        asked["opened_until"] = start + timedelta(hours=draw(st.integers(1, 30)))
    return {k: v for k, v in asked.items() if v is not None}


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=filters(),
    state=st.sampled_from(["open", "closed", "all"]),
    order=st.sampled_from(["newest", "due"]),
    who=st.sampled_from(
        ["system", "everywhere", "street", "grid", "category", "handler", "both", "nobody"]
    ),
    size=st.sampled_from([1, 3, 7, 50]),
)
def test_any_combination_gives_what_a_slow_filter_gives_page_by_page(
    many: District, asked: dict[str, Any], state: str, order: str, who: str, size: int
) -> None:
    teams = [*Team.objects.order_by("code").values_list("pk", flat=True)[:4], 2**40]
    for column in ("team", "handling_team"):
        if column in asked:
            asked = {**asked, column: teams[asked[column]]}
    f = Filters(state="open" if order == "due" else state, **asked)
    actor = actors(many)[who]
    assert list(paged(f, actor, order, AT, size)) == expected(f, actor, order, AT)


def test_a_list_shows_exactly_the_cases_that_the_rule_for_one_case_lets_be_seen(
    many: District,
) -> None:
    counts = {}
    for name, actor in actors(many).items():
        by_rule = {c.pk for c in Case.objects.all() if may_see(c, actor)}
        assert set(Case.objects.filter(seen_by(actor)).values_list("pk", flat=True)) == by_rule
        counts[name] = len(by_rule)
    assert counts["system"] == counts["everywhere"] == COUNT
    assert counts["nobody"] == counts["elsewhere"] == counts["blind"] == 0
    assert all(0 < counts[n] < COUNT for n in ("street", "grid", "category", "handler", "both"))


def test_a_handler_sees_a_case_of_another_team_by_a_task_on_it(many: District) -> None:
    handler = actors(many)["handler"]
    asked = Case.objects.filter(team=None, is_open=True).order_by("id")[:3]
    seen = set(paged(Filters(), handler, "newest", AT, 50))
    in_district = {c.number for c in asked if c.area_path}
    assert in_district
    assert in_district <= seen


@pytest.mark.parametrize("order", ["newest", "due"])
def test_cases_that_come_between_two_pages_hide_none_and_double_none(
    many: District, order: str
) -> None:
    before = expected(Filters(), SYSTEM, order, AT)
    seen: list[str] = []
    after = ""
    while True:
        page = lists.case_list(SYSTEM, Filters(), order, AT, after=after, size=5)
        seen += [row.number for row in page.rows]
        many.report()
        if not page.next_key:
            break
        after = page.next_key
    assert [number for number in seen if number in set(before)] == before
    assert len(seen) == len(set(seen))


ONE_BY_ONE: tuple[dict[str, Any], ...] = (
    {},
    {"stages": ("handle",)},
    {"stages": ("void",), "state": "closed"},
    {"team": 1},
    {"handling_team": 1},
    {"mine": True},
    {"category": "03"},
    {"area": STREETS[1]},
    {"grade": "urgent"},
    {"origin": "patrol"},
    {"light": "red"},
    {"light": "yellow"},
    {"light": "green"},
    {"unrouted": True},
    {"paused": True},
    {"paused": False},
    {"provisional": True},
    {"opened_until": AT - timedelta(hours=10)},
    {"due_before": AT},
    {"state": "all", "grade": "urgent", "area": STREETS[0], "category": "01"},
)


@pytest.mark.parametrize("who", ["everywhere", "street", "handler", "category"])
def test_no_list_reads_the_whole_table(many: District, who: str) -> None:
    actor = actors(many)[who]
    for asked in ONE_BY_ONE:
        for order in ["newest"] if asked.get("state") else ["newest", "due"]:
            with CaptureQueriesContext(connection) as captured:
                lists.case_list(actor, Filters(**asked), order, AT)
            told = [q["sql"] for q in captured if q["sql"].startswith("SELECT")]
            asking = [sql for sql in told if '"cases_case"' in sql]
            assert asking
            for sql in asking:
                assert not whole_table(sql), sql


def whole_table(sql: str) -> list[str]:
    """The steps of this query's plan that read every case."""
    with lists.planned(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN {sql}")
            return [row for (row,) in cursor.fetchall() if "Seq Scan on cases_case" in row]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [
            row[3]
            for row in cursor.fetchall()
            if row[3].startswith("SCAN cases_case") and "INDEX" not in row[3]
        ]


def test_due_order_is_refused_for_ended_cases_and_keys_of_another_order_too(many: District) -> None:
    with pytest.raises(Invalid, match="Only open cases"):
        lists.case_list(SYSTEM, Filters(state="all"), "due", AT)
    newest = lists.case_list(SYSTEM, Filters(), "newest", AT, size=5).next_key
    for key in (newest, "x", "ä", "AAAA", newest[:-3]):
        with pytest.raises(Invalid) as refusal:
            lists.case_list(SYSTEM, Filters(), "due", AT, after=key)
        assert refusal.value.field == "after"
    for size in (0, 201):
        with pytest.raises(Invalid, match="rows"):
            lists.case_list(SYSTEM, Filters(), "newest", AT, size=size)
    with pytest.raises(Invalid, match="choose one of"):
        Filters(light="blue")
    with pytest.raises(Invalid, match="zone"):
        Filters(opened_from=datetime(2026, 1, 1))  # noqa: DTZ001 (the missing zone is refused)
