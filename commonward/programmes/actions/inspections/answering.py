"""The owner of a place answers (场所答复): by the code of the notice, without a name or an account."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.opening import Said, add_report
from commonward.cases.actions.photos import Ready, with_photos
from commonward.cases.models import Report
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.inspections.notices import door_of
from commonward.programmes.actions.inspections.visiting import schedule_revisit
from commonward.programmes.models import Defect, PlaceAnswer, Visit

LONGEST = 2000
MOST_ANSWERS = 20


def visit_of_code(code: str) -> Visit:
    """The first visit that a notice's code opens. Raises Missing."""
    if not 16 <= len(code) <= 40:
        raise Missing(N_("This code opens nothing. Check it against the notice."), field="code")
    found = (
        Visit.objects.select_related("campaign", "place", "checklist")
        .filter(door=door_of(code), kind="first")
        .first()
    )
    if found is None:
        raise Missing(N_("This code opens nothing. Check it against the notice."), field="code")
    return found


def answer_place(
    code: str,
    kind: str,
    words: str,
    at: datetime,
    *,
    defect: int | None = None,
    photos: Sequence[Ready] = (),
) -> PlaceAnswer:
    """Words, an objection, or "it is mended" (with a photo if there is one): then it is visited again.

    On a fault it is a report of the fault's case, kept and forgotten with it. Raises Missing,
    Invalid, Refusal "many".
    """
    if kind not in ("words", "objection", "mended"):
        raise Invalid(N_("Choose one of the list."), field="kind")
    words = words.strip()
    if len(words) > LONGEST:
        raise Invalid(N_("An answer has at most {most} characters."), most=LONGEST, field="words")
    if not words and kind != "mended":
        raise Invalid(N_("Write your answer."), field="words")
    first = visit_of_code(code)
    with transaction.atomic():
        first = Visit.objects.select_for_update(of=("self",)).get(pk=first.pk)
        if PlaceAnswer.objects.filter(visit=first).count() >= MOST_ANSWERS:
            raise Refusal(
                N_("This place has answered often enough: please call the centre."), code="many"
            )
        fault = _fault(first, defect)
        if fault is None and kind != "words":
            raise Invalid(N_("Say which fault it is about."), field="defect")
        if fault is None:
            return PlaceAnswer.objects.create(visit=first, kind=kind, words=words, at=at)
        report = _reported(fault, kind, words, photos, at)
        made = PlaceAnswer.objects.create(
            visit=first, defect=fault, kind=kind, report=report, at=at
        )
        if kind == "mended" and fault.state in ("open", "said_mended"):
            schedule_revisit(fault, at)
    return made


def _fault(first: Visit, defect: int | None) -> Defect | None:
    if defect is None:
        return None
    found = (
        Defect.objects.select_related("case", "visit__place")
        .filter(pk=defect, visit__place=first.place_id, visit__campaign=first.campaign_id)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no such fault of this place."), field="defect")
    if found.state in ("mended", "again"):
        raise Invalid(N_("This fault is settled."), field="defect")
    return found


def _reported(fault: Defect, kind: str, words: str, photos: Sequence[Ready], at: datetime) -> str:
    """The report's number; "" where the case has ended and takes no more words."""
    case = fault.case
    if case is None or not case.is_open:
        if kind == "mended":
            return ""
        raise Invalid(
            N_("The case of this fault has ended: please call the centre."), field="defect"
        )
    starts = {
        "mended": "场所称已整改 / the place says it is mended. ",
        "objection": "场所提出异议 / the place objects. ",
        "words": "场所答复 / the place answers. ",
    }
    told = Said(
        channel="portal",
        words=f"{starts[kind]}{words}",
        lat=case.lat,
        lon=case.lon,
        address=case.address,
        photos=tuple(photo.digest for photo in photos),
    )

    def added() -> Report:
        return add_report(case.number, told, at, actor=SYSTEM)

    return (with_photos(photos, added, at, SYSTEM) if photos else added()).number
