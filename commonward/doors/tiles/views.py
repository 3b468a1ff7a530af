"""Tiles over HTTP: what is drawn where, to everybody or to those who may see it."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.areas.queries import outline, revisions
from commonward.areas.queries.drawn import drawn_in, extent
from commonward.areas.queries.roads import site_roads
from commonward.cases.queries.on_map import in_tile, kept, right_key
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.core.tiles import EXTENT, Tile
from commonward.doors.look.seeing import onlooker
from commonward.doors.tiles import encoding
from commonward.doors.tiles.kept import Ready, Shelf
from commonward.doors.tiles.style import CASES, THEMES, Ground
from commonward.doors.tiles.style import style as make_style
from commonward.people.queries import actor_for
from commonward.people.queries import now as site_now
from commonward.people.words import tell

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
LIGHTS_SECONDS = 2
"""Lights change with time alone: a tile of cases is made anew after so many seconds."""
_SHELF_BYTES = 32 * 1024 * 1024
_LASTING = "public, max-age=86400"

_cases = Shelf(_SHELF_BYTES)
_ground = Shelf(_SHELF_BYTES)


@require_safe
def areas(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Areas in force: layers `areas` and `names`. The address names the state (`?v=`) it is of."""
    try:
        tile = Tile.at(z, x, y)
    except Missing as refusal:
        return _refused(refusal)
    marks = revisions()
    at = site_now()
    # A change that was dated ahead comes into force without a mark: hence the hour.
    state = (marks.get("areas", 0), at.replace(minute=0, second=0, microsecond=0))
    ready = _ground.get(("areas", tile), state)
    if ready is None or not state[0]:
        bounds = tile.bounds(encoding.RIM / EXTENT)
        found = drawn_in(bounds, encoding.levels_at(z), at, marks)
        ready = _ground.put(("areas", tile), state, Ready.of(encoding.areas(found, tile)))
    return _sent(request, ready, _LASTING if "v" in request.GET else "no-cache")


@require_safe
def roads(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The roads that were imported: layer `roads`; nothing where there are none."""
    try:
        tile = Tile.at(z, x, y)
    except Missing as refusal:
        return _refused(refusal)
    marks = revisions()
    state = marks.get("roads", 0)
    ready = _ground.get(("roads", tile), state)
    if ready is None:
        found = site_roads(marks)
        made = b"" if found is None else encoding.roads(found, tile)
        ready = _ground.put(("roads", tile), state, Ready.of(made))
    return _sent(request, ready, _LASTING if "v" in request.GET else "no-cache")


@require_safe
def cases(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The open cases that everybody may see: layers `cases` and `clusters`."""
    return _cases_for(request, None, z, x, y)


@require_safe
def desk(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The open cases that the one who is signed in may see."""
    at = site_now()
    account = request.user.pk if request.user.is_authenticated else None
    try:
        if account is None:
            return _signed_out()
        actor = onlooker(request, at) or actor_for(account, at)
    except Missing:
        return _signed_out()
    response = _cases_for(request, actor, z, x, y)
    patch_vary_headers(response, ("Cookie",))
    return response


@require_safe
def style(request: HttpRequest, cases: str, theme: str) -> HttpResponse:
    """The map's style, in the language of the reader; `?area=` shows and marks one area."""
    if cases not in CASES or theme not in THEMES:
        wrong = N_("There is no map “{name}”: choose one of {known}.")
        return _refused(Missing(wrong, name=f"{cases}/{theme}", known=", ".join(CASES)))
    at, marks = site_now(), revisions()
    chosen = request.GET.get("area", "")
    shape = outline(chosen, at) if chosen else None
    known = site_roads(marks)
    made = make_style(
        Ground(
            areas=f"{_address('areas')}?v={marks.get('areas', 0)}",
            roads="" if known is None else f"{_address('roads')}?v={marks['roads']}",
            roads_credit="" if known is None else known.credit,
            base=settings.BASEMAP,
            base_credit=settings.BASEMAP_CREDIT,
            bounds=extent(at, marks) if shape is None else shape.bounds,
            chosen="" if shape is None else chosen,
        ),
        get_language() or settings.LANGUAGE_CODE,
        "dark" if theme == "dark" else "light",
        cases,
        {"public": _address("cases"), "desk": _address("desk")}.get(cases, ""),
    )
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
    return JsonResponse(made, headers=headers)


def _address(name: str) -> str:
    """The path of a kind of tiles; the page puts its own site before it."""
    return reverse(f"tiles:{name}", args=(0, 0, 0)).replace("0/0/0", "{z}/{x}/{y}")


def _cases_for(request: HttpRequest, actor: Actor | None, z: int, x: int, y: int) -> HttpResponse:
    try:
        tile = Tile.at(z, x, y)
    except Missing as refusal:
        return _refused(refusal)
    ready = cases_tile(tile, actor, site_now())
    return _sent(request, ready, "no-cache" if actor is None else "private, no-cache")


def cases_tile(tile: Tile, actor: Actor | None, at: datetime) -> Ready:
    """A tile of open cases, from memory where nothing changed; never older than five seconds.

    At most two seconds since the events were read, and two since lights were reckoned. Shared by
    all who have the same rights.
    """
    now = kept()
    key = (right_key(actor), tile)
    state = (now.number, int(at.timestamp()) // LIGHTS_SECONDS)
    ready = _cases.get(key, state)
    if ready is None:
        found = in_tile(now, tile, key[0], at, book())
        ready = _cases.put(key, state, Ready.of(encoding.cases(found)))
    return ready


def _sent(request: HttpRequest, ready: Ready, caching: str) -> HttpResponse:
    headers = {"ETag": ready.etag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    if ready.etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    body = ready.plain
    if ready.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = ready.packed, "gzip"
    return HttpResponse(body, content_type=MEDIA_TYPE, headers=headers)


def _refused(refusal: Missing) -> HttpResponse:
    return HttpResponse(tell(refusal), status=404, content_type="text/plain; charset=utf-8")


def _signed_out() -> HttpResponse:
    words = _("Sign in to see the cases that you work on.")
    return HttpResponse(words, status=401, content_type="text/plain; charset=utf-8")
