"""A cover plan in words and figures, the same for its page and for its report."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonward.core.refusals import N_
from commonward.doors.desk.views.plans.drawing import MINUTES, View, curve_of, map_of
from commonward.doors.look.showing import named

MODELS: Mapping[str, str] = {
    "p_median": N_("Shortest mean (p-median)"),
    "maximal_cover": N_("Most calls within the target (maximal covering)"),
    "expected_cover": N_("Most calls for a free unit, units being busy (MEXCLP)"),
    "backup_cover": N_("Most calls for a second unit, too (backup cover)"),
    "set_cover": N_("Fewest posts for everybody within the target (set covering)"),
    "p_centre": N_("Shortest longest way (p-centre)"),
}
FIGURES: Mapping[str, str] = {
    "mean": N_("Mean, minutes"),
    "median": N_("Half of the calls within, minutes"),
    "p90": N_("Nine of ten calls within, minutes"),
    "within 5": N_("Within 5 minutes"),
    "within 10": N_("Within 10 minutes"),
    "within 15": N_("Within 15 minutes"),
    "target": N_("Within the target"),
    "workload": N_("Time at work"),
}
_IN_MINUTES = ("mean", "median", "p90")
_AT_TARGET = ("maximal_cover", "expected_cover", "backup_cover", "set_cover")
_LITTLE = 10.0
"""Seconds of the mean below which a further unit buys little."""
Way = Callable[[float], str]
_PERIODS: Mapping[str, str] = {
    "whole": N_("The whole day"),
    "day": N_("Day, {begins}:00 to {ends}:00"),
    "night": N_("Night, {begins}:00 to {ends}:00"),
}


def told(given: Mapping[str, Any], answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each part of the day: summary, tables, maps and curve."""
    shown = [*(point for ring in given["lines"] for point in ring)]
    shown += [(lon, lat) for lat, lon, *_rest in [*given["cells"], *given["sites"]]]
    view = View.of(shown)
    return [_period(given, one, view) for one in answer["periods"]]


def minutes(seconds: float) -> str:
    """With one figure behind the point."""
    return f"{seconds / 60.0:.1f}"


def share(value: float) -> str:
    """In per cent."""
    return f"{100 * value:.0f} %" if value == 0 or value >= 0.1 else f"{100 * value:.1f} %"


def by_what(given: Mapping[str, Any]) -> str:
    """How ways were reckoned."""
    if given["roads"]:
        return _(
            "Ways were reckoned on the roads, at the hour of the middle of each part of the day."
        )
    return _(
        "There is no road graph of this area: ways are straight lines at {speed} km/h, which is"
        " shorter than real ways where a river or a railway lies between."
    ).format(speed=f"{given['speed']:g}")


def site_name(given: Mapping[str, Any], site: int) -> str:
    """A post by its name in the reader's language."""
    _lat, _lon, code, name, english = given["sites"][site]
    return named(name, english) or code


def _period(given: Mapping[str, Any], one: Mapping[str, Any], view: View) -> dict[str, Any]:
    name, begins, ends = one["period"]
    table = {row["figure"]: row for row in one.get("table", ())}
    today = len(given["today"])
    found: dict[str, Any] = {
        "key": name,
        "name": _(_PERIODS[name]).format(begins=begins, ends=ends),
        "units": one["units"],
        "today": today,
        "calls": f"{one['calls']:.0f}",
        "proven": one["proven"],
        "cut": one.get("cut", False),
        "says": _says(given, one, table),
        "table": [_row(FIGURES[figure], row) for figure, row in table.items()],
        "seeds": max((row["seeds"] for row in table.values()), default=0),
        "maps": _maps(given, one, view),
        "posts": _posts(given, one),
        "moves": [
            (_unit(given, unit), site_name(given, site)) for unit, site in one.get("moves", ())
        ],
        "stand": [
            {"free": row["free"], "post": site_name(given, row["site"]),
             "within": share(row["within"])}
            for row in one.get("stand", ())
        ],
        "queue": _queue(one),
        "least": one.get("least"),
        "curve": None,
    }  # fmt: skip
    rows = one.get("curve") or ()
    if len(rows) > 1:
        mean = table["mean"]["before"] if table.get("mean") else None
        found["curve"] = curve_of(
            rows, 60.0 * given["goal"], one["units"], mean[0] if mean else None
        )
        found["curve_rows"] = [
            {
                "units": row["units"],
                "mean": minutes(row["mean"][0]),
                "range": _range(row["mean"], minutes),
                "gained": f"{row['gained'][0]:.1f}" if row["gained"] else "",
                "within": share(row["within 5"]),
                "target": share(row["target"]),
                "chosen": row["units"] == one["units"],
            }
            for row in rows
        ]
    return found


