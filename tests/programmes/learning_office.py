"""Courses, a drill and a survey in the small district, with who keeps them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.drills.holding import DrillGiven, plan_drill, set_up_learning
from commonward.programmes.actions.learning.courses import CourseGiven, keep_course
from commonward.programmes.actions.learning.sessions import SessionGiven, set_session
from commonward.programmes.models import Course, CourseSession, Drill
from commonward.programmes.queries.drills import CATEGORY
from tests.district import SINCE, STREETS, District

LAW = CourseGiven("grid-law", "网格法律基础", "grid_worker", "Law for grids", hours=8, months=24)


@dataclass
class Learning:
    """Two officers and a course for grid workers."""

    here: District
    officer: Actor
    second: Actor
    at: datetime
    course: Course

    @property
    def today(self) -> date:
        return day_of(self.at)

    def session(
        self, days: int = 3, capacity: int = 20, keeper: Actor | None = None
    ) -> CourseSession:
        starts = self.at + timedelta(days=days)
        account = (keeper or self.officer).account or 0
        given = SessionGiven(
            starts, starts + timedelta(hours=2), "街道培训室", capacity, account, "Room 1"
        )
        return set_session(self.course.code, given, self.officer, self.at)

    def drill(
        self, *, title: str = "老旧小区火灾疏散演练", teams: tuple[str, ...] = ("roads", "lamps")
    ) -> Drill:
        area = Area.objects.get(code=STREETS[0])
        given = DrillGiven(
            title, "三楼起火，有人被困，浓烟。", "五分钟内清空楼梯。", area.pk, self.today,
            tuple(self.here.teams[one] for one in teams), "Fire drill in an old estate",
            "Fire on the third floor, people trapped.", "Stairs are clear within five minutes.",
        )  # fmt: skip
        return plan_drill(given, self.officer, self.at)


def learning(here: District, at: datetime | None = None) -> Learning:
    """Set it up in the district."""
    at = at or here.at
    set_up_learning(SINCE)
    assert CATEGORY
    actors = []
    for login in ("programme_officer", "second_officer"):
        account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
        people.grant(SYSTEM, account, "programme_officer", at=SINCE)
        actors.append(actor_for(account, at))
    return Learning(here, actors[0], actors[1], at, keep_course(LAW, actors[0], at))
