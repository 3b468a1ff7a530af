"""Filing conditions from municipal tables."""

from pathlib import Path

import pytest

from commonward.cases.actions import Said, act, open_case
from commonward.cases.actions.standards import import_standards
from commonward.cases.models import Category, Clock, Standard
from commonward.core.calendars import Limit
from commonward.core.refusals import Invalid
from commonward.core.sheets import Sheet
from commonward.core.standards import limit_in_words
from tests.district import District

TITLES = (
    "source,kind,big_code,big_name,small_code,small_name,full_code,condition,close_condition,"
    "limit_text,limit_value,limit_unit,handler,supervisor,local_extension\n"
)
COVER = "town,component,01,公用设施,01,上水井盖,0101,{},恢复,{},,,水务,,False\n"


def table(folder: Path, *rows: str, encoding: str = "utf-8") -> Sheet:
    path = folder / "table.csv"
    path.write_bytes((TITLES + "".join(rows)).encode(encoding))
    return Sheet.at(path)


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("2紧急工作时", "2 urgent_hour"),
        ("1紧急工作日", "1 urgent_day"),
        ("4工作时", "4 work_hour"),
        ("3工作日", "3 work_day"),
        ("4小时", "4 urgent_hour"),
        ("5天", "5 day"),
        ("1紧急工作时制止", "1 urgent_hour"),
        ("种植季节15工作日", "15 work_day season:planting"),
        (" 2 个工作日内 ", "2 work_day"),
    ],
)
def test_each_way_of_writing_a_limit_is_understood(words: str, limit: str) -> None:
    assert str(limit_in_words(words)) == limit


@pytest.mark.parametrize("words", ["", "尽快", "3", "两天", "0天", "冬季3天", "3天5小时", "-1天"])
def test_words_that_are_no_limit_are_refused(words: str) -> None:
    with pytest.raises(Invalid):
        limit_in_words(words)


@pytest.mark.django_db
def test_the_table_becomes_categories_conditions_and_limits(tmp_path: Path) -> None:
    plan = import_standards(
        table(
            tmp_path,
            COVER.format("缺失", "2紧急工作时"),
            COVER.format("破损", "4小时"),
            "town,event,01,市容环境,01,私搭乱建,0101,违法搭建,制止,2天,,,,,True\n",
            encoding="gb18030",
        )
    )
    assert plan.new_categories == ["C01", "E01", "C0101", "E0101"]
    assert plan.extensions == 1
    cover = Category.objects.get(code="C0101")
    assert (cover.name, cover.kind, cover.parent.code) == ("上水井盖", "component", "C01")  # type: ignore[union-attr]
    assert not Category.objects.get(code="C01").reportable
    assert Category.objects.get(code="E0101").kind == "event"
    found = Standard.objects.filter(category=cover).order_by("number")
    assert [(s.number, s.condition, s.closing, s.limit) for s in found] == [
        (1, "缺失", "恢复", {"amount": 2, "unit": "urgent_hour"}),
        (2, "破损", "恢复", {"amount": 4, "unit": "urgent_hour"}),
    ]


@pytest.mark.django_db
def test_a_second_import_changes_nothing_and_a_new_limit_keeps_the_number(tmp_path: Path) -> None:
    import_standards(table(tmp_path, COVER.format("缺失", "2小时"), COVER.format("破损", "1天")))
    again = import_standards(
        table(tmp_path, COVER.format("缺失", "2小时"), COVER.format("破损", "1天"))
    )
    assert (again.added, again.changed, again.unchanged) == ([], [], 2)
    changed = import_standards(
        table(tmp_path, COVER.format("松动", "3天"), COVER.format("破损", "2天"))
    )
    assert changed.added == [("C0101", "松动")]
    assert changed.changed == [("C0101", "破损")]
    found = {s.condition: (s.number, s.limit_text) for s in Standard.objects.all()}
    assert found == {"缺失": (1, "2小时"), "破损": (2, "2天"), "松动": (3, "3天")}


@pytest.mark.django_db
def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    plan = import_standards(table(tmp_path, COVER.format("缺失", "2小时")), dry_run=True)
    assert len(plan.added) == 1
    assert not Category.objects.exists()
    assert not Standard.objects.exists()


@pytest.mark.django_db
def test_rows_that_cannot_be_used_are_told_with_line_and_reason(tmp_path: Path) -> None:
    plan = import_standards(
        table(
            tmp_path,
            COVER.format("缺失", "尽快"),
            COVER.replace("component", "thing").format("缺失", "1天"),
            COVER.replace(",01,上水井盖,0101,", ",增1,上水井盖,,").format("缺失", "1天"),
            COVER.replace("0101", "0102").format("缺失", "1天"),
            'town,component,01,公用设施,01,"上水井盖,0101,缺失,恢复,1天,,,,,False\n',
            COVER.format("缺失", "1天"),
            COVER.format("缺失", "2天"),
        )
    )
    assert [r.line for r in plan.rejected] == [2, 3, 4, 5, 6, 8]
    assert [s.limit_text for s in Standard.objects.all()] == ["1天"]
    assert "limit" in str(plan.rejected[0].refusal)
    assert "增" in str(plan.rejected[2].refusal)


@pytest.mark.django_db
def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("code,name\n1,2\n", encoding="utf-8")
    with pytest.raises(Invalid, match="limit_text"):
        import_standards(Sheet.at(path))


@pytest.mark.django_db
def test_a_season_the_calendar_lacks_is_told_at_once(tmp_path: Path) -> None:
    plan = import_standards(table(tmp_path, COVER.format("缺失", "种植季节15工作日")))
    assert plan.seasons_missing == ["planting"]


def test_a_case_runs_on_the_limit_of_its_condition(here: District, tmp_path: Path) -> None:
    import_standards(table(tmp_path, COVER.format("缺失", "2小时")))
    standard = Standard.objects.get(category__code="C0101").pk
    lat, lon = here.inside()
    report = open_case("C0101", Said("counter", "cover gone", lat, lon), here.at, standard=standard)
    act(report.number, "accept", here.intake_officer, here.at)
    act(report.number, "file", here.duty_chief, here.at)
    act(report.number, "dispatch", here.dispatcher, here.at,
        {"team": here.teams["roads"]})  # fmt: skip
    running = Clock.objects.get(case__number=report.number, stopped_at=None)
    assert Limit.from_data(running.face["limit"]) == Limit.parse("2 urgent_hour")


@pytest.mark.django_db
def test_all_798_real_conditions_are_taken_in(shared: Path) -> None:
    sheet = Sheet.at(shared / "data/standards/case_standards_normalised.csv")
    plan = import_standards(sheet)
    assert (len(plan.added), plan.rejected, plan.extensions) == (798, [], 147)
    assert len(plan.new_categories) == 201
    # The file's own reading of the limits, made apart from this one, agrees with it.
    units = {"hour": "urgent_hour"}
    for record in sheet.records():
        row = dict(zip(sheet.columns, record.values, strict=True))
        if row["limit_value"]:
            unit = units.get(row["limit_unit"], row["limit_unit"])
            assert str(limit_in_words(row["limit_text"])) == f"{row['limit_value']} {unit}"