def _says(given: Mapping[str, Any], one: Mapping[str, Any], table: Mapping[str, Any]) -> list[str]:
    """The plan in sentences: what changes, how sure, what it takes."""
    today, units = len(given["today"]), one["units"]
    found = []
    mean = table.get("mean")
    if mean is None:
        found.append(
            _("Were every unit always free, help would take {after} minutes on average.").format(
                after=minutes(one["after"]["mean"])
            )
        )
    elif mean["before"] is None:
        found.append(
            _("Help comes after {after} minutes on average.").format(
                after=minutes(mean["after"][0])
            )
        )
    else:
        found.append(
            _("Help comes after {after} minutes on average instead of {before}.").format(
                after=minutes(mean["after"][0]), before=minutes(mean["before"][0])
            )
        )
        within, soon = soon_of(given, table)
        found.append(
            _(
                "{after} of the calls are reached within {within} minutes instead of {before}."
            ).format(after=share(soon["after"][0]), before=share(soon["before"][0]), within=within)
        )
    found.append(_needs(today, units))
    same = next((row for row in one.get("curve", ()) if row["units"] == today), None)
    if same is not None and units != today and mean and mean["before"]:
        found.append(
            ngettext(
                "Today's unit at a better post, and nothing more, would bring the mean to"
                " {mean} minutes.",
                "Today's {count} units at better posts, and nothing more, would bring the mean to"
                " {mean} minutes.",
                today,
            ).format(count=today, mean=minutes(same["mean"][0]))
        )
    if given["cost"] and units != today:
        more = (
            _("At {each} yuan for a unit and year that is {cost} yuan a year more than today.")
            if units > today
            else _("At {each} yuan for a unit and year that is {cost} yuan a year less than today.")
        )
        cost = abs(units - today) * given["cost"]
        found.append(more.format(each=f"{given['cost']:,.0f}", cost=f"{cost:,.0f}"))
    enough = next(
        (
            row["units"]
            for before, row in zip(one.get("curve", ()), one.get("curve", ())[1:], strict=False)
            if before["units"] >= today and row["gained"] and row["gained"][0] < _LITTLE
        ),
        None,
    )
    if enough is not None and enough < units:
        found.append(
            _(
                "The first ones bring most: from about {count} units on, each further one shortens"
                " the mean by less than {seconds} seconds."
            ).format(count=enough, seconds=f"{_LITTLE:.0f}")
        )
    if mean and mean["change"]:
        found.append(_sure(mean))
    return found


