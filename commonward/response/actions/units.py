"""Units and their shifts: set up, on and off duty, where they are, and the end of all that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from commonward.areas.queries import area_by_code, locate
from commonward.areas.queries.paths import paths_of
from commonward.cases.actions.sealing import masters
from commonward.core import sealing
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, Right, refuse_onlooker
from commonward.core.urgent.words import AGENCIES, OPEN_STEPS
from commonward.people.access import require_administrator_of
from commonward.people.actions import record_change
from commonward.people.models import Team
from commonward.people.queries import revisions
from commonward.people.queries.qualified import refuse_unqualified_team
from commonward.response.access import has_charge_of, unit_by
from commonward.response.actions.moving_up import end_move_ups
from commonward.response.models import Assignment, Duty, Position, Unit

LONGEST_NOTE = 2000
LONGEST_SHIFT = timedelta(hours=24)
LEFT_ON = timedelta(minutes=30)
"""So long after its end a shift that nobody ended is ended by the tick: nobody is located idly."""
KEEPS_NOTES = timedelta(days=30)
THIN_AFTER, THIN_TO = timedelta(days=1), timedelta(minutes=15)
_BATCH = 5_000
_UNIT = Right(role="unit")


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What the administration says of a unit; words for equipment, never names of people."""

    code: str
    radio_name: str
    agency: str
    team: int
    base_lat: float
    base_lon: float
    radio_name_en: str = ""
    kind: str = ""
    skills: tuple[str, ...] = ()
    crew: int = 1
    station: str = ""
    vehicles: str = ""
    gear: str = ""
    areas: tuple[str, ...] = ()
    active: bool = True
    area: str = ""
    """The code of its station's area; "" takes the one that the station lies in."""


def set_unit(given: UnitFacts, *, at: datetime, actor: Actor = SYSTEM) -> Unit:
    """Add or change a unit (出动单元), by an administrator of the area it stands in and stood in.

    A radio name changed on duty holds at once. Raises Forbidden, Invalid naming the field,
    Refusal where another unit on duty has that name.
    """
    refuse_onlooker(actor)
    _check(given)
    area, path = _area_of(given, at)
    require_administrator_of(actor, "set_unit", _UNIT, path)
    with transaction.atomic():
        before = Unit.objects.filter(code=given.code).first()
        if before is not None and before.area != area:
            stood = paths_of(before.area) if before.area else ()
            require_administrator_of(actor, "set_unit", _UNIT, stood[-1] if stood else "")
        if not Team.objects.filter(pk=given.team).exists():
            raise Missing(N_("There is no team {id}."), field="team", id=given.team)
        try:
            with transaction.atomic():
                made, _ = Unit.objects.update_or_create(
                    code=given.code,
                    defaults={
                        "radio_name": given.radio_name, "radio_name_en": given.radio_name_en,
                        "agency": given.agency, "kind": given.kind,
                        "skills": sorted(set(given.skills)), "crew": given.crew,
                        "station": given.station, "vehicles": given.vehicles, "gear": given.gear,
                        "areas": sorted(set(given.areas)), "area": area,
                        "team_id": given.team,
                        "base_lat": given.base_lat, "base_lon": given.base_lon,
                        "active": given.active,
                    },
                )  # fmt: skip
        except IntegrityError:
            raise Invalid(N_("Another unit has that team already."), field="team") from None
        _called(given.radio_name, Duty.objects.filter(unit=made, off_at=None).first())
        record_change(actor, "set_unit", given.code, at, {"agency": given.agency, "area": area})
    return made


def go_on_duty(
    code: str,
    until: datetime,
    actor: Actor,
    at: datetime,
    *,
    checked: bool = False,
    defects: str = "",
) -> Duty:
    """A unit's shift begins (上岗). On duty already, nothing is added.

    `checked`: vehicle and gear were looked over; `defects` is what is missing or broken, sealed,
    for the unit and who coordinates. Raises Invalid for an end in the past or more than a day
    away, Forbidden, Refusal where another unit on duty goes by the same radio name.
    """
    refuse_onlooker(actor)
    defects = _short(defects, "defects")
    if not at < until <= at + LONGEST_SHIFT:
        raise Invalid(N_("A shift ends after now, and within 24 hours."), field="until")
    with transaction.atomic():
        unit = _of_unit(code, actor)
        if not unit.active:
            raise Refusal(N_("Unit {unit} was taken out of service."), unit=unit.radio_name)
        open_one = Duty.objects.filter(unit=unit, off_at=None).first()
        if open_one is not None:
            return open_one
        if unit.agency == "volunteer":
            day = at.astimezone(ZoneInfo(settings.SITE_ZONE)).date()
            refuse_unqualified_team(revisions(), "volunteer", unit.team_id, day, at)
        made = Duty(
            unit=unit, on_at=at, until=until, on_by_id=actor.account,
            checked_at=at if checked or defects else None,
        )  # fmt: skip
        _called(unit.radio_name, made)
        if defects:
            _seal(made, defects=defects)
    return made


