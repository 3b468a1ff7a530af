"""Rights for an emergency (应急授权): asked by one person, given by another, over by themselves.

Two things can be asked for: to read one case's kind in its grid (no step, no list by person), or to
administer when nobody is there. What is given is a grant like any other with an end; while it
stands everything that its holder does is marked with it. It opens no note of talks apart and no
ballot: these need a passphrase or cannot be linked at all.
"""

from datetime import datetime, timedelta

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import PROGRAMME, SEALED, URGENT, Actor, refuse_onlooker
from commonward.people import access
from commonward.people.actions.records import record_change
from commonward.people.actions.signing import tell
from commonward.people.models import Account, BreakGlass, Grant
from commonward.people.queries.breaking_glass import may_decide
from commonward.people.queries.signing import site_administrators

MOST_HOURS = 8
ASKED_FOR = timedelta(hours=24)
"""After a day nobody gives what was asked for: it is asked for again."""
READS = ("see",)
_SHORTEST, _LONGEST = 20, 1000


@transaction.atomic
def ask_break_glass(
    actor: Actor, reason: str, hours: int, *, at: datetime, area_path: str = "", category: str = "",
    case_number: str = "",
) -> BreakGlass:  # fmt: skip
    """Ask to read a case (its area, category and number), or to administer where none is named.

    Administrators of the whole site get a notice. Raises Forbidden, Invalid.
    """
    refuse_onlooker(actor)
    access.moment(at)
    if actor.account is None or not actor.rights:
        raise Forbidden(N_("Only staff with a post ask for a right for an emergency."))
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid(N_("It lasts 1 to {most} hours."), field="hours", most=MOST_HOURS)
    reason = reason.strip()
    if not _SHORTEST <= len(reason) <= _LONGEST:
        raise Invalid(
            N_("Give the reason in {shortest} to {longest} characters, and name nobody in it."),
            field="reason", shortest=_SHORTEST, longest=_LONGEST,
        )  # fmt: skip
    if case_number and not (area_path and category):
        raise Invalid(N_("There is no case of this number to read."), field="case")
    if category.startswith(SEALED) and any(right.role == "leader" for right in actor.rights):
        raise Forbidden(N_("Leaders read no dispute, in no emergency either."))
    made = BreakGlass.objects.create(
        asked_by_id=actor.account, asked_at=at, role=_role(category) if case_number else "administrator",
        area_code=access.area_code_of(area_path), category=category, case_number=case_number,
        reason=reason, hours=hours,
    )  # fmt: skip
    _note(actor, "ask_break_glass", made, at)
    tell(
        set(site_administrators(at)) - {actor.account}, "break_glass_asked", _about(made, actor), at
    )
    return made


def _role(category: str) -> str:
    """The post that reads such a case without a team of its own."""
    circles = {
        SEALED: "coordinator", URGENT: "response_coordinator", PROGRAMME: "programme_officer",
    }  # fmt: skip
    return circles.get(category[:2], "duty_chief")


@transaction.atomic
def decide_break_glass(
    actor: Actor, emergency: int, *, give: bool, at: datetime, area_path: str = ""
) -> BreakGlass:
    """Give it, or refuse; `area_path` is the path of the area that it names.

    Whoever decides is somebody else, has had a post for it for a day, not from who asks, and no
    right for an emergency now. Raises Forbidden, Missing, Invalid.
    """
    refuse_onlooker(actor)
    found = _locked(emergency)
    if access.area_code_of(area_path) != found.area_code:
        raise Invalid(N_("This is for another area."), field="area_path")
    if found.given is not None or at - found.asked_at > ASKED_FOR:
        raise Invalid(N_("This was decided already, or was asked for too long ago."))
    if actor.account == found.asked_by_id:
        raise Forbidden(N_("Nobody gives a right for an emergency to themselves."))
    if not may_decide(actor, found, at, area_path):
        raise Forbidden(
            N_("It is given by somebody whose post covers it, who has had that post for a day and not from who asks, and who acts under no such right now.")
        )  # fmt: skip
    access.standing_account(found.asked_by_id, lock=True)
    found.given, found.decided_by_id, found.decided_at = give, actor.account, at
    if give:
        found.until = at + timedelta(hours=found.hours)
        Grant.objects.create(
            account_id=found.asked_by_id, role=found.role, area_code=found.area_code,
            categories=[found.category] if found.category else [],
            verbs=list(READS) if found.case_number else [], since=at, until=found.until,
            given_by_id=actor.account, emergency=found,
        )  # fmt: skip
    found.save()
    verb = "give_break_glass" if give else "refuse_break_glass"
    _note(actor, verb, found, at)
    told = {*site_administrators(at), found.asked_by_id, actor.account or 0} - {0}
    tell(told, "break_glass_given" if give else "break_glass_refused", _about(found, actor), at)
    return found


@transaction.atomic
def end_break_glass(actor: Actor, emergency: int, *, at: datetime) -> BreakGlass:
    """End it before its time: its holder, who gave it, or an administrator. Raises Forbidden,
    Missing, and Invalid when it does not stand."""
    refuse_onlooker(actor)
    found = _locked(emergency)
    if actor.account not in (found.asked_by_id, found.decided_by_id):
        access.require_administrator(actor, "end_break_glass")
    if found.until is None or found.until <= at:
        raise Invalid(N_("This right does not stand any more."))
    found.until = at
    found.save(update_fields=["until"])
    Grant.objects.filter(emergency=found).update(until=at)
    _note(actor, "end_break_glass", found, at)
    tell({found.asked_by_id}, "break_glass_ended", _about(found, actor), at)
    return found


def forget_break_glass(at: datetime) -> int:
    """Empty reasons and numbers of cases of more than two years ago; how many rows."""
    old = BreakGlass.objects.filter(asked_at__lt=at - timedelta(days=730)).exclude(reason="")
    return int(old.update(reason="", case_number=""))


def _locked(emergency: int) -> BreakGlass:
    found = BreakGlass.objects.select_for_update().filter(pk=emergency).first()
    if found is None:
        raise Missing(N_("There is no such right for an emergency."))
    return found


def _note(actor: Actor, verb: str, about: BreakGlass, at: datetime) -> None:
    data = {"number": about.pk, "role": about.role, "area": about.area_code}
    record_change(actor, verb, Account.objects.get(pk=about.asked_by_id).login, at, data)


def _about(one: BreakGlass, actor: Actor) -> str:
    return f"{one.case_number or one.role} · {actor.name}"
