"""Places: written down, changed, taken over from a table (检查场所登记); never whose they are."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.areas.models import Area
from commonward.areas.queries import locate, locate_many, revisions
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.people.actions import record_change
from commonward.programmes.models import Place
from commonward.programmes.queries.inspections.access import place_for, require_keeper
from commonward.programmes.queries.inspections.checklists import kinds

MOST_ROWS = 20_000
NEAR_METRES = 60.0
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}")
_ENDED = re.compile(r"[\s·,，.。()（）-]+")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "编号", "编码"),
    "kind": ("kind", "类别", "类型"),
    "name": ("name", "名称", "场所名称"),
    "lat": ("lat", "latitude", "纬度"),
    "lon": ("lon", "long", "longitude", "经度"),
    "address": ("address", "地址"),
}
"""What a column may be called; others are read by nobody."""
NEEDED = ("code", "kind", "name", "lat", "lon")


@dataclass(frozen=True, slots=True)
class Given:
    """A place as somebody wrote it."""

    code: str
    kind: str
    name: str
    lat: float
    lon: float
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: the place, what is wrong with it, and whether it is there already.

    `same` is the code of a place of the kind near by with the same name, `known` that the code is
    there (it is then changed).
    """

    line: int
    given: Given | None
    fault: Refusal | None = None
    known: bool = False
    same: str = ""


def check_place(given: Given, known_kinds: Iterable[str]) -> Given:
    """The place as it is kept. Raises Invalid: nothing that leads to a person stands in it."""
    code, name, address = given.code.strip(), given.name.strip(), given.address.strip()
    if not _CODE.fullmatch(code):
        raise Invalid(
            N_("A place's code has 1 to 30 letters, digits, points and dashes."), field="code"
        )
    if given.kind not in known_kinds:
        raise Invalid(
            N_("“{given}” is no kind of place here."), given=given.kind[:40], field="kind"
        )
    if not 1 <= len(name) <= 120 or len(address) > 300:
        raise Invalid(
            N_("A place has a name of 1 to {longest} characters."), longest=120, field="name"
        )
    for field, words in (("name", name), ("address", address)):
        if mask(words) != words:
            raise Invalid(
                N_("“{words}” holds a number or address that leads to a person: leave it out."),
                words=words[:60],
                field=field,
            )
    if not (abs(given.lat) <= 90 and abs(given.lon) <= 180):
        raise Invalid(N_("This point lies nowhere on earth."), field="lat")
    return Given(code, given.kind, name, given.lat, given.lon, address)


def keep_place(given: Given, actor: Actor, at: datetime, *, active: bool = True) -> Place:
    """Write a place down or change it. Raises Invalid, Forbidden, Missing."""
    kept = check_place(given, kinds())
    found = locate(kept.lat, kept.lon, at=at)
    if found.area_id is None:
        raise Invalid(N_("This place is outside the area served."), field="lat")
    require_keeper(actor, found.path)
    with transaction.atomic():
        before = Place.objects.select_for_update().filter(code=kept.code).first()
        if before is not None:
            require_keeper(actor, before.area_path)
        made, _new = Place.objects.update_or_create(
            code=kept.code,
            defaults={
                "kind": kept.kind, "name": kept.name, "lat": kept.lat, "lon": kept.lon,
                "address": kept.address, "area_id": found.area_id, "area_path": found.path,
                "active": active, "changed_at": at,
            },
        )  # fmt: skip
        record_change(actor, "keep_place", kept.code, at, {"kind": kept.kind, "active": active})
    return made


def end_place(code: str, actor: Actor, at: datetime) -> Place:
    """A place is no more: it is visited no longer, its visits stay. Raises Missing, Forbidden."""
    found = place_for(code, actor)
    require_keeper(actor, found.area_path)
    found.active, found.changed_at = False, at
    found.save(update_fields=["active", "changed_at"])
    record_change(actor, "end_place", code, at)
    return found


def read_places(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Line]:
    """The lines of a table (preview): faults and doubles told, nothing written.

    Raises Invalid where a needed column is missing or there are too many lines.
    """
    places = {name: _column(columns, names) for name, names in COLUMNS.items()}
    missing = [name for name in NEEDED if places[name] is None]
    if missing:
        raise Invalid(
            N_("The table has no column {missing}."), missing=", ".join(missing), field="file"
        )
    known_kinds = kinds()
    by_title = {
        title: kind for kind, text in known_kinds.items() for title in (text.zh, text.en.lower())
    }
    lines: list[Line] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS + 1:
            raise Invalid(N_("At most {most} lines at once."), most=MOST_ROWS, field="file")
        try:
            given = check_place(_given(row, places, by_title), known_kinds)
            if given.code in seen:
                raise Invalid(N_("The code {code} stands twice."), code=given.code, field="code")
            seen.add(given.code)
            lines.append(Line(number, given))
        except Refusal as fault:
            lines.append(Line(number, None, fault))
    return _doubles(lines)


