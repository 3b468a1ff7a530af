"""Surveys as they are told on a page: questions as fields, figures with their intervals in words."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from commonward.core.masking import mask_cell
from commonward.core.refusals import N_
from commonward.core.spreadsheets import inert
from commonward.core.surveys.questions import SCALE, from_kept
from commonward.core.surveys.rates import OUTCOMES
from commonward.core.surveys.sampling import ALLOCATIONS, METHODS
from commonward.doors.look.showing import named
from commonward.programmes.models import Survey

STATES: Mapping[str, str] = {
    "prepared": N_("Being prepared"),
    "open": N_("Asking now"),
    "closed": N_("Asking is over"),
    "published": N_("Published"),
}
CHANNELS: Mapping[str, str] = {
    "phone": N_("On the telephone"),
    "link": N_("By link"),
    "counter": N_("On the tablet at the counter"),
    "paper": N_("On paper"),
}
_SCALE = {
    1: N_("1 (not at all)"),
    2: N_("2 (little)"),
    3: N_("3 (partly)"),
    4: N_("4 (mostly)"),
    5: N_("5 (fully)"),
}


def title_of(found: Survey) -> str:
    """Its title."""
    return named(found.title, found.title_en)


def line_shown(found: Survey) -> dict[str, Any]:
    """A survey in a list."""
    return {
        "code": found.code,
        "title": title_of(found),
        "about": named(found.about, found.about_en),
        "area": named(found.area.name, found.area.name_en),
        "state": found.state,
        "stage": _(STATES[found.state]),
        "begins_on": found.begins_on,
        "ends_on": found.ends_on,
    }


def fields_of(found: Survey, given: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The questions as fields of a form, with what was chosen before."""
    given = given or {}
    fields = []
    for number, one in enumerate(from_kept(found.questions), 1):
        choices = [(key, named(zh, en)) for key, zh, en in one.options]
        if one.kind == "scale":
            choices = [(str(n), _(_SCALE[n])) for n in reversed(SCALE)]
        elif one.kind == "yes_no":
            choices = [("yes", _("Yes")), ("no", _("No"))]
        fields.append(
            {
                "number": number, "key": one.key, "kind": one.kind,
                "text": named(one.text, one.text_en), "choices": choices,
                "chosen": given.get(one.key, ""),
            }
        )  # fmt: skip
    return fields


def offered_strata(found: Survey) -> list[tuple[str, str]]:
    """The strata to choose from."""
    rows = found.strata.select_related("area").order_by("key")
    return [
        (one.key, stratum_name(one.area.name, one.area.name_en, one.group, one.group_en))
        for one in rows
    ]


def stratum_name(name: str, name_en: str, group: str, group_en: str) -> str:
    """An area, and the group in it."""
    return " · ".join(part for part in (named(name, name_en), named(group, group_en)) if part)


def results_shown(told: Mapping[str, Any]) -> dict[str, Any]:
    """The results in words; what may not be shown is told as such."""
    rates = told["rates"]
    few_links = told["by_link"] is None
    return {
        **told,
        "questions": [_question(one) for one in told["questions"]],
        "channels": [(_(CHANNELS[name]), many) for name, many in told["channels"].items()],
        "strata": [
            {
                **one,
                "name": stratum_name(one["name"], one["name_en"], one["group"], one["group_en"]),
            }
            for one in told["strata"]
        ],
        "silent": [
            stratum_name(one["name"], one["name_en"], one["group"], one["group_en"])
            for one in told["strata"]
            if one["silent"]
        ],
        "rates": {name: percent(rates[name]) for name in ("rr1", "rr2", "rr3", "refused")},
        "phone_asked": rates["asked"],
        "by_link": _("under 5") if few_links else told["by_link"],
        "link_rate": percent(None if few_links else told["by_link"] / told["links"])
        if told["links"]
        else "",
        "words": [
            {"text": named(one["text"], one["text_en"]), "words": one["words"]}
            for one in told["words"]
        ],
    }


