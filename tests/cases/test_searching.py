"""Cases are found by their words, address, number and place; nobody is found by them."""

import random
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonward.cases import actions as cases
from commonward.cases.access import may_see
from commonward.cases.actions import finding
from commonward.cases.actions.importing import import_cases
from commonward.cases.models import Case, ToFind
from commonward.cases.queries import searched
from commonward.cases.queries.listed import Filters
from commonward.cases.queries.searched import at_place, search, waiting
from commonward.core.incoming import Layout
from commonward.core.refusals import Invalid
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.core.sheets import Sheet
from tests.district import COMMUNITIES, LAMP, POTHOLE, RUBBISH, STREETS, District


def numbers(here: District, text: str, who: Actor = SYSTEM, **more: object) -> list[str]:
    """The numbers of the cases on every page of what is found."""
    found: list[str] = []
    after = ""
    while True:
        page = search(who, text, here.at, after=after, **more)  # type: ignore[arg-type]
        found += [line.number for line in page.rows]
        if not page.next_key:
            return found
        after = page.next_key


def index_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_found")
        return int(cursor.fetchone()[0])


def test_words_and_addresses_are_found_two_characters_too(here: District) -> None:
    lamp = here.report(LAMP, "小区门口路灯不亮，已经三天。", address="幸福路3号")
    other = here.report(words="路边有灯箱广告 and a broken lamp")
    assert numbers(here, "路灯") == [lamp.number]
    assert numbers(here, "幸福路3号") == [lamp.number]
    assert numbers(here, "灯箱 LAMPS"[:7]) == [other.number]
    assert numbers(here, "路灯 广告") == []


def test_a_number_finds_its_case_however_it_is_written(here: District) -> None:
    first = here.report()
    second = cases.add_report(first.number, cases.Said("phone", "Me too."), here.at)
    assert numbers(here, first.number.lower()) == [first.number]
    assert numbers(here, f"{second.number[:5]}-{second.number[5:]}") == [first.number]
    assert numbers(here, second.number, here.outsider) == []


def test_whatever_is_added_is_found_at_once(here: District) -> None:
    report = here.report(words="垃圾成堆")
    cases.add_report(report.number, cases.Said("phone", "蚊虫很多", address="二号院"), here.at)
    here.act(report, "add_words", here.holder(report), 3, words="味道刺鼻")
    for words in ("垃圾", "蚊虫", "二号院", "刺鼻"):
        assert numbers(here, words) == [report.number]
    assert index_rows() == 1


def test_parts_and_joined_cases_are_found_by_their_own_words(here: District) -> None:
    report, same = here.report(words="井盖缺失"), here.report(words="井口没有盖板")
    [part] = cases.split(report.number, [(LAMP, "照明不足")], here.dispatcher, here.at)
    cases.join(same.number, report.number, "Same.", here.dispatcher, here.at)
    assert numbers(here, "照明不足") == [part.number]
    assert numbers(here, "盖板") == [same.number]


@pytest.mark.parametrize("asked", ["13912345678", "李雷", "Larry Loud", "loud@example.org"])
def test_a_reporters_details_find_nothing(here: District, asked: str) -> None:
    here.report(
        words="我是李雷，Larry Loud，13912345678，loud@example.org，楼道漏水",
        contact={
            "first_name": "李雷",
            "last_name": "Larry Loud",
            "phone": "13912345678",
            "email": "loud@example.org",
        },
    )
    case = Case.objects.get()
    finding.find_again([case])
    try:
        assert numbers(here, asked) == []
    except Invalid as refusal:
        assert "cannot be searched for" in str(refusal)
    assert numbers(here, "漏水") == [case.number]


def test_added_words_do_not_bring_a_reporters_name_in(here: District) -> None:
    report = here.report(words="漏水", contact={"first_name": "李雷"})
    here.act(report, "add_words", here.holder(report), 3, words="李雷家又漏了")
    assert numbers(here, "李雷家") == []
    assert numbers(here, "又漏") == [report.number]


