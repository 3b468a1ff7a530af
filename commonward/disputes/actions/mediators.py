"""The register of mediators: what each brings, trainings, own calendar, own passphrase."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from commonward.core.caucus import new_ring, relocked
from commonward.core.disputes import KINDS
from commonward.core.meetings import busy_times
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.disputes.access import digest_of
from commonward.disputes.models import BusyTime, Mediator, Training, Venue
from commonward.disputes.queries.mediators import HOURS, context_of, ring_of
from commonward.people.actions import record_change
from commonward.people.queries import actor_for

KEEPERS = ("coordinator", "administrator")
"""Posts that keep the register."""
LONGEST_LANGUAGE = 10
AHEAD = timedelta(days=180)
"""So far an own calendar is read."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a mediator brings; codes as in `core.disputes` and `queries.mediators.HOURS`."""

    languages: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    gender: str = ""
    lon: float | None = None
    lat: float | None = None
    most: int = 8
    active: bool = True


def put_mediator(actor: Actor, account: int, profile: Profile, at: datetime) -> Mediator:
    """Add a mediator to the register, or change what it says. Raises Forbidden, Invalid, Missing."""
    refuse_others(actor)
    _check(profile)
    if not any(r.role in ("mediator", "panelist") for r in actor_for(account, at).rights):
        raise Invalid(
            N_("This account has no grant as mediator or panelist; give it one first."),
            field="account",
        )
    with transaction.atomic():
        found, _ = Mediator.objects.get_or_create(account_id=account)
        found.subjects = sorted(set(profile.subjects))
        found.gender, found.most, found.active = profile.gender, profile.most, profile.active
        _set_own(found, profile)
        record_change(actor, "put_mediator", f"mediator {account}", at, {"most": profile.most})
    return found


def set_own_profile(actor: Actor, profile: Profile, at: datetime) -> Mediator:
    """A mediator's own languages, hours and place of work; the rest is the coordinators'."""
    _check(profile)
    with transaction.atomic():
        found = own_mediator(actor)
        _set_own(found, profile)
        record_change(actor, "set_own_profile", f"mediator {actor.account}", at)
    return found


def record_training(
    actor: Actor, account: int, title: str, done_on: date, until: date, at: datetime
) -> Training:
    """Record a training, which counts until its last day. Raises Forbidden, Invalid, Missing."""
    refuse_others(actor)
    title = " ".join(title.split())
    if not title or len(title) > 200 or "\x00" in title:
        raise Invalid(N_("Name the training, in at most 200 characters."), field="title")
    if until < done_on:
        raise Invalid(N_("A training ends after it was done."), field="until")
    with transaction.atomic():
        found = Mediator.objects.filter(pk=account).first()
        if found is None:
            raise Missing(N_("This account is not in the register of mediators."))
        made = Training.objects.create(mediator=found, title=title, done_on=done_on, until=until)
        record_change(
            actor, "record_training", f"mediator {account}", at, {"until": until.isoformat()}
        )
    return made


def put_venue(
    actor: Actor, name: str, at: datetime, *, name_en: str = "", address: str = "",
    venue: int | None = None, active: bool = True,
) -> Venue:  # fmt: skip
    """Add or change a room in which sessions are held. Raises Forbidden, Invalid, Missing."""
    refuse_others(actor)
    given = [" ".join(text.split()) for text in (name, name_en, address)]
    if not given[0] or any(len(text) > 120 or "\x00" in text for text in given):
        raise Invalid(N_("Name the room, in at most 120 characters."), field="name")
    with transaction.atomic():
        found = Venue() if venue is None else Venue.objects.filter(pk=venue).first()
        if found is None:
            raise Missing(N_("There is no such room."))
        found.name, found.name_en, found.address = given
        found.active = active
        found.save()
        record_change(actor, "put_venue", f"venue {found.pk}", at)
    return found