def go_off_duty(code: str, actor: Actor, at: datetime, *, note: str = "") -> Duty | None:
    """The shift ends (下岗), with a note for the next one; its last place is forgotten at once.

    Refused while the unit is held by an order. None where it was not on duty.
    """
    refuse_onlooker(actor)
    note = _short(note, "note")
    with transaction.atomic():
        unit = _of_unit(code, actor)
        duty = Duty.objects.filter(unit=unit, off_at=None).first()
        if duty is None:
            return None
        if Assignment.objects.filter(unit=unit, step__in=OPEN_STEPS).exists():
            raise Refusal(
                N_("Unit {unit} is still held by an order: say first that it is free."),
                unit=unit.radio_name,
                code="held",
            )
        _end(duty, at, "ended", actor)
        if note:
            _seal(duty, note=note)
    return duty


def note_for_next(unit: Unit, actor: Actor) -> str:
    """What the last shift left for the next one, for the unit itself and who coordinates."""
    refuse_onlooker(actor)
    if not _is_of(unit, actor):
        raise Forbidden(N_("A hand-over note is for the unit itself and for who coordinates."))
    last = Duty.objects.filter(unit=unit, off_at__isnull=False).order_by("-off_at").first()
    return "" if last is None else _unsealed(last, last.note, "")


def note_left(duty: Duty, actor: Actor, marks: Mapping[str, int] | None = None) -> str:
    """What this shift left to say, for the unit itself and who coordinates; `marks` are revisions
    that were read already. Raises Forbidden."""
    refuse_onlooker(actor)
    if not _is_of(duty.unit, actor, marks):
        raise Forbidden(N_("A hand-over note is for the unit itself and for who coordinates."))
    return _unsealed(duty, duty.note, "")


def defects_told(duty: Duty, actor: Actor, marks: Mapping[str, int] | None = None) -> str:
    """What the crew found missing or broken at the start of a shift (装备缺陷), for the unit itself
    and who coordinates; "" where nothing was, or no longer."""
    refuse_onlooker(actor)
    if not _is_of(duty.unit, actor, marks):
        raise Forbidden(N_("A hand-over note is for the unit itself and for who coordinates."))
    return _unsealed(duty, duty.defects, " defects")


def end_forgotten_shifts(at: datetime) -> int:
    """End the shifts that are over and that nobody ended; a unit held by an order stays."""
    held = Assignment.objects.filter(step__in=OPEN_STEPS).values("unit_id")
    over = Duty.objects.filter(off_at=None, until__lt=at - LEFT_ON).exclude(unit_id__in=held)
    done = 0
    for pk, unit in list(over.values_list("pk", "unit_id")):
        with transaction.atomic():
            # The unit before its shift, as everywhere: whoever writes places does so too.
            Unit.objects.select_for_update().get(pk=unit)
            duty = Duty.objects.select_for_update().filter(pk=pk, off_at=None).first()
            if duty is not None:
                _end(duty, at, "forgotten", SYSTEM)
                done += 1
    return done


