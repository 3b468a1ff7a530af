"""Courses, drills and a survey of staff in the demonstration, in both languages."""

from datetime import datetime, time, timedelta

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM
from commonward.people.models import Account, Grant, Team
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.drills.holding import (
    DrillGiven,
    begin_drill,
    finish_drill,
    plan_drill,
    set_up_learning,
    write_entry,
)
from commonward.programmes.actions.drills.reviewing import Change, look_back
from commonward.programmes.actions.learning.courses import CourseGiven, keep_course
from commonward.programmes.actions.learning.sessions import SessionGiven, set_session
from commonward.programmes.actions.learning.taking_over import Done, take_over
from commonward.programmes.actions.wellbeing import (
    SurveyGiven,
    close_staff_survey,
    open_staff_survey,
    take_over_answers,
)
from commonward.programmes.models import CourseSession, Drill, StaffSurvey

COURSES = (
    CourseGiven("mediation-basics", "人民调解基础", "mediator", "Basics of mediation", 40, 36),
    CourseGiven(
        "medical-disputes", "医疗纠纷专项调解", "mediator", "Mediation of medical disputes", 16, 24,
        "medical",
    ),
    CourseGiven("grid-law", "网格员法律常识", "grid_worker", "Law for grid workers", 8, 24),
    CourseGiven("fire-safety", "消防安全巡查", "grid_worker", "Fire safety on rounds", 4, 12),
    CourseGiven("answering-residents", "答复与沟通", "handler", "Answering residents", 6, 0),
    CourseGiven("first-aid", "急救（心肺复苏）", "volunteer", "First aid", 6, 24),
)  # fmt: skip
_ROLES = {"mediator": "mediator", "grid_worker": "grid_worker", "handler": "handler"}
_QUESTIONS = (
    ("工作量合适吗？", "Is the workload right?"),
    ("遇到困难能得到支持吗？", "Do you get support when it is hard?"),
    ("下班后能休息好吗？", "Can you rest after work?"),
)
_WORDS = (
    "夜班太连续了。",
    "希望有心理支持。",
    "同事互相帮助。",
    "表格可以少一些。",
    "培训很有用。",
)


def live(begins: datetime, ends: datetime) -> int:
    """Make them; how many things."""
    set_up_learning(begins)
    today = day_of(ends)
    made = 0
    for number, given in enumerate(COURSES):
        course = keep_course(given, SYSTEM, begins)
        role = _ROLES.get(given.work, "")
        holders = Grant.objects.filter(role=role, account__is_active=True)
        accounts = holders.order_by("account").values_list("account", flat=True).distinct()
        done = [
            Done(account, today - timedelta(days=30 + (account * 37 + number) % 900))
            for account in accounts
            if account % 9
        ]
        made += take_over(course, done)
        _sessions(given.code, number, ends)
    return made + _drills(ends) + _surveys(begins, ends)


def _sessions(code: str, number: int, ends: datetime) -> None:
    keeper = Account.objects.filter(login="demo-programmes").order_by("pk").first()
    if keeper is None:
        keeper = Account.objects.filter(is_active=True).order_by("pk")[0]
    for week in (1, 5):
        day = day_of(ends) + timedelta(days=7 * week + number)
        starts = datetime.combine(day, time(14), ends.tzinfo)
        given = SessionGiven(
            starts, starts + timedelta(hours=2), "区培训中心二楼", 40, keeper.pk,
            "Training centre, second floor",
        )  # fmt: skip
        set_session(code, given, SYSTEM, ends)


def _drills(ends: datetime) -> int:
    area = Area.objects.filter(level="street", valid_until=None).order_by("code").first()
    area = area or Area.objects.order_by("pk")[0]
    teams = [
        one.pk for one in Team.objects.filter(kind="department", active=True).order_by("pk")[:3]
    ]
    for number, (title, english) in enumerate(
        (("暴雨内涝演练", "Flood drill"), ("老旧小区疏散演练", "Evacuation of an old estate"))
    ):
        given = DrillGiven(
            title, "夜间强降雨，下穿通道积水。", "十五分钟内封闭通道并通知各组。", area.pk,
            day_of(ends) - timedelta(days=7 * number), tuple(teams), english,
            "Heavy rain at night, water in the underpass.",
            "The underpass is closed within fifteen minutes and every team is told.",
        )  # fmt: skip
        made = plan_drill(given, SYSTEM, ends, code=f"demodrill{number + 1}")
        if number == 0:
            begin_drill(made.code, SYSTEM, ends)
            write_entry(made.code, "下穿通道已封闭", SYSTEM, ends)
            finish_drill(made.code, SYSTEM, ends)
            changes = [
                Change("在通道两端增设挡板", teams[0], day_of(ends) + timedelta(days=20)),
                Change("更新通知名单的值班电话", teams[-1], day_of(ends) + timedelta(days=10)),
            ]
            look_back(
                made.code,
                "通知晚了六分钟。",
                "值班电话已更换，旧表仍在使用。",
                changes,
                SYSTEM,
                ends,
            )
    return Drill.objects.count()


def _surveys(begins: datetime, ends: datetime) -> int:
    first, today = day_of(begins), day_of(ends)
    past = SurveyGiven(
        "员工关怀问卷（上季度）", _QUESTIONS, first - timedelta(days=20), first, "How staff are (last quarter)"
    )  # fmt: skip
    closed = open_staff_survey(past, SYSTEM, begins, code="demopast")
    marks = [[1 + (n * 7 + q * 3) % 5 for q in range(len(_QUESTIONS))] for n in range(60)]
    take_over_answers(closed.code, marks, _WORDS)
    if first < today:
        close_staff_survey(closed.code, SYSTEM, ends)
    now = SurveyGiven(
        "员工关怀问卷", _QUESTIONS, today, today + timedelta(days=30), "How staff are"
    )
    open_staff_survey(now, SYSTEM, ends, code="demonow")
    return 2


def sitting() -> CourseSession:
    """A session to look at."""
    return CourseSession.objects.order_by("pk")[0]


def drill() -> Drill:
    """A drill with changes."""
    return Drill.objects.get(code="demodrill1")


def survey() -> StaffSurvey:
    """The survey that is open."""
    return StaffSurvey.objects.get(code="demonow")
