"""A small district for tests: places, calendar, teams, people, categories and who answers.

Nine grids of one hundredth of a degree in three rows; each row is a community, the two southern
rows are the first street and the northern row is the second. Everything stands since `SINCE`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import shapely

from commonward.areas import actions as areas
from commonward.cases import actions as cases
from commonward.cases.models import Report
from commonward.core.calendars import Limit
from commonward.core.rights import SYSTEM, Actor, reporter
from commonward.people import actions as people
from commonward.people.queries import actor_for
from tests.put_back import PutBack

ZONE = timezone(timedelta(hours=8))
AT = datetime(2026, 3, 2, 9, tzinfo=ZONE)
"""A Monday morning in office hours, for whoever needs no other moment."""
SINCE = datetime(2020, 1, 1, tzinfo=UTC)

SOUTH, WEST, CELL = 27.80, 113.10, 0.01
DISTRICT = "430298"
STREETS = ("430298001", "430298002")
COMMUNITIES = ("430298001001", "430298001002", "430298002001")

LAMP, POTHOLE, RUBBISH, QUESTION, INSPECTION = "0102", "0201", "0301", "0901", "0302"
"""Categories: two without questions, one with (the pothole), an enquiry, one not reportable."""

POTHOLE_QUESTIONS: tuple[Mapping[str, Any], ...] = (
    {
        "code": "HOWDEEP",
        "datatype": "number",
        "required": True,
        "prompt": "深多少厘米？",
        "prompt_en": "How deep is it, in centimetres?",
        "order": 1,
    },
    {
        "code": "SURFACE",
        "datatype": "singlevaluelist",
        "required": False,
        "prompt": "什么路面？",
        "prompt_en": "Which surface?",
        "values": [{"key": "asphalt", "name": "沥青"}, {"key": "concrete", "name": "水泥"}],
        "order": 2,
    },
    {
        "code": "HARMS",
        "datatype": "multivaluelist",
        "required": False,
        "prompt": "影响到谁？",
        "prompt_en": "Who is harmed?",
        "values": [
            {"key": "walkers", "name": "行人"},
            {"key": "cyclists", "name": "骑车人"},
            {"key": "drivers", "name": "司机"},
        ],
        "order": 3,
    },
    {
        "code": "SEENAT",
        "datatype": "datetime",
        "required": False,
        "prompt": "何时看到？",
        "prompt_en": "When was it seen?",
        "order": 4,
    },
    {
        "code": "NOTE",
        "datatype": "text",
        "required": False,
        "prompt": "还有什么？",
        "prompt_en": "Anything else?",
        "order": 5,
    },
)

ACCOUNTS: Mapping[str, tuple[str, str]] = {
    "grid_worker": ("grid_worker", "grids-south"),
    "second_grid_worker": ("grid_worker", "grids-north"),
    "intake_officer": ("intake_officer", "intake"),
    "dispatcher": ("dispatcher", "dispatch"),
    "duty_chief": ("duty_chief", "chiefs"),
    "handler": ("handler", "roads"),
    "second_handler": ("handler", "lamps"),
    "street_handler": ("handler", "street"),
    "leader": ("leader", "leaders"),
    "administrator": ("administrator", ""),
    "outsider": ("", ""),
}
"""Log-in → role and team; the outsider has neither."""

TEAMS: Mapping[str, tuple[str, str, str]] = {
    "intake": ("受理席", "Intake", "centre"),
    "dispatch": ("派遣席", "Dispatch", "centre"),
    "chiefs": ("值班长席", "Duty chiefs", "centre"),
    "leaders": ("领导", "Leaders", "centre"),
    "grids-south": ("南片网格", "Southern grids", "grid"),
    "grids-north": ("北片网格", "Northern grids", "grid"),
    "roads": ("道路养护队", "Roads", "department"),
    "lamps": ("路灯所", "Lamps", "department"),
    "street": ("街道办", "Street office", "street"),
}

RULES: tuple[tuple[str, str, str, str, str], ...] = (
    ("intake everywhere", "intake", "", "", "intake"),
    ("dispatch everywhere", "dispatch", "", "", "dispatch"),
    ("grids of the first street", "grid", "", STREETS[0], "grids-south"),
    ("grids of the second street", "grid", "", STREETS[1], "grids-north"),
    ("grids where the place is unknown", "grid", "", "", "grids-south"),
    ("lamps", "handle", LAMP, "", "lamps"),
    ("roads", "handle", "02", "", "roads"),
    ("everything else", "handle", "", "", "street"),
)
"""Name, duty, category prefix, area, team."""


@dataclass(frozen=True)
class District:
    """Who is there, by role, and the ids of teams, accounts and filing conditions by name."""

    resident: Actor
    grid_worker: Actor
    second_grid_worker: Actor
    intake_officer: Actor
    dispatcher: Actor
    duty_chief: Actor
    handler: Actor
    second_handler: Actor
    street_handler: Actor
    leader: Actor
    administrator: Actor
    outsider: Actor
    teams: Mapping[str, int]
    accounts: Mapping[str, int]
    standards: Mapping[str, int]
    at: datetime

    @staticmethod
    def grid(row: int, column: int) -> str:
        """The code of the grid in this row (0 = south) and column (0 = west)."""
        return f"{COMMUNITIES[row]}{column + 1:03}"

    @staticmethod
    def inside(row: int = 0, column: int = 0) -> tuple[float, float]:
        """Latitude and longitude of the middle of a grid, far from every border."""
        return round(SOUTH + (row + 0.5) * CELL, 6), round(WEST + (column + 0.5) * CELL, 6)

    @staticmethod
    def holder(report: Report) -> Actor:
        """Whoever holds the receipt of this report."""
        return reporter(report.pk)

    def report(
        self, category: str = RUBBISH, words: str = "Rubbish beside the gate.", **more: Any
    ) -> Report:
        """A report from the counter, in the middle of the first grid unless said otherwise."""
        lat, lon = self.inside()
        told: dict[str, Any] = {"channel": "counter", "words": words, "lat": lat, "lon": lon}
        at = more.pop("at", self.at)
        asked = {k: more.pop(k) for k in ("standard", "limit", "grade", "public") if k in more}
        return cases.open_case(category, cases.Said(**(told | more)), at, **asked)

    def act(self, report: Report, verb: str, who: Actor, after: float = 0, **given: Any) -> None:
        """One step with the report's case, `after` minutes from `at`."""
        cases.act(report.case.number, verb, who, self.at + timedelta(minutes=after), given)

    def handled(self, report: Report) -> None:
        """Take a new case of a category that routes as far as its handling, in ten minutes."""
        self.act(report, "accept", self.intake_officer, 2)
        self.act(report, "file", self.duty_chief, 5)
        team = {LAMP: "lamps", POTHOLE: "roads"}.get(report.case.category.code, "street")
        self.act(report, "dispatch", self.dispatcher, 10, team=self.teams[team])

    def closed(self, report: Report) -> None:
        """Take a new case all the way to its closing, in five hours."""
        self.handled(report)
        doer = {LAMP: self.second_handler, POTHOLE: self.handler}.get(
            report.case.category.code, self.street_handler
        )
        self.act(report, "finish", doer, 200, result="Done as asked.")
        self.act(report, "pass_on", self.dispatcher, 220)
        self.act(report, "pass_check", self.second_grid_worker, 260)
        self.act(report, "close", self.duty_chief, 300, outcome="solved")


