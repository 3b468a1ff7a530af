"""Rules of who answers: set, changed by a next number, ended; never overwritten."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.areas.models import AnsweringRule, Area
from commonward.areas.queries.tree import valid
from commonward.core.refusals import N_, Invalid, Missing, Stale
from commonward.core.rights import Actor, Right
from commonward.people import access
from commonward.people.actions import raise_revision, record_change

HOURS = ("", "office", "closed")
_LONGEST_NAME = 120
_SAME = ("duty", "category", "area_code", "grade", "hours", "team_id")


@transaction.atomic
def set_rule(
    actor: Actor,
    name: str,
    *,
    duty: str,
    team: int,
    at: datetime,
    duties: Collection[str],
    categories: Collection[str],
    category: str = "",
    area_code: str = "",
    grade: str = "",
    hours: str = "",
) -> AnsweringRule:
    """From `at` on the rule of this name says this (派遣规则); its earlier number ends then.

    Empty places fit everything; `category` is a prefix of codes. `duties` and `categories` are
    those that exist (the rooms above know them): a rule for none of them would never be asked,
    and nobody would notice. Set again unchanged, the standing number is returned. Raises Invalid,
    Missing, Forbidden (the actor administers the places of both numbers), and Stale when
    somebody else set the same name in the meantime.
    """
    _check(name, duty, category, grade, hours, duties, categories)
    place = _area_in_force(area_code, access.moment(at))
    _require(actor, "set_rule", place, category)
    before = AnsweringRule.objects.select_for_update().filter(name=name).order_by("-number").first()
    made = AnsweringRule(
        name=name,
        number=1 if before is None else before.number + 1,
        duty=duty,
        category=category,
        area_code=area_code,
        grade=grade,
        hours=hours,
        team=access.active_team(team),
        valid_from=at,
    )
    if before is not None:
        _not_before(before, at)
        if before.valid_until is None:
            if all(getattr(before, field) == getattr(made, field) for field in _SAME):
                return before
            _require(actor, "set_rule", _last_path(before.area_code), before.category)
            before.valid_until = at
            before.save(update_fields=["valid_until"])
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Stale(
            N_("Somebody set the rule “{name}” at the same time: read it again."), name=name
        ) from None
    if actor.account is not None:  # a table of thousands is one line of its own command
        record_change(actor, "set_rule", name, at, _facts(made))
    raise_revision("answering")
    return made


@transaction.atomic
def end_rule(actor: Actor, name: str, *, at: datetime) -> AnsweringRule:
    """The rule of this name holds no more from `at` on; raises Missing, Forbidden, Invalid."""
    found = (
        AnsweringRule.objects.select_for_update()
        .filter(name=name, valid_until=None)
        .order_by("-number")
        .first()
    )
    if found is None:
        raise Missing(N_("No rule “{name}” is in force."), field="name", name=name)
    access.moment(at)
    _require(actor, "end_rule", _last_path(found.area_code), found.category)
    _not_before(found, at)
    found.valid_until = at
    found.save(update_fields=["valid_until"])
    record_change(actor, "end_rule", name, at, _facts(found))
    raise_revision("answering")
    return found


def _facts(rule: AnsweringRule) -> dict[str, object]:
    kept = {
        field: getattr(rule, field) for field in ("duty", "category", "area_code", "grade", "hours")
    }
    return {"number": rule.number, **kept, "team": rule.team.code}


def _not_before(rule: AnsweringRule, at: datetime) -> None:
    """History is not rewritten: a change cannot take effect before what it changes."""
    earliest = rule.valid_until or rule.valid_from
    if at < earliest:
        raise Invalid(
            N_("The rule “{name}” was last changed for {earliest}: choose that moment or later."),
            field="at",
            name=rule.name,
            earliest=earliest.isoformat(),
        )


def _require(actor: Actor, verb: str, area_path: str, category: str) -> None:
    """Refuses whoever does not administer this place and category."""
    right = Right("", access.area_code_of(area_path), (category,) if category else ())
    access.require_administrator_of(actor, verb, right, area_path)


def _area_in_force(area_code: str, at: datetime) -> str:
    """The path of the area in force at that moment, "" for everywhere; raises Invalid."""
    if not area_code:
        return ""
    path = Area.objects.filter(valid(at), code=area_code).values_list("path", flat=True).first()
    if path is None:
        raise Invalid(
            N_("No area “{area}” is in force at that moment."), field="area_code", area=area_code
        )
    return path


def _last_path(area_code: str) -> str:
    """The path of an area that may have ended since the rule was set, "" for everywhere."""
    rows = Area.objects.filter(code=area_code).order_by("-valid_from")
    return rows.values_list("path", flat=True).first() or ""


def _check(
    name: str,
    duty: str,
    category: str,
    grade: str,
    hours: str,
    duties: Collection[str],
    categories: Collection[str],
) -> None:
    if not 1 <= len(name) <= _LONGEST_NAME or name != name.strip():
        raise Invalid(
            N_("A rule has a name of 1 to {longest} characters without spaces around it."),
            field="name",
            longest=_LONGEST_NAME,
        )
    if duty not in duties:
        raise Invalid(
            N_("No procedure asks for the duty “{duty}”, but for {known}."),
            field="duty",
            duty=duty,
            known=", ".join(sorted(duties)) or "–",
        )
    if category and not any(code.startswith(category) for code in categories):
        raise Invalid(
            N_("No category's code begins with “{category}”."), field="category", category=category
        )
    if hours not in HOURS:
        raise Invalid(
            N_("Hours are “office”, “closed”, or empty for both, not “{hours}”."),
            field="hours",
            hours=hours,
        )
    if len(grade) > 20 or grade != grade.strip():
        raise Invalid(N_("A grade is one word of at most 20 letters."), field="grade")
