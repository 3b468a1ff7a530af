"""What a survey's answers tell, as it is published: estimates, intervals, and how they were made."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from commonward.core.refusals import Invalid
from commonward.core.surveys.estimating import (
    Answered,
    Estimate,
    difference,
    estimate,
    rake,
    weights,
)
from commonward.core.surveys.questions import Question, from_kept
from commonward.core.surveys.rates import Rates
from commonward.core.surveys.showing import (
    LEAST_AREA,
    K,
    figure_may_stand,
    shown_areas,
    shown_options,
)
from commonward.programmes.models import Survey, SurveyAnswer, SurveyStratum, SurveyWords
from commonward.programmes.queries.surveys import strata_of, work_of

MOST_WORDS = 300
COUNTER = ("counter", "paper")


@dataclass(frozen=True, slots=True)
class _Row:
    """One answered questionnaire with what it stands for."""

    stratum: str
    area: str
    weight: float
    margin: str
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Whole:
    """All that a question is reckoned from."""

    rows: Sequence[_Row]
    apart: Sequence[Mapping[str, Any]]
    populations: Mapping[str, int]
    areas: Mapping[str, SurveyStratum]
    raked: bool
    earlier: Mapping[str, Mapping[str, Any]]


def results_of(found: Survey) -> dict[str, Any]:
    """What was published; of a closed survey what would be."""
    return dict(found.results) if found.results is not None else reckoned(found)


def reckoned(found: Survey) -> dict[str, Any]:
    """The results from the answers (7 queries). Everything that a few gave is left out already."""
    strata = strata_of(found)
    questions = from_kept(found.questions)
    whole, counted, channels = _whole(found, strata)
    work = work_of(found)
    answered = Counter(row.stratum for row in whole.rows)
    told: dict[str, Any] = {
        "version": found.version,
        "answers": counted if counted >= K else 0,
        "apart": len(whole.apart) if len(whole.apart) >= K else 0,
        "channels": {name: many for name, many in channels.items() if many >= K},
        "raked": whole.raked,
        "rates": _rates(work.phone_rates),
        "drawn": sum(one.drawn for one in strata),
        "listed": sum(one.listed for one in strata),
        "links": work.links,
        "by_link": work.by_link if work.by_link >= K else None,
        "strata": [
            {
                "name": one.area.name, "name_en": one.area.name_en, "group": one.group,
                "group_en": one.group_en, "population": one.population, "size": one.size,
                "answered": answered[one.key] if answered[one.key] >= K else None,
                "weight": round(one.population / answered[one.key], 1)
                if answered[one.key] >= K else None,
                "silent": not answered[one.key],
            }
            for one in strata
        ],
        "questions": [
            _question(one, whole) for one in questions if one.kind != "words"
        ] if counted >= K else [],
        "words": _words(found, questions),
    }  # fmt: skip
    return told


def _rates(found: Rates) -> dict[str, Any]:
    """Shares of the telephone; without them where so few answered that a share counts them."""
    told = asdict(found)
    return told if found.answered >= K else {name: told[name] if name == "asked" else None
                                             for name in told}  # fmt: skip


def _whole(found: Survey, strata: Sequence[SurveyStratum]) -> tuple[_Whole, int, Mapping[str, int]]:
    populations = {one.key: one.population for one in strata}
    of = {one.pk: one for one in strata}
    inside: list[tuple[SurveyStratum, Mapping[str, Any]]] = []
    apart: list[Mapping[str, Any]] = []
    channels: Counter[str] = Counter()
    given = SurveyAnswer.objects.filter(survey=found).order_by("pk")
    for stratum, channel, answers in given.values_list("stratum_id", "channel", "answers"):
        channels[channel] += 1
        if channel in COUNTER and not found.counter_counts:
            apart.append(answers)
        else:
            inside.append((of[stratum], answers))
    keys = [stratum.key for stratum, _answers in inside]
    own = weights(keys, populations)
    margin = found.margin.get("question", "")
    margins = [str(answers.get(margin, "")) for _stratum, answers in inside]
    raked = False
    if margin and inside:
        try:
            own = rake(own, keys, margins, populations, found.margin["totals"])
            raked = True
        except Invalid:
            # A margin of whom nobody answered: the weights stay those of the strata, and it is told.
            raked = False
    rows = [
        _Row(stratum.key, stratum.area.code, weight, kept if raked else "", answers)
        for (stratum, answers), weight, kept in zip(inside, own, margins, strict=True)
    ]
    areas = {one.area.code: one for one in strata}
    earlier = {}
    if found.earlier is not None and found.earlier.results:
        earlier = {one["key"]: one for one in found.earlier.results["questions"]}
    return _Whole(rows, apart, populations, areas, raked, earlier), len(rows), channels


def _question(one: Question, whole: _Whole) -> dict[str, Any]:
    rows = [row for row in whole.rows if one.key in row.answers]
    told: dict[str, Any] = {
        "key": one.key, "kind": one.kind, "text": one.text, "text_en": one.text_en,
        "n": len(rows) if len(rows) >= K else 0,
    }  # fmt: skip
    if len(rows) < K:
        return told
    counts = Counter(str(row.answers[one.key]) for row in rows)
    offered = _offered(one)
    may = shown_options({key: counts[key] for key, _zh, _en in offered})
    # Of a question without figures of its own, what most chose is the figure that is compared.
    lead = "yes" if one.kind == "yes_no" else max(offered, key=lambda o: (counts[o[0]], o[0]))[0]
    # The mean of a scale tells a share that is hidden alone, so all of its shares are shown or none.
    if one.kind == "scale" and len(may) < len(offered):
        may = frozenset()
    told["options"] = [
        {
            "key": key, "text": zh, "text_en": en,
            "figure": _estimated(rows, one, whole, key) if key in may else None,
        }
        for key, zh, en in offered
    ]  # fmt: skip
    if one.kind == "scale":
        told["figure"] = _estimated(rows, one, whole)
        good = sum(counts[key] for key in ("4", "5"))
        if figure_may_stand(len(rows), good):
            told["good"] = _estimated(rows, one, whole, "4", "5")
    else:
        told["lead"] = lead
        told["figure"] = _estimated(rows, one, whole, lead) if lead in may else None
    told["areas"] = _areas(one, rows, whole, "" if one.kind == "scale" else lead)
    told["change"] = _change(one, told, whole.earlier.get(one.key))
    told["apart"] = _apart(one, whole.apart, lead)
    return told


def _offered(one: Question) -> Sequence[tuple[str, str, str]]:
    if one.kind == "scale":
        return [(str(n), str(n), str(n)) for n in (5, 4, 3, 2, 1)]
    if one.kind == "yes_no":
        return [("yes", "是", "Yes"), ("no", "否", "No")]
    return one.options


def _value(one: Question, answer: Any, keys: Sequence[str]) -> float:
    return float(str(answer) in keys) if keys else (int(answer) - 1) / 4


def _estimated(
    rows: Sequence[_Row], one: Question, whole: _Whole, *keys: str, area: str = ""
) -> dict[str, Any] | None:
    found = estimate(
        [
            Answered(row.stratum, _value(one, row.answers[one.key], keys), row.weight, row.margin)
            for row in rows
        ],
        whole.populations,
        raked=whole.raked and not area,
    )
    return _kept(found) if found is not None else None


def _kept(found: Estimate) -> dict[str, Any]:
    return {
        "value": round(found.value, 6), "low": round(found.low, 6), "high": round(found.high, 6),
        "n": found.n, "effective": round(found.effective, 1), "error": round(found.error, 6),
    }  # fmt: skip


def _areas(one: Question, rows: Sequence[_Row], whole: _Whole, lead: str) -> list[dict[str, Any]]:
    """Each area's figure, with an interval of its own, where it may be shown."""
    if len(whole.areas) < 2:
        return []
    by: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by[row.area].append(row)
    never = {
        code
        for code, own in by.items()
        if lead and not figure_may_stand(len(own), sum(row.answers[one.key] == lead for row in own))
    }
    may = shown_areas({code: len(by[code]) for code in whole.areas}, never=never)
    keys = (lead,) if lead else ()
    return [
        {
            "code": code, "name": stratum.area.name, "name_en": stratum.area.name_en,
            "figure": _estimated(by[code], one, whole, *keys, area=code) if code in may else None,
        }
        for code, stratum in sorted(whole.areas.items())
    ]  # fmt: skip