def take_over(
    given: Sequence[Given], actor: Actor, at: datetime, *, check: bool = True
) -> tuple[int, int]:
    """Write many places at once (导入): how many were new, how many lie outside and were left out.

    Those with a known code are changed. Raises Forbidden where one lies in another's area.
    """
    known_kinds = kinds()
    kept = [check_place(one, known_kinds) for one in given] if check else list(given)
    if not kept:
        return 0, 0
    ids = locate_many(
        [one.lat for one in kept], [one.lon for one in kept], at=at, revisions=revisions()
    )
    paths = dict(Area.objects.filter(pk__in={int(n) for n in ids if n}).values_list("pk", "path"))
    for path in set(paths.values()) if actor is not SYSTEM else ():
        require_keeper(actor, path)
    rows = [
        Place(
            code=one.code, kind=one.kind, name=one.name, lat=one.lat, lon=one.lon,
            address=one.address, area_id=int(n), area_path=paths[int(n)], changed_at=at,
        )
        for one, n in zip(kept, ids, strict=True)
        if n
    ]  # fmt: skip
    with transaction.atomic():
        held = dict(
            Place.objects.filter(code__in=[row.code for row in rows]).values_list(
                "code", "area_path"
            )
        )
        for path in set(held.values()) if actor is not SYSTEM else ():
            require_keeper(actor, path)
        Place.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[
                "kind",
                "name",
                "lat",
                "lon",
                "address",
                "area",
                "area_path",
                "changed_at",
            ],
        )
        record_change(actor, "take_over_places", "places", at, {"count": len(rows)})
    return len(rows) - len(held), len(kept) - len(rows)


def _column(columns: Sequence[str], names: tuple[str, ...]) -> int | None:
    plain = [one.strip().lower() for one in columns]
    return next((plain.index(name) for name in names if name in plain), None)


def _given(
    row: Sequence[Any], places: Mapping[str, int | None], by_title: Mapping[str, str]
) -> Given:
    def cell(name: str) -> str:
        at = places[name]
        found = row[at] if at is not None and at < len(row) else ""
        if isinstance(found, float) and found.is_integer() and name == "code":
            found = int(found)
        return str("" if found is None else found).strip()

    try:
        lat, lon = float(cell("lat")), float(cell("lon"))
    except ValueError:
        raise Invalid(N_("Latitude and longitude are numbers of degrees."), field="lat") from None
    kind = cell("kind")
    return Given(
        cell("code"), by_title.get(kind, by_title.get(kind.lower(), kind)), cell("name"), lat, lon,
        cell("address"),
    )  # fmt: skip


def _doubles(lines: list[Line]) -> list[Line]:
    """Which are there already by their code, or near by under the same name."""
    given = [one.given for one in lines if one.given is not None]
    codes = [one.code for one in given]
    known: set[str] = set()
    for first in range(0, len(codes), 500):
        known |= set(
            Place.objects.filter(code__in=codes[first : first + 500]).values_list("code", flat=True)
        )
    named: dict[tuple[str, str], list[tuple[str, float, float]]] = {}
    wanted = {(one.kind, _plain(one.name)) for one in given}
    if wanted:
        rows = Place.objects.filter(kind__in={kind for kind, _ in wanted}, active=True)
        for code, kind, name, lat, lon in rows.values_list("code", "kind", "name", "lat", "lon"):
            if (kind, _plain(name)) in wanted:
                named.setdefault((kind, _plain(name)), []).append((code, lat, lon))
    found = []
    for line in lines:
        if line.given is None:
            found.append(line)
            continue
        one = line.given
        key = (one.kind, _plain(one.name))
        same = next(
            (
                code
                for code, lat, lon in named.get(key, ())
                if code != one.code and _metres(lat, lon, one.lat, one.lon) <= NEAR_METRES
            ),
            "",
        )
        named.setdefault(key, []).append((one.code, one.lat, one.lon))
        found.append(Line(line.line, one, None, one.code in known, same))
    return found


def _plain(name: str) -> str:
    return _ENDED.sub("", name).lower()


def _metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    x = (lon - other_lon) * math.cos(math.radians(lat))
    return math.hypot(x, lat - other_lat) * 111_195.0