def test_a_shredded_reporters_name_never_comes_back_into_the_index(here: District) -> None:
    report = here.report(words="李雷家漏水", address="三号院", contact={"first_name": "李雷"})
    cases.shred(Case.objects.get(), here.at, SYSTEM)
    here.act(report, "add_words", here.holder(report), 3, words="李雷又来说了")
    finding.make_anew()
    finding.take_in()
    assert numbers(here, "李雷家") == numbers(here, "李雷又来") == []
    assert numbers(here, "三号院") == [report.number]


def test_what_is_forgotten_is_found_no_more(here: District) -> None:
    report = here.report(words="下水道堵塞")
    here.closed(report)
    cases.act(
        report.number,
        "content",
        here.holder(report),
        here.at + timedelta(hours=6),
        {"satisfied": 5},
    )
    cases.forget(here.at + timedelta(days=365 * 60))
    assert Case.objects.get().forgotten_at is not None
    assert index_rows() == 0
    assert numbers(here, "堵塞") == []
    finding.make_anew()
    finding.take_in()
    assert numbers(here, "堵塞") == []


def test_a_case_put_on_the_map_elsewhere_is_found_there(here: District) -> None:
    report = here.report(words="树倒了")
    lat, lon = here.inside(2, 2)
    here.act(report, "accept", here.intake_officer, 1)
    here.act(report, "locate", here.dispatcher, 2, lat=lat, lon=lon)
    assert [near.line.number for near in at_place(SYSTEM, lat, lon, here.at)] == [report.number]
    assert at_place(SYSTEM, *here.inside(), here.at) == ()
    assert numbers(here, "树倒") == [report.number]


def test_each_sees_in_the_search_what_they_see_elsewhere(here: District) -> None:
    made = random.Random(7)
    for number in range(40):
        lat, lon = here.inside(made.randrange(3), made.randrange(3))
        category = made.choice((LAMP, POTHOLE, RUBBISH))
        answers = {"HOWDEEP": "3"} if category == POTHOLE else {}
        here.report(category, f"路灯 number{number}", lat=lat, lon=lon, answers=answers)
    one_street = Actor(account=1, rights=(Right("dispatcher", STREETS[1]),))
    lamps = Actor(account=2, rights=(Right("leader", "", (LAMP,)),))
    for who in (here.dispatcher, one_street, lamps, here.handler, here.outsider):
        expected = [
            c.number for c in Case.objects.order_by("-pk").select_related() if may_see(c, who)
        ]
        assert numbers(here, "路灯", who, size=3) == expected


def test_filters_narrow_what_is_found(here: District) -> None:
    lamp, heap = here.report(LAMP, "门口"), here.report(RUBBISH, "门口")
    here.closed(heap)
    assert numbers(here, "门口", filters=Filters(category=LAMP)) == [lamp.number]
    assert numbers(here, "门口", filters=Filters(state="all", area=STREETS[1])) == []
    assert numbers(here, "门口", filters=Filters(state="open", category="03")) == [heap.number]
    assert numbers(here, "门口", filters=Filters(state="closed")) == []


@pytest.mark.parametrize("looked", [3, 10_000])
@pytest.mark.parametrize(("first", "at_once"), [(1_000, 5_000), (2, 0), (2, 5_000), (0, 7)])
def test_pages_go_on_where_the_last_one_ended(
    here: District, monkeypatch: pytest.MonkeyPatch, looked: int, first: int, at_once: int
) -> None:
    monkeypatch.setattr(searched, "CHUNK", 2)
    monkeypatch.setattr(searched, "MOST_LOOKED_AT", looked)
    monkeypatch.setattr(searched, "LOOKED_AT_FIRST", first)
    monkeypatch.setattr(searched, "MOST_AT_ONCE", at_once)
    made = [here.report(LAMP if n % 5 == 0 else RUBBISH, f"积水 {n}").number for n in range(23)]
    assert numbers(here, "积水", size=4) == made[::-1]
    assert numbers(here, "积水", size=4, filters=Filters(category=LAMP)) == made[::5][::-1]
    page = search(SYSTEM, "积水", here.at, size=4, filters=Filters(category=LAMP))
    assert (page.looked_back_to is not None) == bool(page.next_key)


