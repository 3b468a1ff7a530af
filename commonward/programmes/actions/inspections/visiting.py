"""A visit is made (现场检查): answers, photos, faults that become cases, and what follows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonward.cases.actions import open_case
from commonward.cases.actions.opening import Said, add_report
from commonward.cases.actions.photos import Ready, with_photos
from commonward.cases.models import Report
from commonward.core.inspecting.checklist import Checklist, Item, answered, defects
from commonward.core.masking import mask
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.programmes.actions.inspections.campaigning import next_working_day
from commonward.programmes.actions.inspections.visit_photos import keep_photos
from commonward.programmes.models import Defect, Visit
from commonward.programmes.models.inspections import WHY_NOT
from commonward.programmes.queries.inspections.checklists import parsed

MOST_NOTE = 1000
_DONE_STAGES = ("feed_back", "check", "close")
"""Stages of a service matter in which those who mended it say that it is done."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a team saw: answers by item; photos by item; words; "" or why it was not possible."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    photos: Mapping[str, Sequence[Ready]] = field(default_factory=dict)
    note: str = ""
    why: str = ""


def visit_for(visit: int, actor: Actor) -> Visit:
    """The visit of a team of this person, locked. Raises Missing."""
    found = (
        Visit.objects.select_for_update(of=("self",))
        .select_related("campaign", "place", "checklist")
        .filter(pk=visit, team_id__in=actor.teams)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no such visit of your team."), field="visit")
    return found


def make_visit(visit: int, seen: Seen, actor: Actor, at: datetime) -> Visit:
    """Keep what was seen; each fault opens a case of its category with the item's deadline.

    A re-check says whether it agrees with the first visit; a re-visit ends faults that were
    mended. Raises Missing (another team's), Forbidden (a re-check by who made the first visit),
    Invalid naming the item, Refusal "made" where it was made already.
    """
    refuse_onlooker(actor)
    if actor.account is None:
        raise Forbidden(N_("Only a signed-in account makes visits."))
    if len(seen.note) > MOST_NOTE:
        raise Invalid(N_("A note has at most {most} characters."), most=MOST_NOTE, field="note")
    with transaction.atomic():
        found = visit_for(visit, actor)
        _refuse_unfit(found, actor)
        if seen.why:
            return _not_possible(found, seen, actor, at)
        checklist = parsed(found.checklist.text)
        answers = _answers(found, checklist, seen)
        faulty = {item.code: item for item in defects(checklist, answers)}
        _need_photos(checklist.items, answers, seen.photos)
        found.state, found.answers, found.faults = "done", answers, len(faulty)
        found.note, found.done_at, found.by_id = mask(seen.note.strip()), at, actor.account
        if found.kind == "recheck" and found.of is not None:
            found.agrees = _agrees(answers, found.of.answers, checklist.items)
        found.save()
        keep_photos(found, {c: p for c, p in seen.photos.items() if c not in faulty})
        if found.kind == "revisit":
            _after_revisit(found, faulty, seen, actor, at)
        else:
            for code in faulty.keys() - _known_faults(found):
                _file(found, faulty[code], seen, actor, at)
    return found


def _refuse_unfit(found: Visit, actor: Actor) -> None:
    if found.state != "planned":
        raise Refusal(
            N_("This visit was made by a colleague already; nothing was changed."), code="made"
        )
    if found.not_by_id == actor.account:
        raise Forbidden(N_("A re-check is made by somebody else than the first visit."))


def _answers(found: Visit, checklist: Checklist, seen: Seen) -> dict[str, str | float]:
    """The whole checklist's answers; of a re-visit those of the items that were not in order."""
    wanted = _asked(found)
    if not wanted or found.of is None:
        return answered(checklist, seen.answers)
    # The rest stands as it was seen first.
    given = {**found.of.answers, **{code: seen.answers.get(code) for code in wanted}}
    return {c: value for c, value in answered(checklist, given).items() if c in wanted}


def schedule_revisit(defect: Defect, at: datetime) -> Visit:
    """A visit on the next working day by the team of the first, for all that waits there.

    One visit looks at every fault of its first visit. Call it in a transaction.
    """
    first = defect.visit
    planned = Visit.objects.filter(of=first, kind="revisit", state="planned").first()
    if planned is None:
        planned = Visit.objects.create(
            campaign_id=first.campaign_id,
            place_id=first.place_id,
            team_id=first.team_id,
            kind="revisit",
            of=first,
            checklist_id=first.checklist_id,
            on=next_working_day(first.place.area_path, timezone.localdate(at)),
        )
    defect.state, defect.revisit, defect.changed_at = "to_revisit", planned, at
    defect.save(update_fields=["state", "revisit", "changed_at"])
    return planned


def follow_cases(at: datetime, most: int = 500) -> int:
    """Whatever was finished or closed is looked at again: how many faults got a re-visit."""
    waiting = (
        Defect.objects.filter(state__in=("open", "said_mended"), case__isnull=False)
        .select_related("case", "visit__place")
        .order_by("id")
    )
    ready = [
        one for one in waiting.iterator(chunk_size=500)
        if one.case is not None
        and (one.state == "said_mended" or not one.case.is_open or one.case.stage in _DONE_STAGES)
    ][:most]  # fmt: skip
    for one in ready:
        with transaction.atomic():
            schedule_revisit(one, at)
    return len(ready)


def _not_possible(found: Visit, seen: Seen, actor: Actor, at: datetime) -> Visit:
    if seen.why not in WHY_NOT:
        raise Invalid(N_("Choose one of the reasons of the list."), field="why")
    found.state, found.why, found.note = "not_possible", seen.why, mask(seen.note.strip())
    found.done_at, found.by_id = at, actor.account
    found.save()
    if found.kind == "revisit":
        # Nobody saw it: it stays open, and is looked at again when its case moves on or is ended.
        Defect.objects.filter(revisit=found, state="to_revisit").update(
            state="said_mended", changed_at=at
        )
    return found


def _asked(found: Visit) -> set[str]:
    """The items of a re-visit: only what was not in order; empty for a whole checklist."""
    if found.kind != "revisit":
        return set()
    return set(
        Defect.objects.filter(revisit=found, state="to_revisit").values_list("item", flat=True)
    )


def _known_faults(found: Visit) -> set[str]:
    """What a re-check need not file again: the faults of the first visit that stand open."""
    if found.kind != "recheck":
        return set()
    return set(
        Defect.objects.filter(visit=found.of_id)
        .exclude(state__in=("mended", "again"))
        .values_list("item", flat=True)
    )


def _need_photos(
    items: Sequence[Item], answers: Mapping[str, Any], photos: Mapping[str, Sequence[Ready]]
) -> None:
    for item in items:
        needed = item.answer == "photo" and answers.get(item.code) in ("yes", "no")
        if needed and not photos.get(item.code):
            raise Invalid(
                N_("“{item}” needs a photo."), item=item.text.en, field="photos", code="photo"
            )


def _agrees(answers: Mapping[str, Any], first: Mapping[str, Any], items: Sequence[Item]) -> bool:
    """Whether a re-check finds the same items in order as the first visit did.

    A fault of the first visit that is in order now may have been mended: it is no disagreement.
    """
    return not any(
        item.is_defect(answers[item.code]) and not item.is_defect(first.get(item.code, "na"))
        for item in items
        if item.code in answers
    )


def _file(found: Visit, item: Item, seen: Seen, actor: Actor, at: datetime) -> Defect:
    """A fault as an ordinary case (立案): where it is, what it is, in what time it must be mended."""
    words = _words(found, item, seen.note)
    told = Said(
        channel="inspection",
        words=words,
        lat=found.place.lat,
        lon=found.place.lon,
        address=f"{found.place.name} {found.place.address}".strip()[:300],
        idempotency=f"visit-{found.pk}-{item.code}",
        photos=tuple(photo.digest for photo in seen.photos.get(item.code, ())),
    )

    def opened() -> Report:
        return open_case(
            item.category, told, at, actor=actor, origin="inspection", limit=item.limit,
            grade="urgent" if item.severity == "urgent" else "ordinary", public=False,
        )  # fmt: skip

    photos = seen.photos.get(item.code, ())
    report = with_photos(photos, opened, at, actor) if photos else opened()
    return Defect.objects.create(
        visit=found, item=item.code, severity=item.severity, case_id=report.case_id, found_at=at,
        changed_at=at,
    )  # fmt: skip


def _words(found: Visit, item: Item, note: str) -> str:
    parts = [item.text.zh, f"（{item.source.zh}）", item.text.en]
    if note.strip():
        parts.append(mask(note.strip()))
    return f"{found.place.name}：{' '.join(parts)}"[:3900]


def _after_revisit(
    found: Visit, faulty: Mapping[str, Item], seen: Seen, actor: Actor, at: datetime
) -> None:
    """What was mended ends; what was not goes on in its case, or in a new one where that is closed."""
    waiting = Defect.objects.select_related("case", "visit").filter(
        revisit=found, state="to_revisit"
    )
    for one in waiting:
        item = faulty.get(one.item)
        if item is None:
            one.state = "mended"
        elif one.case is not None and one.case.is_open:
            add_report(one.case.number, _still(found, item, seen), at, actor=actor)
            one.state, one.revisit = "open", None
        else:
            _file(found, item, seen, actor, at)
            one.state = "again"
        one.changed_at = at
        one.save(update_fields=["state", "revisit", "changed_at"])


def _still(found: Visit, item: Item, seen: Seen) -> Said:
    return Said(
        channel="inspection",
        words=f"复查未整改 / not mended when visited again: {_words(found, item, seen.note)}"[
            :3900
        ],
        lat=found.place.lat,
        lon=found.place.lon,
        address=found.place.address,
        idempotency=f"visit-{found.pk}-{item.code}",
    )
