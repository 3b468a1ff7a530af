"""The site's own figures (本站指标): changed as data, tried on real cases, then brought into force."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.indicators.book import Book, shipped
from commonward.core.indicators.changing import LARGEST, over, read, written
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.desk.views.admin.doing import administer, beginning, done, number, text
from commonward.doors.desk.views.figures.making import worded
from commonward.doors.look.making import by_group
from commonward.doors.look.showing import language
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.actions.books import adopt_figures
from commonward.insight.queries.books import book_of, version_in_force, version_last, versions
from commonward.insight.queries.trying import Tried, constants_of, try_changes

LABELS = {
    "title": N_("Title in English"),
    "title_zh": N_("Title in Chinese"),
    "about": N_("Explanation in English"),
    "about_zh": N_("Explanation in Chinese"),
    "formula": N_("Formula"),
    "source": N_("Source"),
    "bands": N_("Grades, from the best: 90 A, 75 B"),
    "least": N_("Least denominator to be compared by"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def figures(request: HttpRequest, standing: Standing) -> HttpResponse:
    """All figures, what this site changed in them, and the versions."""
    tried: dict[str, Any] = {}

    def shown() -> Mapping[str, Any]:
        held = version_in_force(standing.at)
        last = version_last()
        changes = last.changes
        touched = set(changes.get("indicators", {}))
        return {
            "version": last,
            "groups": [
                (group, [(one.name, one.title(language()), one.name in touched) for one in some])
                for group, some in by_group(book_of(held))
            ],
            "versions": versions(),
            "whole": written(changes),
            **tried,
        }

    def look(request: HttpRequest, standing: Standing) -> str:
        wanted = _sent(request)
        tried["whole"] = wanted
        tried["tried"] = _told(try_changes(read(wanted), standing.at))
        return ""

    deeds = {"look": look, "adopt": _adopt}
    return administer(request, standing, "desk/admin/figures.html", shown, deeds)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def figure(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """One figure: its words, formula, grades, and the counts and constants it is made of."""
    tried: dict[str, Any] = {}
    last = version_last()
    book = book_of(last)

    def fields() -> list[dict[str, Any]]:
        if name not in book.indicators:
            raise Missing(N_("There is no indicator “{name}”."), name=name[:60])
        return _fields(book, over(shipped(), last.changes)["indicators"][name], name)

    def shown() -> Mapping[str, Any]:
        found = fields()
        given = request.POST if request.method == "POST" else {}
        return {
            "name": name,
            "title": book.indicators[name].title(language()),
            "version": last,
            "fields": [one | {"value": given.get(one["name"], one["value"])} for one in found],
            **tried,
        }

    def look(request: HttpRequest, standing: Standing) -> str:
        typed = {
            one["name"]: request.POST.get(one["name"], "").replace("\r\n", "\n").strip()
            for one in fields()
            if request.POST.get(one["name"], one["value"]).strip() != one["value"]
        }
        tried["tried"] = _told(try_changes(_laid(last.changes, name, typed), standing.at))
        return ""

    deeds = {"look": look, "adopt": _adopt}
    return administer(request, standing, "desk/admin/figure.html", shown, deeds)


def _fields(book: Book, entry: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """What of a figure can be changed on its page: i- its own keys, w- the conditions of its
    counts, c- constants."""
    fields = [
        {"name": f"i-{key}", "label": _(label), "told": "", "value": _plain(key, entry.get(key)),
         "lines": key in ("about", "about_zh", "formula")}
        for key, label in LABELS.items()
    ]  # fmt: skip
    tongue = "zh" if language().startswith("zh") else "en"
    for count in book.counts_of(name):
        fields.append({
            "name": f"w-{count.name}", "label": _("Condition of the count"),
            "told": f"{count.about[tongue]} ({count.name})", "value": count.text, "lines": True,
        })  # fmt: skip
    for constant in constants_of(book, name):
        fields.append({
            "name": f"c-{constant}", "label": _("Constant"),
            "told": book.said.get(constant, {}).get(tongue, constant),
            "value": f"{book.constants[constant]:g}", "lines": False,
        })  # fmt: skip
    return fields


def _laid(changes: Mapping[str, Any], name: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """The site's changes with what was typed in them."""
    done: dict[str, Any] = json.loads(json.dumps(changes))
    for field, value in typed.items():
        kind, key = field.split("-", 1)
        if kind == "i":
            done.setdefault("indicators", {}).setdefault(name, {})[key] = _given(key, value)
        elif kind == "w":
            done.setdefault("counts", {}).setdefault(key, {})["where"] = value
        else:
            done.setdefault("constants", {})[key] = {"is": _number(value)}
    return done


@require_safe
@for_staff("administrator")
def whole(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The whole set in force, or the site's changes alone, as a file that can be read in again."""
    changes = version_last().changes
    only = bool(request.GET.get("changes"))
    answer = HttpResponse(
        written(changes if only else over(shipped(), changes)), content_type="application/json"
    )
    name = "figures-changes.json" if only else "figures.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _adopt(request: HttpRequest, standing: Standing) -> str:
    made = adopt_figures(
        read(request.POST.get("proposed", "")),
        text(request, "reason"),
        standing.actor,
        standing.at,
        since=beginning(request, "since") if text(request, "since") else None,
        upon=number(request, "upon"),
    )
    if made is None:
        done(request, _("Nothing changed: this is in force already."))
    else:
        done(request, _("Version {number} is kept.").format(number=made.number))
    return reverse("desk:admin_figures")


def _sent(request: HttpRequest) -> str:
    sent = request.FILES.get("file")
    if sent is None:
        return request.POST.get("whole", "").replace("\r\n", "\n")
    if (sent.size or 0) > LARGEST * 3:
        raise Invalid(N_("The changes are longer than {most} characters."), most=LARGEST)
    try:
        return str(sent.read(), "utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(N_("The file is no text in UTF-8."), field="file") from None


def _told(tried: Tried) -> dict[str, Any]:
    return {
        "window": str(tried.window),
        "moved": [
            {"title": one.title(language()), "before": worded(before, old.unit),
             "after": worded(after, one.unit)}
            for old, one, before, after in tried.moved
        ],
        "added": [one.title(language()) for one in tried.added],
        "gone": [one.title(language()) for one in tried.gone],
        "proposed": written(tried.changes),
    }  # fmt: skip


def _plain(key: str, value: Any) -> str:
    if key == "bands":
        return ", ".join(f"{one['bound']:g} {one['name']}" for one in value or ())
    if key == "least":
        return str(30 if value is None else value)
    return str(value or "")


def _given(key: str, typed: str) -> Any:
    if key == "least":
        return int(_number(typed))
    if key != "bands":
        return typed
    bands = []
    for part in filter(None, (one.strip() for one in typed.replace("，", ",").split(","))):
        bound, _space, name = part.partition(" ")
        bands.append({"bound": _number(bound), "name": name.strip()})
    return bands


def _number(typed: str) -> float:
    try:
        found = float(typed)
    except ValueError:
        raise Invalid(N_("“{text}” is no number."), text=typed[:40]) from None
    if not abs(found) < 1e15:
        raise Invalid(N_("“{text}” is no number."), text=typed[:40])
    return int(found) if found == int(found) else found
