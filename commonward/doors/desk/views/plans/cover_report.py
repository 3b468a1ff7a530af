"""The before/after report of a cover plan (布点方案报告): a page for a mayor, then the grounds."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from commonward.core.papers.report import (
    Block,
    Report,
    drawings,
    figures,
    heading,
    points,
    report_pdf,
    table,
    words,
)
from commonward.doors.desk.views.plans import covering
from commonward.response.models import Plan

_MOST_POSTS = 60
"""More posts than these are not listed on paper; the CSV has them all."""


def report_of(plan: Plan, given: Mapping[str, Any], answer: Mapping[str, Any]) -> bytes:
    """The report in the active language, PDF/A."""
    return report_pdf(report(plan, given, answer))


def report(plan: Plan, given: Mapping[str, Any], answer: Mapping[str, Any]) -> Report:
    """The report in the active language."""
    periods = covering.told(given, answer)
    blocks: list[Block] = []
    for period, one in zip(periods, answer["periods"], strict=True):
        blocks += _summary(given, period, one, many=len(periods) > 1)
    blocks += _sure(given, periods)
    for period in periods:
        blocks += _grounds(period, many=len(periods) > 1)
    blocks += _method(given, periods)
    ended = timezone.localtime(plan.ended_at or plan.asked_at)
    when = f"{ended:%Y-%m-%d %H:%M}"
    return Report(
        plan.title,
        _("Where units stand: before and after · {when}").format(when=when),
        _("Plan {code} · {when} · seed {seed}").format(code=plan.code, when=when, seed=plan.seed),
        _("Page {page} of {pages}"),
        get_language() or "en",
        blocks,
    )


def _summary(
    given: Mapping[str, Any], period: Mapping[str, Any], one: Mapping[str, Any], *, many: bool
) -> list[Block]:
    """What changes, in sentences and three figures."""
    found: list[Block] = []
    if many:
        found.append(heading(period["name"]))
    table_of = {row["figure"]: row for row in one.get("table", ())}
    pairs = []
    if "mean" in table_of:
        mean = table_of["mean"]
        within, soon = covering.soon_of(given, table_of)
        pairs = [
            (
                _("Help comes after, minutes"),
                covering.minutes(mean["before"][0]) if mean["before"] else "",
                covering.minutes(mean["after"][0]),
            ),
            (
                _("Within {minutes} minutes").format(minutes=within),
                covering.share(soon["before"][0]) if soon["before"] else "",
                covering.share(soon["after"][0]),
            ),
        ]
    today = str(period["today"]) if period["today"] else ""
    pairs.append((_("Units"), today, str(period["units"])))
    found.append(figures(pairs))
    found.append(points(period["says"], big=not many))
    found.append(_maps(period, 52.0 if many else 108.0))
    return found


def _maps(period: Mapping[str, Any], height: float) -> Block:
    says = _("Map: a mark for each cell with calls by the minutes from its nearest post;"
             " the posts are squares.")  # fmt: skip
    return drawings(
        [
            (
                one["title"],
                f"{one['title']}. {says}",
                render_to_string(
                    "desk/plans/cover_map.html", {"map": one, "map_says": says, "paper": True}
                ),
            )
            for one in period["maps"]
        ],
        height=height,
    )


def _sure(given: Mapping[str, Any], periods: list[dict[str, Any]]) -> list[Block]:
    marks = ("●", "○", "▲", "×")
    legend = "　".join(
        f"{mark} {label}" for mark, label in zip(marks, covering.band_labels(), strict=True)
    )
    found = [words(legend + "　■ " + _("post of a unit"))]
    if any(period["cut"] for period in periods):
        found.append(
            words(
                _("The run was ended before all was worked out; what is missing was not reached.")
            )
        )
    return found


def _grounds(period: Mapping[str, Any], *, many: bool) -> list[Block]:
    found: list[Block] = []
    if period["table"]:
        found.append(heading(_named(period, _("Before and after"), many), page=True))
        found.append(
            words(
                ngettext(
                    "Means of {count} series of weeks put together from days of the past, below them"
                    " the 95 % interval.",
                    "Means of {count} series of weeks put together from days of the past, below them"
                    " the 95 % interval.",
                    period["seeds"],
                ).format(count=period["seeds"])
            )
        )
        heads = [_("Figure"), _("As today"), _("With the plan"), _("Difference"),
                 _("As they came: today"), _("As they came: with the plan")]  # fmt: skip
        rows = [
            [
                row["label"],
                _two(row["before"], row["before_range"]),
                _two(row["after"], row["after_range"]),
                _two(row["change"], row["change_range"]),
                row["came_before"],
                row["came_after"],
            ]
            for row in period["table"]
        ]
        found.append(table(heads, rows))
    if period["queue"]:
        found += _queue(period)
    if period["curve"]:
        found += _curve(period, many=many)
    found += _posts(period, many=many)
    return found


def _queue(period: Mapping[str, Any]) -> list[Block]:
    heads = [_("When units are busy"), _("Mean, minutes"), _("Waits for a free unit"),
             _("Within 5 minutes"), _("Within 10 minutes"), _("Within 15 minutes")]  # fmt: skip
    rows = []
    for one in period["queue"]:
        kind = _("exact") if one["exact"] else _("approximation")
        if one["overloaded"]:
            rows.append([f"{one['title']} ({kind})", _("overloaded"), "–", "–", "–", "–"])
        else:
            rows.append([f"{one['title']} ({kind})", one["mean"], one["wait"], *one["within"]])
    return [heading(_("When units are busy: the hypercube model")), table(heads, rows)]


def _curve(period: Mapping[str, Any], *, many: bool) -> list[Block]:
    svg = render_to_string("desk/plans/cover_curve.html", {"curve": period["curve"], "paper": True})
    says = _("Mean response in minutes by number of units; the table below has the same figures.")
    heads = [_("Units"), _("Mean, minutes"), _("A unit more saves, seconds of the mean"),
             _("Within 5 minutes"), _("Within the target")]  # fmt: skip
    rows = [
        [
            row["units"] if not row["chosen"] else f"{row['units']} ({_('this plan')})",
            _two(row["mean"], row["range"]), row["gained"], row["within"], row["target"],
        ]
        for row in period["curve_rows"]
    ]  # fmt: skip
    return [
        heading(_named(period, _("What each unit more buys"), many), page=True),
        drawings([(_("Mean response in minutes by number of units"), says, svg)], height=72.0),
        table(heads, [[str(cell) for cell in row] for row in rows], small=True),
    ]


def _posts(period: Mapping[str, Any], *, many: bool) -> list[Block]:
    heads = [_("Post of a unit"), _("Units"), _("Today"), _("Time at work"), _("Of all calls"),
             _("Mean, minutes")]  # fmt: skip
    rows = [
        [
            f"{post['number']} {post['name']}", str(post["units"]),
            _("a post") if post["there"] else _("new"), post["workload"], post["share"],
            post["mean"],
        ]
        for post in period["posts"]
    ]  # fmt: skip
    if len(rows) > _MOST_POSTS:
        told = _("All {count} posts with their places stand in the plan's table (CSV).")
        return [
            heading(_named(period, _("Posts of units"), many)),
            words(told.format(count=len(rows))),
        ]
    return [
        heading(_named(period, _("Posts of units"), many)),
        table(heads, rows, small=len(rows) > 20),
    ]


def _method(given: Mapping[str, Any], periods: list[dict[str, Any]]) -> list[Block]:
    """How it was reckoned, in plain words, and what it cannot say."""
    calls = ngettext(
        "{count} call of {weeks} whole weeks: its place as a cell {side} m wide, and its time. No"
        " case and no caller is known to the plan.",
        "{count} calls of {weeks} whole weeks: their places as cells {side} m wide, and their"
        " times. No case and no caller is known to the plan.",
        len(given["at"]),
    ).format(count=len(given["at"]), weeks=given["weeks"], side=given["side"])
    proof = (
        _("The choice of posts is proven to be the best for this goal.")
        if all(period["proven"] for period in periods)
        else _("The choice of posts is good, but a better one was not ruled out in the time given.")
    )
    texts = [
        calls,
        covering.by_what(given),
        _("Posts were chosen for: {model}. {proof}").format(
            model=_(covering.MODELS[given["model"]]), proof=proof
        ),
        _(
            "Then the calls were played through second by second: the nearest free unit goes, leaves"
            " after {turnout} seconds, stays {stay} minutes on average, and goes home; who finds all"
            " busy waits."
        ).format(turnout=f"{given['turnout']:g}", stay=f"{given['stay']:g}"),
        _(
            "The past was put together anew from whole days, so that the figures show how much they"
            " vary by chance. If calls come from elsewhere or in other numbers than in these weeks,"
            " the figures do not hold."
        ),
        _(
            "The posts were chosen and judged on the same weeks, which makes them look a little"
            " better than they will be; many units on few calls most of all."
        ),
        _("A machine proposes. Whether people, rooms and vehicles are there, people decide."),
    ]
    if given["credit"]:
        texts.append(_("Roads: {credit}.").format(credit=given["credit"]))
    return [heading(_("How this was reckoned, and what it cannot say")), points(texts)]


def _named(period: Mapping[str, Any], title: str, many: bool) -> str:
    return _("{part}: {title}").format(part=period["name"], title=title) if many else title


def _two(value: str, below: str) -> str:
    return f"{value}\n{below}" if below else value
