"""Say where the project of a review lies: a point, an outline, or the outline of an area (项目范围)."""

from datetime import datetime

from django.db import transaction

from commonward.areas.queries.drawn import extent
from commonward.areas.queries.tree import outline as area_outline
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.core.risk.outline import Outline, outline_of, point, read_outline, shape_of
from commonward.programmes.actions.risk.frame import note, opened, write_draft
from commonward.programmes.models import RiskReview


def place_by_point(number: str, lat: str, lon: str, actor: Actor, at: datetime) -> RiskReview:
    """One place, in degrees as they are typed. Raises Missing, Forbidden, Invalid, Refusal."""
    try:
        given = point(float(lat), float(lon))
    except ValueError:
        raise Invalid(
            N_("Give the place in degrees, such as 30.02 and 112.01, or tap it on the map."),
            field="lat",
        ) from None
    return _placed(number, given, "point", actor, at)


def place_by_outline(number: str, text: str, actor: Actor, at: datetime) -> RiskReview:
    """An outline as GeoJSON, pasted or out of a file. Raises as `place_by_point`."""
    if not text.strip():
        raise Invalid(N_("Paste the outline, or choose its file."), field="outline")
    return _placed(number, read_outline(text), "outline", actor, at)


def place_by_area(number: str, code: str, actor: Actor, at: datetime) -> RiskReview:
    """The outline that an area has now; it stays when the area is drawn anew. Raises as above."""
    found = area_outline(code.strip(), at)
    if found is None:
        raise Invalid(
            N_("There is no area {code} with an outline; its code stands in the list of areas."),
            code=code.strip()[:40], field="area",
        )  # fmt: skip
    return _placed(number, outline_of(found), "area", actor, at)


def take_place_away(number: str, actor: Actor, at: datetime) -> RiskReview:
    """Take it out of a draft. Raises Missing, Forbidden, Refusal."""
    with transaction.atomic():
        found, at = opened(number, actor, at)
        if found.case.stage != "drafted":
            raise _standing()
        write_draft(found, actor, at)
        found.outline = None
        found.save(update_fields=["outline"])
        note(found, "place_gone", actor, at)
    return found


def _placed(number: str, outline: Outline, way: str, actor: Actor, at: datetime) -> RiskReview:
    bounds = extent(at)
    if bounds is not None:
        west, south, east, north = bounds
        left, low, right, high = shape_of(outline).bounds
        if left > east or right < west or low > north or high < south:
            raise Invalid(
                N_("This place lies outside the map of this site, which goes from {first} to "
                   "{second} (longitude, latitude). Are the two swapped, or are they not WGS-84?"),
                first=f"{west:.3f}, {south:.3f}", second=f"{east:.3f}, {north:.3f}",
                field="outline",
            )  # fmt: skip
    with transaction.atomic():
        found, at = opened(number, actor, at)
        # What was announced stays as it was read; a review without a place may still get one.
        if found.case.stage != "drafted" and (
            found.outline is not None
            or found.decision
            or found.case.stage not in ("announced", "hearing")
        ):
            raise _standing()
        if found.case.stage == "drafted":
            write_draft(found, actor, at)
        found.outline = dict(outline)
        found.save(update_fields=["outline"])
        note(found, "place", actor, at, {"way": way})
    return found


def _standing() -> Refusal:
    return Refusal(
        N_("Once announced the place stays as it was read; only a missing one can be added."),
        code="stage",
    )
