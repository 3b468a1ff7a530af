"""The rules of sending as tables: edited, tried out, then brought into force."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid
from commonward.core.urgent.rules import TABLES, SendingRules, read_rules
from commonward.core.urgent.words import PRIORITIES
from commonward.doors.desk.views.admin.doing import administer, done, number, text, words_of
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.board import degrees
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.ruling import TriedKind, adopt_rules, try_rules
from commonward.response.queries.fleet import names, stations
from commonward.response.queries.rules import rules_in_force, rules_versions

_BLANK = 2
"""Empty lines below each table: more come with each look at what would change."""
_MOST_LINES = 200
_COLUMNS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "minimums": (
        ("station", "text", N_("Station")),
        ("agency", "agency", N_("Force")),
        ("kind", "text", N_("Kind (empty: all)")),
        ("least", "whole", N_("Free units that stay")),
        ("yields", "yields", N_("Yields to calls that are")),
    ),
    "crews": (
        ("agency", "agency", N_("Force")),
        ("kind", "text", N_("Kind (empty: all)")),
        ("least", "whole", N_("Least crew")),
    ),
    "rests": (
        ("agency", "any_agency", N_("Force")),
        ("due", "whole", N_("Due a rest after hours on duty")),
        ("ends", "whole", N_("Must rest after hours on duty")),
    ),
    "borders": (
        ("home", "text", N_("From the area (code)")),
        ("into", "text", N_("Into the area (code)")),
        ("agency", "any_agency", N_("Force")),
        ("kind", "text", N_("Kind (empty: all)")),
        ("calls", "calls", N_("Kinds of call (empty: all)")),
        ("priority", "priority", N_("For calls at least")),
    ),
}
_EXPLAINED: Mapping[str, str] = {
    "minimums": N_(
        "So many free units of a force stay at a station, unless the call is as pressing as said."
    ),
    "crews": N_("A unit with a smaller crew is not sent."),
    "rests": N_(
        "A unit due a rest goes only where no rested one is left; one that must rest does not go."
    ),
    "borders": N_(
        "Units that stand in one area may come into another, and be ordered by who coordinates there."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def sending_rules(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The tables in force, and what a change would do; nothing is adopted unseen."""
    tried: dict[str, Any] = {}

    def shown() -> Mapping[str, Any]:
        version, rules = rules_in_force()
        data = tried.get("data") or rules.to_data()
        places = stations()
        first = next(iter(places.values()), None)
        return {
            "version": version,
            "versions": rules_versions(),
            "tables": [_table(name, data.get(name, ()), standing) for name in _COLUMNS],
            "within": data.get("within", rules.within),
            "stations": sorted(places),
            "lat": text(request, "lat") or (f"{first[0]:.5f}" if first else ""),
            "lon": text(request, "lon") or (f"{first[1]:.5f}" if first else ""),
            **tried,
        }

    def look(asked: HttpRequest, who: Standing) -> str:
        tried["data"] = data = _given(asked)
        rules = _read(data)
        lat, lon = degrees(asked, "lat"), degrees(asked, "lon")
        if lat is None or lon is None:
            raise Invalid(N_("Give the point at which to try them."), field="lat")
        found = try_rules(data, lat, lon, who.actor, who.at)
        tried.update(
            tried=found,
            upon=rules_in_force()[0],
            proposed=json.dumps(rules.to_data(), ensure_ascii=False),
            same=rules == rules_in_force()[1],
            rows=_tried_rows(found.rows, who),
        )
        return ""

    def adopt(asked: HttpRequest, who: Standing) -> str:
        try:
            data = json.loads(asked.POST.get("proposed", ""))
        except ValueError:
            raise Invalid(N_("This page does not know that step."), field="do") from None
        if not isinstance(data, dict):
            raise Invalid(N_("This page does not know that step."), field="do")
        made = adopt_rules(data, at=who.at, actor=who.actor, upon=number(asked, "upon"))
        if made is None:
            done(asked, _("Nothing changed: these rules are in force already."))
        else:
            done(asked, _("Version {number} is in force.").format(number=made.number))
        return reverse("desk:admin_sending")

    return administer(
        request, standing, "desk/admin/sending.html", shown, {"look": look, "adopt": adopt}
    )


def _given(request: HttpRequest) -> dict[str, Any]:
    """The tables of the form as plain values; lines left empty are none."""
    data: dict[str, Any] = {"within": text(request, "within")}
    for name, columns in _COLUMNS.items():
        rows = []
        for line in range(_MOST_LINES):
            if f"{name}-{line}-{columns[0][0]}" not in request.POST:
                break
            row: dict[str, Any] = {
                column: text(request, f"{name}-{line}-{column}")
                for column, _kind, _title in columns
            }
            # What a choice stands at by itself does not make a line.
            if any(row[column] for column, kind, _title in columns if kind in ("text", "whole")):
                if name == "borders":
                    row["calls"] = list(words_of(request, f"{name}-{line}-calls"))
                rows.append(row)
        data[name] = rows
    return data


def _read(data: Mapping[str, Any]) -> SendingRules:
    """Rules of the form, or the refusal with the table's name in the reader's language."""
    try:
        return read_rules(data)
    except Invalid as refusal:
        table = str(refusal.values.get("table", ""))
        if table in TABLES:
            values = {**refusal.values, "table": _(TABLES[table])}
            raise Invalid(refusal.text, field=table, **values) from None
        raise


def _table(name: str, rows: Sequence[Mapping[str, Any]], standing: Standing) -> dict[str, Any]:
    blank: list[Mapping[str, Any]] = [{} for _ in range(_BLANK)]
    columns = _COLUMNS[name]
    return {
        "name": name,
        "title": _(TABLES[name]),
        "explained": _(_EXPLAINED[name]),
        "columns": [_(title) for _name, _kind, title in columns],
        "rows": [
            [
                {
                    "name": f"{name}-{line}-{column}",
                    "label": f"{_(title)}, {line + 1}",
                    "kind": kind,
                    "list": column == "station",
                    "value": _shown(row.get(column, ""), kind),
                    "choices": _choices(kind),
                }
                for column, kind, title in columns
            ]
            for line, row in enumerate([*rows, *blank])
        ],
    }


def _shown(value: Any, kind: str) -> str:
    if kind == "calls":
        return ", ".join(value) if isinstance(value, list | tuple) else str(value)
    return "routine" if kind == "priority" and not value else str(value)


def _choices(kind: str) -> list[tuple[str, str]]:
    """The words to choose from; none for a field to write in."""
    if kind in ("agency", "any_agency"):
        first = ("", _("every force") if kind == "any_agency" else "–")
        return [first, *wording.agencies()]
    levels = [(name, wording.word(PRIORITIES, name)) for name in PRIORITIES]
    if kind == "yields":
        return [("", _("never")), *levels]
    return levels if kind == "priority" else []


def _tried_rows(found: Sequence[TriedKind], who: Standing) -> list[dict[str, Any]]:
    units = names(sorted({unit for one in found for unit in (*one.now, *one.then)}))
    titles = dict(wording.kinds(who.at))
    return [
        {
            "kind": titles.get(one.kind, one.kind),
            "priority": wording.priority(one.grade),
            "now": [wording.radio(units[key]) for key in one.now],
            "then": [wording.radio(units[key]) for key in one.then],
            "lacks_now": one.lacks_now,
            "lacks_then": one.lacks_then,
            "differs": one.differs,
            "why": [wording.reasons(row["why"]) for row in one.why] if one.differs else [],
        }
        for one in found
    ]