def _change(
    one: Question, told: Mapping[str, Any], before: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Against the earlier survey, where the same was asked and both figures may be shown."""
    if before is None or before["kind"] != one.kind or before["text"] != one.text:
        return None
    figure = told.get("figure")
    if one.kind == "one":
        earlier = next(
            (o["figure"] for o in before.get("options", ()) if o["key"] == told["lead"]), None
        )
    else:
        earlier = before.get("figure")
    if not figure or not earlier:
        return None
    found = difference(Estimate(**figure), Estimate(**earlier))
    return {
        "before": earlier, "value": round(found.value, 6), "low": round(found.low, 6),
        "high": round(found.high, 6), "shown": found.shown,
    }  # fmt: skip


def _apart(one: Question, apart: Sequence[Mapping[str, Any]], lead: str) -> dict[str, Any] | None:
    """What those said who came by themselves: no weights and no interval, as nobody drew them."""
    own = [answers[one.key] for answers in apart if one.key in answers]
    keys = () if one.kind == "scale" else (lead,)
    if len(own) < LEAST_AREA:
        return None
    if keys and not figure_may_stand(len(own), sum(str(a) == lead for a in own)):
        return None
    return {"n": len(own), "value": round(sum(_value(one, a, keys) for a in own) / len(own), 6)}


def _words(found: Survey, questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Free words in a drawn order, where five at least said something."""
    by: dict[str, list[str]] = defaultdict(list)
    for question, words in SurveyWords.objects.filter(survey=found).values_list(
        "question", "words"
    ):
        by[question].append(words)
    told = []
    for one in questions:
        if one.kind == "words" and len(by[one.key]) >= K:
            secrets.SystemRandom().shuffle(by[one.key])
            told.append(
                {
                    "key": one.key, "text": one.text, "text_en": one.text_en,
                    "words": by[one.key][:MOST_WORDS],
                }
            )  # fmt: skip
    return told
