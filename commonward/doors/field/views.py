"""The shell that works without network, what it carries, and where it sends."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonward.areas.queries import revisions
from commonward.cases.access import may_see
from commonward.cases.actions.photos import MOST_BYTES, MOST_PHOTOS
from commonward.cases.queries.fielding import (
    FieldTask,
    case_of_photo,
    field_rounds,
    field_tasks,
    round_of_team,
)
from commonward.cases.queries.reference import book
from commonward.cases.queries.services import services
from commonward.core.danger import harmless_phrases, words_by_number
from commonward.core.plans.rounds.gpx import gpx
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal, Stale
from commonward.doors.field.inspecting import carried
from commonward.doors.field.sending import FOR_THE_DESK, do
from commonward.doors.field.texts import texts
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import language, named, page, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.setting_up import PAYMENT
from commonward.response.queries.cards import cards

ROLES = ("grid_worker", "handler")
FILES = (
    "look/vendor/bootstrap.min.css",
    "look/look.css",
    "look/icon.svg",
    "look/danger.js",
    "field/field.css",
    "field/field.js",
    "field/danger.js",
    "field/store.js",
    "field/outbox.js",
    "field/forms.js",
    "field/questions.js",
    "field/rounds.js",
    "field/inspections.js",
    "field/vendor/idb.js",
)
"""Everything that the shell needs beside itself; the worker keeps exactly these."""
_PHOTO_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@require_safe
@for_staff(*ROLES, own=True)
def shell(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The one page of the field (外勤): empty, filled by its script from the phone's own store."""
    facts = {
        "texts": texts(),
        # With the shell, so that the phone says whom to call without network.
        "danger": {**words_by_number(), "harmless": harmless_phrases()},
        "language": language(),
        "zone": settings.SITE_ZONE,
        "most_photos": MOST_PHOTOS,
        "work": reverse("field:work"),
        "send": reverse("field:send"),
        "photos": reverse("field:home") + "photos/",
        "gpx": reverse("field:home") + "rounds/",
        "worker": reverse("field:worker"),
        "sign_in": f"{reverse('account_login')}?next={reverse('field:home')}",
        "sign_out": reverse("account_logout"),
    }
    context = {"facts": facts, "account": standing.actor.account, "name": standing.actor.name}
    response = page(request, "field/shell.html", context, private=True)
    # The worker keeps this page: it holds nobody's words. It names who signed in: no proxy keeps it.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the files it keeps and a mark that changes when one of them does."""
    kept = {"mark": _mark(), "shell": reverse("field:home"), "files": [static(f) for f in FILES]}
    script = finders.find("field/worker.js")
    if not isinstance(script, str):
        raise Http404
    body = f"const KEPT = {json.dumps(kept)};\n{Path(script).read_text(encoding='utf-8')}"
    return HttpResponse(
        body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@lru_cache(maxsize=1)
def _mark() -> str:
    found = hashlib.sha256()
    for name in FILES:
        path = finders.find(name)
        found.update(Path(path).read_bytes() if isinstance(path, str) else name.encode())
    return found.hexdigest()[:12]


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What an installed field looks like on a phone's first page."""
    content = {
        "name": texts()["field"],
        "short_name": "同里",
        "start_url": reverse("field:home"),
        "scope": reverse("field:home"),
        "display": "standalone",
        "background_color": "#f4f6f5",
        "theme_color": "#0f5257",
        "icons": [{"src": static("look/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@for_staff(*ROLES, own=True)
def work(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The day's work as data, for the phone to keep: tasks, rounds, what can be found."""
    actor, at = standing.actor, standing.at
    now = revisions()
    finds = any(right.role == "grid_worker" for right in actor.rights)
    content = {
        "account": actor.account,
        "name": actor.name,
        "at": at.isoformat(),
        "csrf": get_token(request),
        "tasks": [_task(task) for task in field_tasks(actor, at)],
        "rounds": [
            {"id": r.id, "name": r.name, "points": [_point(one) for one in r.points],
             "on": r.on.isoformat(), "visited": r.visited, "missed": r.missed}
            for r in field_rounds(actor, timezone.localdate(at))
        ],
        "categories": [
            {"code": s.code, "name": s.named(language()), "group": s.grouped(language()),
             "keywords": s.keywords, "questions": [q for q in s.questions if q.get("required")]}
            for s in services(now).values()
            if s.reportable and finds
        ],
        "help": [
            {"code": c.kind, "name": said(c.title)}
            for c in (cards(at).cards.values() if finds and PAYMENT in book(now).codes else ())
            if c.kind not in FOR_THE_DESK
        ],
        "inspections": carried(actor, at),
    }  # fmt: skip
    return JsonResponse(content)


def _point(point: Mapping[str, Any]) -> dict[str, Any]:
    """A point with its steps in the reader's language."""
    found = dict(point)
    if "steps" in found:
        found["steps"] = _steps(found["steps"])
    for rest in ("rest", "rest_after"):
        if rest in found:
            found[rest] = {**found[rest], "steps": _steps(found[rest]["steps"])}
    return found


def _steps(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"text": _(one["text"]).format(**one["values"]), "metres": one["metres"]} for one in steps
    ]


def _task(task: FieldTask) -> dict[str, Any]:
    line = task.line
    return {
        "number": line.number,
        "stage": line.stage,
        "title": said(line.stage_title),
        "category": named(line.category_name, line.category_name_en),
        "words": task.words,
        "address": line.address,
        "area": named(line.area_name, line.area_name_en),
        "lat": line.lat,
        "lon": line.lon,
        "due": line.due_at.isoformat() if line.due_at else None,
        "warn": line.warn_at.isoformat() if line.warn_at else None,
        "urgent": line.grade == "urgent",
        "photos": task.photos,
        "verbs": [{"name": v.name, "title": said(v.title), "needs": v.needs} for v in task.verbs],
    }


@require_POST
@for_staff(*ROLES, own=True)
def send(request: HttpRequest, standing: Standing) -> HttpResponse:
    """One thing out of a phone's outbox; a refusal says in words what to do about it."""
    try:
        item = json.loads(request.POST.get("item", ""))
        if not isinstance(item, dict):
            raise TypeError
    except (ValueError, TypeError):
        return _refused(Invalid(N_("“item” must be one JSON object."), field="item"))
    if item.get("account") != standing.actor.account:
        return _refused(
            Forbidden(N_("This was written by another account: sign in as that one to send it."))
        )
    files = request.FILES.getlist("photos")
    if len(files) > MOST_PHOTOS or any((f.size or 0) > MOST_BYTES for f in files):
        return _refused(
            Invalid(
                N_("At most {most} photos of {bytes} bytes each are taken."),
                field="photos",
                most=MOST_PHOTOS,
                bytes=MOST_BYTES,
            )
        )
    try:
        return JsonResponse({"done": True, **do(item, files, standing.actor, standing.at)})
    except Refusal as refusal:
        return _refused(refusal)


@require_safe
@for_staff(*ROLES, own=True)
def round_gpx(request: HttpRequest, standing: Standing, round_id: int) -> HttpResponse:
    """A round of the own team as a file for other devices (GPX 1.1)."""
    try:
        found = round_of_team(round_id, standing.actor)
    except Missing as missing:
        raise Http404 from missing
    stops = [
        (" ".join((point.get("at", ""), point["name"])).strip(), (point["lon"], point["lat"]))
        for point in found.points
    ]
    line = [(lon, lat) for lon, lat in found.way] or [at for _name, at in stops]
    response = HttpResponse(gpx(found.name, line, stops), content_type="application/gpx+xml")
    response.headers["Content-Disposition"] = f'attachment; filename="round-{found.pk}.gpx"'
    return response


def _refused(refusal: Refusal) -> JsonResponse:
    kinds = {Invalid: 400, Forbidden: 403, Missing: 404, Stale: 409}
    status = next((code for kind, code in kinds.items() if isinstance(refusal, kind)), 409)
    return JsonResponse(
        {"done": False, "code": refusal.code, "field": refusal.field, "words": refused(refusal)},
        status=status,
    )


@require_safe
@for_staff(*ROLES, own=True)
def photo(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """A photo of a case that this person may see; the browser keeps none."""
    case = case_of_photo(f"{name}.jpg")
    if case is None or not may_see(case, standing.actor):
        raise Http404
    try:
        content = (settings.MEDIA_ROOT / f"{name}.jpg").read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/jpeg", headers=_PHOTO_HEADERS)