def _question(one: Mapping[str, Any]) -> dict[str, Any]:
    scale = one["kind"] == "scale"
    shown: dict[str, Any] = {"text": named(one["text"], one["text_en"]), "n": one["n"]}
    if not one["n"]:
        return shown
    lead = next((o for o in one["options"] if o["key"] == one.get("lead")), None)
    shown |= {
        "scale": scale,
        "lead": named(lead["text"], lead["text_en"]) if lead and one["kind"] == "one" else "",
        "yes": one["kind"] == "yes_no",
        "figure": _figure(one["figure"], scale=scale),
        "good": _figure(one.get("good")),
        "options": [
            {"text": _(_SCALE[int(o["key"])]) if scale else named(o["text"], o["text_en"]),
             "figure": _figure(o["figure"])}
            for o in one["options"]
            if one["kind"] != "yes_no"
        ],
        "areas": [
            {"name": named(a["name"], a["name_en"]), "figure": _figure(a["figure"], scale=scale)}
            for a in one["areas"]
        ],
        "change": _change(one["change"], scale=scale),
        "apart": {"n": one["apart"]["n"], "value": number(one["apart"]["value"], scale=scale)}
        if one["apart"] else None,
    }  # fmt: skip
    shown["options_hidden"] = bool(shown["options"]) and not any(
        o["figure"] for o in shown["options"]
    )
    return shown


def _figure(found: Mapping[str, Any] | None, *, scale: bool = False) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "value": number(found["value"], scale=scale),
        "low": number(found["low"], scale=scale),
        "high": number(found["high"], scale=scale),
        "n": found["n"],
        "effective": round(found["effective"]),
        "deff": f"{found['n'] / found['effective']:.2f}",
        # Where it lies from 0 to 100, for the picture beside the words.
        "at": [round(found[name] * 100, 1) for name in ("low", "value", "high")],
        "wide": round(100 * (found["high"] - found["low"]), 1),
    }


def _change(found: Mapping[str, Any] | None, *, scale: bool) -> dict[str, Any] | None:
    if found is None:
        return None
    step, unit = (4, _("points of the scale")) if scale else (100, _("percentage points"))
    value, low, high = (
        f"{found[name] * step:+.{2 if scale else 1}f}" for name in ("value", "low", "high")
    )
    before = _figure(found["before"], scale=scale)
    return {"before": before, "value": value, "low": low, "high": high, "unit": unit,
            "shown": found["shown"], "up": found["value"] > 0}  # fmt: skip


def number(value: float, *, scale: bool = False) -> str:
    """A share in per cent, or a mean from 1 to 5."""
    return f"{1 + 4 * value:.2f}" if scale else percent(value)


def percent(value: float | None) -> str:
    """A share in words; a dash where there is none."""
    return "–" if value is None else f"{value * 100:.1f} %"


def plan_shown(found: Survey) -> dict[str, str]:
    """How the sample is divided and drawn."""
    return {"allocation": _(ALLOCATIONS[found.allocation]), "method": _(METHODS[found.method])}


def outcomes_shown(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What came of calling, in words."""
    return [(_(OUTCOMES[name]), counts[name]) for name in OUTCOMES if counts.get(name)]


def csv_file(told: Mapping[str, Any], code: str) -> HttpResponse:
    """The figures as a file: with the same left out as on the page, and no cell a formula."""
    heads = [
        _("Question"), _("Area"), _("What is estimated"), _("Estimate"), _("Interval from"), _("Interval to"), _("Answers given"),
        _("Effective answers"),
    ]  # fmt: skip
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(heads)
    for text, area, name, values in _lines(told["questions"]):
        words = (inert(mask_cell(cell)) for cell in (text, area, name))
        writer.writerow([*words, *("" if one is None else one for one in values)])
    answer = HttpResponse("\ufeff" + made.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="survey-{code}.csv"'
    return answer


def _lines(
    questions: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, str, str, list[float | int | None]]]:
    for one in questions:
        text = named(one["text"], one["text_en"])
        if not one["n"]:
            continue
        scale = one["kind"] == "scale"
        lead = next((o for o in one["options"] if o["key"] == one.get("lead")), None)
        name = (
            _("mean from 1 to 5") if scale else named(lead["text"], lead["text_en"]) if lead else ""
        )
        yield text, "", name, _values(one["figure"], scale=scale)
        if scale and one.get("good"):
            yield text, "", _("share of 4 and 5, in per cent"), _values(one["good"])
        for option in one["options"]:
            if lead is None or option["key"] != lead["key"]:
                yield text, "", named(option["text"], option["text_en"]), _values(option["figure"])
        for area in one["areas"]:
            yield (
                text,
                named(area["name"], area["name_en"]),
                name,
                _values(area["figure"], scale=scale),
            )


def _values(found: Mapping[str, Any] | None, *, scale: bool = False) -> list[float | int | None]:
    if found is None:
        return [None] * 5
    told = [
        round(1 + 4 * found[name], 3) if scale else round(100 * found[name], 2)
        for name in ("value", "low", "high")
    ]
    return [*told, found["n"], found["effective"]]
