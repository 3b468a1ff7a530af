"""Surveys of the demonstration: two waves that everybody reads, and one that asks now."""

import random
from datetime import datetime, timedelta

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM
from commonward.core.surveys.questions import STANDARD
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.surveys import answering, listing, planning
from commonward.programmes.actions.surveys.taking_over import Taken, take_over
from commonward.programmes.models import Survey

WAVES = ("demos1", "demos2", "demos3")
SIZE = 420
_WORDS = (
    "楼道的灯常坏，希望修得快一些", "河边步道晚上太暗", "垃圾清运的时间说清楚", "More benches by the river",
    "路口的斑马线看不清了", "电话很好打，办得也快", "停车占了人行道", "The lamp at the school is mended, thank you",
)  # fmt: skip
_MEANS = {"safe_night": 3.4, "safe_day": 4.3, "lighting": 3.3, "clean": 3.7, "answered": 3.8}


def live(begins: datetime, ends: datetime) -> int:
    """Make them; how many."""
    area, streets = _where()
    today = day_of(ends)
    for wave, code in enumerate(WAVES):
        first = today - timedelta(days=(220, 100, 5)[wave])
        at = ends - timedelta(days=(220, 100, 5)[wave])
        # Answers and calls are of the days themselves: a survey asks within its own period.
        made = planning.make_survey(
            planning.Terms(
                "居民满意度与安全感调查", area.pk, first, first + timedelta(days=30),
                first + timedelta(days=37), STANDARD,
                "Satisfaction and sense of safety", "了解居民对服务和安全的感受，结果公开。",
                "How people find services and how safe they feel; the results are published.",
                earlier=WAVES[0] if wave == 1 else "",
            ),
            SYSTEM, at, code=code,
        )  # fmt: skip
        layers = [
            planning.Layer(one.code, 9_000 + 4_300 * (n % 7)) for n, one in enumerate(streets)
        ]
        planning.plan_survey(
            code,
            planning.Plan(layers, max(SIZE, 25 * len(layers)), seed=f"demo-{code}"),
            SYSTEM,
            at,
        )
        planning.open_survey(code, SYSTEM, at)
        strata = list(made.strata.order_by("key").values_list("key", "size"))
        chance = random.Random(code)  # noqa: S311 (a demonstration that repeats)
        rows = [
            _answer(key, wave, n, chance)
            for n, (key, size) in enumerate(strata)
            for _one in range(size if wave < 2 else size // 4)
        ]
        tried = {"refused": 130, "no_answer": 210, "wrong_number": 60, "call_back": 25}
        take_over(code, rows, SYSTEM, outcomes=tried if wave < 2 else {"refused": 6})
        answering.make_links(code, strata[0][0], 40, SYSTEM, at)
        if wave < 2:
            planning.close_survey(code, SYSTEM, at + timedelta(days=31))
            planning.publish_survey(code, SYSTEM, at + timedelta(days=33))
        else:
            numbers = [[f"555{n:07}", strata[n % len(strata)][0]] for n in range(400)]
            listing.bring_list(code, [["phone", "stratum"], *numbers], SYSTEM, at)
    return len(WAVES)


def _where() -> tuple[Area, list[Area]]:
    """The district and its streets."""
    streets = list(Area.objects.filter(level="street", valid_until=None).order_by("code")[:20])
    found = [one for one in streets if one.parent_id == streets[0].parent_id]
    return Area.objects.get(code=streets[0].path.strip("/").split("/")[-2]), found


def _answer(key: str, wave: int, place: int, chance: random.Random) -> Taken:
    lift = 0.25 * wave + 0.1 * (place % 3)
    answers: dict[str, object] = {
        question: min(5, max(1, round(chance.gauss(mean + lift, 0.9))))
        for question, mean in _MEANS.items()
    }
    answers["reported"] = "yes" if chance.random() < 0.35 else "no"
    answers["channel"] = chance.choices(("o1", "o2", "o3", "o4"), (4, 5, 2, 2))[0]
    words = {"better": chance.choice(_WORDS)} if chance.random() < 0.08 else {}
    return key, chance.choice(("phone", "phone", "link")), answers, words


def shown(name: str) -> Survey:
    """The survey that a page is looked at with: one that is published, or one that asks."""
    told = name in ("desk:programme_survey_results", "portal:survey", "portal:survey_thanks")
    return Survey.objects.get(code=WAVES[1 if told else 2])


def key(name: str) -> str:
    """The counter's key of the survey that asks; "" for every other page."""
    return shown(name).counter_key if name == "portal:survey_counter" else ""
