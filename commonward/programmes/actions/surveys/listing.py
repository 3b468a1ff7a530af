"""The list of telephone numbers (号码清单): only the drawn ones are kept, sealed, shown one at a time,
and shredded.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from commonward.cases.actions.sealing import masters
from commonward.core import sealing
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.core.surveys import sampling
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.surveys.answering import keep_answer
from commonward.programmes.actions.surveys.frame import count, in_state, kept, locked, note
from commonward.programmes.actions.voting import drawn_id
from commonward.programmes.models import Survey, SurveyNumber, SurveyStratum

MOST_NUMBERS = 50_000
MOST_TRIES = 4
HELD = timedelta(minutes=45)
"""A number that somebody took and left comes back to the others."""
OUTCOMES = ("answered", "no_answer", "refused", "wrong_number", "call_back")
_TITLES = {
    "phone": "phone", "telephone": "phone", "number": "phone", "电话": "phone", "号码": "phone",
    "手机号": "phone", "电话号码": "phone", "stratum": "stratum", "area": "stratum", "层": "stratum",
    "分层": "stratum", "区域": "stratum",
}  # fmt: skip
_PHONE = re.compile(r"\+?\d{7,15}")


@dataclass(frozen=True, slots=True)
class Brought:
    """How many numbers the list had, how many were double, and how many were drawn and kept."""

    listed: int
    double: int
    drawn: int


def bring_list(code: str, rows: Sequence[Sequence[Any]], actor: Actor, at: datetime) -> Brought:
    """Draw the sample from a list of telephone and stratum, and keep nothing else of it.

    Of each stratum as many numbers are drawn as answers are planned, times `per_answer`. A refusal
    names the row, never the number. Raises Missing, Forbidden, Refusal, Invalid.
    """
    by = _read(rows)
    with transaction.atomic():
        found = kept(code, actor, "prepared", "open")
        if found.list_key is not None:
            raise Refusal(N_("There is a list already; it is shredded before another comes."))
        if day_of(at) > found.ends_on:
            raise Refusal(N_("The last day of this survey is over."), code="stage")
        strata = {one.key: one for one in SurveyStratum.objects.filter(survey=found)}
        if not strata:
            raise Refusal(N_("Make the sampling plan first."), code="plan")
        names = _names(found, strata)
        frame: dict[str, dict[str, None]] = {key: {} for key in strata}
        seen: set[str] = set()
        for place, phone, name in by:
            key = names.get(name.casefold())
            if key is None:
                raise Invalid(
                    N_("Row {row}: the plan has no such stratum."), row=place, field="file"
                )
            if phone not in seen:
                frame[key][phone] = None
            seen.add(phone)
        own = sealing.new_key()
        context = f"survey {found.code}"
        found.list_key = sealing.wrap(own, masters(), context)
        found.save(update_fields=["list_key"])
        drawn = 0
        for key, stratum in strata.items():
            numbers = list(frame[key])
            size = min(len(numbers), stratum.size * found.per_answer)
            chosen = sampling.draw(numbers, size, f"{found.seed}/{key}", found.method)
            secrets.SystemRandom().shuffle(chosen)
            SurveyNumber.objects.bulk_create(
                [
                    SurveyNumber(
                        id=drawn_id(), survey=found, stratum=stratum, turn=drawn_id(),
                        sealed=sealing.seal(one.encode(), own, context),
                    )
                    for one in chosen
                ],
                batch_size=500,
            )  # fmt: skip
            SurveyStratum.objects.filter(pk=stratum.pk).update(listed=len(numbers), drawn=size)
            drawn += size
        note(found, "list_brought", actor, at, {"listed": len(seen), "drawn": drawn})
    return Brought(len(seen), len(by) - len(seen), drawn)


def _read(rows: Sequence[Sequence[Any]]) -> list[tuple[int, str, str]]:
    """Row, number and stratum's name. Any further column is refused: nothing else belongs here."""
    if not rows:
        raise Invalid(N_("The file is empty."), field="file")
    titles = [str(cell or "").strip() for cell in rows[0]]
    known = [_TITLES.get(title.casefold(), "") for title in titles if title]
    if sorted(known) != ["phone", "stratum"]:
        raise Invalid(
            N_(
                "The list has two columns, phone and stratum, and no other: take names, addresses "
                "and everything else out of it first."
            ),
            field="file",
        )
    at = {_TITLES[title.casefold()]: place for place, title in enumerate(titles) if title}
    if len(rows) - 1 > MOST_NUMBERS:
        raise Invalid(N_("At most {most} numbers at once."), most=MOST_NUMBERS, field="file")
    found = []
    for place, row in enumerate(rows[1:], 2):
        cells = [_plain(cell) for cell in row]
        if not any(cells):
            continue
        if any(cell for n, cell in enumerate(cells) if n not in at.values()):
            raise Invalid(
                N_("Row {row}: a cell stands outside the columns."), row=place, field="file"
            )
        phone, name = ((cells + ["", ""])[at[key]] for key in ("phone", "stratum"))
        phone = re.sub(r"[\s().\-–]", "", phone)
        if not _PHONE.fullmatch(phone):
            raise Invalid(N_("Row {row}: this is no telephone number."), row=place, field="file")
        found.append((place, phone, name))
    return found


