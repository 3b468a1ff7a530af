"""The mapping drawn beside a sample: chosen from lists, tried on the first rows, kept as a version."""

import re
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions import exchanging
from commonward.cases.actions.exchanging import keeping
from commonward.cases.actions.exchanging.rights import exchange_named, mapping_of
from commonward.cases.models import Exchange
from commonward.cases.queries.exchanges import stages
from commonward.cases.queries.reference import book
from commonward.core.exchanging.guessing import guessed
from commonward.core.exchanging.mapping import (
    BACK,
    CHOICES,
    DATUMS,
    FIELDS,
    MOMENTS,
    TABLED,
    TIME_FORMS,
    Mapping,
)
from commonward.core.exchanging.orders import Read, Reader
from commonward.core.masking import mask_cell
from commonward.core.refusals import Missing, Refusal
from commonward.core.rights import APART
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.exchanges import wording
from commonward.doors.desk.views.exchanges.listing import sent_file
from commonward.doors.look.showing import error_of, language, named
from commonward.doors.look.standing import Standing, for_staff

MOST_THEIRS = 40
"""Different values of a column that are offered for its table; more are added as lines."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def mapping(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """Choose a sample, draw, look, keep."""

    def shown() -> dict[str, Any]:
        exchange = exchange_named(name)
        columns, rows = _sample(exchange)
        drawn = _sent(request) if "column-ref" in request.POST else _standing(exchange, columns)
        shows = [[_masked(cell) for cell in row] for row in rows]
        return {
            "exchange": exchange,
            "columns": columns,
            "sample": shows[:3],
            "count": len(rows),
            "takes": exchange.direction != "out",
            "tells": exchange.direction != "in",
            "fields": [_field(one, drawn, columns, rows) for one in FIELDS],
            "codes": _codes(),
            "path": drawn.get("path", ""),
            "zone": drawn.get("zone", "") or timezone.get_default_timezone_name(),
            "datum": drawn.get("datum", "wgs84"),
            "datums": DATUMS,
            "back": [
                (one, _(wording.BACK[one]), drawn.get("back", {}).get("columns", {}).get(one, ""))
                for one in BACK
            ],
            "stages": [
                (code, _titled(title), drawn.get("back", {}).get("statuses", {}).get(code, ""))
                for code, title in stages()
            ],
            "preview": _preview(drawn, exchange, columns, rows, standing),
        }

    deeds = {"sample": _take_sample, "look": _look, "save": _save, "forget": _forget}
    bound = {deed: partial(do, name) for deed, do in deeds.items()}
    return administer(request, standing, "desk/exchanges/mapping.html", shown, bound)


_MOMENT = re.compile(
    r"((19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](19|20)\d\d)"
    r"([ T]?\d{1,2}[:时点]\d{1,2}(:\d{1,2}|分)?)?"
)


def _masked(cell: str) -> str:
    """A cell of the sample: numbers of people are hidden, but a moment must be seen to be read."""
    return cell if _MOMENT.fullmatch(cell.strip()) else mask_cell(cell)


def _sample(exchange: Exchange) -> tuple[list[str], list[list[str]]]:
    if exchange.sample is None or exchange.sample_key is None:
        return [], []
    content = keeping.unsealed(exchange.sample, keeping.unwrapped(exchange.sample_key))
    return content["columns"], content["rows"]


def _standing(exchange: Exchange, columns: list[str]) -> dict[str, Any]:
    """The version that holds; before the first, what the columns' names suggest."""
    try:
        found: dict[str, Any] = mapping_of(exchange).text
    except Missing:
        return guessed(columns)
    return found


def _sent(request: HttpRequest) -> dict[str, Any]:
    """The mapping as the form says it."""
    fields: dict[str, Any] = {}
    for name in FIELDS:
        values: dict[str, str] = {}
        theirs, ours = request.POST.getlist(f"theirs-{name}"), request.POST.getlist(f"ours-{name}")
        values.update(zip(theirs, (one.strip() for one in ours), strict=False))
        for line in request.POST.get(f"more-{name}", "").splitlines():
            left, _sign, right = line.partition("=")
            values[left.strip()] = right.strip()
        rule = {
            "column": text(request, f"column-{name}"),
            "constant": text(request, f"constant-{name}"),
            "values": {key: value for key, value in values.items() if key and value},
        }
        if name in MOMENTS:
            rule["form"] = text(request, f"form-{name}") or "auto"
        fields[name] = rule
    titles = {one: text(request, f"back-{one}") for one in BACK}
    statuses = {code: text(request, f"status-{code}") for code, _title in stages()}
    return {
        "path": text(request, "path"),
        "zone": text(request, "zone"),
        "datum": text(request, "datum") or "wgs84",
        "fields": fields,
        "back": {
            "columns": {key: value for key, value in titles.items() if value},
            "statuses": {key: value for key, value in statuses.items() if value},
        },
    }


