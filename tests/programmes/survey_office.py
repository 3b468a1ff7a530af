"""A survey in the small district: two strata, a list, links, and answers by all channels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM, Actor
from commonward.core.surveys.questions import STANDARD
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.surveys import planning
from commonward.programmes.actions.surveys.taking_over import Taken, take_over
from commonward.programmes.models import Survey
from tests.district import DISTRICT, SINCE, STREETS, District

MARKER = "13987651234"
"""The number that is planted and looked for."""
WHOLE: Mapping[str, str] = {
    "safe_night": "4", "safe_day": "5", "lighting": "3", "clean": "4", "reported": "yes",
    "answered": "4", "channel": "o2", "better": "路灯，请联系 13912345678",
}  # fmt: skip


@dataclass
class Surveys:
    """Two officers and a survey of both streets, planned and not yet open."""

    here: District
    officer: Actor
    second: Actor
    area: Area
    at: datetime
    survey: Survey

    @property
    def code(self) -> str:
        return self.survey.code

    def open(self) -> Survey:
        self.survey = planning.open_survey(self.code, self.officer, self.at)
        return self.survey

    def answers(self, counts: Mapping[str, tuple[int, int]], channel: str = "link") -> None:
        """So many who feel safe (5) of so many answers in each stratum, the others not (2)."""
        rows: list[Taken] = [
            (key, channel, {**_closed(), "safe_night": 5 if n < safe else 2,
                            "reported": "yes" if n < safe else "no"}, {})
            for key, (safe, every) in counts.items()
            for n in range(every)
        ]  # fmt: skip
        take_over(self.code, rows, SYSTEM)


def _closed() -> dict[str, int | str]:
    return {
        key: int(value) if value.isdecimal() else value
        for key, value in WHOLE.items()
        if key != "better"
    }


def terms(area: int, at: datetime, **more: object) -> planning.Terms:
    """A survey of four weeks from today."""
    today = day_of(at)
    fields: dict[str, object] = {
        "title": "居民满意度与安全感调查", "title_en": "Satisfaction and sense of safety",
        "about": "了解居民对服务和安全的感受。", "about_en": "How people find services and safety.",
        "area": area, "begins_on": today, "ends_on": today + timedelta(days=28),
        "shred_on": today + timedelta(days=35), "questions": STANDARD,
    }  # fmt: skip
    return planning.Terms(**(fields | more))  # type: ignore[arg-type]


def plan(**more: object) -> planning.Plan:
    """Sixty answers of two streets."""
    fields: dict[str, object] = {
        "layers": [planning.Layer(STREETS[0], 6000), planning.Layer(STREETS[1], 3000)],
        "size": 60, "seed": "seed-1", "per_answer": 2,
    }  # fmt: skip
    return planning.Plan(**(fields | more))  # type: ignore[arg-type]


def surveys(here: District, at: datetime | None = None) -> Surveys:
    """Prepare it."""
    at = at or here.at
    actors = []
    for login in ("programme_officer", "second_officer"):
        account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
        people.grant(SYSTEM, account, "programme_officer", at=SINCE)
        actors.append(actor_for(account, at))
    area = Area.objects.get(code=DISTRICT)
    made = planning.make_survey(terms(area.pk, at), actors[0], at)
    planning.plan_survey(made.code, plan(), actors[0], at)
    made.refresh_from_db()
    return Surveys(here, actors[0], actors[1], area, at, made)


def phone_list(many: int = 200) -> list[list[object]]:
    """A list of both streets, the marker in it."""
    rows: list[list[object]] = [["phone", "stratum"]]
    rows += [[f"1390000{n:04}", STREETS[n % 2]] for n in range(many)]
    return [*rows, [MARKER, STREETS[0]]]