def _plain(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _names(found: Survey, strata: Mapping[str, SurveyStratum]) -> dict[str, str]:
    """By what a list may name a stratum: its key, or the area's name where that is one alone."""
    names = {key.casefold(): key for key in strata}
    rows = SurveyStratum.objects.filter(survey=found).select_related("area")
    for one in rows:
        if not one.group:
            names |= {n.casefold(): one.key for n in (one.area.name, one.area.name_en) if n}
    if len(strata) == 1:
        names[""] = next(iter(strata))
    return names


@dataclass(frozen=True, slots=True)
class Held:
    """The number that a caller holds now."""

    id: int
    phone: str
    stratum: SurveyStratum
    tries: int


def take_number(code: str, actor: Actor, at: datetime) -> Held | None:
    """The next number for this caller, or the one that they hold; None where none is left."""
    with transaction.atomic():
        found = locked(code, actor)
        in_state(found, "open")
        if not found.begins_on <= day_of(at) <= found.ends_on:
            raise Refusal(N_("Nobody is asked on this day."), code="stage")
        if actor.account is None:
            raise Refusal(N_("Only somebody signed in takes a number."))
        held = held_number(found, actor, at)
        if held is not None:
            return held
        rows = SurveyNumber.objects.filter(survey=found)
        row = (
            (rows.filter(held_by=None) | rows.filter(held_until__lt=at))
            .order_by("tries", "turn")
            .first()
        )
        if row is None:
            return None
        # Whoever left a number and takes another holds one again, not two.
        rows.filter(held_by=actor.account).update(held_by=None, held_until=None)
        rows.filter(pk=row.pk).update(held_by=actor.account, held_until=at + HELD)
        return held_number(found, actor, at)


def held_number(found: Survey, actor: Actor, at: datetime) -> Held | None:
    """The number that this caller holds now, opened; None where they hold none."""
    if actor.account is None or found.list_key is None or actor.seen_by is not None:
        return None
    row = (
        SurveyNumber.objects.select_related("stratum", "stratum__area")
        .filter(survey=found, held_by=actor.account, held_until__gte=at)
        .first()
    )
    if row is None:
        return None
    context = f"survey {found.code}"
    key = sealing.unwrap(found.list_key, masters(), context)
    return Held(
        row.pk, sealing.open_sealed(row.sealed, key, context).decode(), row.stratum, row.tries
    )


def end_call(
    code: str, number: int, outcome: str, actor: Actor, at: datetime,
    answers: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """What came of a call. Answers are kept without the number; a number that is done is deleted.

    Raises Missing, Forbidden, Refusal, Invalid.
    """
    if outcome not in OUTCOMES:
        raise Invalid(N_("Say what came of the call."), field="outcome")
    with transaction.atomic():
        found = locked(code, actor)
        in_state(found, "open")
        row = (
            SurveyNumber.objects.select_related("stratum")
            .filter(survey=found, pk=number, held_by=actor.account, held_until__gte=at)
            .first()
        )
        if row is None or actor.account is None:
            raise Refusal(N_("You hold this number no more: take the next."), code="held")
        if outcome == "answered":
            outcome = keep_answer(found, row.stratum, "phone", answers or {})
        reached = row.reached or outcome == "call_back"
        if outcome in ("no_answer", "call_back") and row.tries + 1 < MOST_TRIES:
            SurveyNumber.objects.filter(pk=row.pk).update(
                tries=row.tries + 1, reached=reached, held_by=None, held_until=None
            )
            return
        if outcome == "no_answer" and reached:
            outcome = "call_back"
        if outcome not in ("answered", "partial"):
            count(row.stratum, "phone", outcome)
        SurveyNumber.objects.filter(pk=row.pk).delete()


def shred_list(code: str, actor: Actor, at: datetime) -> int:
    """Destroy the key and delete all numbers before the survey's end; how many there were."""
    with transaction.atomic():
        found = kept(code, actor, "prepared", "open")
        gone = shred(found)
        found.save(update_fields=["list_key"])
        note(found, "list_shredded", actor, at, {"numbers_shredded": gone})
    return gone


def shred(found: Survey) -> int:
    """The same for a locked survey, which the caller saves; what was never reached is counted."""
    rows = list(SurveyNumber.objects.filter(survey=found).select_related("stratum"))
    if found.state != "prepared":
        for row in rows:
            came = "call_back" if row.reached else "no_answer" if row.tries else "waiting"
            count(row.stratum, "phone", came)
    SurveyNumber.objects.filter(survey=found).delete()
    found.list_key = None
    return len(rows)
