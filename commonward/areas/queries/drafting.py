"""Changes of borders as they would be: planned and looked at before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy.typing as npt
import shapely
from django.db.models import Q

from commonward.areas.models import AnsweringRule, Area, Shape
from commonward.areas.queries.kept import Layers, layered
from commonward.areas.queries.places import located_in
from commonward.areas.queries.tree import Place, valid
from commonward.core import borders, codes, geo
from commonward.core.refusals import N_, Invalid, Missing

MOST_MERGED = 20
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NewArea:
    """An area to be added (增设): its code, names and the parent that its code names."""

    code: str
    name: str
    name_en: str
    parent: Place


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be so from `since` on (调整方案).

    `outlines` are the outlines that change or come in by code (WGS-84, shapely), `before` those
    in force of the same codes and of those that end, `ended` the areas that end with all below.
    `place` is what the change is about, `root` the path below which everything else stays as it
    is, `beside` the outlines of the neighbours that do not change.
    """

    verb: str
    place: Place
    root: str
    since: datetime
    outlines: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    added: tuple[NewArea, ...] = ()
    ended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effects:
    """What a draft does to the land, in square metres; below 1 m² nothing is told.

    `sizes` are (code, before, after) of every area that changes, `overlaps` (code, other code,
    size) afterwards; `gap_…` is what of the parent none of its areas covers, `outside` what the
    changed areas cover beyond their parent. `rules` counts answering rules that name an ended
    area and would answer for nothing.
    """

    sizes: tuple[tuple[str, float, float], ...]
    overlaps: tuple[tuple[str, str, float], ...]
    gap_before: float
    gap_after: float
    outside: float
    rules: int


def draft_add(
    code: str, name: str, outline: Any, *, since: datetime, name_en: str = "", fit: bool = False
) -> Draft:
    """A new area with this outline below the parent that its code names; with `fit` the
    neighbours give way. Raises Invalid, Missing."""
    new = _new(code, name, name_en)
    beside = _outlines(_siblings(new.code, new.parent, "general"))
    changed = borders.fitted(None, outline, beside) if fit else {}
    return _draft(
        "add_area", new.parent, new.parent.path, since, beside, {new.code: outline, **changed},
        added=(new,),
    )  # fmt: skip


def draft_redraw(code: str, outline: Any, *, since: datetime, fit: bool = False) -> Draft:
    """Another outline for an area; with `fit` the neighbours give way and take what it leaves."""
    area = open_area(code)
    beside = _outlines(_beside(area))
    old = _outlines([area]).get(code)
    changed = borders.fitted(old, outline, beside) if fit else {}
    known = beside if old is None else {**beside, code: old}
    return _draft("redraw", _place(area), _root(area), since, known, {code: outline, **changed})


def draft_split(
    code: str,
    line: Any,
    new_code: str,
    name: str,
    *,
    since: datetime,
    name_en: str = "",
    new_part: str = "smaller",
) -> Draft:
    """An area cut by a line: one part keeps the code, the "smaller" or "larger" becomes a new
    area. Raises Invalid (areas lie below it, the line does not cut through), Missing."""
    area = _leaf(code)
    new = _new(new_code, name, name_en)
    if new.parent.id != area.parent_id:
        raise Invalid(
            N_("The code of the new part begins like that of its neighbour: {given}…"),
            field="new_code",
            given=area.parent.code if area.parent else "",
        )
    if new_part not in ("smaller", "larger"):
        raise Invalid(N_("Choose one of the list."), field="new_part")
    old = _drawn(area)
    parts = sorted(borders.split(old, line), key=geo.square_metres)
    smaller, larger = parts
    mine, others = (larger, smaller) if new_part == "smaller" else (smaller, larger)
    known = {**_outlines(_beside(area)), code: old}
    return _draft(
        "split_area", _place(area), _root(area), since, known, {code: mine, new.code: others},
        added=(new,),
    )  # fmt: skip