def small_district(at: datetime = AT) -> District:
    """Set up the district in the present database, and its people as actors at this moment."""
    return replace(_district(), at=at)


def built_district() -> District:
    """The district, made by the rooms' own actions."""
    cases.adopt_shipped(SINCE)
    _places()
    _calendar()
    teams = {
        code: people.add_team(SYSTEM, code, name, at=SINCE, kind=kind, name_en=english).pk
        for code, (name, english, kind) in TEAMS.items()
    }
    accounts = {login: _account(login, teams) for login in ACCOUNTS}
    standards = _categories()
    for name, duty, category, area, team in RULES:
        areas.set_rule(
            SYSTEM,
            name,
            duty=duty,
            team=teams[team],
            at=SINCE,
            duties=("intake", "dispatch", "grid", "handle"),
            categories=(LAMP, POTHOLE, RUBBISH, QUESTION),
            category=category,
            area_code=area,
        )
    return District(
        resident=Actor(name="resident", role="reporter"),
        **{login: actor_for(account, AT) for login, account in accounts.items()},
        teams=teams,
        accounts=accounts,
        standards=standards,
        at=AT,
    )


_district = PutBack(built_district)


def _box(row: int, column: int, rows: int = 1, columns: int = 1) -> Any:
    south, west = SOUTH + row * CELL, WEST + column * CELL
    return shapely.box(
        round(west, 6),
        round(south, 6),
        round(west + columns * CELL, 6),
        round(south + rows * CELL, 6),
    )