def read_calendar(actor: Actor, given: bytes, at: datetime) -> int:
    """Take the busy times of a mediator's own calendar file; how many stretches.

    They replace those read before. Of the file only times are kept. Raises Invalid, Missing.
    """
    refuse_onlooker(actor)
    until = at + AHEAD
    found = busy_times(given, ZoneInfo(settings.SITE_ZONE), at - timedelta(days=1), until)
    with transaction.atomic():
        mediator = own_mediator(actor)
        BusyTime.objects.filter(mediator=mediator).delete()
        BusyTime.objects.bulk_create(
            BusyTime(mediator=mediator, start=start, end=end) for start, end in found
        )
        mediator.calendar_at = at
        mediator.save(update_fields=["calendar_at"])
    return len(found)


def new_feed(actor: Actor, at: datetime) -> str:
    """The secret key of the mediator's own calendar feed; the former one stops working."""
    key = secrets.token_hex(20)
    with transaction.atomic():
        mediator = own_mediator(actor)
        mediator.feed_digest = digest_of(f"feed {key}")
        mediator.save(update_fields=["feed_digest"])
        record_change(actor, "new_feed", f"mediator {actor.account}", at)
    return key


def set_passphrase(actor: Actor, passphrase: str, at: datetime, *, former: str = "") -> None:
    """The passphrase that opens the mediator's caucus notes; it is stored nowhere.

    Later it can be changed by whoever knows the former one, and by nobody else: there is no reset.
    Raises Invalid, WrongPassphrase, Missing.
    """
    with transaction.atomic():
        mediator = own_mediator(actor)
        context = context_of(mediator)
        if mediator.public is None:
            ring = new_ring(passphrase, context)
        elif not former:
            raise Refusal(
                N_("There is a passphrase; give it to change it. Nobody can reset it."),
                code="has_passphrase",
                field="former",
            )
        else:
            ring = relocked(ring_of(mediator), former, passphrase, context)
        mediator.public, mediator.locked = ring.public, ring.locked
        mediator.save(update_fields=["public", "locked"])
        record_change(actor, "set_passphrase", f"mediator {actor.account}", at)


def own_mediator(actor: Actor) -> Mediator:
    """The register's row of whoever acts, locked. Raises Missing."""
    found = (
        None
        if actor.account is None
        else Mediator.objects.select_for_update().filter(pk=actor.account).first()
    )
    if found is None:
        raise Missing(N_("You are not in the register of mediators; ask a coordinator."))
    return found


def _set_own(found: Mediator, profile: Profile) -> None:
    found.languages = sorted(set(profile.languages))
    found.hours = sorted(set(profile.hours))
    found.lon, found.lat = profile.lon, profile.lat
    found.save()


def refuse_others(actor: Actor) -> None:
    """Raises Forbidden for all but those who keep the register."""
    if not any(right.role in KEEPERS for right in actor.rights):
        raise Forbidden(N_("The register of mediators is kept by coordinators."))


def _check(profile: Profile) -> None:
    for name, given, known in (
        ("subjects", profile.subjects, KINDS),
        ("hours", profile.hours, HOURS),
        ("gender", (profile.gender,), ("", "f", "m")),
    ):
        _refuse_unknown(name, given, known)
    if not profile.languages or not all(
        0 < len(word) <= LONGEST_LANGUAGE and word.replace("-", "").isalnum()
        for word in profile.languages
    ):
        raise Invalid(
            N_("Name at least one language by its code, such as zh-Hans."), field="languages"
        )
    if not 0 <= profile.most <= 100:
        raise Invalid(N_("A mediator has 0 to 100 disputes at a time."), field="most")
    if (profile.lon is None) != (profile.lat is None) or (
        profile.lon is not None
        and profile.lat is not None
        and not (-180 <= profile.lon <= 180 and -90 <= profile.lat <= 90)
    ):
        raise Invalid(N_("A place has a longitude and a latitude, in degrees."), field="lat")


def _refuse_unknown(name: str, given: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for word in given:
        if word not in known:
            raise Invalid(
                N_("“{value}” is not a {which}; known are {known}."),
                value=word[:40],
                which=name,
                known=", ".join(k for k in known if k),
                field=name,
            )