def draft_merge(code: str, others: Sequence[str], *, since: datetime) -> Draft:
    """Neighbours that go up in an area, which keeps its code and name. Raises Invalid (areas lie
    below one, they do not hang together), Missing."""
    named = tuple(dict.fromkeys(other for other in others if other != code))
    if not 1 <= len(named) <= MOST_MERGED:
        raise Invalid(
            N_("Name one to {most} neighbours to merge."), field="others", most=MOST_MERGED
        )
    area = _leaf(code)
    rows = [_leaf(other) for other in named]
    strange = next((row for row in rows if row.parent_id != area.parent_id), None)
    if strange is not None:
        raise Invalid(
            N_("{given} lies in another area: only neighbours of the same parent are merged."),
            field="others",
            given=strange.code,
        )
    drawn = {row.code: _drawn(row) for row in (area, *rows)}
    whole = borders.merge(drawn)
    known = {**_outlines(_beside(area)), **drawn}
    return _draft(
        "merge_areas", _place(area), _root(area), since, known, {code: whole}, ended=named
    )


def draft_end(code: str, *, since: datetime) -> Draft:
    """An area that ends, with all below it. Raises Missing."""
    area = open_area(code)
    known = _outlines([area, *_beside(area)])
    return _draft("end_area", _place(area), _root(area), since, known, {}, ended=(code,))


def effects(draft: Draft) -> Effects:
    """Sizes, overlaps, holes and rules of a draft (2 queries)."""
    touched = [*draft.outlines, *(code for code in draft.ended if code not in draft.outlines)]
    sizes = tuple(
        (code, _size(draft.before.get(code)), _size(draft.outlines.get(code))) for code in touched
    )
    after = {**draft.beside, **draft.outlines}
    pairs: dict[frozenset[str], tuple[str, str, float]] = {}
    for code, outline in draft.outlines.items():
        others = {other: shape for other, shape in after.items() if other != code}
        for other, size in borders.overlaps(outline, others).items():
            pairs.setdefault(frozenset((code, other)), (code, other, size))
    whole = _parent_outline(draft)
    gap_before = gap_after = outside = 0.0
    before = {**draft.beside, **draft.before}
    if whole is not None and after:
        gap_before = borders.gaps(whole, list(before.values())) if before else 0.0
        gap_after = borders.gaps(whole, list(after.values()))
        if draft.outlines:
            outside = borders.gaps(shapely.union_all(list(draft.outlines.values())), [whole])
    naming = AnsweringRule.objects.filter(valid(draft.since), area_code__in=draft.ended)
    rules = naming.count() if draft.ended else 0
    return Effects(sizes, tuple(pairs.values()), gap_before, gap_after, outside, rules)


