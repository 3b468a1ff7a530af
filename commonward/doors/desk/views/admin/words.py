"""The model of categories: what answers, how good it is, what needs no person, and taking back."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions.training import roll_back
from commonward.cases.actions.word_asking import ask_for_training
from commonward.cases.actions.word_settings import end_route, set_reading, set_route
from commonward.cases.models import WordModel, WordSettings
from commonward.cases.queries import measured, spelling
from commonward.cases.queries.reading import reading
from commonward.cases.queries.reference import book
from commonward.cases.queries.services import services
from commonward.cases.queries.suggested import corrections
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import APART
from commonward.doors.desk.sorting import percent
from commonward.doors.desk.views.admin import words_charts as charts
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.look.charting import shown as chart_shown
from commonward.doors.look.charting import table_shown
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions

READS = ("administrator", "duty_chief")
"""The chief of the intake reads what the model does; administrators set it."""
_STATES: Mapping[str, str] = {
    "challenger": N_("is being judged"),
    "champion": N_("answers now"),
    "refused": N_("refused: it did worse"),
    "retired": N_("put away"),
}
_TYPES: Mapping[str, str] = {"general": N_("ordinary areas")}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*READS)
def words(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Whether words are read, by what, the trainings, what needs no person, corrections lately."""

    def shown() -> dict[str, Any]:
        now, marks = reading(), revisions()
        back = measured.can_come_back()
        rows = measured.models_kept()
        champion = next((row for row in rows if row.state == "champion"), None)
        return {
            **base(standing),
            "now": now,
            "sets": standing.holds(("administrator",)),
            "champion": champion,
            "training": _training(),
            "own_pairs": len(spelling.pairs()),
            "taught_otherwise": spelling.taught_otherwise(now.model),
            "broken": champion is not None and now.on and now.model is None,
            "models": [_line(row, row.version in back) for row in rows],
            "routes": [_route(one, champion) for one in measured.routes()],
            "kinds": [
                (s.code, named(s.name, s.name_en), charts.of_kind(champion, s.code))
                for s in services(marks).values()
                if s.reportable and not s.code.startswith(APART) and s.code != now.unsorted
            ],
            "waits": [
                (s.code, named(s.name, s.name_en))
                for s in services(marks).values()
                if s.reportable and not s.code.startswith(APART)
            ],
            "corrections": [
                {"one": c, "from": _name(c.suggested), "to": _name(c.chosen),
                 "percent": percent(c.probability)}
                for c in corrections()
            ],
        }  # fmt: skip

    def switch(request: HttpRequest, standing: Standing) -> str:
        on = request.POST.get("on") == "1"
        set_reading(standing.actor, standing.at, on=on, unsorted=text(request, "unsorted"))
        done(request, _("Words are read.") if on else _("No words are read from now on."))
        return reverse("desk:admin_words")

    def back(request: HttpRequest, standing: Standing) -> str:
        made = roll_back(text(request, "version"), standing.actor, standing.at)
        done(request, _("{version} answers again.").format(version=made.version))
        return reverse("desk:admin_words")

    def ask(request: HttpRequest, standing: Standing) -> str:
        ask_for_training(standing.actor, standing.at)
        done(
            request, _("The worker trains as soon as it comes by; this page says what came of it.")
        )
        return reverse("desk:admin_words")

    deeds = {"switch": switch, "back": back, "train": ask}
    return administer(request, standing, "desk/admin/words.html", shown, deeds)


@require_safe
@for_staff(*READS)
def words_model(request: HttpRequest, standing: Standing, version: str) -> HttpResponse:
    """The card of one training: what it learnt from, how good it was, where it fails."""

    def shown() -> dict[str, Any]:
        row = WordModel.objects.defer("content").filter(version=version).first()
        if row is None:
            raise Missing(N_("There is no such model."))
        return {
            **base(standing),
            "row": _line(row, could=False),
            "card": row.card,
            "tables": [table_shown(one) for one in charts.card_tables(row, _name, _TYPES)],
            "chart": chart_shown(charts.calibration(row)),
            "failures": [_(one) for one in row.card.get("known_failures", ())],
        }

    return administer(request, standing, "desk/admin/words_model.html", shown, {})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*READS)