@pytest.mark.parametrize(("first", "at_once"), [(1_000, 5_000), (2, 0), (2, 5_000), (0, 3)])
def test_beginnings_of_words_are_found_by_every_way_through_the_index(
    here: District, monkeypatch: pytest.MonkeyPatch, first: int, at_once: int
) -> None:
    monkeypatch.setattr(searched, "LOOKED_AT_FIRST", first)
    monkeypatch.setattr(searched, "MOST_AT_ONCE", at_once)
    said = ["lamp 12 out", "lamps out 12", "lamp 1 out", "clamp 12", "Lampposts: 12!", "12 out lam"]
    made = {words: here.report(words=words).number for words in said}
    twelve = [made[words] for words in ("Lampposts: 12!", "lamps out 12", "lamp 12 out")]
    assert numbers(here, "lamp 12") == twelve
    assert numbers(here, "lamp") == [twelve[0], made["lamp 1 out"], *twelve[1:]]
    assert numbers(here, "lamp-12") == twelve[2:]


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "１"])
def test_a_key_that_no_page_gave_is_refused(here: District, after: str) -> None:
    with pytest.raises(Invalid, match="no key of this list"):
        search(SYSTEM, "积水", here.at, after=after)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(question=st.text(max_size=30))
def test_no_question_breaks_the_databases_own_language(here: District, question: str) -> None:
    try:
        assert search(SYSTEM, question, here.at).rows == ()
    except Invalid:
        return


def test_the_found_equal_a_slow_look_through_all_words(here: District) -> None:
    made = random.Random(3)
    told = []
    for _ in range(60):
        words = "".join(made.choices("路灯门口坏了3 ab", k=made.randrange(2, 12)))
        told.append((here.report(words=words, address="").number, words.casefold()))
    for question in ("路灯", "门口坏", "坏了3", "灯门 口", "ab", "了3"):
        parts = question.split()
        try:
            found = set(numbers(here, question))
        except Invalid:
            continue
        expected = {
            number
            for number, words in told
            if all(
                (re.search(rf"(?<![a-z0-9]){part}(?![a-z0-9])", words) if part.isascii()
                 else re.search(rf"{part}(?![0-9])" if part[-1].isdigit() else part, words))
                for part in parts if len(part) > 1
            )
        }  # fmt: skip
        assert found == expected, question