def _field(
    name: str, drawn: dict[str, Any], columns: list[str], rows: list[list[str]]
) -> dict[str, Any]:
    """One field of ours as the form shows it."""
    rule = drawn.get("fields", {}).get(name, {})
    column = rule.get("column", "")
    kept = rule.get("values", {})
    offered: list[tuple[str, str]] = []
    if name in TABLED and column in columns:
        at = columns.index(column)
        seen = dict.fromkeys(row[at].strip() for row in rows if at < len(row) and row[at].strip())
        offered = [(one, kept.get(one, "")) for one in list(seen)[:MOST_THEIRS]]
    there = {one for one, _ours in offered}
    more = "\n".join(f"{theirs} = {ours}" for theirs, ours in kept.items() if theirs not in there)
    return {
        "name": name,
        "title": _(wording.FIELDS[name]),
        "column": column,
        "gone": column if column and column not in columns else "",
        "constant": rule.get("constant", ""),
        "form": rule.get("form", "auto"),
        "forms": [(one, wording.form_words(one)) for one in TIME_FORMS] if name in MOMENTS else [],
        "choices": [(one, _(wording.VALUES[one])) for one in CHOICES.get(name, ())],
        "tabled": name in TABLED,
        "constants": name in (*TABLED, "address"),
        "offered": offered,
        "more": more,
    }


def _preview(
    drawn: dict[str, Any],
    exchange: Exchange,
    columns: list[str],
    rows: list[list[str]],
    standing: Standing,
) -> dict[str, Any] | None:
    """What each row of the sample would become, or what is wrong with it."""
    if not rows or exchange.direction == "out":
        return None
    try:
        reader = Reader(
            Mapping.from_data(drawn), columns, standing.at, _names(),
            timezone.get_default_timezone(),
        )  # fmt: skip
    except Refusal as refusal:
        return {"error": error_of(refusal), "told": wording.fault_words(refusal)}
    read = [reader.row(line, row) for line, row in enumerate(rows, 2)]
    return {
        "rows": [_previewed(one) for one in read],
        "good": sum(one.order is not None for one in read),
        "bad": sum(one.order is None for one in read),
    }


def _previewed(read: Read) -> dict[str, Any]:
    order, names = read.order, _names()
    return {
        "line": read.line,
        "ref": mask_cell(read.ref),
        "faults": [wording.fault_words(one) for one in read.faults],
        "left_out": read.left_out,
        "contact": bool(order and order.contact),
        "words": mask_cell((order.words if order else read.values.get("words", ""))[:80]),
        "category": f"{order.category} {names.get(order.category, '')}" if order else "",
        "place": mask_cell(order.address) if order else "",
        "point": order is not None and order.lat is not None,
        "opened_at": order.opened_at if order else None,
        "due_at": order.due_at if order else None,
        "status": wording.word(order.status) if order else "",
    }


def _names() -> dict[str, str]:
    known = book().categories.values()
    return {one.code: one.name for one in known if not one.code.startswith(APART)}


def _codes() -> list[tuple[str, str]]:
    known = book().categories.values()
    return [
        (one.code, named(one.name, one.name_en))
        for one in sorted(known, key=lambda one: one.code)
        if not one.code.startswith(APART)
    ]


def _titled(title: Any) -> str:
    return str(title.zh if language().startswith("zh") else title.en)


def _here(name: str) -> str:
    return reverse("desk:exchange_mapping", args=[name])


def _take_sample(name: str, request: HttpRequest, standing: Standing) -> str:
    data, _file = sent_file(request)
    exchanging.set_sample(standing.actor, name, data, path=text(request, "path"), at=standing.at)
    return _here(name)


def _look(name: str, request: HttpRequest, standing: Standing) -> str:
    exchange_named(name)
    return ""


def _save(name: str, request: HttpRequest, standing: Standing) -> str:
    made = exchanging.set_mapping(standing.actor, name, _sent(request), at=standing.at)
    done(
        request, _("Version {number} of the mapping holds from now on.").format(number=made.number)
    )
    return reverse("desk:exchange", args=[name])


def _forget(name: str, request: HttpRequest, standing: Standing) -> str:
    exchanging.drop_sample(standing.actor, name, at=standing.at)
    done(request, _("The sample was deleted."))
    return _here(name)