def words_kind(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One category: from which confidence on it needs no person, and what was measured there."""
    here = reverse("desk:admin_words_kind", args=[code])

    def shown() -> dict[str, Any]:
        facts = book().category(code)
        if facts.code.startswith(APART):
            raise Missing(N_("Disputes and incidents are always given by a person."))
        champion = measured.champion()
        kept = next((r for r in measured.routes() if r.category.code == code), None)
        confidence = _confidence(
            request.POST if request.method == "POST" else request.GET,
            round(100 * kept.confidence) if kept else 90,
        )
        point = measured.measured_at(champion, code, confidence / 100) if champion else None
        short = measured.short_from(champion, code, point) if champion and point else None
        return {
            **base(standing),
            "code": code,
            "name": _name(code),
            "sets": standing.holds(("administrator",)),
            "champion": champion,
            "kept": _route(kept, champion) if kept else None,
            "reason": text(request, "reason") or (kept.reason if kept else ""),
            "confidence": confidence,
            "point": _point(point),
            "short": round(100 * short) if short is not None else None,
            "chart": chart_shown(charts.by_confidence(champion, code)) if champion else None,
        }

    def keep(request: HttpRequest, standing: Standing) -> str:
        made = set_route(
            standing.actor, code, _confidence(request.POST, -1) / 100, text(request, "reason"),
            standing.at,
        )  # fmt: skip
        done(
            request,
            _("From {percent} % on this kind needs no person.").format(
                percent=round(100 * made.confidence)
            ),
        )
        return here

    def end(request: HttpRequest, standing: Standing) -> str:
        end_route(standing.actor, code, standing.at)
        done(request, _("A person gives this kind again, always."))
        return here

    try:
        return administer(
            request, standing, "desk/admin/words_kind.html", shown, {"keep": keep, "end": end}
        )
    except Invalid as refused:
        return administer(
            request, standing, "desk/admin/missing.html", partial(_missing, refused), {}
        )


def _training() -> dict[str, Any]:
    """Whether a training is asked for or runs, and why the last one that was asked for made none."""
    kept = WordSettings.objects.select_related("train_asked_by").filter(id=1).first()
    if kept is None:
        return {}
    said = kept.train_said
    return {
        "asked_at": kept.train_asked_at,
        "by": kept.train_asked_by.name if kept.train_asked_by else "",
        "began_at": kept.train_began_at,
        "said": _(said["text"]).format(**said["values"]) if said else "",
    }


def base(standing: Standing) -> dict[str, Any]:
    """The chief is not led to pages of administration that are shut to them."""
    administers = standing.holds(("administrator",))
    return {"base": f"desk/admin/{'base' if administers else 'chief'}.html"}


def _missing(refused: Invalid) -> dict[str, Any]:
    raise Missing(refused.text, **refused.values)


def _confidence(given: QueryDict, otherwise: int) -> int:
    said = (given.get("confidence") or "").strip()
    if not said and otherwise >= 0:
        return otherwise
    if not said.isascii() or not said.isdecimal() or not 50 <= int(said[:4]) <= 99:
        if otherwise >= 0:
            return otherwise
        raise Invalid(
            N_("Give a confidence from {least} to {most} per cent."),
            least=50, most=99, field="confidence",
        )  # fmt: skip
    return int(said)


def _line(row: WordModel, could: bool) -> dict[str, Any]:
    figures = row.judged.get("figures", {})
    mine = figures.get("challenger", {})
    other = figures.get("champion") or figures.get("start") or {}
    return {
        "version": row.version,
        "made_at": row.made_at,
        "learnt": row.learnt,
        "since": row.since,
        "until": row.until,
        "state": row.state,
        "said": _(_STATES[row.state]),
        "f": f"{mine['macro_f']:.3f}" if "macro_f" in mine else "–",
        "other_f": f"{other['macro_f']:.3f}" if "macro_f" in other else "–",
        "against": row.judged.get("against", ""),
        "error": f"{mine['error']:.3f}" if "error" in mine else "–",
        "because": [
            _(one["text"]).format(**one["values"]) for one in row.judged.get("because", ())
        ],
        "megabytes": f"{row.size / 2**20:.1f}",
        "could": could,
        "by": row.by.name if row.by else "",
        "changed_at": row.changed_at,
    }


def _route(one: Any, champion: WordModel | None) -> dict[str, Any]:
    code = one.category.code
    point = measured.measured_at(champion, code, one.confidence) if champion else None
    return {
        "code": code,
        "name": _name(code),
        "confidence": round(100 * one.confidence),
        "short": round(100 * one.short) if one.short is not None else None,
        "precision": f"{100 * one.precision:.1f}" if one.precision is not None else "–",
        "now": _point(point),
        "holds": champion is not None and one.version == champion.version,
        "version": one.version,
        "by": one.set_by.name if one.set_by else "",
        "at": one.set_at,
        "reason": one.reason,
    }


def _point(point: measured.Point | None) -> dict[str, Any] | None:
    if point is None:
        return None
    return {
        "precision": f"{100 * point.precision:.1f}",
        "surely": f"{100 * point.surely:.1f}",
        "share": f"{100 * point.share:.0f}",
        "count": point.count,
    }


def _name(code: str) -> str:
    known = book()
    found = known.codes.get(code)
    if found is None:
        return code
    facts = known.categories[found]
    return named(facts.name, facts.name_en)