@dataclass(frozen=True, slots=True)
class Trial:
    """Where points lie before and after a draft; only what lies below its root is known."""

    before: Layers
    after: Layers
    paths: Mapping[int, str]

    def located(
        self, lats: npt.ArrayLike, lons: npt.ArrayLike
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """For each point (degrees) the path of its area before and after, "" for none."""
        before, after = (
            tuple(self.paths.get(int(area), "") for area in located_in(layers, lats, lons))
            for layers in (self.before, self.after)
        )
        return before, after


def trial(draft: Draft) -> Trial:
    """The tables behind `locate`, of the part of the tree that the draft touches (1 query)."""
    above = draft.root.strip("/").split("/")
    rows = list(
        Shape.objects.filter(area__valid_until=None, valid_until=None)
        .filter(Q(area__path__startswith=draft.root) | Q(area__code__in=above))
        .order_by("area__code")
        .values_list("area_id", "area__code", "area__path", "wkb")
    )
    gone = tuple(f"/{code}/" for code in draft.ended)
    changed = {code: shapely.to_wkb(outline) for code, outline in draft.outlines.items()}
    new = {one.code: -number for number, one in enumerate(draft.added, 1)}
    made = {one.code: f"{one.parent.path}{one.code}/" for one in draft.added}
    ids = {code: area for area, code, _path, _wkb in rows}
    ways = {code: path for _area, code, path, _wkb in rows} | made
    for code in changed.keys() - ways.keys():  # drawn for the first time
        area = open_area(code)
        ids[code], ways[code] = area.pk, area.path
    after = [
        row for row in rows if row[1] not in changed and not any(end in row[2] for end in gone)
    ]
    after += [
        (new.get(code, ids.get(code, 0)), code, ways[code], wkb) for code, wkb in changed.items()
    ]
    after.sort(key=lambda row: row[1])
    paths = {area: path for area, _code, path, _wkb in (*rows, *after)}
    return Trial(layered(rows), layered(after), paths)


def next_code(parent: str) -> str:
    """The code after the highest that any area below this one ever had; "" when none is left."""
    try:
        width = len(codes.child(parent, 1))
        used = [
            int(code[len(parent) :])
            for code in Area.objects.filter(parent__code=parent).values_list("code", flat=True)
            if len(code) == width and code.startswith(parent)
        ]
        return codes.child(parent, max(used, default=0) + 1)
    except Invalid:
        return ""


def open_area(code: str) -> Area:
    """The area with this code and no end on record. Raises Missing."""
    area = Area.objects.select_related("parent").filter(code=code, valid_until=None).first()
    if area is None:
        raise Missing(N_("There is no area with the code {given}."), field="code", given=code)
    return area


def _draft(
    verb: str,
    place: Place,
    root: str,
    since: datetime,
    known: Mapping[str, Any],
    outlines: Mapping[str, Any],
    *,
    added: tuple[NewArea, ...] = (),
    ended: tuple[str, ...] = (),
) -> Draft:
    touched = {*outlines, *ended}
    return Draft(
        verb, place, root, since, outlines,
        before={code: shape for code, shape in known.items() if code in touched},
        beside={code: shape for code, shape in known.items() if code not in touched},
        added=added, ended=ended,
    )  # fmt: skip


def _new(code: str, name: str, name_en: str) -> NewArea:
    checked = codes.parse(code)
    if Area.objects.filter(code=checked.text).exists():
        raise Invalid(
            N_("The code {given} is or was in use: take another, so that records stay clear."),
            field="new_code",
            given=checked.text,
        )
    name, name_en = names(name, name_en)
    parent = Area.objects.filter(code=checked.parent, valid_until=None).first()
    if parent is None:
        raise Invalid(
            N_("{given} lies in {parent}, which is not known: add that first."),
            field="new_code",
            given=checked.text,
            parent=checked.parent,
        )
    return NewArea(checked.text, name, name_en, _place(parent))


def names(name: str, name_en: str) -> tuple[str, str]:
    """The names without spaces around them. Raises Invalid for an empty or long one."""
    found = (name.strip(), name_en.strip())
    if not found[0]:
        raise Invalid(N_("Give the area a name."), field="name")
    for key, text in zip(("name", "name_en"), found, strict=True):
        if len(text) > LONGEST_NAME or not text.isprintable():
            raise Invalid(
                N_("A name has at most {most} characters on one line."),
                field=key,
                most=LONGEST_NAME,
            )
    return found


def _leaf(code: str) -> Area:
    """An area with nothing below it: codes of areas below begin with its own, and would change."""
    area = open_area(code)
    below = Area.objects.filter(path__startswith=area.path, valid_until=None).count() - 1
    if below:
        raise Invalid(
            N_(
                "{given} has {number} areas below it, whose codes begin with its own: split or "
                "merge those, or import the new codes from a file."
            ),
            given=code,
            number=below,
        )
    return area


def _siblings(code: str, parent: Place | None, kind: str) -> list[Area]:
    rows = Area.objects.filter(
        parent_id=None if parent is None else parent.id, valid_until=None, kind=kind
    )
    return list(rows.exclude(code=code).order_by("code"))


def _beside(area: Area) -> list[Area]:
    parent = None if area.parent is None else _place(area.parent)
    return _siblings(area.code, parent, area.kind)


def _outlines(areas: Sequence[Area]) -> dict[str, Any]:
    rows = Shape.objects.filter(area__in=[area.pk for area in areas], valid_until=None)
    return {
        code: shapely.from_wkb(bytes(wkb))
        for code, wkb in rows.order_by("area__code").values_list("area__code", "wkb")
    }


def _drawn(area: Area) -> Any:
    found = _outlines([area]).get(area.code)
    if found is None:
        raise Invalid(N_("{given} has no outline yet: draw it first."), given=area.code)
    return found


def _parent_outline(draft: Draft) -> Any:
    """The outline of the area in which the change lies; None where there is none."""
    inside = draft.root.strip("/").split("/")[-1]
    if inside == draft.place.code and draft.verb != "add_area":
        return None
    row = Shape.objects.filter(area__code=inside, area__valid_until=None, valid_until=None).first()
    return None if row is None else shapely.from_wkb(bytes(row.wkb))


def _size(outline: Any) -> float:
    return 0.0 if outline is None else geo.square_metres(outline)


def _root(area: Area) -> str:
    return area.path if area.parent is None else area.parent.path


def _place(area: Area) -> Place:
    return Place(area.pk, area.code, area.name, area.name_en, area.level, area.path, area.synthetic)
