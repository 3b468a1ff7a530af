"""The forms in which the place of a review's project is given: a point, an outline, an area."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

from commonward.core.refusals import N_, Invalid
from commonward.core.risk.outline import MOST_BYTES
from commonward.doors.desk.views.admin.doing import text
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing
from commonward.programmes.actions.risk import placing
from commonward.programmes.models import RiskReview
from commonward.programmes.queries.decisions import areas_to_choose

Do = Callable[[HttpRequest, Standing], None]


def place_deeds(review: str) -> Mapping[str, tuple[Do, str]]:
    """What can be done with the place of a review, by the name of the button."""

    def point(asked: HttpRequest, who: Standing) -> None:
        placing.place_by_point(review, text(asked, "lat"), text(asked, "lon"), who.actor, who.at)

    def outline(asked: HttpRequest, who: Standing) -> None:
        placing.place_by_outline(review, _pasted(asked), who.actor, who.at)

    def area(asked: HttpRequest, who: Standing) -> None:
        placing.place_by_area(review, text(asked, "area"), who.actor, who.at)

    def gone(asked: HttpRequest, who: Standing) -> None:
        placing.take_place_away(review, who.actor, who.at)

    there = N_("The place is kept; it is public with the review.")
    return {
        "point": (point, there),
        "outline": (outline, there),
        "area": (area, there),
        "place_gone": (gone, N_("The place is taken out.")),
    }


def place_form(found: RiskReview, request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """What the forms show, and whether the place can be said now."""
    stage = found.case.stage
    missing = found.outline is None and not found.decision and stage in ("announced", "hearing")
    return {
        "placing": stage == "drafted" or missing,
        "place_given": request.POST,
        "place_areas": [
            (one.code, named(one.name, one.name_en)) for one in areas_to_choose(standing.at)
        ],
    }


def _pasted(asked: HttpRequest) -> str:
    """The outline out of its file where one was chosen, else as it was pasted. Raises Invalid."""
    file = asked.FILES.get("file")
    if file is None or isinstance(file, list):
        return text(asked, "outline")
    try:
        # One byte more than is taken: what is too large is refused as such.
        return str(file.read(MOST_BYTES + 1), "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(N_("This file is no text in UTF-8; save the outline as GeoJSON."),
                      field="outline") from error  # fmt: skip
