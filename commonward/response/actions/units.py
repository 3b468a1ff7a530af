"""Units and their shifts: set up, on and off duty, where they are, and the end of all that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from commonward.cases.actions.sealing import masters
from commonward.core import sealing
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.core.urgent.words import AGENCIES, OPEN_STEPS
from commonward.people.access import require_administrator
from commonward.people.actions import record_change
from commonward.people.models import Team
from commonward.response.access import COORDINATES, unit_by
from commonward.response.models import Assignment, Duty, Position, Unit

LONGEST_NOTE = 2000
LONGEST_SHIFT = timedelta(hours=24)
LEFT_ON = timedelta(minutes=30)
"""So long after its end a shift that nobody ended is ended by the tick: nobody is located idly."""
KEEPS_NOTES = timedelta(days=30)
THIN_AFTER, THIN_TO = timedelta(days=1), timedelta(minutes=15)
_BATCH = 5_000


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


def set_unit(given: UnitFacts, *, at: datetime, actor: Actor = SYSTEM) -> Unit:
    """Add or change a unit (出动单元). Raises Forbidden, Invalid naming the field."""
    require_administrator(actor, "set_unit")
    _check(given)
    with transaction.atomic():
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
                        "areas": sorted(set(given.areas)), "team_id": given.team,
                        "base_lat": given.base_lat, "base_lon": given.base_lon,
                        "active": given.active,
                    },
                )  # fmt: skip
        except IntegrityError:
            raise Invalid(N_("Another unit has that team already."), field="team") from None
        record_change(actor, "set_unit", given.code, at, {"agency": given.agency})
    return made


def go_on_duty(code: str, until: datetime, actor: Actor, at: datetime) -> Duty:
    """A unit's shift begins (上岗). On duty already, nothing is added.

    Raises Invalid for an end in the past or more than a day away, Forbidden.
    """
    refuse_onlooker(actor)
    if not at < until <= at + LONGEST_SHIFT:
        raise Invalid(N_("A shift ends after now, and within 24 hours."), field="until")
    with transaction.atomic():
        unit = _of_unit(code, actor)
        if not unit.active:
            raise Refusal(N_("Unit {unit} was taken out of service."), unit=unit.radio_name)
        open_one = Duty.objects.filter(unit=unit, off_at=None).first()
        if open_one is not None:
            return open_one
        return Duty.objects.create(unit=unit, on_at=at, until=until, on_by_id=actor.account)


def go_off_duty(code: str, actor: Actor, at: datetime, *, note: str = "") -> Duty | None:
    """The shift ends (下岗), with a note for the next one; its last place is forgotten at once.

    Refused while the unit is held by an order. None where it was not on duty.
    """
    refuse_onlooker(actor)
    note = note.strip()
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which="note",
            most=LONGEST_NOTE,
            field="note",
        )
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
            key = sealing.new_key()
            context = f"shift {duty.pk}"
            duty.note_key = sealing.wrap(key, masters(), context)
            duty.note = sealing.seal(note.encode(), key, context)
            duty.save(update_fields=["note", "note_key"])
    return duty


def note_for_next(unit: Unit, actor: Actor) -> str:
    """What the last shift left for the next one, for the unit itself and who coordinates."""
    refuse_onlooker(actor)
    if not _is_of(unit, actor):
        raise Forbidden(N_("A hand-over note is for the unit itself and for who coordinates."))
    last = Duty.objects.filter(unit=unit, off_at__isnull=False).order_by("-off_at").first()
    if last is None or last.note is None or last.note_key is None:
        return ""
    context = f"shift {last.pk}"
    key = sealing.unwrap(last.note_key, masters(), context)
    return sealing.open_sealed(last.note, key, context).decode()


def report_position(code: str, lat: float, lon: float, actor: Actor, at: datetime) -> Position:
    """Where a unit on duty is now (位置上报); the same moment twice is kept once.

    Refused off duty: then nobody is located. Raises Invalid, Forbidden.
    """
    refuse_onlooker(actor)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(N_("Give the position in degrees, such as 27.805 and 113.105."), field="lat")
    with transaction.atomic():
        unit = _of_unit(code, actor)
        duty = Duty.objects.filter(unit=unit, off_at=None).first()
        if duty is None:
            raise Refusal(
                N_("Unit {unit} is not on duty: its place is not taken."),
                unit=unit.radio_name,
                code="off_duty",
            )
        kept, _new = Position.objects.get_or_create(
            unit=unit, at=at, defaults={"duty": duty, "lat": lat, "lon": lon}
        )
        if unit.seen_at is None or unit.seen_at <= at:
            Unit.objects.filter(pk=unit.pk).update(lat=lat, lon=lon, seen_at=at)
    return kept


def end_forgotten_shifts(at: datetime) -> int:
    """End the shifts that are over and that nobody ended; a unit held by an order stays."""
    held = Assignment.objects.filter(step__in=OPEN_STEPS).values("unit_id")
    over = Duty.objects.filter(off_at=None, until__lt=at - LEFT_ON).exclude(unit_id__in=held)
    done = 0
    for pk in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
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
    """Empty the hand-over notes whose time is over, with their keys; how many."""
    old = Duty.objects.filter(off_at__lt=at - KEEPS_NOTES, note__isnull=False)
    return old.update(note=None, note_key=None)


def _end(duty: Duty, at: datetime, why: str, actor: Actor) -> None:
    duty.off_at, duty.off_why, duty.off_by_id = max(at, duty.on_at), why, actor.account
    duty.save(update_fields=["off_at", "off_why", "off_by"])
    Unit.objects.filter(pk=duty.unit_id).update(lat=None, lon=None, seen_at=None)


def _of_unit(code: str, actor: Actor) -> Unit:
    """The unit, locked, for its own people and who coordinates. Raises Forbidden, Missing."""
    unit = Unit.objects.select_for_update().get(pk=unit_by(code).pk)
    if not _is_of(unit, actor):
        raise Forbidden(N_("This is done by the unit itself, or by who coordinates urgent help."))
    return unit


def _is_of(unit: Unit, actor: Actor) -> bool:
    if actor.role == "system":
        return True
    roles = {right.role for right in actor.rights}
    return bool(roles & set(COORDINATES)) or ("unit" in roles and unit.team_id in actor.teams)


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