def test_bulk_cases_are_found_after_the_next_tick(
    here: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [here.report(words=f"护栏松动 {n}") for n in range(5)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_found")
    ToFind.objects.create(first=reports[0].case_id, last=reports[-1].case_id)
    cases.add_report(reports[0].number, cases.Said("phone", "很危险"), here.at)
    assert numbers(here, "护栏") == []
    with monkeypatch.context() as patched:
        patched.setattr(finding, "BATCH", 2)
        assert finding.take_in(1) == 2
        assert len(numbers(here, "护栏")) == 2
        assert waiting() == 3
        assert cases.tick(here.at).made_findable == 3
    assert numbers(here, "护栏") == [r.number for r in reports][::-1]
    assert numbers(here, "很危险 护栏") == [reports[0].number]
    assert not ToFind.objects.exists()
    assert finding.take_in() == 0


def test_an_overgrown_case_stays_in_bounds(here: District, monkeypatch: pytest.MonkeyPatch) -> None:
    report = here.report(words="停电")
    words = "".join(chr(0x4E00 + n) for n in range(3_900))
    for _ in range(8):
        cases.add_report(report.number, cases.Said("phone", words), here.at)
    finding.find_again([Case.objects.get()])
    assert numbers(here, "停电") == [report.number]


def test_cases_at_a_place_are_near_in_metres_and_days(here: District) -> None:
    lat, lon = here.inside()
    old = here.report(at=here.at - timedelta(days=90))
    near = here.report(LAMP, "x", lat=lat + 0.0002, lon=lon)
    here.report(lat=lat + 0.002, lon=lon)
    here.report(lat=None, lon=None)

    def found(**more: object) -> list[str]:
        return [p.line.number for p in at_place(SYSTEM, lat, lon, here.at, **more)]  # type: ignore[arg-type]

    assert found() == [near.number, old.number]
    assert found(metres=10) == [old.number]
    assert found(days=30) == [near.number]
    assert found(category=RUBBISH) == [old.number]
    assert found(most=1) == [near.number]
    assert at_place(here.outsider, lat, lon, here.at) == ()
    metres = [round(p.metres) for p in at_place(SYSTEM, lat, lon, here.at)]
    assert metres == [22, 0]


@pytest.mark.parametrize(("metres", "days"), [(0, 1), (301, 1), (1, 0), (1, 4000)])
def test_a_place_is_asked_for_within_bounds(here: District, metres: int, days: int) -> None:
    with pytest.raises(Invalid):
        at_place(SYSTEM, *here.inside(), here.at, metres=metres, days=days)


def test_a_page_costs_a_fixed_number_of_queries(here: District) -> None:
    for n in range(12):
        here.report(words=f"积水 {n}")
    search(here.dispatcher, "积水", here.at)
    with CaptureQueriesContext(connection) as seen:
        search(here.dispatcher, "积水", here.at, size=5)
    asked = [q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVE", "RELE"))]
    assert len(asked) <= 7, asked


def test_what_was_found_is_narrowed_by_its_keys(here: District) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("plans are read from SQLite, which chooses without statistics of small tables")
    here.report(words="积水")
    who = Actor(account=1, rights=(Right("dispatcher", COMMUNITIES[0]), Right("handler")),
                teams=frozenset({1, 2}))  # fmt: skip
    wanted = Filters(state="all", category="03", area=STREETS[0])
    with CaptureQueriesContext(connection) as seen:
        search(who, "积水", here.at, filters=wanted)
        at_place(who, *here.inside(), here.at)
    narrowed = [q["sql"] for q in seen.captured_queries if '"cases_case"."id" IN (' in q["sql"]]
    assert narrowed
    with connection.cursor() as cursor:
        for sql in narrowed:
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
            steps = [row[3] for row in cursor.fetchall()]
            assert steps[0].startswith("SEARCH cases_case USING INTEGER PRIMARY KEY"), steps


def test_on_postgresql_the_words_index_answers(here: District) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("GIN is PostgreSQL's")
    for n in range(30):
        here.report(words=f"积水 {n}")
    with CaptureQueriesContext(connection) as seen:
        search(here.dispatcher, "积水", here.at)
        at_place(here.dispatcher, *here.inside(), here.at)
    asked = [q["sql"] for q in seen.captured_queries if "cases_found" in q["sql"]]
    assert asked
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in asked:
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
            steps = "\n".join(row[0] for row in cursor.fetchall())
            by_key = "cases_found_pkey" in steps and "case_id >= " in sql
            assert by_key or "Bitmap Index Scan on found_grams" in steps, steps


@pytest.mark.parametrize("top", [1, 1024, 1025, 16_385, 262_144, 262_145, 1_000_003, 24_000_001])
def test_the_blocks_cover_every_case_once_in_few_questions(top: int) -> None:
    seen, here, asked, many = [], top, 0, 4
    here = -(-top // 1024) * 1024
    while here > 0:
        size, bottom = searched._next_blocks(here, many)
        assert (here - bottom) % size == bottom % size == 0
        assert (here - bottom) // size <= many
        seen.append((bottom, here))
        here, many, asked = bottom, min(many * 2, 16), asked + 1
    assert seen[-1][0] == 0
    assert all(lower[1] == upper[0] for upper, lower in zip(seen, seen[1:], strict=False))
    assert asked <= 12 + top // (16 * 262_144)


def test_the_index_is_made_anew_by_command(here: District) -> None:
    reports = [here.report(words=f"护栏松动 {n}") for n in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_found")
    out = StringIO()
    call_command("search", "rebuild", stdout=out)
    assert numbers(here, "护栏") == [r.number for r in reports][::-1]
    call_command("search", "waiting", stdout=out)
    assert waiting() == 0


def test_a_bulk_import_notes_what_waits(here: District, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(
        "kind,opened,text\n"
        f"{RUBBISH},2026-02-01T09:00:00+08:00,路边堆放建材\n"
        f"{RUBBISH},2026-02-02T09:00:00+08:00,建材挡道\n",
        encoding="utf-8",
    )
    columns = {"category": "kind", "opened_at": "opened", "words": "text"}
    layout = Layout.from_data({"source": "old", "columns": columns})
    import_cases(Sheet.at(file), layout, at=here.at, rejects=tmp_path / "rejects.csv")
    assert waiting() == 2
    assert numbers(here, "建材") == []
    finding.take_in()
    assert len(numbers(here, "建材")) == 2
