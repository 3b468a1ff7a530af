"""What a side asks for and needs for the talks: times, language, interpreter (诉求与参会需要)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from commonward.core.meetings.wishes import WEEK
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.recording import note
from commonward.disputes.actions.sealing import seal_data, unseal_data
from commonward.disputes.actions.sides import may_speak_for, side_to_change
from commonward.disputes.models import Dispute, Side

LONGEST_WANTS = 2000
MOST_DAYS = 40


@dataclass(frozen=True, slots=True)
class Needs:
    """What a side said: `hours` are codes of the week at which it can come (none: any time),
    `away` days at which it cannot; `language` a code, with an interpreter where one is needed."""

    wants: str = ""
    hours: tuple[str, ...] = ()
    away: tuple[date, ...] = ()
    language: str = ""
    interpreter: bool = False


def say_needs(number: str, letter: str, given: Needs, actor: Actor, at: datetime) -> Side:
    """Keep what a side says of itself, or what is noted for it at the counter; the latest counts.

    Raises Invalid naming the field, Forbidden for who does not speak for that side, Missing.
    """
    _check(given, at)
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        side = side_to_change(dispute, letter)
        may_speak_for(dispute, side, actor)
        side.language, side.interpreter = given.language, given.interpreter
        side.needs = seal_data(dispute, _data(given), f"needs {side.pk}")
        side.save(update_fields=["language", "interpreter", "needs"])
        note(
            dispute, "needs_said", at, actor, role=roles_in(dispute, actor)[0],
            data={"side": letter},
        )  # fmt: skip
    return side


def keep_wants(dispute: Dispute, side: Side, wants: str) -> None:
    """Keep what a side asks for with its registration; the rest it may say later."""
    check_wants(wants)
    if wants.strip():
        side.needs = seal_data(dispute, _data(Needs(wants=wants.strip())), f"needs {side.pk}")
        side.save(update_fields=["needs"])


def check_wants(wants: str) -> None:
    """Raises Invalid where it is too long."""
    if len(wants) > LONGEST_WANTS or "\x00" in wants:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which="wants",
            most=LONGEST_WANTS,
            field="wants",
        )


def needs_of(side: Side) -> Needs:
    """What a side said, opened; for the room itself. `side.dispute.case` should be read along."""
    told = unseal_data(side.dispute, side.needs, f"needs {side.pk}")
    hours, away = told.get("hours") or (), told.get("away") or ()
    return Needs(
        wants=str(told.get("wants", "")),
        hours=tuple(str(one) for one in _each(hours)),
        away=tuple(date.fromisoformat(str(one)) for one in _each(away)),
        language=side.language,
        interpreter=side.interpreter,
    )


def _each(given: object) -> Iterable[object]:
    return given if isinstance(given, list) else ()


def _data(given: Needs) -> dict[str, object]:
    return {
        "wants": given.wants.strip(),
        "hours": [one for one in WEEK if one in given.hours],
        "away": sorted({day.isoformat() for day in given.away}),
    }


def _check(given: Needs, at: datetime) -> None:
    check_wants(given.wants)
    if not set(given.hours) <= set(WEEK):
        raise Invalid(N_("Choose one of the list."), field="hours")
    if len(given.away) > MOST_DAYS:
        raise Invalid(N_("At most {most} days are taken."), most=MOST_DAYS, field="away")
    if len(given.language) > 10 or "\x00" in given.language:
        raise Invalid(N_("Give a language by its code, such as yue."), field="language")
    if given.interpreter and not given.language:
        raise Invalid(N_("Say into which language it should be interpreted."), field="language")