def thin_positions(at: datetime) -> int:
    """Thin positions older than a day to one in fifteen minutes, and delete the old (位置抽稀).

    How many were deleted. What is kept of a quarter of an hour is its first position.
    """
    gone = Position.objects.filter(at__lt=at - timedelta(days=settings.POSITION_DAYS))
    deleted: int = gone.delete()[0]
    step = int(THIN_TO.total_seconds())
    whole = int((at - THIN_AFTER).timestamp()) // step * step
    before = datetime.fromtimestamp(whole, UTC)
    while True:
        waiting = Position.objects.filter(thinned=False, at__lt=before).order_by("at", "unit")
        rows = list(waiting.values_list("pk", "unit_id", "at")[:_BATCH])
        if not rows:
            return deleted
        # A quarter of an hour is never parted between two batches, unless it fills one alone.
        last = int(rows[-1][2].timestamp()) // step
        first = int(rows[0][2].timestamp()) // step
        if len(rows) == _BATCH and first < last:
            rows = [row for row in rows if int(row[2].timestamp()) // step < last]
        deleted += _thin(rows, step)


def _thin(rows: Sequence[tuple[int, int, datetime]], step: int) -> int:
    kept: set[tuple[int, int]] = set()
    stays: list[int] = []
    goes: list[int] = []
    for pk, unit, moment in rows:
        quarter = (unit, int(moment.timestamp()) // step)
        (goes if quarter in kept else stays).append(pk)
        kept.add(quarter)
    deleted = 0
    with transaction.atomic():
        for start in range(0, len(stays), 500):
            Position.objects.filter(pk__in=stays[start : start + 500]).update(thinned=True)
        for start in range(0, len(goes), 500):
            deleted += Position.objects.filter(pk__in=goes[start : start + 500]).delete()[0]
    return deleted


def end_notes(at: datetime) -> int:
    """Empty the hand-over notes and defects whose time is over, with their keys; how many."""
    old = Duty.objects.filter(off_at__lt=at - KEEPS_NOTES, note_key__isnull=False)
    return old.update(note=None, defects=None, note_key=None)


def _seal(duty: Duty, *, note: str = "", defects: str = "") -> None:
    """Seal words of a shift with its own key, which is made with the first of them."""
    context = f"shift {duty.pk}"
    if duty.note_key is None:
        key = sealing.new_key()
        duty.note_key = sealing.wrap(key, masters(), context)
    else:
        key = sealing.unwrap(duty.note_key, masters(), context)
    if note:
        duty.note = sealing.seal(note.encode(), key, context)
    if defects:
        duty.defects = sealing.seal(defects.encode(), key, f"{context} defects")
    duty.save(update_fields=["note", "defects", "note_key"])


def _unsealed(duty: Duty, sealed: bytes | memoryview | None, which: str) -> str:
    if sealed is None or duty.note_key is None:
        return ""
    context = f"shift {duty.pk}"
    key = sealing.unwrap(duty.note_key, masters(), context)
    return sealing.open_sealed(sealed, key, f"{context}{which}").decode()


def _called(name: str, duty: Duty | None) -> None:
    """Keep a shift with what the unit is called in it. Raises Refusal where another one on duty
    is called so: two that answer to one name cannot be ordered by radio."""
    if duty is None:
        return
    duty.radio_name = name
    try:
        with transaction.atomic():
            duty.save()
    except IntegrityError:
        raise Refusal(
            N_("Another unit on duty is called “{name}”: one of them needs another radio name."),
            name=name,
            code="radio_name",
            field="radio_name",
        ) from None


def _area_of(given: UnitFacts, at: datetime) -> tuple[str, str]:
    """Code and path of the area that a unit stands in; both "" where its station lies in none."""
    if not given.area:
        found = locate(given.base_lat, given.base_lon, at=at)
        return found.code, found.path
    try:
        place = area_by_code(given.area, at)
    except Missing as missing:
        raise Invalid(missing.text, field="area", **missing.values) from None
    return place.code, place.path


def _short(words: str, field: str) -> str:
    words = words.strip()
    if len(words) > LONGEST_NOTE or "\x00" in words:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which=field,
            most=LONGEST_NOTE,
            field=field,
        )
    return words


def _end(duty: Duty, at: datetime, why: str, actor: Actor) -> None:
    end_move_ups([duty.unit_id], "off_duty", at)
    duty.off_at, duty.off_why, duty.off_by_id = max(at, duty.on_at), why, actor.account
    duty.save(update_fields=["off_at", "off_why", "off_by"])
    Unit.objects.filter(pk=duty.unit_id).update(lat=None, lon=None, seen_at=None)


def _of_unit(code: str, actor: Actor) -> Unit:
    """The unit, locked, for its own people and who coordinates. Raises Forbidden, Missing."""
    unit = Unit.objects.select_for_update().get(pk=unit_by(code).pk)
    if not _is_of(unit, actor):
        raise Forbidden(N_("This is done by the unit itself, or by who coordinates urgent help."))
    return unit


def _is_of(unit: Unit, actor: Actor, marks: Mapping[str, int] | None = None) -> bool:
    if actor.role == "system":
        return True
    own = unit.team_id in actor.teams and any(r.role == "unit" for r in actor.rights)
    return own or has_charge_of(unit, actor, "duty", marks)


def _check(given: UnitFacts) -> None:
    if given.agency not in AGENCIES:
        raise Invalid(
            N_("“{agency}” is no force; the forces are {known}."),
            agency=given.agency,
            known=", ".join(AGENCIES),
            field="agency",
        )
    for name, words, most in (
        ("code", given.code, 40), ("radio_name", given.radio_name, 60),
        ("radio_name_en", given.radio_name_en, 60), ("kind", given.kind, 20),
        ("station", given.station, 100), ("vehicles", given.vehicles, 200),
        ("gear", given.gear, 400), *(("skills", skill, 20) for skill in given.skills),
    ):  # fmt: skip
        needed = name in ("code", "radio_name")
        if len(words) > most or "\x00" in words or (needed and not words.strip()):
            raise Invalid(
                N_("{which} is missing or too long; at most {most} characters are taken."),
                which=name,
                most=most,
                field=name,
            )
    if not 1 <= given.crew <= 99:
        raise Invalid(N_("A crew is 1 to 99."), field="crew")
    if not (-90 <= given.base_lat <= 90 and -180 <= given.base_lon <= 180):
        raise Invalid(
            N_("Give the position in degrees, such as 27.805 and 113.105."), field="base_lat"
        )