def _places() -> None:
    areas.add_area(
        DISTRICT, "同里区", name_en="Tongli", at=SINCE, polygon=_box(0, 0, 3, 3), top=True
    )
    for number, (row, rows) in enumerate(((0, 2), (2, 1))):
        areas.add_area(
            STREETS[number],
            f"第{number + 1}街道",
            name_en=f"Street {number + 1}",
            at=SINCE,
            polygon=_box(row, 0, rows, 3),
        )
    for row, code in enumerate(COMMUNITIES):
        areas.add_area(
            code,
            f"第{row + 1}社区",
            name_en=f"Community {row + 1}",
            at=SINCE,
            polygon=_box(row, 0, 1, 3),
        )
        for column in range(3):
            areas.add_area(
                District.grid(row, column),
                f"网格{row + 1}-{column + 1}",
                name_en=f"Grid {row + 1}-{column + 1}",
                at=SINCE,
                polygon=_box(row, column),
            )


def _calendar() -> None:
    """Every year's table names its first day only, so that no deadline is provisional."""
    areas.import_calendar(
        [
            (
                f"{year}.json",
                json.dumps(
                    {
                        "year": year,
                        "papers": [],
                        "days": [{"name": "元旦", "date": f"{year}-01-01", "isOffDay": True}],
                    }
                ).encode(),
            )
            for year in range(2020, 2040)
        ],
        at=SINCE,
    )


def _account(login: str, teams: Mapping[str, int]) -> int:
    role, team = ACCOUNTS[login]
    account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
    if role:
        people.grant(SYSTEM, account, role, at=SINCE)
    if team:
        people.join_team(SYSTEM, account, teams[team], at=SINCE)
    return account


def _categories() -> dict[str, int]:
    """The categories, and the id of each filing condition by its category's code."""
    cases.set_category("01", "公用设施", name_en="Utilities", kind="component", reportable=False)
    cases.set_category("02", "道路交通设施", name_en="Roads", kind="component", reportable=False)
    cases.set_category("03", "市容环境", name_en="Street scene", reportable=False)
    cases.set_category(
        LAMP,
        "路灯",
        name_en="Street lamp",
        kind="component",
        parent="01",
        group="公用设施",
        keywords="路灯, 照明, lamp",
        about="路灯不亮、损坏。",
    )
    cases.set_category(
        POTHOLE,
        "道路破损",
        name_en="Damaged road",
        kind="component",
        parent="02",
        group="道路交通设施",
        keywords="坑, pothole",
        about="路面坑洞、塌陷。",
        questions=POTHOLE_QUESTIONS,
    )
    cases.set_category(RUBBISH, "暴露垃圾", name_en="Exposed rubbish", parent="03")
    cases.set_category(INSPECTION, "内部巡查", name_en="Own inspection", reportable=False)
    cases.set_category(QUESTION, "咨询", name_en="Enquiry", kind="enquiry", procedure="enquiry")
    return {
        LAMP: cases.set_standard(
            LAMP, 1, "单灯不亮", closing="灯已亮", limit=Limit.parse("2 work_day")
        ).pk,
        RUBBISH: cases.set_standard(
            RUBBISH, 1, "有暴露垃圾", closing="已清理", limit=Limit.parse("4 work_hour")
        ).pk,
    }