def soon_of(given: Mapping[str, Any], table: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The share that the plan is after: (minutes, its row); within 5 where it is after the mean."""
    if given["model"] in _AT_TARGET:
        return f"{given['limit']:g}", table["target"]
    return "5", table["within 5"]


def _needs(today: int, units: int) -> str:
    if units == today:
        return ngettext(
            "It takes no more than today's unit: it stands elsewhere.",
            "It takes no more than today's {count} units: they stand elsewhere.",
            today,
        ).format(count=today)
    return ngettext(
        "It takes {count} unit; today there are {today}.",
        "It takes {count} units; today there are {today}.",
        units,
    ).format(count=units, today=today)


def _sure(mean: Mapping[str, Any]) -> str:
    low, high = sorted(-one for one in mean["change"][1:])
    if low >= 0:
        falls = _(
            "How sure: played with {seeds} series of weeks put together from days of the past, the"
            " mean falls by {low} to {high} minutes (95 % interval)."
        )
        return falls.format(seeds=mean["seeds"], low=minutes(low), high=minutes(high))
    changes = _(
        "How sure: played with {seeds} series of weeks put together from days of the past, the mean"
        " changes by {low} to {high} minutes (95 % interval)."
    )
    return changes.format(
        seeds=mean["seeds"], low=_signed(-high, minutes), high=_signed(-low, minutes)
    )


def _row(label: str, row: Mapping[str, Any]) -> dict[str, Any]:
    timed = row["figure"] in _IN_MINUTES
    way, by = (minutes, minutes) if timed else (share, _points)
    came_before, came_after = row["came"]
    return {
        "label": _(label),
        "before": way(row["before"][0]) if row["before"] else "–",
        "before_range": _range(row["before"], way) if row["before"] else "",
        "after": way(row["after"][0]),
        "after_range": _range(row["after"], way),
        "change": _signed(row["change"][0], by) if row["change"] else "–",
        "change_range": _range(row["change"], by, signed=True) if row["change"] else "",
        "came_before": way(came_before) if came_before is not None else "–",
        "came_after": way(came_after),
    }


def _signed(value: float, way: Way) -> str:
    text = way(abs(value))
    return f"+{text}" if value > 0 else f"−{text}"


def _points(value: float) -> str:
    """A change of a share: from 5 % to 8 % is 3 points."""
    return _("{value} points").format(value=f"{100 * value:.1f}")


def _bare(value: float) -> str:
    return f"{100 * value:.1f}"


def _range(values: Sequence[float], way: Way, *, signed: bool = False) -> str:
    low, high = values[1], values[2]
    if signed:
        bare = _bare if way is _points else way
        return _("{low} to {high}").format(low=_signed(low, bare), high=_signed(high, bare))
    return _("{low} to {high}").format(low=way(max(low, 0.0)), high=way(max(high, 0.0)))


def _maps(given: Mapping[str, Any], one: Mapping[str, Any], view: View) -> list[dict[str, Any]]:
    found = []
    todays = sorted(set(given["today"]))
    chosen = sorted(set(one["homes"]))
    for title, seen, posts in (
        (_("As today"), one["before"], todays),
        (_("With the plan"), one["after"], chosen),
    ):
        if seen is None:
            continue
        places = [given["sites"][site][:2] for site in posts]
        drawn = map_of(view, given["lines"], given["cells"], seen["cells"], places)
        labels = band_labels()
        for band in drawn["bands"]:
            band["label"] = labels[band["name"]]
        found.append({"title": title, **drawn, "share": [share(x) for x in seen["within"]]})
    return found


def band_labels() -> list[str]:
    """What the marks of a map mean."""
    first, second, third = MINUTES
    return [
        _("up to {minutes} minutes").format(minutes=first),
        _("up to {minutes} minutes").format(minutes=second),
        _("up to {minutes} minutes").format(minutes=third),
        _("longer"),
    ]


def _posts(given: Mapping[str, Any], one: Mapping[str, Any]) -> list[dict[str, Any]]:
    homes = one["homes"]
    rows: dict[int, list[Mapping[str, Any]]] = {}
    for row in (one.get("queue") or {}).get("units", ()):
        rows.setdefault(row["site"], []).append(row)
    found = []
    for number, site in enumerate(sorted(set(homes)), 1):
        mine = rows.get(site, [])
        found.append(
            {
                "number": number,
                "name": site_name(given, site),
                "code": given["sites"][site][2],
                "lat": given["sites"][site][0],
                "lon": given["sites"][site][1],
                "units": homes.count(site),
                "there": site in given["today"],
                "workload": share(sum(r["workload"] for r in mine) / len(mine)) if mine else "",
                "share": share(sum(r["share"] for r in mine)) if mine else "",
                "own": share(max(r["own"] for r in mine)) if mine else "",
                "mean": minutes(sum(r["mean"] for r in mine) / len(mine)) if mine else "",
            }
        )
    return found


def _queue(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Before and after as the hypercube model has them."""
    found = []
    for title, queue in (
        (_("As today"), one.get("queue_before")),
        (_("With the plan"), one.get("queue")),
    ):
        if not queue:
            continue
        row = {"title": title, "exact": queue["exact"], "overloaded": queue.get("overloaded")}
        if not row["overloaded"]:
            row |= {
                "mean": minutes(queue["mean"]),
                "wait": share(queue["wait"]),
                "within": [share(value) for value in queue["within"]],
            }
        found.append(row)
    return found


def _unit(given: Mapping[str, Any], number: int) -> str:
    _code, name, english = given["units"][number]
    return named(name, english)
